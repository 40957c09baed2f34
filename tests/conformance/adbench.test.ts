/** ADBench's unit instances of GMM, BA and LSTM through samples/adbench/, to 1e-8. The hand objectives: hand.test.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packGmmGradient, packLstmGradient, readBa, readGmm, readLstm } from '../support/adbench.ts';
import { readCorpus } from '../support/corpora.ts';
import { emitted } from '../support/emitted.ts';
import type { SparseMatrix } from '../structure/support.ts';
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
    const { out } = emitted(model('ba.diff')).call('errors', sizes, inputs);
    const { C = 0, P = 0, O = 0 } = sizes;
    // every observation has the same errors in this instance; the corpus lists one reprojection error and one weight error
    for (let o = 0; o < O; o++) {
      expectClose('ba objective', [...Array.from(out['err'] ?? []).slice(2 * o, 2 * o + 2), out['werr']?.[o] ?? Number.NaN], c.expected_objective, c.tolerance);
    }
    // ADBench's own layout: (2p + p) × (11n + 3m + p), compressed rows, 15 entries in each row of a reprojection error
    const jacobian = out['jacobian'] as unknown as SparseMatrix;
    expect([jacobian.rows, jacobian.columns]).toEqual([2 * O + O, 11 * C + 3 * P + O]);
    expect(Array.from(jacobian.rowPtr)).toEqual([...Array.from({ length: 2 * O + 1 }, (_, r) => 15 * r), ...Array.from({ length: O }, (_, o) => 30 * O + o + 1)]);
    expectClose('ba jacobian', Array.from(jacobian.values), c.expected_jacobian, c.tolerance);
  });

  it('lstm', () => {
    const c = instance('lstm');
    const { sizes, inputs } = readLstm(c.input);
    const { returned: value = Number.NaN, out: gradient } = emitted(model('lstm.diff')).call('valueGradient', sizes, inputs);
    expectClose('lstm objective', [value], c.expected_objective, c.tolerance);
    expectClose('lstm gradient', packLstmGradient(gradient, sizes['B'] ?? 0), c.expected_jacobian, c.tolerance);
  });
});

/** ADBench's own measure: |x - y| / max(1, |x| + |y|). */
function expectClose(what: string, got: readonly number[], want: readonly number[], tolerance: number): void {
  const off = want.map((w, k) => Math.abs((got[k] ?? Number.NaN) - w) / Math.max(1, Math.abs(got[k] ?? 0) + Math.abs(w)));
  const failed = off.filter((d) => !(d <= tolerance)).length;
  console.log(`${what}: ${want.length - failed} passed, ${failed} failed`);
  expect(got).toHaveLength(want.length);
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
}
