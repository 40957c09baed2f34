/** The normal density that touches a log density at its mode: Tierney and Kadane, JASA 81 (1986). */
import { choleskyFactor } from '../dense/cholesky.ts';
import { lbfgs } from '../directions/lbfgs.ts';
import { checkRange, startingPoint } from '../error.ts';
import type { HessianObjective, Objective, ProductObjective } from '../problem.ts';
import { Random } from '../random.ts';
import type { Result } from '../result.ts';
import { checkWhole } from './sample.ts';
import { NormalApproximation } from './normal-approximation.ts';
import { checkDimension, quantitiesOf } from './target.ts';
import type { Quantities, Target } from './target.ts';

export interface LaplaceOptions {
  /** where the search for the mode starts; 0 when left out */
  readonly start?: ArrayLike<number>;
  /** 1e-8 when left out */
  readonly gradientTolerance?: number;
  /** 1,000 when left out */
  readonly maxIterations?: number;
  /** draws from the approximation, 1,000 when left out */
  readonly draws?: number;
  /** 1 when left out */
  readonly seed?: number;
  readonly quantities?: Quantities;
}

/**
 * - `done`
 * - `no-mode`: the search did not converge; `search` says why
 * - `not-a-maximum`: the Hessian is not negative definite where the search ended
 */
export type LaplaceStatus = 'done' | 'no-mode' | 'not-a-maximum';

export interface LaplaceResult {
  readonly status: LaplaceStatus;
  readonly mode: Float64Array;
  readonly logDensity: number;
  /** n×n, and its lower triangular factor; NaN unless done */
  readonly covariance: Float64Array;
  readonly factor: Float64Array;
  /** ln ∫ exp(log density), exact for a normal density; NaN unless done */
  readonly logEvidence: number;
  readonly names: readonly string[];
  /** draws one after the other, one number for each name; none unless done */
  readonly draws: Float64Array;
  readonly search: Result;
}

/** Needs nothing but the gradient; an emitted Hessian or products with it are used where the target has them. */
export function laplace(target: Target & Partial<Pick<HessianObjective, 'hessian'> & Pick<ProductObjective, 'hessianProduct'>>, options: LaplaceOptions = {}): LaplaceResult {
  const { gradientTolerance = 1e-8, maxIterations = 1000, draws = 1000, seed = 1 } = options;
  const n = target.dimension;
  checkDimension(target);
  checkWhole('draws', draws, 0, Infinity);
  checkRange('gradientTolerance', gradientTolerance, 0, Infinity);
  const search = lbfgs(negative(target), startingPoint(options.start ?? new Float64Array(n), n), { gradientTolerance, maxIterations });
  const quantities = quantitiesOf(target, options.quantities);
  const common = { mode: search.x, logDensity: -search.value, names: quantities.names, search };
  const none = { covariance: new Float64Array(n * n).fill(Number.NaN), factor: new Float64Array(n * n).fill(Number.NaN), logEvidence: Number.NaN, draws: new Float64Array(0) };
  // near the mode rounding errors end the search where the tolerance is out of reach
  if (!search.converged && search.status !== 'line-search-failed') return { status: 'no-mode', ...common, ...none };
  const precision = negativeHessian(target, search.x);
  const root = new Float64Array(n * n);
  if (!choleskyFactor(precision, n, root)) return { status: 'not-a-maximum', ...common, ...none };
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(root[i * n + i]!);
  const covariance = inverseOf(root, n);
  const factor = new Float64Array(n * n);
  choleskyFactor(covariance, n, factor);
  const logEvidence = common.logDensity + (n / 2) * Math.log(2 * Math.PI) - logDeterminant / 2;
  const approximation = new NormalApproximation(search.x, factor);
  return { status: 'done', ...common, covariance, factor, logEvidence, draws: approximation.draws(draws, new Random(seed), quantities) };
}

function negative(target: Objective): Objective {
  return {
    dimension: target.dimension,
    valueGradient(x, g) {
      const value = target.valueGradient(x, g);
      for (let i = 0; i < g.length; i++) g[i] = -g[i]!;
      return -value;
    },
  };
}

function negativeHessian(target: Target & Partial<Pick<HessianObjective, 'hessian'> & Pick<ProductObjective, 'hessianProduct'>>, x: Float64Array): Float64Array {
  const n = x.length;
  const H = new Float64Array(n * n);
  if (target.hessian !== undefined) target.hessian(x, H);
  else if (target.hessianProduct === undefined) differences(target, x, H);
  else {
    const v = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      v.fill(0);
      v[i] = 1;
      const row = H.subarray(i * n, i * n + n);
      target.hessianProduct(x, v, row);
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) H[i * n + j] = H[j * n + i] = -0.5 * (H[i * n + j]! + H[j * n + i]!);
  return H;
}

/** Central differences of gradients. */
function differences(target: Objective, x: Float64Array, H: Float64Array): void {
  const n = x.length;
  const y = x.slice();
  const [ahead, behind] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const h = 2 ** -17 * Math.max(1, Math.abs(x[i]!));
    y[i] = x[i]! + h;
    target.valueGradient(y, ahead);
    y[i] = x[i]! - h;
    target.valueGradient(y, behind);
    y[i] = x[i]!;
    for (let j = 0; j < n; j++) H[i * n + j] = (ahead[j]! - behind[j]!) / (2 * h);
  }
}

/** (L Lᵀ)⁻¹, column by column. */
function inverseOf(L: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const b = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    b.fill(0);
    b[j] = 1;
    for (let i = j; i < n; i++) {
      let sum = b[i]!;
      for (let k = j; k < i; k++) sum -= L[i * n + k]! * b[k]!;
      b[i] = sum / L[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i]!;
      for (let k = i + 1; k < n; k++) sum -= L[k * n + i]! * b[k]!;
      b[i] = sum / L[i * n + i]!;
    }
    for (let i = 0; i < n; i++) inverse[i * n + j] = b[i]!;
  }
  return inverse;
}
