/**
 * The stable primitives against decimals of 46 digits and more (`verify/extended`): every kernel keeps the error that
 * its comment states, over magnitudes from 1e-20 to 350.
 */
import { describe, expect, it } from 'vitest';
import { kernelSources, type KernelName } from '../../src/kernels/sources.generated.ts';
import { families, rowOf, type OpName } from '../../src/ops/table.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';

const SIZES = [1e-20, 1e-9, 1e-4, 0.02, 0.3, 0.45, 0.55, 0.9, 1.01, 1.7, 2.4, 5, 12, 18.5, 26, 60, 350];
const POINTS = [...SIZES, ...SIZES.map((x) => -x)];
/** Second arguments, where there is one. */
const OTHERS = [0.5, -0.5, 1, -1, 1e-9, 3.7, -20, 1e200];
const OWN: Readonly<Partial<Record<OpName, readonly number[]>>> = { expsq: [1, -1, 0.5, -0.5], root0: [0.5, 1 / 3, 0.75] };

const names = (['Stable forms', 'Quotients with a removable point'] as const)
  .flatMap((family) => Object.keys(families[family]) as (OpName & KernelName)[])
  .filter((name) => extendedOperation(name) !== undefined && statedError(name) !== undefined);

/** `Maximum error 3 ulp` of the kernel's comment. */
function statedError(name: KernelName): number | undefined {
  const found = /Maximum error (\d+) ulp/.exec(kernelSources[name]?.source ?? '');
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

const ulpOf = (value: number): number => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -1022))) - 52);

describe('stable kernels', () => {
  it('are all measured', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)('%s', (name) => {
    const row = rowOf(name);
    const exact = extendedOperation(name);
    const bound = statedError(name) ?? 0;
    if (row.kind !== 'primitive' || exact === undefined) throw new Error(`${name} has no oracle`);
    const points = row.args.length === 1 ? POINTS.map((x) => [x]) : POINTS.flatMap((x) => (OWN[name] ?? OTHERS).map((y) => [x, y]));
    let compared = 0;
    let worst = { error: 0, at: '' };
    for (const args of points) {
      const want = exact(...args.map(exactly));
      const value = row.evaluate(...args);
      const size = Math.abs(want.toNumber());
      // subnormal numbers have no digits to lose
      if (!want.isFinite() || !Number.isFinite(size) || size < 2 ** -1022) continue;
      compared++;
      const error = want.minus(value).abs().toNumber() / ulpOf(size);
      if (!(error <= worst.error)) worst = { error, at: `${name}(${args.join(', ')}) = ${value}, exactly ${want.toPrecision(20)}` };
    }
    expect(compared).toBeGreaterThan(8);
    expect(worst.error, worst.at).toBeLessThanOrEqual(bound);
  });
});
