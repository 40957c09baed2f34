/**
 * The limited-memory matrix B = θI − W M Wᵀ in compact form: Byrd, Nocedal, Schnabel, Mathematical Programming 63
 * (1994); W = [Y θS], M = [−D Lᵀ; L θSᵀS]⁻¹ as in equations (3.2) to (3.4) of Byrd, Lu, Nocedal, Zhu, SIAM J. Sci.
 * Comput. 16 (1995).
 */
import { Lu } from '../dense/lu.ts';
import { dot } from '../vector.ts';

export class CompactMatrix {
  theta = 1;
  /** pairs kept; W has twice as many columns */
  pairs = 0;
  readonly #memory: number;
  readonly #s: Float64Array[];
  readonly #y: Float64Array[];
  readonly #inverse: Float64Array;
  readonly #lu: Lu;

  constructor(n: number, memory: number) {
    this.#memory = memory;
    this.#s = Array.from({ length: memory }, () => new Float64Array(n));
    this.#y = Array.from({ length: memory }, () => new Float64Array(n));
    this.#inverse = new Float64Array(4 * memory * memory);
    this.#lu = new Lu(2 * memory);
  }

  forget(): boolean {
    const had = this.pairs > 0;
    this.pairs = 0;
    this.theta = 1;
    return had;
  }

  /** Element (i, column) of W. */
  w(i: number, column: number): number {
    return column < this.pairs ? this.#y[column]![i]! : this.theta * this.#s[column - this.pairs]![i]!;
  }

  /** v ← M v, of 2·pairs elements */
  multiplyM(v: Float64Array): void {
    if (this.pairs > 0) this.#lu.solve(v);
  }

  /** K ← M K for a row-major matrix with 2·pairs columns. */
  multiplyColumns(K: Float64Array): void {
    const k = 2 * this.pairs;
    for (let j = 0; j < k; j++) this.#lu.solve(K, j, k);
  }

  /** Takes in a step and its change of gradient, unless the curvature along it is not positive. */
  learn(xBefore: Float64Array, x: Float64Array, gBefore: Float64Array, g: Float64Array): void {
    // the arrays of the oldest pair are overwritten when all places are taken
    const at = this.pairs < this.#memory ? this.pairs : 0;
    const s = this.#s[at]!;
    const y = this.#y[at]!;
    let sy = 0;
    let yy = 0;
    for (let i = 0; i < x.length; i++) {
      const si = x[i]! - xBefore[i]!;
      const yi = g[i]! - gBefore[i]!;
      sy += si * yi;
      yy += yi * yi;
    }
    if (!(sy > 2 ** -52 * yy)) return;
    for (let i = 0; i < x.length; i++) {
      s[i] = x[i]! - xBefore[i]!;
      y[i] = g[i]! - gBefore[i]!;
    }
    if (this.pairs < this.#memory) this.pairs++;
    else {
      rotate(this.#s);
      rotate(this.#y);
    }
    this.theta = yy / sy;
    this.#refactor();
  }

  #refactor(): void {
    const p = this.pairs;
    const k = 2 * p;
    const A = this.#inverse;
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        const sy = dot(this.#s[i]!, this.#y[j]!);
        A[i * k + j] = i === j ? -sy : 0;
        const lower = i > j ? sy : 0;
        A[(p + i) * k + j] = lower;
        A[j * k + p + i] = lower;
        A[(p + i) * k + p + j] = this.theta * dot(this.#s[i]!, this.#s[j]!);
      }
    }
    if (!this.#lu.factor(A, k, k)) this.forget();
  }
}

/** The first array becomes the last. */
function rotate(arrays: Float64Array[]): void {
  const first = arrays[0]!;
  for (let k = 1; k < arrays.length; k++) arrays[k - 1] = arrays[k]!;
  arrays[arrays.length - 1] = first;
}
