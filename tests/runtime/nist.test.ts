/**
 * NIST StRD nonlinear regression: 27 problems from both starting points, fitted with emitted residuals and Jacobians.
 * LRE is the number of correct digits of the worst parameter, at most the 11 that are certified.
 */
import { describe, expect, it } from 'vitest';
import { levenbergMarquardt } from '../../src/runtime/least-squares/levenberg-marquardt.ts';
import type { LeastSquaresResult } from '../../src/runtime/least-squares/levenberg-marquardt.ts';
import { fitStatistics } from '../../src/runtime/least-squares/statistics.ts';
import { readCorpus } from '../support/corpora.ts';
import { functionsOf, leastSquaresOf } from './support.ts';

interface Case {
  readonly id: string;
  readonly model: string;
  readonly response: string;
  readonly params: readonly string[];
  readonly start1: readonly number[];
  readonly start2: readonly number[];
  readonly certified: readonly number[];
  readonly certified_sd: readonly number[];
  readonly rss: number;
  readonly columns: readonly string[];
  readonly data: readonly (readonly number[])[];
}

const cases = readCorpus<Case>('nist.jsonl');

/** The corpus' formula as residuals of a model file. */
function modelText(c: Case): string {
  const predictors = c.columns.filter((name) => name !== 'y');
  return [
    'module nist',
    'dim N',
    `data ${c.columns.map((name) => `${name}: R[N]`).join(', ')}`,
    `param ${c.params.map((name) => `${name}: R`).join(', ')}`,
    `model(${predictors.join(', ')}) = ${c.model}`,
    `res[i] = ${c.response === 'y' ? 'y[i]' : 'ln(y[i])'} - model(${predictors.map((name) => `${name}[i]`).join(', ')})`,
    `derive value, jacobian of res wrt ${c.params.join(', ')}`,
  ].join('\n');
}

/** Correct digits of the worst component. */
function correctDigits(got: ArrayLike<number>, want: readonly number[], certified = 11): number {
  return Math.min(...want.map((w, k) => (got[k] === w ? certified : Math.min(certified, Math.max(0, -Math.log10(Math.abs(got[k]! - w) / Math.abs(w)))))));
}

/** Standard deviations when the variance is the certified one: what is left is the Jacobian's part. */
function deviationsAt(c: Case, result: LeastSquaresResult): Float64Array {
  const statistics = fitStatistics(result);
  // the residuals of Lanczos1 are rounding errors of its 14-digit data: only their certified sum has digits
  const correction = c.rss < 1e-20 ? Math.sqrt(c.rss / statistics.residualSumOfSquares) : 1;
  return statistics.standardErrors.map((error) => error * correction);
}

describe.skipIf(cases === undefined)('NIST StRD', () => {
  const runs = (cases ?? []).flatMap((c) => {
    const data = Object.fromEntries(c.columns.map((name, k) => [name, Float64Array.from(c.data, (row) => row[k]!)]));
    const problem = leastSquaresOf(functionsOf(modelText(c), { N: c.data.length }), 'res', data);
    return [c.start1, c.start2].map((start, k) => {
      const result = levenbergMarquardt(problem, start);
      return { name: `${c.id} from start ${k + 1}`, result, digits: correctDigits(result.x, c.certified), deviations: correctDigits(deviationsAt(c, result), c.certified_sd) };
    });
  });
  const below = (digits: number, of: 'digits' | 'deviations'): string[] => runs.filter((r) => r[of] < digits).map((r) => `${r.name}: ${r[of].toFixed(1)}`);

  it('solves every problem from both starts', () => {
    expect(runs).toHaveLength(54);
    expect(runs.filter((r) => !r.result.converged).map((r) => `${r.name}: ${r.result.status}`)).toEqual([]);
    expect(below(4, 'digits')).toEqual([]);
  });

  it('has at least 8.5 digits in every run and 10.5 on average', () => {
    const average = runs.reduce((sum, r) => sum + r.digits, 0) / runs.length;
    const deviations = runs.reduce((sum, r) => sum + r.deviations, 0) / runs.length;
    console.log(`nist fits: ${runs.length} runs, average LRE ${average.toFixed(2)}, lowest ${Math.min(...runs.map((r) => r.digits)).toFixed(1)}; standard deviations average ${deviations.toFixed(2)}, lowest ${Math.min(...runs.map((r) => r.deviations)).toFixed(1)}`);
    expect(below(8.5, 'digits')).toEqual([]);
    expect(average).toBeGreaterThan(10.5);
  });

  it('standard deviations have at least 8.5 digits', () => {
    expect(below(8.5, 'deviations')).toEqual([]);
  });
});
