/** Sums of products share factors and conditions: the same values from fewer operations. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';

const N = 7;
const at = (k: number): Float64Array => Float64Array.from({ length: N }, (_, n) => Math.sin(3 * n + k) + 0.2);
const INPUTS = { x: at(1), y: at(2), z: at(3), s: 0.7, t: -1.3 };

/** Operations of y[n] = formula, and its values. */
function run(formula: string): { readonly operations: number; readonly values: readonly number[] } {
  const module = emitted(`dim N\nparam x: R[N], y: R[N], z: R[N], s: R, t: R\nf[n] = ${formula}\nderive value of f`);
  const outputs = module.plan.functions[0]?.outputs ?? [];
  return { operations: operationsOf(module.plan, outputs, new Map([['N', N]])), values: Array.from(module.call('value', { N }, INPUTS).out['f'] ?? []) };
}

const cases: readonly (readonly [string, number, (x: number, y: number, z: number) => number])[] = [
  ['x[n]*y[n] + x[n]*z[n]', 2 * N, (x, y, z) => x * (y + z)],
  ['x[n]*y[n] - s*x[n] + z[n]', 3 * N, (x, y, z) => x * (y - 0.7) + z],
  // what is left is a sum of numbers, made once
  ['s*x[n] + t*x[n]', N + 1, (x) => -0.6 * x],
  ['s*x[n] + s*y[n]', 2 * N, (x, y) => 0.7 * (x + y)],
  ['x[n]*y[n] + y[n]*z[n] + z[n]*sin(s)', 4 * N + 1, (x, y, z) => y * (x + z) + z * Math.sin(0.7)],
];

describe('a common factor', () => {
  it.each(cases)('%s: %i operations', (formula, operations, expected) => {
    const found = run(formula);
    expect(found.operations).toBeLessThanOrEqual(operations);
    found.values.forEach((value, n) => expect(value).toBeCloseTo(expected(INPUTS.x[n] ?? 0, INPUTS.y[n] ?? 0, INPUTS.z[n] ?? 0), 12));
  });
});

describe('a condition', () => {
  it('is not asked again inside its own branches', () => {
    const [once, twice] = [run('if x[n] > 0 then y[n] + z[n] else 0'), run('if x[n] > 0 then y[n] + (if x[n] > 0 then z[n] else exp(y[n])) else 0')];
    expect(twice).toEqual(once);
  });

  it('of another element is', () => {
    const { values } = run('if x[n] > 0 then y[n] + (if x[N - n + 1] > 0 then z[n] else 5) else 0');
    values.forEach((value, n) => expect(value).toBeCloseTo((INPUTS.x[n] ?? 0) > 0 ? (INPUTS.y[n] ?? 0) + ((INPUTS.x[N - 1 - n] ?? 0) > 0 ? (INPUTS.z[n] ?? 0) : 5) : 0, 12));
  });
});
