/** An objective along a line, and the searches along it. */
import type { Objective } from '../problem.ts';
import { dot, pointAlong } from '../vector.ts';

/** Relative differences of values that may be rounding errors of sums of many terms. */
export const NOISE = 1e-13;

/** The point x + step·d last evaluated, with value, gradient and slope there; made once and moved. */
export class Line {
  readonly x: Float64Array;
  readonly direction: Float64Array;
  /** the trial point and the gradient at it */
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  /** at x */
  startValue = 0;
  startSlope = 0;
  /** at the trial point */
  step = 0;
  value = 0;
  slope = 0;
  /**
   * What searches compare with `startValue`. Near a minimum differences of values are rounding errors while slopes
   * are not; then it is the value that the slopes at both ends say. Sufficient decrease becomes the approximate Wolfe
   * condition of Hager and Zhang, SIAM J. Optim. 16 (2005), equation (4.1).
   */
  judged = 0;
  /** calls of the objective since the line was made */
  evaluations = 0;
  readonly #objective: Objective;

  constructor(objective: Objective) {
    const n = objective.dimension;
    this.#objective = objective;
    this.x = new Float64Array(n);
    this.direction = new Float64Array(n);
    this.point = new Float64Array(n);
    this.gradient = new Float64Array(n);
  }

  /** Places `x` and evaluates there; the gradient stays in `gradient`. */
  evaluateStart(x: Float64Array): void {
    this.x.set(x);
    this.point.set(x);
    this.value = this.#objective.valueGradient(this.point, this.gradient);
    this.evaluations++;
  }

  /** Starts the line at the last trial point; `direction` has been written, `gradient` is still the one there. */
  begin(): void {
    this.x.set(this.point);
    this.startValue = this.value;
    this.startSlope = dot(this.gradient, this.direction);
    this.step = 0;
  }

  evaluate(step: number): void {
    pointAlong(this.point, this.x, step, this.direction);
    this.value = this.#objective.valueGradient(this.point, this.gradient);
    this.slope = dot(this.gradient, this.direction);
    this.step = step;
    this.evaluations++;
    const within = Math.abs(this.value - this.startValue) <= NOISE * Math.abs(this.startValue);
    this.judged = within ? this.startValue + 0.5 * step * (this.startSlope + this.slope) : this.value;
  }
}

/** Leaves an acceptable point in the line and returns true, or returns false. */
export type LineSearch = (line: Line, firstStep: number) => boolean;
