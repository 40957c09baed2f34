/** First-order descent with a step rule: over all data at once or over mini-batches. */
import { checkCount, RuntimeError, startingPoint } from './error.ts';
import type { BatchedObjective, Objective } from './problem.ts';
import { Random } from './random.ts';
import { converged, stopReason, stopRules } from './result.ts';
import type { Result, Status, StopOptions } from './result.ts';
import { FirstOrder } from './rules/first-order.ts';
import type { StepOptions } from './rules/first-order.ts';
import { distance, maxNorm, norm } from './vector.ts';

/** `maxIterations` counts epochs; `gradientTolerance` is 0 (off) when left out. */
export interface DescendOptions extends StopOptions, StepOptions {
  /** order of the batches, 0 when left out */
  readonly seed?: number;
}

/**
 * Runs `maxIterations` epochs. Every epoch visits all batches in a new random order; without batches an epoch is one
 * step. `value` and `gradientNorm` of progress are means over the batches as they were met; those of the result are
 * computed at the last point. Nothing is allocated per step.
 */
export function descend(objective: Objective | BatchedObjective, start: ArrayLike<number>, options: DescendOptions): Result {
  const run = new Descent(objective, startingPoint(start, objective.dimension), options);
  const status = run.run();
  return run.result(status);
}

class Descent {
  readonly #objective: Objective | BatchedObjective;
  readonly #batches: number;
  readonly #x: Float64Array;
  readonly #g: Float64Array;
  readonly #before: Float64Array;
  readonly #order: Int32Array;
  readonly #random: Random;
  readonly #options: DescendOptions;
  readonly #method: FirstOrder;
  #evaluations = 0;
  #iterations = 0;

  constructor(objective: Objective | BatchedObjective, x: Float64Array, options: DescendOptions) {
    const n = objective.dimension;
    this.#objective = objective;
    this.#batches = 'batches' in objective ? objective.batches : 1;
    if (!(Number.isInteger(this.#batches) && this.#batches >= 1)) throw new RuntimeError('bad-option', `batches is ${this.#batches}, expected an integer >= 1`);
    checkCount('seed', options.seed ?? 0);
    this.#x = x;
    this.#g = new Float64Array(n);
    this.#before = new Float64Array(n);
    this.#order = Int32Array.from({ length: this.#batches }, (_, k) => k);
    this.#random = new Random(options.seed ?? 0);
    this.#options = options;
    this.#method = new FirstOrder(n, options);
  }

  run(): Status {
    const rules = stopRules({ gradientTolerance: 0, ...this.#options });
    const progress = { iteration: 0, value: Number.NaN, gradientNorm: Infinity, x: this.#x };
    if (rules.maxIterations === 0) return 'max-iterations';
    for (;;) {
      const valueBefore = progress.value;
      this.#before.set(this.#x);
      progress.value = this.#epoch();
      progress.gradientNorm = maxNorm(this.#g);
      progress.iteration = ++this.#iterations;
      const status = stopReason(rules, progress, Number.isNaN(valueBefore) ? Infinity : valueBefore, rules.stepTolerance > 0 ? distance(this.#before, this.#x) : Infinity, norm(this.#x), this.#evaluations);
      if (status !== undefined) return status;
    }
  }

  /** One pass over the batches; returns the mean of their losses. */
  #epoch(): number {
    if (this.#batches > 1) this.#random.shuffle(this.#order);
    let sum = 0;
    for (let k = 0; k < this.#batches; k++) {
      sum += this.#objective.valueGradient(this.#x, this.#g, this.#order[k]!);
      this.#evaluations++;
      this.#method.adjust(this.#x, this.#g);
      this.#method.move(this.#x, this.#g);
    }
    return sum / this.#batches;
  }

  result(status: Status): Result {
    const mean = new Float64Array(this.#x.length);
    let value = 0;
    for (let k = 0; k < this.#batches; k++) {
      value += this.#objective.valueGradient(this.#x, this.#g, k) / this.#batches;
      for (let i = 0; i < mean.length; i++) mean[i]! += this.#g[i]! / this.#batches;
    }
    return { status, converged: converged(status), x: this.#x, value, gradientNorm: maxNorm(mean), iterations: this.#iterations, evaluations: this.#evaluations };
  }
}
