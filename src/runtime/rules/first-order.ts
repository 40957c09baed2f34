/** One step of a first-order method: what is done to the gradient, the rule, and what is done to the parameters. */
import { checkRange } from '../error.ts';
import { firstNotFinite, scale } from '../vector.ts';
import { clipComponents, clipNorm, softThreshold } from './gradient.ts';
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

/** Parts of the vector of parameters in its order: from, to. */
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

  /** Adds the penalty to the gradient `g` at `x` and clips it; false when it is not finite. */
  adjust(x: Float64Array, g: Float64Array): boolean {
    const { clipNorm: longest, clipComponents: largest, weightDecay = 0 } = this.#options;
    let squares = 0;
    let done = 0;
    for (let k = 0; k < this.#penalised.length; k++) {
      const [from, to] = this.#penalised[k]!;
      squares += sumOfSquares(g, done, from) + decayedSquares(g, x, weightDecay, from, to);
      done = to;
    }
    squares += sumOfSquares(g, done, g.length);
    // squares may overflow where the gradient does not
    if (!Number.isFinite(squares) && firstNotFinite(g) >= 0) return false;
    if (largest !== undefined) clipComponents(g, largest);
    if (longest === undefined) return true;
    if (largest !== undefined || !(squares > 1e-280 && squares < Infinity)) clipNorm(g, longest);
    else if (squares > longest * longest) scale(g, longest / Math.sqrt(squares));
    return true;
  }

  /** Moves `x`, where the adjusted gradient is `g`. */
  move(x: Float64Array, g: Float64Array): void {
    const { l1 } = this.#options;
    const rate = this.#rate(this.rule.memory.steps);
    this.lastRate = rate;
    this.rule.step(x, g, rate);
    if (l1 === undefined) return;
    for (let k = 0; k < this.#penalised.length; k++) softThreshold(x, x, rate * l1, ...this.#penalised[k]!);
  }
}

/** Σ gᵢ² of a part; four sums hide the latency of one. */
function sumOfSquares(g: Float64Array, from: number, to: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    a += g[i]! * g[i]!;
    b += g[i + 1]! * g[i + 1]!;
    c += g[i + 2]! * g[i + 2]!;
    d += g[i + 3]! * g[i + 3]!;
  }
  for (; i < to; i++) a += g[i]! * g[i]!;
  return a + b + c + d;
}

/** g += decay·x on a part, and Σ gᵢ² of what comes out: both in one pass. */
function decayedSquares(g: Float64Array, x: Float64Array, decay: number, from: number, to: number): number {
  if (decay === 0) return sumOfSquares(g, from, to);
  let a = 0;
  let b = 0;
  let i = from;
  for (; i + 1 < to; i += 2) {
    const p = g[i]! + decay * x[i]!;
    const q = g[i + 1]! + decay * x[i + 1]!;
    g[i] = p;
    g[i + 1] = q;
    a += p * p;
    b += q * q;
  }
  for (; i < to; i++) {
    const p = g[i]! + decay * x[i]!;
    g[i] = p;
    a += p * p;
  }
  return a + b;
}
