/** ADBench's unit instances of GMM, BA and LSTM through samples/adbench/, to 1e-8. The hand objectives: hand.test.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packGmmGradient, packLstmGradient, readBa, readGmm, readLstm } from '../support/adbench.ts';
import { readCorpus } from '../support/corpora.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

interface Case {
  readonly id: string;
  readonly objective: string;
  readonly input: string;
  readonly expected_objective: readonly number[];
  readonly expected_jacobian: readonly number[];
  readonly tolerance: number;
}

const cases = readCorpus<Case>('adbench.jsonl');
const instance = (objective: string): Case => (cases ?? []).find((c) => c.objective === objective)!;
const model = (name: string): string => readFileSync(join(root, 'samples/adbench', name), 'utf8');

describe.skipIf(cases === undefined)('adbench', () => {
  it('gmm', () => {
    const c = instance('gmm');
    const { sizes, inputs } = readGmm(c.input);
    const { returned: value = Number.NaN, out: gradient } = emitted(model('gmm.diff')).call('valueGradient', sizes, inputs);
    expectClose('gmm objective', [value], c.expected_objective, c.tolerance);
    expectClose('gmm gradient', packGmmGradient(gradient, sizes['D'] ?? 0, sizes['K'] ?? 0), c.expected_jacobian, c.tolerance);
  });

  it('ba', () => {
    const c = instance('ba');
    const { sizes, inputs } = readBa(c.input);
    const module = emitted(model('ba.diff'));
    const reprojection = module.call('reprojection', sizes, inputs).out;
    const weights = module.call('weights', sizes, inputs).out;
    const O = sizes['O'] ?? 0;
    // every observation has the same errors in this instance; the corpus lists one reprojection error and one weight error
    for (let o = 0; o < O; o++) {
      expectClose('ba objective', [...Array.from(reprojection['err'] ?? []).slice(2 * o, 2 * o + 2), weights['werr']?.[o] ?? Number.NaN], c.expected_objective, c.tolerance);
    }
    expectClose('ba jacobian', baValues(sizes, inputs, reprojection, weights), c.expected_jacobian, c.tolerance);
  });

  it('lstm', () => {
    const c = instance('lstm');
    const { sizes, inputs } = readLstm(c.input);
    const { returned: value = Number.NaN, out: gradient } = emitted(model('lstm.diff')).call('valueGradient', sizes, inputs);
    expectClose('lstm objective', [value], c.expected_objective, c.tolerance);
    expectClose('lstm gradient', packLstmGradient(gradient, sizes['B'] ?? 0), c.expected_jacobian, c.tolerance);
  });
});

/** The non-zero entries in ADBench's order: per residual row the 11 camera, 3 point and 1 weight entries; then the weight errors. */
function baValues(
  sizes: Readonly<Record<string, number>>,
  inputs: Readonly<Record<string, number | readonly number[]>>,
  reprojection: Readonly<Record<string, ArrayLike<number>>>,
  weights: Readonly<Record<string, ArrayLike<number>>>,
): number[] {
  const { O = 0, C = 0, P = 0 } = sizes;
  const at = (name: string, o: number): number => (inputs[name] as readonly number[])[o] ?? 0;
  const values: number[] = [];
  for (let o = 0; o < O; o++) {
    for (let r = 0; r < 2; r++) {
      // Jacobian blocks have shape [O, 2, ...variable]
      const block = (name: string, count: number, item: number, width: number): number[] => {
        const start = ((o * 2 + r) * count + item) * width;
        return Array.from(reprojection[name] ?? []).slice(start, start + width);
      };
      const camera = ([['rot', 3], ['centre', 3], ['f', 1], ['x0', 2], ['kd', 2]] as const).flatMap(([name, width]) => block(name, C, at('cam', o), width));
      values.push(...camera, ...block('X', P, at('pt', o), 3), ...block('w', O, o, 1));
    }
  }
  for (let o = 0; o < O; o++) values.push(weights['w']?.[o * O + o] ?? Number.NaN);
  return values;
}

/** ADBench's own measure: |x - y| / max(1, |x| + |y|). */
function expectClose(what: string, got: readonly number[], want: readonly number[], tolerance: number): void {
  const off = want.map((w, k) => Math.abs((got[k] ?? Number.NaN) - w) / Math.max(1, Math.abs(got[k] ?? 0) + Math.abs(w)));
  const failed = off.filter((d) => !(d <= tolerance)).length;
  console.log(`${what}: ${want.length - failed} passed, ${failed} failed`);
  expect(got).toHaveLength(want.length);
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
}
