import { moreThuente } from '../line-search/more-thuente.ts';
import type { WolfeOptions } from '../line-search/more-thuente.ts';
import type { Objective } from '../problem.ts';
import { cautiousStep, lineSearchMethod } from '../line-search-method.ts';
import type { DirectionMethod } from '../line-search-method.ts';
import type { Line } from '../line-search/line.ts';
import type { Result, StopOptions } from '../result.ts';
import { dot, negate } from '../vector.ts';

export interface ConjugateGradientOptions extends StopOptions {
  /** 'hager-zhang' when left out */
  readonly formula?: 'hager-zhang' | 'polak-ribiere';
  readonly wolfe?: WolfeOptions;
}

/**
 * Nonlinear conjugate gradients. `hager-zhang`: Hager and Zhang, SIAM J. Optim. 16 (2005), equation (1.3), with the lower
 * bound of SIAM J. Optim. 23 (2013), equation (2.4). `polak-ribiere`: Polak and Ribière (1969) with β ≥ 0, Nocedal and
 * Wright (2006), equation (5.45).
 */
export function conjugateGradient(objective: Objective, start: ArrayLike<number>, options: ConjugateGradientOptions = {}): Result {
  const method = new Conjugate(objective.dimension, options.formula ?? 'hager-zhang');
  return lineSearchMethod(objective, start, method, moreThuente({ curvature: 0.1, ...options.wolfe }), options);
}

class Conjugate implements DirectionMethod {
  readonly #y: Float64Array;
  readonly #gBefore: Float64Array;
  readonly #formula: 'hager-zhang' | 'polak-ribiere';
  #fresh = true;
  #slopeBefore = 0;

  constructor(n: number, formula: 'hager-zhang' | 'polak-ribiere') {
    this.#y = new Float64Array(n);
    this.#gBefore = new Float64Array(n);
    this.#formula = formula;
  }

  direction(_x: Float64Array, g: Float64Array, d: Float64Array): void {
    const beta = this.#fresh ? 0 : this.#beta(g, d);
    for (let i = 0; i < d.length; i++) d[i] = beta * d[i]! - g[i]!;
    if (!(dot(d, g) < 0)) negate(d, g);
  }

  #beta(g: Float64Array, d: Float64Array): number {
    const y = this.#y;
    if (this.#formula === 'polak-ribiere') return Math.max(0, dot(g, y) / dot(this.#gBefore, this.#gBefore));
    const dy = dot(d, y);
    const beta = (dot(y, g) - (2 * dot(y, y) * dot(d, g)) / dy) / dy;
    const least = (0.4 * dot(d, this.#gBefore)) / dot(d, d);
    return Number.isFinite(beta) ? Math.max(beta, least) : 0;
  }

  firstStep(line: Line, iteration: number): number {
    const step = iteration === 0 || line.step === 0 || this.#fresh ? cautiousStep(line.gradient) : (line.step * this.#slopeBefore) / line.startSlope;
    this.#slopeBefore = line.startSlope;
    return step;
  }

  learn(_xBefore: Float64Array, _x: Float64Array, gBefore: Float64Array, g: Float64Array): void {
    for (let i = 0; i < g.length; i++) this.#y[i] = g[i]! - gBefore[i]!;
    this.#gBefore.set(gBefore);
    this.#fresh = false;
  }

  forget(): boolean {
    const had = !this.#fresh;
    this.#fresh = true;
    return had;
  }
}
