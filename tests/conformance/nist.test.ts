/** 27 NIST StRD problems: residual sum of squares at the certified parameters, and a stationary gradient there. */
import { describe, expect, it } from 'vitest';
import { scalarJacobian } from '../support/compiler.ts';
import { readCorpus, tally } from '../support/corpora.ts';

interface Case {
  readonly id: string;
  readonly model: string;
  readonly response: string;
  readonly params: readonly string[];
  readonly certified: readonly number[];
  readonly certified_sd: readonly number[];
  readonly rss: number;
  readonly columns: readonly string[];
  readonly data: readonly (readonly number[])[];
}

const cases = readCorpus<Case>('nist.jsonl');

describe.skipIf(cases === undefined)('nist', () => {
  it('certified sums of squares and standard deviations follow from model and Jacobian', () => {
    const result = tally('nist', cases ?? [], (c) => {
      const f = scalarJacobian(c.model, c.params);
      const parameters = Object.fromEntries(c.params.map((p, k) => [p, c.certified[k] ?? Number.NaN]));
      const rows = c.data.map((row) => {
        const env = Object.fromEntries(c.columns.map((name, k) => [name, row[k] ?? Number.NaN]));
        const { value, partials } = f({ ...parameters, ...env });
        const y = env['y'] ?? Number.NaN;
        return { residual: (c.response === 'y' ? y : Math.log(y)) - value, partials };
      });
      const rss = rows.reduce((sum, r) => sum + r.residual ** 2, 0);
      // the certified values have 11 digits; Lanczos1 has a residual of rounding errors
      const enough = c.rss < 1e-20 ? Math.abs(rss - c.rss) < 1e-17 : Math.abs(rss / c.rss - 1) < 1e-6;
      if (!enough) return `${c.id}: rss ${rss}, certified ${c.rss}`;
      const deviations = standardDeviations(rows.map((r) => r.partials), c.rss / (c.data.length - c.params.length));
      const worst = Math.max(...deviations.map((sd, k) => Math.abs(sd / (c.certified_sd[k] ?? Number.NaN) - 1)));
      return worst < 1e-4 ? undefined : `${c.id}: standard deviations off by ${worst.toExponential(1)}`;
    });
    expect(result.failures).toEqual([]);
  });
});

/** sqrt of the diagonal of s² (JᵀJ)⁻¹, with the columns scaled to length one first. */
function standardDeviations(jacobian: readonly (readonly number[])[], variance: number): number[] {
  const p = jacobian[0]?.length ?? 0;
  const scale = Array.from({ length: p }, (_, k) => Math.sqrt(jacobian.reduce((s, row) => s + (row[k] ?? 0) ** 2, 0)));
  // R of a modified Gram-Schmidt QR: squaring the matrix would lose half the digits
  const columns = scale.map((length, k) => jacobian.map((row) => (row[k] ?? 0) / length));
  const r = columns.map(() => new Array<number>(p).fill(0));
  columns.forEach((column, k) => {
    const norm = Math.sqrt(column.reduce((s, x) => s + x * x, 0));
    r[k]![k] = norm;
    column.forEach((x, i) => { column[i] = x / norm; });
    for (let j = k + 1; j < p; j++) {
      const dot = column.reduce((s, x, i) => s + x * columns[j]![i]!, 0);
      r[k]![j] = dot;
      column.forEach((x, i) => { columns[j]![i]! -= dot * x; });
    }
  });
  return scale.map((length, k) => Math.sqrt(variance * rowNormOfInverse(r, k)) / length);
}

/** Σⱼ (R⁻¹)ₖⱼ² for upper triangular R. */
function rowNormOfInverse(r: readonly (readonly number[])[], k: number): number {
  let sum = 0;
  for (let j = k; j < r.length; j++) {
    const x = new Array<number>(r.length).fill(0);
    for (let i = j; i >= 0; i--) {
      let s = i === j ? 1 : 0;
      for (let m = i + 1; m <= j; m++) s -= r[i]![m]! * x[m]!;
      x[i] = s / r[i]![i]!;
    }
    sum += x[k]! ** 2;
  }
  return sum;
}
