/** The loop of all methods that choose a direction and search along it. */
import { startingPoint } from './error.ts';
import { Line } from './line-search/line.ts';
import type { LineSearch } from './line-search/line.ts';
import type { Objective } from './problem.ts';
import { converged, stopReason, stopRules } from './result.ts';
import type { Result, Status, StopOptions } from './result.ts';
import { distance, maxNorm, negate, norm } from './vector.ts';

/** What distinguishes one method from another. */
export interface DirectionMethod {
  /** Writes a direction of descent at `x` with gradient `g` into `d`. */
  direction(x: Float64Array, g: Float64Array, d: Float64Array): void;
  /** Length of the first trial step; `line.step` is still the step before. */
  firstStep(line: Line, iteration: number): number;
  /** Sees an accepted step: points and gradients before and after. */
  learn(xBefore: Float64Array, x: Float64Array, gBefore: Float64Array, g: Float64Array): void;
  /** Forgets what it learnt; false when there was nothing to forget. */
  forget(): boolean;
}

export function lineSearchMethod(objective: Objective, start: ArrayLike<number>, method: DirectionMethod, search: LineSearch, options: StopOptions): Result {
  const rules = stopRules(options);
  const line = new Line(objective);
  const gBefore = new Float64Array(objective.dimension);
  line.evaluateStart(startingPoint(start, objective.dimension));
  const progress = { iteration: 0, value: line.value, gradientNorm: maxNorm(line.gradient), x: line.point };
  let status: Status | undefined = stopReason(rules, progress, Infinity, Infinity, 0, line.evaluations);
  while (status === undefined) {
    gBefore.set(line.gradient);
    method.direction(line.point, line.gradient, line.direction);
    const step = line.step;
    line.begin();
    if (!(line.startSlope < 0)) {
      method.forget();
      negate(line.direction, line.gradient);
      line.begin();
    }
    line.step = step;
    const first = method.firstStep(line, progress.iteration);
    if (!search(line, first)) {
      // back to where the search began
      line.evaluate(0);
      if (!method.forget()) status = 'line-search-failed';
      continue;
    }
    progress.iteration++;
    method.learn(line.x, line.point, gBefore, line.gradient);
    progress.value = line.value;
    progress.gradientNorm = maxNorm(line.gradient);
    status = stopReason(rules, progress, line.startValue, distance(line.x, line.point), norm(line.point), line.evaluations);
  }
  return {
    status,
    converged: converged(status),
    x: line.point,
    value: line.value,
    gradientNorm: maxNorm(line.gradient),
    iterations: progress.iteration,
    evaluations: line.evaluations,
  };
}

/** A first step when nothing is known of the curvature: at most one unit long in every component together. */
export function cautiousStep(g: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += Math.abs(g[i]!);
  return Math.min(1, 1 / sum);
}
