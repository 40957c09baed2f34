import { PivotedQr } from '../dense/qr.ts';
import { RuntimeError, startingPoint } from '../error.ts';
import type { LeastSquares } from '../problem.ts';
import { converged, stopReason, stopRules } from '../result.ts';
import type { Status, StopOptions } from '../result.ts';
import { distance, maxNorm, norm, pointAlong } from '../vector.ts';
import { Damping } from './damping.ts';
import type { LeastSquaresResult } from './levenberg-marquardt.ts';

/**
 * Gauss-Newton with backtracking on ½‖r‖²: Gauss (1809); Nocedal and Wright (2006), section 10.3. The step solves the
 * linear problem by pivoted QR. Levenberg-Marquardt is safer far from the solution and where J loses rank.
 */
export function gaussNewton(problem: LeastSquares, start: ArrayLike<number>, options: StopOptions = {}): LeastSquaresResult {
  const { dimension: n, observations: m } = problem;
  if (m < n) throw new RuntimeError('too-few-observations', `${m} residuals do not determine ${n} parameters`);
  const rules = stopRules({ stepTolerance: 1e-14, ...options });
  const x = startingPoint(start, n);
  const linear = new Linearisation(problem);
  const before = new Float64Array(n);
  linear.moveTo(x);
  let evaluations = 1;
  const progress = { iteration: 0, value: linear.value, gradientNorm: maxNorm(linear.gradient), x };
  let status: Status | undefined = stopReason(rules, progress, Infinity, Infinity, 0, evaluations);
  while (status === undefined) {
    const slope = linear.solve();
    before.set(x);
    let step = 1;
    let value = Infinity;
    for (; step > 1e-20; step *= 0.5) {
      pointAlong(x, before, -step, linear.step);
      value = linear.valueAt(x);
      evaluations++;
      // the flat bottom of ‖r‖² is noise: there full steps go on until they are short
      if (value <= progress.value - 1e-4 * step * slope || (step === 1 && Math.abs(value - progress.value) <= 1e-12 * progress.value)) break;
    }
    if (step <= 1e-20) {
      x.set(before);
      status = 'line-search-failed';
      break;
    }
    const valueBefore = progress.value;
    linear.moveTo(x);
    progress.iteration++;
    progress.value = linear.value;
    progress.gradientNorm = maxNorm(linear.gradient);
    status = stopReason(rules, progress, valueBefore, distance(before, x), norm(x), evaluations);
  }
  if (status === 'line-search-failed') linear.moveTo(x);
  return { status, converged: converged(status), x, value: linear.value, gradientNorm: maxNorm(linear.gradient), iterations: progress.iteration, evaluations, residuals: linear.r, jacobian: linear.J };
}

class Linearisation {
  readonly r: Float64Array;
  readonly J: Float64Array;
  /** Jᵀ r */
  readonly gradient: Float64Array;
  readonly #problem: LeastSquares;
  readonly #qr: PivotedQr;
  readonly #damping: Damping;
  readonly #R: Float64Array;
  readonly #rotated: Float64Array;
  readonly #ones: Float64Array;

  constructor(problem: LeastSquares) {
    const { dimension: n, observations: m } = problem;
    this.#problem = problem;
    this.r = new Float64Array(m);
    this.J = new Float64Array(m * n);
    this.gradient = new Float64Array(n);
    this.#qr = new PivotedQr(m, n);
    this.#damping = new Damping(n);
    this.#R = new Float64Array(n * n);
    this.#rotated = new Float64Array(m);
    this.#ones = new Float64Array(n).fill(1);
  }

  get value(): number {
    return 0.5 * norm(this.r) ** 2;
  }

  get step(): Float64Array {
    return this.#damping.step;
  }

  valueAt(x: Float64Array): number {
    this.#problem.residuals(x, this.#rotated);
    return 0.5 * norm(this.#rotated) ** 2;
  }

  moveTo(x: Float64Array): void {
    const n = x.length;
    this.#problem.jacobian(x, this.r, this.J);
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < this.r.length; i++) sum += this.J[i * n + j]! * this.r[i]!;
      this.gradient[j] = sum;
    }
  }

  /** Leaves J⁺ r in `step` and returns its slope, ‖J J⁺ r‖². */
  solve(): number {
    this.#qr.factor(this.J);
    this.#rotated.set(this.r);
    this.#qr.applyTransposed(this.#rotated);
    this.#qr.copyR(this.#R);
    const n = this.step.length;
    // an infinite radius asks for the undamped step
    this.#damping.solve(this.#R, this.#qr.pivots, this.#ones, this.#rotated.subarray(0, n), Infinity, 0);
    return norm(this.#rotated, 0, n) ** 2;
  }
}
