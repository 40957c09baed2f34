import { moreThuente } from '../line-search/more-thuente.ts';
import type { WolfeOptions } from '../line-search/more-thuente.ts';
import { checkRange } from '../error.ts';
import type { Objective } from '../problem.ts';
import { cautiousStep, lineSearchMethod } from '../line-search-method.ts';
import type { DirectionMethod } from '../line-search-method.ts';
import type { Line } from '../line-search/line.ts';
import type { Result, StopOptions } from '../result.ts';
import { addScaled, dot, negate, scale } from '../vector.ts';

export interface LbfgsOptions extends StopOptions {
  /** pairs of steps and changes of gradient that are kept, 10 when left out */
  readonly memory?: number;
  readonly wolfe?: WolfeOptions;
}

/**
 * L-BFGS: Nocedal, Mathematics of Computation 35 (1980); Liu and Nocedal, Mathematical Programming 45 (1989);
 * the two loops are algorithm 7.4 of Nocedal and Wright (2006).
 */
export function lbfgs(objective: Objective, start: ArrayLike<number>, options: LbfgsOptions = {}): Result {
  const { memory = 10 } = options;
  checkRange('memory', memory, 1, 1000);
  return lineSearchMethod(objective, start, new Lbfgs(objective.dimension, memory), moreThuente(options.wolfe), options);
}

class Lbfgs implements DirectionMethod {
  readonly #s: readonly Float64Array[];
  readonly #y: readonly Float64Array[];
  readonly #curvature: Float64Array;
  readonly #alpha: Float64Array;
  /** pairs kept, and the place of the next one */
  #count = 0;
  #next = 0;

  constructor(n: number, memory: number) {
    this.#s = Array.from({ length: memory }, () => new Float64Array(n));
    this.#y = Array.from({ length: memory }, () => new Float64Array(n));
    this.#curvature = new Float64Array(memory);
    this.#alpha = new Float64Array(memory);
  }

  direction(_x: Float64Array, g: Float64Array, d: Float64Array): void {
    const memory = this.#s.length;
    negate(d, g);
    for (let k = 1; k <= this.#count; k++) {
      const at = (this.#next - k + memory) % memory;
      const alpha = dot(this.#s[at]!, d) / this.#curvature[at]!;
      this.#alpha[at] = alpha;
      addScaled(d, -alpha, this.#y[at]!);
    }
    if (this.#count > 0) {
      const last = (this.#next - 1 + memory) % memory;
      scale(d, this.#curvature[last]! / dot(this.#y[last]!, this.#y[last]!));
    }
    for (let k = this.#count; k >= 1; k--) {
      const at = (this.#next - k + memory) % memory;
      const beta = dot(this.#y[at]!, d) / this.#curvature[at]!;
      addScaled(d, this.#alpha[at]! - beta, this.#s[at]!);
    }
  }

  firstStep(line: Line): number {
    return this.#count === 0 ? cautiousStep(line.gradient) : 1;
  }

  learn(xBefore: Float64Array, x: Float64Array, gBefore: Float64Array, g: Float64Array): void {
    const s = this.#s[this.#next]!;
    const y = this.#y[this.#next]!;
    for (let i = 0; i < x.length; i++) {
      s[i] = x[i]! - xBefore[i]!;
      y[i] = g[i]! - gBefore[i]!;
    }
    const curvature = dot(s, y);
    // a pair without positive curvature would make the matrix indefinite
    if (!(curvature > 1e-16 * dot(y, y))) return;
    this.#curvature[this.#next] = curvature;
    this.#next = (this.#next + 1) % this.#s.length;
    this.#count = Math.min(this.#count + 1, this.#s.length);
  }

  forget(): boolean {
    const had = this.#count > 0;
    this.#count = 0;
    return had;
  }
}
