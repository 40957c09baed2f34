/**
 * Automatic differentiation variational inference: Kucukelbir, Tran, Ranganath, Gelman, Blei, JMLR 18 (2017). A normal
 * density, with independent components or without, is fitted to a log density by stochastic gradients of the evidence
 * lower bound (ELBO). Beyond the paper, the answer is the mean of the latter half of the iterates (Polyak and
 * Juditsky, SIAM J. Control and Optimization 30, 1992), and all values of the bound are taken at the same normal draws,
 * so that they can be compared.
 */
import { checkRange, startingPoint } from '../error.ts';
import { Random } from '../random.ts';
import { checkWhole } from './sample.ts';
import { NormalApproximation } from './normal-approximation.ts';
import { checkDimension, quantitiesOf } from './target.ts';
import type { Quantities, Target } from './target.ts';

export interface AdviOptions {
  /** `mean-field` when left out: independent components; `full-rank`: any covariance */
  readonly family?: 'mean-field' | 'full-rank';
  /** where the mean starts; 0 when left out */
  readonly start?: ArrayLike<number>;
  /** 10,000 when left out */
  readonly maxIterations?: number;
  /** normal draws for each gradient, 10 when left out */
  readonly gradientDraws?: number;
  /** relative change of the bound over 100 iterations, three times in a row: 1e-4 when left out */
  readonly tolerance?: number;
  /** draws from the approximation, 1,000 when left out */
  readonly draws?: number;
  /** 1 when left out */
  readonly seed?: number;
  readonly quantities?: Quantities;
  readonly progress?: (iteration: number, elbo: number) => void;
}

/**
 * - `converged`
 * - `max-iterations`: the bound still changes
 * - `failed`: the bound is not finite, or only fell: there is no such density, or its tails are too heavy
 */
export type AdviStatus = 'converged' | 'max-iterations' | 'failed';

export interface AdviResult {
  readonly status: AdviStatus;
  readonly mean: Float64Array;
  /** n standard deviations (`mean-field`), or the lower triangular factor of the covariance, n×n (`full-rank`) */
  readonly factor: Float64Array;
  /** a lower bound of ln ∫ exp(log density) */
  readonly elbo: number;
  readonly iterations: number;
  readonly names: readonly string[];
  /** draws one after the other, one number for each name */
  readonly draws: Float64Array;
}

const STEPS = [100, 10, 1, 0.1, 0.01];
const TRIAL = 50;
const INTERVAL = 100;
const BOUND_DRAWS = 100;

/**
 * Fits a normal density to a log density, by stochastic gradients of the evidence lower bound (Kucukelbir and others
 * 2017), and draws from it. One seed gives the same numbers on every platform. Throws `RuntimeError` for wrong options.
 */
export function advi(target: Target, options: AdviOptions = {}): AdviResult {
  const { family = 'mean-field', maxIterations = 10_000, gradientDraws = 10, tolerance = 1e-4, draws = 1000, seed = 1 } = options;
  checkDimension(target);
  checkWhole('maxIterations', maxIterations, 1, Infinity);
  checkWhole('gradientDraws', gradientDraws, 1, Infinity);
  checkWhole('draws', draws, 0, Infinity);
  checkRange('tolerance', tolerance, 0, Infinity);
  const n = target.dimension;
  const mean = startingPoint(options.start ?? new Float64Array(n), n);
  const random = new Random(seed);
  const ascent = new Ascent(target, family, gradientDraws, random);
  const { eta, bound } = bestStep(ascent, mean);
  const quantities = quantitiesOf(target, options.quantities);
  let status: AdviStatus = eta === undefined ? 'failed' : 'max-iterations';
  let elbo = bound;
  let calm = 0;
  let iteration = 0;
  ascent.restart(mean);
  while (status === 'max-iterations' && iteration < maxIterations) {
    ascent.step(++iteration, eta ?? 0);
    if (iteration % INTERVAL !== 0) continue;
    const now = ascent.bound();
    options.progress?.(iteration, now);
    calm = Math.abs(now - elbo) <= tolerance * Math.abs(now) ? calm + 1 : 0;
    elbo = now;
    if (Number.isNaN(now) || now === -Infinity) status = 'failed';
    else if (calm === 3) status = 'converged';
  }
  const approximation = ascent.approximation();
  if (!(ascent.bound() >= bound - Math.abs(bound))) status = 'failed';
  return {
    status, mean: approximation.mean, factor: approximation.factor, elbo: status === 'failed' ? Number.NaN : ascent.bound(), iterations: iteration, names: quantities.names,
    draws: new NormalApproximation(approximation.mean, approximation.factor).draws(status === 'failed' ? 0 : draws, random, quantities),
  };
}

/** The step with the best bound after a short run: Kucukelbir et al. (2017), section 2.6. */
function bestStep(ascent: Ascent, mean: Float64Array): { eta: number | undefined; bound: number } {
  ascent.restart(mean);
  const atStart = ascent.bound();
  let eta: number | undefined;
  let bound = -Infinity;
  for (const step of STEPS) {
    ascent.restart(mean);
    for (let k = 1; k <= TRIAL; k++) ascent.step(k, step);
    const reached = ascent.bound();
    if (reached > bound) [eta, bound] = [step, reached];
    else if (eta !== undefined && bound > atStart) break;
  }
  return { eta, bound };
}

/** Stochastic gradient ascent on the bound. */
class Ascent {
  readonly #target: Target;
  readonly #family: 'mean-field' | 'full-rank';
  readonly #gradientDraws: number;
  readonly #random: Random;
  readonly #n: number;
  /** mean, then logarithms of standard deviations or the lower triangular factor row by row */
  readonly #phi: Float64Array;
  readonly #gradient: Float64Array;
  readonly #memory: Float64Array;
  readonly #average: Float64Array;
  #averaged = 0;
  readonly #x: Float64Array;
  readonly #g: Float64Array;

  constructor(target: Target, family: 'mean-field' | 'full-rank', gradientDraws: number, random: Random) {
    const n = target.dimension;
    const size = n + (family === 'mean-field' ? n : n * n);
    this.#target = target;
    this.#family = family;
    this.#gradientDraws = gradientDraws;
    this.#random = random;
    this.#n = n;
    this.#phi = new Float64Array(size);
    this.#gradient = new Float64Array(size);
    this.#memory = new Float64Array(size);
    this.#average = new Float64Array(size);
    this.#x = new Float64Array(n);
    this.#g = new Float64Array(n);
  }

  /** A standard normal density around `mean`. */
  restart(mean: Float64Array): void {
    const n = this.#n;
    this.#phi.fill(0);
    this.#phi.set(mean);
    if (this.#family === 'full-rank') for (let i = 0; i < n; i++) this.#phi[n + i * n + i] = 1;
    this.#average.set(this.#phi);
    this.#averaged = 0;
  }

  step(iteration: number, eta: number): void {
    const phi = this.#phi;
    const gradient = this.#gradient;
    const memory = this.#memory;
    if (!this.#takeGradient()) return;
    const scale = eta * iteration ** -0.5;
    for (let i = 0; i < phi.length; i++) {
      const square = gradient[i]! * gradient[i]!;
      memory[i] = iteration === 1 ? square : 0.1 * square + 0.9 * memory[i]!;
      phi[i]! += (scale * gradient[i]!) / (1 + Math.sqrt(memory[i]!));
    }
    // the mean starts again at every power of two, and so covers the latter half at least
    if ((iteration & (iteration - 1)) === 0) this.#averaged = 0;
    this.#averaged++;
    for (let i = 0; i < phi.length; i++) this.#average[i]! += (phi[i]! - this.#average[i]!) / this.#averaged;
  }

  /** The gradient of the bound by reparameterised draws; false when none of them has a finite one. */
  #takeGradient(): boolean {
    const n = this.#n;
    const gradient = this.#gradient;
    const normal = new NormalApproximation(this.#phi.subarray(0, n), this.#factorOf(this.#phi));
    gradient.fill(0);
    let used = 0;
    for (let k = 0; k < this.#gradientDraws; k++) {
      const z = normal.draw(this.#random, this.#x);
      const density = this.#target.valueGradient(this.#x, this.#g);
      if (!Number.isFinite(density) || this.#g.some((gi) => !Number.isFinite(gi))) continue;
      used++;
      this.#addDraw(z);
    }
    for (let i = 0; i < gradient.length; i++) gradient[i]! /= used;
    // the entropy is the sum of ln of the diagonal
    if (this.#family === 'mean-field') for (let i = 0; i < n; i++) gradient[n + i]! += 1;
    else for (let i = 0; i < n; i++) gradient[n + i * n + i]! += 1 / this.#phi[n + i * n + i]!;
    return used > 0;
  }

  #addDraw(z: Float64Array): void {
    const n = this.#n;
    const g = this.#g;
    const gradient = this.#gradient;
    for (let i = 0; i < n; i++) {
      gradient[i]! += g[i]!;
      if (this.#family === 'mean-field') gradient[n + i]! += g[i]! * z[i]! * Math.exp(this.#phi[n + i]!);
      else for (let j = 0; j <= i; j++) gradient[n + i * n + j]! += g[i]! * z[j]!;
    }
  }

  #factorOf(phi: Float64Array): Float64Array {
    const rest = phi.subarray(this.#n);
    return this.#family === 'mean-field' ? rest.map(Math.exp) : rest;
  }

  /** The mean of the late iterates. */
  approximation(): { mean: Float64Array; factor: Float64Array } {
    return { mean: this.#average.slice(0, this.#n), factor: this.#factorOf(this.#average.slice()) };
  }

  /** The bound there: E ln p + entropy. */
  bound(): number {
    const n = this.#n;
    const { mean, factor } = this.approximation();
    const normal = new NormalApproximation(mean, factor);
    const same = new Random(0);
    let sum = 0;
    for (let k = 0; k < BOUND_DRAWS; k++) {
      normal.draw(same, this.#x);
      sum += this.#target.valueGradient(this.#x, this.#g);
    }
    let entropy = (n / 2) * (1 + Math.log(2 * Math.PI));
    for (let i = 0; i < n; i++) entropy += Math.log(Math.abs(this.#family === 'mean-field' ? factor[i]! : factor[i * n + i]!));
    return sum / BOUND_DRAWS + entropy;
  }
}
