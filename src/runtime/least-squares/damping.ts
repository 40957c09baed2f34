/**
 * The Levenberg-Marquardt parameter: given R, Qᵀr, scales D and a radius, finds λ with ‖D p‖ = radius within 10 %
 * where p minimises ‖J p + r‖² + λ‖D p‖². Moré, "The Levenberg-Marquardt algorithm: implementation and theory",
 * Lecture Notes in Mathematics 630 (1978), section 5; MINPACK's `lmpar` and `qrsolv`.
 */
import { norm } from '../vector.ts';

const SMALLEST = 2 ** -1022;

/** Room for problems with n parameters. */
export class Damping {
  /** the step, in the order of the parameters; its sign is that of J⁻¹ r */
  readonly step: Float64Array;
  readonly #n: number;
  readonly #diagonal: Float64Array;
  readonly #scaled: Float64Array;
  readonly #work: Float64Array;
  readonly #rotated: Float64Array;
  readonly #held: Float64Array;

  constructor(n: number) {
    this.#n = n;
    this.step = new Float64Array(n);
    this.#diagonal = new Float64Array(n);
    this.#scaled = new Float64Array(n);
    this.#work = new Float64Array(n);
    this.#rotated = new Float64Array(n);
    this.#held = new Float64Array(n);
  }

  /** Leaves the step in `this.step` and returns λ. `R` is n×n column-major; what is below its diagonal is overwritten. */
  solve(R: Float64Array, pivots: Int32Array, D: Float64Array, qtr: Float64Array, radius: number, guess: number): number {
    const rank = this.#gaussNewton(R, pivots, qtr);
    let length = this.#scaledLength(D);
    let excess = length - radius;
    if (excess <= 0.1 * radius) return 0;
    let low = rank === this.#n ? this.#lowerBound(R, pivots, D, radius, excess, length) : 0;
    let high = this.#upperBound(R, pivots, D, qtr, radius);
    let lambda = Math.min(Math.max(guess, low), high);
    if (lambda === 0) lambda = (high * radius) / length;
    const least = low;
    for (let iteration = 1; ; iteration++) {
      if (lambda === 0) lambda = Math.max(SMALLEST, 0.001 * high);
      this.#damped(R, pivots, D, qtr, Math.sqrt(lambda));
      length = this.#scaledLength(D);
      const before = excess;
      excess = length - radius;
      if (Math.abs(excess) <= 0.1 * radius || (least === 0 && excess <= before && before < 0) || iteration === 10) return lambda;
      const correction = this.#newton(R, pivots, D, radius, excess, length);
      if (excess > 0) low = Math.max(low, lambda);
      if (excess < 0) high = Math.min(high, lambda);
      lambda = Math.max(low, lambda + correction);
    }
  }

  #scaledLength(D: Float64Array): number {
    for (let j = 0; j < this.#n; j++) this.#scaled[j] = D[j]! * this.step[j]!;
    return norm(this.#scaled);
  }

  /** The step for λ = 0, with zeros for what a rank-deficient J leaves open; returns the rank. */
  #gaussNewton(R: Float64Array, pivots: Int32Array, qtr: Float64Array): number {
    const n = this.#n;
    const w = this.#work;
    let rank = 0;
    while (rank < n && R[rank * n + rank] !== 0) rank++;
    w.set(qtr);
    w.fill(0, rank);
    for (let j = rank - 1; j >= 0; j--) {
      w[j]! /= R[j * n + j]!;
      for (let i = 0; i < j; i++) w[i]! -= R[j * n + i]! * w[j]!;
    }
    for (let j = 0; j < n; j++) this.step[pivots[j]!] = w[j]!;
    return rank;
  }

  /** The Newton step for φ(λ) = ‖D p(λ)‖ − radius from λ = 0, which never overshoots; J has full rank. */
  #lowerBound(R: Float64Array, pivots: Int32Array, D: Float64Array, radius: number, excess: number, length: number): number {
    const n = this.#n;
    const w = this.#work;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < j; i++) sum += R[j * n + i]! * w[i]!;
      w[j] = (D[pivots[j]!]! * (this.#scaled[pivots[j]!]! / length) - sum) / R[j * n + j]!;
    }
    const slope = norm(w);
    return excess / radius / slope / slope;
  }

  /** ‖D⁻¹ Jᵀr‖ / radius */
  #upperBound(R: Float64Array, pivots: Int32Array, D: Float64Array, qtr: Float64Array, radius: number): number {
    const n = this.#n;
    const w = this.#work;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += R[j * n + i]! * qtr[i]!;
      w[j] = sum / D[pivots[j]!]!;
    }
    const high = norm(w) / radius;
    return high === 0 ? SMALLEST / Math.min(radius, 0.1) : high;
  }

  /** Newton's correction of λ for φ(λ) = ‖D p(λ)‖ − radius, from the factor S left below R's diagonal. */
  #newton(R: Float64Array, pivots: Int32Array, D: Float64Array, radius: number, excess: number, length: number): number {
    const n = this.#n;
    const w = this.#work;
    for (let j = 0; j < n; j++) w[j] = D[pivots[j]!]! * (this.#scaled[pivots[j]!]! / length);
    for (let j = 0; j < n; j++) {
      w[j]! /= this.#diagonal[j]!;
      for (let i = j + 1; i < n; i++) w[i]! -= R[j * n + i]! * w[j]!;
    }
    const slope = norm(w);
    return excess / radius / slope / slope;
  }

  /** Least squares with √λ·D below J, by Givens rotations into R; S goes below R's diagonal and into `#diagonal`. */
  #damped(R: Float64Array, pivots: Int32Array, D: Float64Array, qtr: Float64Array, root: number): void {
    const n = this.#n;
    const w = this.#work;
    const s = this.#diagonal;
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) R[j * n + i] = R[i * n + j]!;
      this.#held[j] = R[j * n + j]!;
      w[j] = qtr[j]!;
    }
    for (let j = 0; j < n; j++) {
      const entry = root * D[pivots[j]!]!;
      if (entry !== 0) this.#eliminate(R, j, entry);
      s[j] = R[j * n + j]!;
      R[j * n + j] = this.#held[j]!;
    }
    let rank = 0;
    while (rank < n && s[rank] !== 0) rank++;
    w.fill(0, rank);
    for (let j = rank - 1; j >= 0; j--) {
      let sum = 0;
      for (let i = j + 1; i < rank; i++) sum += R[j * n + i]! * w[i]!;
      w[j] = (w[j]! - sum) / s[j]!;
    }
    for (let j = 0; j < n; j++) this.step[pivots[j]!] = w[j]!;
  }

  /** Rotates the row (0 … 0 entry 0 … 0) into the triangle. */
  #eliminate(R: Float64Array, j: number, entry: number): void {
    const n = this.#n;
    const w = this.#work;
    const row = this.#rotated;
    row.fill(0, j);
    row[j] = entry;
    let right = 0;
    for (let k = j; k < n; k++) {
      const b = row[k]!;
      if (b === 0) continue;
      const a = R[k * n + k]!;
      let cos: number;
      let sin: number;
      if (Math.abs(a) < Math.abs(b)) {
        const cotangent = a / b;
        sin = 0.5 / Math.sqrt(0.25 + 0.25 * cotangent * cotangent);
        cos = sin * cotangent;
      } else {
        const tangent = b / a;
        cos = 0.5 / Math.sqrt(0.25 + 0.25 * tangent * tangent);
        sin = cos * tangent;
      }
      R[k * n + k] = cos * a + sin * b;
      const turned = cos * w[k]! + sin * right;
      right = cos * right - sin * w[k]!;
      w[k] = turned;
      for (let i = k + 1; i < n; i++) {
        const below = R[k * n + i]!;
        R[k * n + i] = cos * below + sin * row[i]!;
        row[i] = cos * row[i]! - sin * below;
      }
    }
  }
}
