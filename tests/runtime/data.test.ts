/** Ridge, lasso and logistic regression on real data, with the modules of samples/models/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proximalGradient } from '../../src/runtime/composite/proximal-gradient.ts';
import { elasticNet, l1 } from '../../src/runtime/composite/regularisers.ts';
import { descend } from '../../src/runtime/descend.ts';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { newtonCg } from '../../src/runtime/directions/newton-cg.ts';
import { newton } from '../../src/runtime/directions/newton.ts';
import { Lu } from '../../src/runtime/dense/lu.ts';
import { trustRegionCg, trustRegionDogleg } from '../../src/runtime/trust-region.ts';
import { root } from '../support/sources.ts';
import { curvedObjectiveOf, functionsOf, objectiveOf, readTable } from './support.ts';

const sample = (name: string): string => readFileSync(join(root, 'samples/models', name), 'utf8');

/** Columns with mean 0, scaled to length `length`. */
function standardised(rows: readonly (readonly number[])[], length: (column: readonly number[]) => number): Float64Array {
  const D = rows[0]!.length;
  const X = new Float64Array(rows.length * D);
  for (let d = 0; d < D; d++) {
    const column = rows.map((row) => row[d]!);
    const mean = column.reduce((s, x) => s + x, 0) / column.length;
    const centred = column.map((x) => x - mean);
    const norm = length(centred);
    centred.forEach((x, n) => { X[n * D + d] = x / norm; });
  }
  return X;
}

const euclidean = (column: readonly number[]): number => Math.sqrt(column.reduce((s, x) => s + x * x, 0));

/** Standard deviation, divided by N. */
const deviation = (column: readonly number[]): number => euclidean(column) / Math.sqrt(column.length);

const rows = readTable('diabetes_data_raw.csv.gz');
const target = readTable('diabetes_target.csv.gz');

describe.skipIf(rows === undefined || target === undefined)('diabetes', () => {
  const N = rows?.length ?? 1;
  const D = rows?.[0]?.length ?? 1;
  const X = standardised(rows ?? [[0]], deviation);
  const y = Float64Array.from((target ?? []).flat());
  const f = functionsOf(sample('05-elastic-net.diff'), { N, D });
  const mean = y.reduce((s, v) => s + v, 0) / N;
  /** Σ x_d x_e / N and Σ x_d (y − mean) / N */
  const gram = Float64Array.from({ length: D * D }, (_, at) => sum(N, (n) => X[n * D + Math.floor(at / D)]! * X[n * D + (at % D)]!) / N);
  const moments = Float64Array.from({ length: D }, (_, d) => sum(N, (n) => X[n * D + d]! * (y[n]! - mean)) / N);
  /** ‖r‖²/N + l2‖w‖² is smallest where (G + l2) w = m. */
  const ridge = (l2: number): Float64Array => {
    const lu = new Lu(D);
    lu.factor(gram.map((g, at) => g + (Math.floor(at / D) === at % D ? l2 : 0)), D, D);
    const w = moments.slice();
    lu.solve(w);
    return w;
  };
  const smooth = (l2: number) => objectiveOf(f, { X, y }, { l1: 0, l2 }, 'smoothPart');
  const penalised = Float64Array.from({ length: D + 1 }, (_, i) => (i < D ? 1 : 0));

  it('least squares has the published coefficients', () => {
    // scikit-learn 1.5, LinearRegression on load_diabetes
    const published = [-10.0098663, -239.81564367, 519.84592005, 324.3846455, -792.17563855, 476.73902101, 101.04326794, 177.06323767, 751.27369956, 67.62669218, 152.13348416];
    const { x, converged } = lbfgs(smooth(0), new Float64Array(D + 1), { gradientTolerance: 1e-9, maxIterations: 5000 });
    expect(converged).toBe(true);
    // theirs are for columns of length 1
    published.forEach((want, i) => expect(Math.abs(x[i]! * (i < D ? Math.sqrt(N) : 1) - want)).toBeLessThan(1e-5));
  });

  it.each([0.01, 0.1, 1])('ridge with l2 = %f is the closed form', (l2) => {
    const want = [...ridge(l2), mean];
    const { x } = conjugateGradient(smooth(l2), new Float64Array(D + 1), { gradientTolerance: 1e-9, maxIterations: 5000 });
    want.forEach((w, i) => expect(Math.abs(x[i]! - w)).toBeLessThan(1e-5 * Math.max(1, Math.abs(w))));
  });

  // theirs are for columns of length 1: w is √N times ours, and a penalty of it as many times (lasso) or N times (ridge) as heavy
  const scaled = (x: Float64Array): Float64Array => x.slice(0, D).map((w) => w * Math.sqrt(N));

  it('ridge has the published coefficients', () => {
    // scikit-learn 1.5, Ridge(alpha=1) on load_diabetes
    const published = [29.46611189, -83.15427636, 306.35268015, 201.62773437, 5.90961437, -29.51549508, -152.04028006, 117.3117316, 262.94429001, 111.87895644];
    const { x } = lbfgs(smooth(1), new Float64Array(D + 1), { gradientTolerance: 1e-10, maxIterations: 5000 });
    scaled(x).forEach((w, i) => expect(Math.abs(w - published[i]!)).toBeLessThan(1e-6));
  });

  it.each([
    // the problem of scikit-learn's Lasso(alpha), by coordinate descent in NumPy until nothing moves by 1e-13
    { alpha: 1, known: [0, 0, 367.7016258, 6.309702644, 0, 0, 0, 0, 307.6021475, 0] },
    { alpha: 0.1, known: [0, -155.3431106, 517.2162412, 275.0872229, -52.55203581, 0, -210.139509, 0, 483.9171746, 33.66219214] },
  ])('lasso with alpha = $alpha has the known coefficients', ({ alpha, known }) => {
    const { x } = proximalGradient(smooth(0), l1(2 * alpha * Math.sqrt(N), penalised), new Float64Array(D + 1), { acceleration: 'fista', gradientTolerance: 1e-10, maxIterations: 200_000 });
    scaled(x).forEach((w, i) => expect(Math.abs(w - known[i]!)).toBeLessThan(1e-5));
  });

  it('weight decay is the same penalty', () => {
    // weightDecay/2·‖x‖² over all components; the data are centred, so that b alone is off by a factor
    const { x } = descend(smooth(0), new Float64Array(D + 1), { rate: 0.1, weightDecay: 0.02, maxIterations: 20_000, gradientTolerance: 1e-11 });
    const want = ridge(0.01);
    want.forEach((w, i) => expect(Math.abs(x[i]! - w)).toBeLessThan(1e-6));
    expect(Math.abs(x[D]! - mean / 1.01)).toBeLessThan(1e-6);
  });

  it.each([2, 20, 60])('lasso with l1 = %f satisfies the conditions of subgradients', (weight) => {
    const objective = smooth(0);
    const results = (['none', 'fista'] as const).map((acceleration) =>
      proximalGradient(objective, l1(weight, penalised), new Float64Array(D + 1), { acceleration, gradientTolerance: 1e-9, maxIterations: 200_000 }));
    const g = new Float64Array(D + 1);
    for (const { x, status } of results) {
      expect(status).toBe('converged-gradient');
      objective.valueGradient(x, g);
      expect(Math.abs(g[D]!)).toBeLessThan(1e-6);
      for (let d = 0; d < D; d++) {
        if (x[d] === 0) expect(Math.abs(g[d]!)).toBeLessThanOrEqual(weight * (1 + 1e-9));
        else expect(Math.abs(g[d]! + weight * Math.sign(x[d]!))).toBeLessThan(1e-6);
      }
    }
    console.log(`lasso l1 = ${weight}: ${Array.from(results[1]!.x.slice(0, D)).filter((w) => w !== 0).length} of ${D} coefficients, ISTA ${results[0]!.iterations} and FISTA ${results[1]!.iterations} iterations`);
    expect(results[1]!.iterations).toBeLessThan(results[0]!.iterations);
  });

  it('lasso is 0 from the largest moment on', () => {
    const largest = 2 * Math.max(...moments.map(Math.abs));
    const fit = (weight: number): Float64Array => proximalGradient(smooth(0), l1(weight, penalised), new Float64Array(D + 1), { gradientTolerance: 1e-9, maxIterations: 50_000 }).x;
    expect(fit(largest * 1.0001).slice(0, D).every((w) => w === 0)).toBe(true);
    expect(fit(largest * 0.999).slice(0, D).filter((w) => w !== 0)).toHaveLength(1);
  });

  it('proximal steps of descend reach the same lasso', () => {
    const data = { X, y: y.map((v) => v - mean) };
    const centred = objectiveOf(f, data, { l1: 0, l2: 0 }, 'smoothPart');
    const want = proximalGradient(centred, l1(4), new Float64Array(D + 1), { gradientTolerance: 1e-10, maxIterations: 50_000 }).x;
    const got = descend(centred, new Float64Array(D + 1), { rate: 0.1, l1: 4, maxIterations: 50_000, stepTolerance: 1e-15 }).x;
    expect(got.map((v) => (v === 0 ? 0 : 1))).toEqual(want.map((v) => (v === 0 ? 0 : 1)));
    want.forEach((w, i) => expect(Math.abs(got[i]! - w)).toBeLessThan(1e-5));
  });

  it('elastic net by its penalty and by the model agree', () => {
    const byPenalty = proximalGradient(smooth(0), elasticNet(4, 0.2, penalised), new Float64Array(D + 1), { gradientTolerance: 1e-9, maxIterations: 50_000 }).x;
    const byModel = proximalGradient(smooth(0.1), l1(4, penalised), new Float64Array(D + 1), { gradientTolerance: 1e-9, maxIterations: 50_000 }).x;
    byModel.forEach((w, i) => expect(Math.abs(byPenalty[i]! - w)).toBeLessThan(1e-5));
  });
});

const cancer = readTable('breast_cancer.csv', 1);

describe.skipIf(cancer === undefined)('breast cancer', () => {
  const table = cancer ?? [[0, 0]];
  const D = table[0]!.length - 1;
  const X = standardised(table.map((row) => row.slice(0, D)), deviation);
  const y = Float64Array.from(table, (row) => row[D]!);
  const objective = curvedObjectiveOf(functionsOf(sample('02-logistic.diff'), { N: table.length, D }), { X, y });
  const options = { gradientTolerance: 1e-10, maxIterations: 2000 };
  const start = new Float64Array(D + 1);

  it('logistic regression ends at one point with every method and separates 98 % of the cases', () => {
    const runs = {
      Newton: newton(objective, start, options),
      dogleg: trustRegionDogleg(objective, start, options),
      'Newton-CG': newtonCg(objective, start, options),
      'trust region CG': trustRegionCg(objective, start, options),
      'L-BFGS': lbfgs(objective, start, options),
      'Hager-Zhang': conjugateGradient(objective, start, options),
    };
    console.log(`breast cancer: ${Object.entries(runs).map(([name, r]) => `${name} ${r.iterations}/${r.evaluations}`).join(', ')}`);
    for (const [name, r] of Object.entries(runs)) {
      expect([name, r.status]).toEqual([name, 'converged-gradient']);
      r.x.forEach((w, i) => expect(Math.abs(w - runs.Newton.x[i]!)).toBeLessThan(1e-7));
    }
    expect(runs.Newton.iterations).toBeLessThan(12);
    const w = runs.Newton.x;
    const right = table.filter((_, n) => (sum(D, (d) => X[n * D + d]! * w[d]!) + w[D]! > 0) === (y[n] === 1)).length;
    expect(right / table.length).toBeGreaterThan(0.98);
  });
});

function sum(count: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += term(k);
  return total;
}
