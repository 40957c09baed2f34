/**
 * Levenberg-Marquardt for ½‖r(x)‖²: a trust region in scaled variables, after Moré, "The Levenberg-Marquardt
 * algorithm: implementation and theory", Lecture Notes in Mathematics 630 (1978); constants of MINPACK's `lmder`.
 */
import { PivotedQr } from '../dense/qr.ts';
import { checkRange, RuntimeError, startingPoint } from '../error.ts';
import type { LeastSquares } from '../problem.ts';
import { converged, stopRules } from '../result.ts';
import type { Monitor, Result, Status } from '../result.ts';
import { norm } from '../vector.ts';
import { Damping } from './damping.ts';

export interface LevenbergMarquardtOptions {
  /** largest cosine between the residuals and a column of the Jacobian, 1e-14 when left out */
  readonly cosineTolerance?: number;
  /** actual and predicted relative decrease of ‖r‖², 1e-15 when left out */
  readonly valueTolerance?: number;
  /** radius of the trust region relative to ‖D x‖, 1e-15 when left out */
  readonly stepTolerance?: number;
  /** first radius as a multiple of ‖D x‖, 100 when left out; smaller is more cautious */
  readonly radiusFactor?: number;
  /** 1,000 when left out */
  readonly maxIterations?: number;
  /** no limit when left out */
  readonly maxEvaluations?: number;
  readonly monitor?: Monitor;
}

export interface LeastSquaresResult extends Result {
  /** the residuals at x; `value` is half their squared length */
  readonly residuals: Float64Array;
  /** the Jacobian at x, m×n row-major */
  readonly jacobian: Float64Array;
}

interface Tolerances {
  readonly cosine: number;
  readonly value: number;
  readonly step: number;
}

/**
 * Minimises ½‖r(x)‖² from `start` by Moré's form of Levenberg-Marquardt (1978). Nothing is allocated per iteration.
 * Throws `RuntimeError` (`too-few-observations`) when there are fewer residuals than parameters.
 */
export function levenbergMarquardt(problem: LeastSquares, start: ArrayLike<number>, options: LevenbergMarquardtOptions = {}): LeastSquaresResult {
  if (problem.observations < problem.dimension)
    throw new RuntimeError('too-few-observations', `${problem.observations} residuals do not determine ${problem.dimension} parameters`);
  const { cosineTolerance = 1e-14, valueTolerance = 1e-15, stepTolerance = 1e-15, radiusFactor = 100 } = options;
  checkRange('cosineTolerance', cosineTolerance, 0, 1);
  checkRange('valueTolerance', valueTolerance, 0, 1);
  checkRange('stepTolerance', stepTolerance, 0, 1);
  checkRange('radiusFactor', radiusFactor, Number.MIN_VALUE, Infinity);
  const { maxIterations, maxEvaluations, monitor } = stopRules(options);
  const run = new Run(problem, startingPoint(start, problem.dimension), radiusFactor);
  const status = run.minimise({ cosine: cosineTolerance, value: valueTolerance, step: stepTolerance }, maxIterations, maxEvaluations, monitor);
  return run.result(status);
}

/** Steps of the last phase that do not improve, one after the other, end it. */
const VAIN_STEPS = 4;

class Run {
  readonly #problem: LeastSquares;
  readonly #qr: PivotedQr;
  readonly #damping: Damping;
  readonly #R: Float64Array;
  readonly #D: Float64Array;
  readonly #qtr: Float64Array;
  readonly #trial: Float64Array;
  readonly #scaled: Float64Array;
  readonly #rotated: Float64Array;
  readonly #radiusFactor: number;
  #x: Float64Array;
  #r: Float64Array;
  #trialResiduals: Float64Array;
  readonly #J: Float64Array;
  #length = 0;
  #radius = 0;
  #lambda = 0;
  #iterations = 0;
  #accepted = 0;
  #evaluations = 0;
  #cosine = 0;

  constructor(problem: LeastSquares, x: Float64Array, radiusFactor: number) {
    const { dimension: n, observations: m } = problem;
    this.#problem = problem;
    this.#x = x;
    this.#radiusFactor = radiusFactor;
    this.#qr = new PivotedQr(m, n);
    this.#damping = new Damping(n);
    this.#R = new Float64Array(n * n);
    this.#D = new Float64Array(n);
    this.#qtr = new Float64Array(n);
    this.#trial = new Float64Array(n);
    this.#scaled = new Float64Array(n);
    this.#rotated = new Float64Array(m);
    this.#r = new Float64Array(m);
    this.#trialResiduals = new Float64Array(m);
    this.#J = new Float64Array(m * n);
  }

  minimise(tolerances: Tolerances, maxIterations: number, maxEvaluations: number, monitor: Monitor | undefined): Status {
    const progress = { iteration: 0, value: 0, gradientNorm: 0, x: this.#x };
    this.#linearise();
    this.#evaluations = 1;
    for (;;) {
      if (!Number.isFinite(this.#length) || Number.isNaN(this.#cosine)) return 'not-finite';
      progress.iteration = this.#iterations;
      progress.value = 0.5 * this.#length * this.#length;
      progress.gradientNorm = this.#cosine;
      if (monitor?.(progress) === 'stop') return 'stopped';
      if (this.#cosine <= tolerances.cosine) return 'converged-gradient';
      for (let accepted = false; !accepted; ) {
        if (this.#iterations >= maxIterations) return 'max-iterations';
        if (this.#evaluations >= maxEvaluations) return 'max-evaluations';
        const [actual, predicted, ratio] = this.#tryStep();
        accepted = ratio >= 1e-4;
        if (accepted) this.#accept();
        const small = Math.abs(actual) <= tolerances.value && predicted <= tolerances.value && ratio <= 2;
        const short = this.#radius <= tolerances.step * this.#scaledNorm(this.#x);
        if (accepted) this.#linearise();
        if (small || short) {
          this.#polish(maxEvaluations);
          return small ? 'converged-value' : 'converged-step';
        }
      }
    }
  }

  /**
   * ‖r‖² is flat at its minimum: it cannot tell points apart that differ by √ε, half of the digits. The part of r
   * in the range of J can: full Gauss-Newton steps are taken as long as it shrinks, and some more, since close to the
   * minimum they go where rounding sends them. It is the relative offset of
   * Bates and Watts, "A relative offset orthogonality convergence criterion", Technometrics 23 (1981).
   */
  #polish(maxEvaluations: number): void {
    const step = this.#damping.step;
    const best = this.#trial;
    best.set(this.#x);
    let [offset, length] = [norm(this.#qtr), this.#length];
    for (let failures = 0; failures < VAIN_STEPS && this.#evaluations < maxEvaluations; ) {
      this.#damping.solve(this.#R, this.#qr.pivots, this.#D, this.#qtr, Infinity, 0);
      for (let j = 0; j < step.length; j++) this.#x[j]! -= step[j]!;
      this.#linearise();
      this.#evaluations++;
      const shrinks = norm(this.#qtr) < 0.95 * offset && this.#length <= length * (1 + 1e-12);
      failures = shrinks ? 0 : failures + 1;
      if (!shrinks) continue;
      best.set(this.#x);
      [offset, length] = [norm(this.#qtr), this.#length];
    }
    this.#x.set(best);
    this.#linearise();
  }

  /** Jacobian, its factors, Qᵀr, scales, and the largest cosine between r and a column. */
  #linearise(): void {
    const qr = this.#qr;
    const n = qr.columns;
    this.#problem.jacobian(this.#x, this.#r, this.#J);
    this.#length = norm(this.#r);
    qr.factor(this.#J);
    this.#rotated.set(this.#r);
    qr.applyTransposed(this.#rotated);
    qr.copyR(this.#R);
    for (let j = 0; j < n; j++) this.#qtr[j] = this.#rotated[j]!;
    this.#cosine = this.#largestCosine();
    for (let j = 0; j < n; j++) this.#D[j] = Math.max(this.#D[j]!, qr.lengths[j]!);
    if (this.#evaluations > 0) return;
    for (let j = 0; j < n; j++) if (this.#D[j] === 0) this.#D[j] = 1;
    this.#radius = this.#radiusFactor * this.#scaledNorm(this.#x) || this.#radiusFactor;
  }

  #largestCosine(): number {
    const { pivots, lengths, columns: n } = this.#qr;
    let largest = 0;
    if (this.#length === 0) return 0;
    for (let j = 0; j < n; j++) {
      const length = lengths[pivots[j]!]!;
      if (length === 0) continue;
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += this.#R[j * n + i]! * (this.#qtr[i]! / this.#length);
      largest = Math.max(largest, Math.abs(sum / length));
    }
    return largest;
  }

  #scaledNorm(v: Float64Array): number {
    for (let j = 0; j < v.length; j++) this.#scaled[j] = this.#D[j]! * v[j]!;
    return norm(this.#scaled);
  }

  readonly #outcome: [number, number, number] = [0, 0, 0];

  /** Evaluates one trial point and adapts the radius: actual and predicted relative decrease, and their ratio. */
  #tryStep(): readonly [number, number, number] {
    const { step } = this.#damping;
    this.#lambda = this.#damping.solve(this.#R, this.#qr.pivots, this.#D, this.#qtr, this.#radius, this.#lambda);
    for (let j = 0; j < step.length; j++) {
      step[j] = -step[j]!;
      this.#trial[j] = this.#x[j]! + step[j]!;
    }
    const stepLength = this.#scaledNorm(step);
    if (this.#accepted === 0) this.#radius = Math.min(this.#radius, stepLength);
    this.#problem.residuals(this.#trial, this.#trialResiduals);
    this.#evaluations++;
    this.#iterations++;
    const trialLength = norm(this.#trialResiduals);
    // a trial point without a value is as bad as can be
    const actual = 0.1 * trialLength < this.#length ? 1 - (trialLength / this.#length) ** 2 : -1;
    const linear = (this.#linearChange() / this.#length) ** 2;
    const damped = (Math.sqrt(this.#lambda) * stepLength / this.#length) ** 2;
    const predicted = linear + 2 * damped;
    const ratio = predicted === 0 ? 0 : actual / predicted;
    this.#adaptRadius(actual, linear + damped, ratio, stepLength, trialLength);
    this.#outcome[0] = actual;
    this.#outcome[1] = predicted;
    this.#outcome[2] = ratio;
    return this.#outcome;
  }

  /** ‖J p‖ = ‖R Pᵀ p‖ */
  #linearChange(): number {
    const { pivots, columns: n } = this.#qr;
    this.#scaled.fill(0);
    for (let j = 0; j < n; j++) {
      const p = this.#damping.step[pivots[j]!]!;
      for (let i = 0; i <= j; i++) this.#scaled[i]! += this.#R[j * n + i]! * p;
    }
    return norm(this.#scaled);
  }

  #adaptRadius(actual: number, slope: number, ratio: number, stepLength: number, trialLength: number): void {
    if (ratio <= 0.25 || Number.isNaN(ratio)) {
      let factor = actual >= 0 ? 0.5 : (0.5 * slope) / (slope - 0.5 * actual);
      if (!(0.1 * trialLength < this.#length) || !(factor >= 0.1)) factor = 0.1;
      this.#radius = factor * Math.min(this.#radius, stepLength / 0.1);
      this.#lambda /= factor;
    } else if (this.#lambda === 0 || ratio >= 0.75) {
      this.#radius = stepLength / 0.5;
      this.#lambda *= 0.5;
    }
  }

  #accept(): void {
    this.#accepted++;
    this.#x.set(this.#trial);
    const held = this.#r;
    this.#r = this.#trialResiduals;
    this.#trialResiduals = held;
    this.#length = norm(this.#r);
  }

  result(status: Status): LeastSquaresResult {
    const { dimension: n, observations: m } = this.#problem;
    let gradientNorm = 0;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += this.#J[i * n + j]! * this.#r[i]!;
      gradientNorm = Math.max(gradientNorm, Math.abs(sum));
    }
    return {
      status,
      converged: converged(status),
      x: this.#x,
      value: 0.5 * this.#length * this.#length,
      gradientNorm,
      iterations: this.#iterations,
      evaluations: this.#evaluations,
      residuals: this.#r,
      jacobian: this.#J,
    };
  }
}
