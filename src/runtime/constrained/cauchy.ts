/** The two minimisations of L-BFGS-B: Byrd, Lu, Nocedal, Zhu, SIAM J. Sci. Comput. 16 (1995), algorithms CP (page 9) and the direct primal method (page 12). */
import { Lu } from '../dense/lu.ts';
import type { Box } from './bounds.ts';
import type { CompactMatrix } from './compact.ts';

export class QuadraticModel {
  /** the minimiser of the model that the search is directed to */
  readonly target: Float64Array;
  readonly #box: Box;
  readonly #B: CompactMatrix;
  readonly #breaks: Float64Array;
  readonly #order: Int32Array;
  readonly #d: Float64Array;
  readonly #r: Float64Array;
  readonly #p: Float64Array;
  readonly #c: Float64Array;
  readonly #v: Float64Array;
  readonly #K: Float64Array;
  readonly #lu: Lu;

  constructor(box: Box, B: CompactMatrix, memory: number) {
    const n = box.lower.length;
    this.#box = box;
    this.#B = B;
    this.target = new Float64Array(n);
    this.#breaks = new Float64Array(n);
    this.#order = new Int32Array(n);
    this.#d = new Float64Array(n);
    this.#r = new Float64Array(n);
    this.#p = new Float64Array(2 * memory);
    this.#c = new Float64Array(2 * memory);
    this.#v = new Float64Array(2 * memory);
    this.#K = new Float64Array(4 * memory * memory);
    this.#lu = new Lu(2 * memory);
  }

  minimise(x: Float64Array, g: Float64Array): void {
    this.#cauchyPoint(x, g);
    this.#subspace(x, g);
  }

  /** Where the variables meet their bounds along the projected steepest descent, in order. Returns how many do. */
  #breakpoints(x: Float64Array, g: Float64Array): number {
    const { lower, upper } = this.#box;
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      const gi = g[i]!;
      const at = gi < 0 ? (x[i]! - upper[i]!) / gi : gi > 0 ? (x[i]! - lower[i]!) / gi : Infinity;
      this.#breaks[i] = at;
      this.#d[i] = at > 0 ? -gi : 0;
      if (at > 0 && at < Infinity) this.#order[count++] = i;
    }
    this.#order.subarray(0, count).sort((a, b) => this.#breaks[a]! - this.#breaks[b]!);
    return count;
  }

  /** The first local minimiser along the projected steepest descent; leaves Wᵀ(xᶜ − x) in `#c`. */
  #cauchyPoint(x: Float64Array, g: Float64Array): void {
    const B = this.#B;
    const k = 2 * B.pairs;
    const d = this.#d;
    const count = this.#breakpoints(x, g);
    this.#c.fill(0);
    let slope = 0;
    for (let i = 0; i < d.length; i++) slope -= d[i]! * d[i]!;
    for (let j = 0; j < k; j++) this.#p[j] = this.#columnDot(j, d);
    let curvature = -B.theta * slope - this.#product(this.#p, this.#p, k);
    const least = -(2 ** -52) * B.theta * slope;
    let best = slope === 0 ? 0 : -slope / Math.max(curvature, least);
    let at = 0;
    this.target.set(x);
    for (let b = 0; b < count; b++) {
      const i = this.#order[b]!;
      const length = this.#breaks[i]! - at;
      if (best < length) break;
      const gi = g[i]!;
      this.target[i] = d[i]! > 0 ? this.#box.upper[i]! : this.#box.lower[i]!;
      const z = this.target[i]! - x[i]!;
      for (let j = 0; j < k; j++) this.#c[j]! += length * this.#p[j]!;
      const wMc = this.#rowProduct(i, this.#c, k);
      const wMp = this.#rowProduct(i, this.#p, k);
      for (let j = 0; j < k; j++) this.#K[j] = B.w(i, j);
      const wMw = this.#rowProduct(i, this.#K, k);
      slope += length * curvature + gi * gi + B.theta * gi * z - gi * wMc;
      curvature += -B.theta * gi * gi - 2 * gi * wMp - gi * gi * wMw;
      for (let j = 0; j < k; j++) this.#p[j]! += gi * B.w(i, j);
      d[i] = 0;
      best = slope >= 0 ? 0 : -slope / Math.max(curvature, least);
      at = this.#breaks[i]!;
    }
    const rest = Number.isFinite(best) ? best : 0;
    at += rest;
    for (let i = 0; i < d.length; i++) if (d[i] !== 0) this.target[i] = x[i]! + at * d[i]!;
    for (let j = 0; j < k; j++) this.#c[j]! += rest * this.#p[j]!;
  }

  #columnDot(column: number, v: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += this.#B.w(i, column) * v[i]!;
    return sum;
  }

  /** aᵀ M b */
  #product(a: Float64Array, b: Float64Array, k: number): number {
    for (let j = 0; j < k; j++) this.#v[j] = b[j]!;
    this.#B.multiplyM(this.#v);
    let sum = 0;
    for (let j = 0; j < k; j++) sum += a[j]! * this.#v[j]!;
    return sum;
  }

  /** wᵢᵀ M b */
  #rowProduct(i: number, b: Float64Array, k: number): number {
    for (let j = 0; j < k; j++) this.#v[j] = b[j]!;
    this.#B.multiplyM(this.#v);
    let sum = 0;
    for (let j = 0; j < k; j++) sum += this.#B.w(i, j) * this.#v[j]!;
    return sum;
  }

  #isFree(i: number): boolean {
    const t = this.target[i]!;
    return t > this.#box.lower[i]! && t < this.#box.upper[i]!;
  }

  /** Minimises the model over the variables that are free at the Cauchy point, then goes back into the box. */
  #subspace(x: Float64Array, g: Float64Array): void {
    const B = this.#B;
    const k = 2 * B.pairs;
    if (k === 0) return;
    const inverse = 1 / B.theta;
    const v = this.#v;
    for (let j = 0; j < k; j++) v[j] = this.#c[j]!;
    B.multiplyM(v);
    for (let i = 0; i < x.length; i++) {
      this.#r[i] = 0;
      if (!this.#isFree(i)) continue;
      let sum = g[i]! + B.theta * (this.target[i]! - x[i]!);
      for (let j = 0; j < k; j++) sum -= B.w(i, j) * v[j]!;
      this.#r[i] = sum;
    }
    for (let j = 0; j < k; j++) v[j] = this.#columnDot(j, this.#r);
    B.multiplyM(v);
    if (!this.#factorReduced(k, inverse)) return;
    this.#lu.solve(v);
    for (let i = 0; i < x.length; i++) {
      this.#d[i] = 0;
      if (!this.#isFree(i)) continue;
      let sum = this.#r[i]!;
      for (let j = 0; j < k; j++) sum += inverse * B.w(i, j) * v[j]!;
      this.#d[i] = -inverse * sum;
    }
    const step = Math.min(1, this.#box.longestStep(this.target, this.#d));
    for (let i = 0; i < x.length; i++) this.target[i]! += step * this.#d[i]!;
  }

  /** I − M Wᵀ Z Zᵀ W / θ */
  #factorReduced(k: number, inverse: number): boolean {
    const K = this.#K;
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < this.target.length; i++) if (this.#isFree(i)) sum += this.#B.w(i, a) * this.#B.w(i, b);
        K[a * k + b] = -inverse * sum;
        K[b * k + a] = -inverse * sum;
      }
    }
    this.#B.multiplyColumns(K);
    for (let a = 0; a < k; a++) K[a * k + a]! += 1;
    return this.#lu.factor(K, k, k);
  }
}
