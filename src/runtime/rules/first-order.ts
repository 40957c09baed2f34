/** One step of a first-order method: what is done to the gradient, the rule, and what is done to the parameters. */
import { checkRange } from '../error.ts';
import { addWeightDecay, clipComponents, clipNorm, softThreshold } from './gradient.ts';
import type { RuleMaker, StepRule } from './rule.ts';
import { sgd } from './rules.ts';
import { constantRate } from './schedules.ts';
import type { Schedule } from './schedules.ts';

export interface StepOptions {
  /** gradient descent when left out */
  readonly rule?: RuleMaker;
  /** a learning rate, or a schedule by the number of steps */
  readonly rate: number | Schedule;
  /** the gradient is shortened to this length */
  readonly clipNorm?: number;
  /** every component of the gradient is limited to this size */
  readonly clipComponents?: number;
  /** weightDecay·x is added to the gradient: a penalty of weightDecay/2·‖x‖² */
  readonly weightDecay?: number;
  /** a penalty l1·‖x‖₁, by a proximal step after each step: exact zeros */
  readonly l1?: number;
}

/** Parts of the vector of parameters: from, to. */
export type Segments = readonly (readonly [from: number, to: number])[];

export class FirstOrder {
  readonly rule: StepRule;
  /** of the last step */
  lastRate = 0;
  readonly #rate: Schedule;
  readonly #options: StepOptions;
  readonly #penalised: Segments;

  /** `weightDecay` and `l1` act on the segments, on everything when left out. */
  constructor(dimension: number, options: StepOptions, penalised: Segments = [[0, dimension]]) {
    for (const name of ['clipNorm', 'clipComponents', 'weightDecay', 'l1'] as const) checkRange(name, options[name] ?? 0, 0, Infinity);
    this.rule = (options.rule ?? sgd())(dimension);
    this.#rate = typeof options.rate === 'number' ? constantRate(options.rate) : options.rate;
    this.#options = options;
    this.#penalised = penalised;
  }

  /** Moves `x`, where the gradient is `g`; `g` is overwritten. */
  step(x: Float64Array, g: Float64Array): void {
    const { clipNorm: longest, clipComponents: largest, weightDecay, l1 } = this.#options;
    if (weightDecay !== undefined) for (const [from, to] of this.#penalised) addWeightDecay(g, x, weightDecay, from, to);
    if (largest !== undefined) clipComponents(g, largest);
    if (longest !== undefined) clipNorm(g, longest);
    const rate = this.#rate(this.rule.memory.steps);
    this.lastRate = rate;
    this.rule.step(x, g, rate);
    if (l1 !== undefined) for (const [from, to] of this.#penalised) softThreshold(x, x, rate * l1, from, to);
  }
}
