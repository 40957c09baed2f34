/** Running variances and covariances of points: Welford, Technometrics 4 (1962). */

export interface Moments {
  readonly count: number;
  add(x: Float64Array): void;
  /**
   * Writes the estimate, shrunk towards a small multiple of the identity as in Stan: with few points the estimate is
   * noise. n values, or n×n.
   */
  regularised(out: Float64Array): void;
  reset(): void;
}

/** What is added to an estimate from `count` points: weights of the estimate and of 10⁻³. */
const shrinkage = (count: number): [estimate: number, identity: number] => [count / (count + 5), (1e-3 * 5) / (count + 5)];

export class Variances implements Moments {
  count = 0;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;

  constructor(n: number) {
    this.#mean = new Float64Array(n);
    this.#squares = new Float64Array(n);
  }

  add(x: Float64Array): void {
    this.count++;
    for (let i = 0; i < x.length; i++) {
      const before = x[i]! - this.#mean[i]!;
      this.#mean[i]! += before / this.count;
      this.#squares[i]! += before * (x[i]! - this.#mean[i]!);
    }
  }

  regularised(out: Float64Array): void {
    const [estimate, identity] = shrinkage(this.count);
    for (let i = 0; i < out.length; i++) out[i] = (estimate * this.#squares[i]!) / (this.count - 1) + identity;
  }

  reset(): void {
    this.count = 0;
    this.#mean.fill(0);
    this.#squares.fill(0);
  }
}

export class Covariances implements Moments {
  count = 0;
  readonly #n: number;
  readonly #mean: Float64Array;
  readonly #before: Float64Array;
  /** lower triangle */
  readonly #products: Float64Array;

  constructor(n: number) {
    this.#n = n;
    this.#mean = new Float64Array(n);
    this.#before = new Float64Array(n);
    this.#products = new Float64Array(n * n);
  }

  add(x: Float64Array): void {
    const n = this.#n;
    this.count++;
    for (let i = 0; i < n; i++) {
      this.#before[i] = x[i]! - this.#mean[i]!;
      this.#mean[i]! += this.#before[i]! / this.count;
    }
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) this.#products[i * n + j]! += this.#before[j]! * (x[i]! - this.#mean[i]!);
  }

  regularised(out: Float64Array): void {
    const n = this.#n;
    const [estimate, identity] = shrinkage(this.count);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = (estimate * this.#products[i * n + j]!) / (this.count - 1) + (i === j ? identity : 0);
        out[i * n + j] = value;
        out[j * n + i] = value;
      }
    }
  }

  reset(): void {
    this.count = 0;
    this.#mean.fill(0);
    this.#products.fill(0);
  }
}
