/** f + h with f smooth and h known by its proximal operator. */
import { checkRange, startingPoint } from '../error.ts';
import type { Objective, Regulariser } from '../problem.ts';
import { converged, stopReason, stopRules } from '../result.ts';
import type { Result, Status, StopOptions } from '../result.ts';
import { distance, norm } from '../vector.ts';

export interface ProximalOptions extends StopOptions {
  /** 'fista' when left out */
  readonly acceleration?: 'none' | 'fista';
  /** first step, 1 when left out; backtracking shortens it */
  readonly firstStep?: number;
}

/**
 * Proximal gradient with backtracking. `none` is ISTA, `fista` the accelerated method, both of Beck and Teboulle, SIAM
 * J. Imaging Sciences 2 (2009), sections 3 and 4; acceleration restarts when it goes uphill, O'Donoghue and Candès,
 * Foundations of Computational Mathematics 15 (2015), the gradient scheme. The gradient that tolerances speak of is
 * the generalised one, (x − prox(x − t∇f))/t. `value` is f + h.
 */
export function proximalGradient(smooth: Objective, regulariser: Regulariser, start: ArrayLike<number>, options: ProximalOptions = {}): Result {
  const { firstStep = 1 } = options;
  checkRange('firstStep', firstStep, Number.MIN_VALUE, Infinity);
  const rules = stopRules(options);
  const run = new Proximal(smooth, regulariser, startingPoint(start, smooth.dimension), firstStep, options.acceleration ?? 'fista');
  const progress = { iteration: 0, value: Infinity, gradientNorm: Infinity, x: run.x };
  let status: Status | undefined;
  while (status === undefined) {
    if (rules.maxIterations === 0) status = 'max-iterations';
    else if (!run.iterate()) status = 'not-finite';
    else {
      const before = progress.value;
      progress.iteration++;
      progress.value = run.value;
      progress.gradientNorm = run.gradientNorm;
      progress.x = run.x;
      status = stopReason(rules, progress, before, distance(run.x, run.before), norm(run.x), run.evaluations);
    }
  }
  return { status, converged: converged(status), x: run.x, value: progress.value, gradientNorm: progress.gradientNorm, iterations: progress.iteration, evaluations: run.evaluations };
}

class Proximal {
  x: Float64Array;
  before: Float64Array;
  value = Infinity;
  gradientNorm = Infinity;
  evaluations = 0;
  readonly #smooth: Objective;
  readonly #regulariser: Regulariser;
  readonly #accelerated: boolean;
  /** the point where the gradient is taken, ahead of x */
  readonly #y: Float64Array;
  readonly #g: Float64Array;
  readonly #spare: Float64Array;
  #step: number;
  #t = 1;

  constructor(smooth: Objective, regulariser: Regulariser, x: Float64Array, firstStep: number, acceleration: 'none' | 'fista') {
    this.#smooth = smooth;
    this.#regulariser = regulariser;
    this.#accelerated = acceleration === 'fista';
    this.x = x;
    this.before = new Float64Array(x.length);
    this.#y = x.slice();
    this.#g = new Float64Array(x.length);
    this.#spare = new Float64Array(x.length);
    this.#step = firstStep;
  }

  /** One step; false when no finite point was found. */
  iterate(): boolean {
    const y = this.#y;
    const value = this.#smooth.valueGradient(y, this.#g);
    this.evaluations++;
    const next = this.before;
    this.before = this.x;
    this.x = next;
    const smoothValue = this.#backtrack(value);
    if (!Number.isFinite(smoothValue)) return false;
    this.value = smoothValue + this.#regulariser.value(this.x);
    this.gradientNorm = this.#generalisedGradient();
    this.#lookAhead();
    return true;
  }

  /** Shortens the step until the quadratic model lies above f; returns f at the new x. */
  #backtrack(value: number): number {
    const y = this.#y;
    for (;;) {
      for (let i = 0; i < y.length; i++) this.x[i] = y[i]! - this.#step * this.#g[i]!;
      this.#regulariser.prox(this.x, this.#step, this.x);
      const reached = this.#smooth.valueGradient(this.x, this.#spare);
      this.evaluations++;
      let linear = 0;
      let square = 0;
      let turned = 0;
      for (let i = 0; i < y.length; i++) {
        const moved = this.x[i]! - y[i]!;
        linear += this.#g[i]! * moved;
        square += moved * moved;
        turned += (this.#spare[i]! - this.#g[i]!) * moved;
      }
      // where the quadratic term drowns in rounding errors of the values, the slopes decide
      const drowned = square / this.#step <= 1e-9 * Math.abs(value);
      const below = drowned ? turned <= square / this.#step : reached <= value + linear + square / (2 * this.#step);
      if (square === 0 || (below && Number.isFinite(reached))) return reached;
      this.#step *= 0.5;
      if (this.#step < 1e-300) return Number.NaN;
    }
  }

  #generalisedGradient(): number {
    let largest = 0;
    for (let i = 0; i < this.x.length; i++) largest = Math.max(largest, Math.abs(this.#y[i]! - this.x[i]!) / this.#step);
    return largest;
  }

  /** The next point for the gradient: beyond x along the last move, unless that goes uphill. */
  #lookAhead(): void {
    let uphill = 0;
    for (let i = 0; i < this.x.length; i++) uphill += (this.#y[i]! - this.x[i]!) * (this.x[i]! - this.before[i]!);
    const t = uphill > 0 ? 1 : this.#t;
    const next = 0.5 * (1 + Math.sqrt(1 + 4 * t * t));
    const momentum = this.#accelerated && uphill <= 0 ? (t - 1) / next : 0;
    this.#t = next;
    for (let i = 0; i < this.x.length; i++) this.#y[i] = this.x[i]! + momentum * (this.x[i]! - this.before[i]!);
  }
}
