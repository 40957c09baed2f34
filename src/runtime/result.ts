/** What every algorithm reports, and when it stops. */
import { checkCount, checkRange } from './error.ts';

/**
 * - `converged-gradient`: the norm of the gradient (of what stands for it under constraints) is within its tolerance
 * - `converged-step`: the last step is within its tolerance relative to x
 * - `converged-value`: the last decrease is within its tolerance relative to the value
 * - `max-iterations`, `max-evaluations`: the budget is spent
 * - `line-search-failed`: no acceptable point along a descent direction, usually because rounding errors rule
 * - `not-finite`: value or gradient at the current point is NaN or infinite
 * - `infeasible`: the constraints could not be met
 * - `stopped`: the monitor said so
 * - `no-improvement`: a training stopped early
 */
export type Status =
  | 'converged-gradient'
  | 'converged-step'
  | 'converged-value'
  | 'max-iterations'
  | 'max-evaluations'
  | 'line-search-failed'
  | 'not-finite'
  | 'infeasible'
  | 'stopped'
  | 'no-improvement';

export interface Result {
  readonly status: Status;
  /** whether the status is one of `converged-…` */
  readonly converged: boolean;
  /** the best point found */
  readonly x: Float64Array;
  /** the objective there */
  readonly value: number;
  /** largest absolute component of the gradient there */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** calls of `valueGradient`, or of `residuals` */
  readonly evaluations: number;
}

/** What a monitor sees; the object and `x` are reused from call to call. */
export interface Progress {
  iteration: number;
  value: number;
  gradientNorm: number;
  /** the point itself: read it, do not write it */
  x: Float64Array;
}

/** Called after every iteration; returning 'stop' ends the run with status `stopped`. */
export type Monitor = (progress: Readonly<Progress>) => 'stop' | undefined | void;

export interface StopOptions {
  /** largest absolute component of the gradient, 1e-8 when left out */
  readonly gradientTolerance?: number;
  /** length of the step relative to max(1, ‖x‖), 0 (off) when left out */
  readonly stepTolerance?: number;
  /** decrease relative to max(1, |f|), 0 (off) when left out */
  readonly valueTolerance?: number;
  /** 1,000 when left out */
  readonly maxIterations?: number;
  /** no limit when left out */
  readonly maxEvaluations?: number;
  readonly monitor?: Monitor;
}

export interface StopRules {
  readonly gradientTolerance: number;
  readonly stepTolerance: number;
  readonly valueTolerance: number;
  readonly maxIterations: number;
  readonly maxEvaluations: number;
  readonly monitor: Monitor | undefined;
}

/** The options with their defaults, checked. */
export function stopRules(options: StopOptions): StopRules {
  const { gradientTolerance = 1e-8, stepTolerance = 0, valueTolerance = 0, maxIterations = 1000, maxEvaluations = Infinity, monitor } = options;
  checkRange('gradientTolerance', gradientTolerance, 0, Infinity);
  checkRange('stepTolerance', stepTolerance, 0, Infinity);
  checkRange('valueTolerance', valueTolerance, 0, Infinity);
  checkCount('maxIterations', maxIterations);
  checkCount('maxEvaluations', maxEvaluations);
  return { gradientTolerance, stepTolerance, valueTolerance, maxIterations, maxEvaluations, monitor };
}

export function converged(status: Status): boolean {
  return status.startsWith('converged-');
}

/** The tests after an iteration that reached `progress` by a step of length `step` from value `before`; undefined: go on. */
export function stopReason(rules: StopRules, progress: Readonly<Progress>, before: number, step: number, xNorm: number, evaluations: number): Status | undefined {
  if (rules.monitor?.(progress) === 'stop') return 'stopped';
  if (!(Number.isFinite(progress.value) && Number.isFinite(progress.gradientNorm))) return 'not-finite';
  if (progress.gradientNorm <= rules.gradientTolerance) return 'converged-gradient';
  if (step <= rules.stepTolerance * Math.max(1, xNorm)) return 'converged-step';
  if (rules.valueTolerance > 0 && Math.abs(before - progress.value) <= rules.valueTolerance * Math.max(1, Math.abs(progress.value))) return 'converged-value';
  if (progress.iteration >= rules.maxIterations) return 'max-iterations';
  if (evaluations >= rules.maxEvaluations) return 'max-evaluations';
  return undefined;
}
