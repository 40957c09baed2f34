/** A normal density with mean m and covariance L Lᵀ. */
import type { Random } from '../random.ts';
import type { Quantities } from './target.ts';

export class NormalApproximation {
  readonly #mean: Float64Array;
  /** lower triangular n×n, or the n values of a diagonal */
  readonly #factor: Float64Array;
  readonly #z: Float64Array;

  constructor(mean: Float64Array, factor: Float64Array) {
    this.#mean = mean;
    this.#factor = factor;
    this.#z = new Float64Array(mean.length);
  }

  /** x = m + L z for standard normal z, which stays readable until the next draw. */
  draw(random: Random, x: Float64Array): Float64Array {
    const z = this.#z;
    for (let i = 0; i < z.length; i++) z[i] = random.normal();
    this.#place(z, x);
    return z;
  }

  #place(z: Float64Array, x: Float64Array): void {
    const n = z.length;
    const L = this.#factor;
    const diagonal = L.length === n;
    for (let i = 0; i < n; i++) {
      let sum = this.#mean[i]!;
      if (diagonal) sum += L[i]! * z[i]!;
      else for (let j = 0; j <= i; j++) sum += L[i * n + j]! * z[j]!;
      x[i] = sum;
    }
  }

  /** `count` draws of the quantities, one after the other. */
  draws(count: number, random: Random, quantities: Quantities): Float64Array {
    const width = quantities.names.length;
    const rows = new Float64Array(count * width);
    const row = new Float64Array(width);
    const x = new Float64Array(this.#mean.length);
    for (let k = 0; k < count; k++) {
      this.draw(random, x);
      quantities.compute(x, row);
      rows.set(row, k * width);
    }
    return rows;
  }
}
