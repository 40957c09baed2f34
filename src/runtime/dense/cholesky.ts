/** Symmetric positive definite matrices by triangular factors; others are made positive definite on the way. */

/** Writes the lower triangular L of A = L Lᵀ, row-major with zeros above; reads the lower triangle. False when A is not positive definite. */
export function choleskyFactor(A: Float64Array, n: number, L: Float64Array): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      if (i > j) L[i * n + j] = sum / L[j * n + j]!;
      else if (sum > 0 && sum < Infinity) L[i * n + i] = Math.sqrt(sum);
      else return false;
    }
    L.fill(0, i * n + i + 1, i * n + n);
  }
  return true;
}

/**
 * A + E = L D Lᵀ with E diagonal and 0 where A is safely positive definite: Gill, Murray and Wright, Practical
 * Optimization (1981), section 4.4.2.2; Nocedal and Wright (2006), section 3.4.
 */
export class ModifiedCholesky {
  readonly #n: number;
  /** row-major: L below the diagonal, cᵢⱼ of the columns to come on and below it */
  readonly #l: Float64Array;
  readonly #d: Float64Array;
  /** the largest element that was added to the diagonal */
  shift = 0;

  constructor(n: number) {
    this.#n = n;
    this.#l = new Float64Array(n * n);
    this.#d = new Float64Array(n);
  }

  /** Factors a symmetric matrix of which the lower triangle is read. */
  factor(A: Float64Array): void {
    const n = this.#n;
    const l = this.#l;
    l.set(A);
    const [least, bound] = limits(A, n);
    this.shift = 0;
    for (let j = 0; j < n; j++) {
      // l[j,s] holds cⱼₛ until divided by dₛ
      for (let s = 0; s < j; s++) l[j * n + s]! /= this.#d[s]!;
      let largest = 0;
      for (let i = j + 1; i < n; i++) {
        let c = l[i * n + j]!;
        for (let s = 0; s < j; s++) c -= l[j * n + s]! * l[i * n + s]!;
        l[i * n + j] = c;
        largest = Math.max(largest, Math.abs(c));
      }
      const diagonal = l[j * n + j]!;
      const d = Math.max(least, Math.abs(diagonal), (largest * largest) / bound);
      this.shift = Math.max(this.shift, d - diagonal);
      this.#d[j] = d;
      for (let i = j + 1; i < n; i++) l[i * n + i]! -= (l[i * n + j]! * l[i * n + j]!) / d;
    }
  }

  /** Overwrites b by the solution. */
  solve(b: Float64Array): void {
    const n = this.#n;
    const l = this.#l;
    for (let i = 0; i < n; i++) {
      let sum = b[i]!;
      for (let j = 0; j < i; j++) sum -= l[i * n + j]! * b[j]!;
      b[i] = sum;
    }
    for (let i = 0; i < n; i++) b[i]! /= this.#d[i]!;
    for (let i = n - 1; i >= 0; i--) {
      const x = b[i]!;
      for (let j = 0; j < i; j++) b[j]! -= l[i * n + j]! * x;
    }
  }
}

/** The smallest d that is allowed, and β²: elements of L √D stay below β. */
function limits(A: Float64Array, n: number): [least: number, bound: number] {
  let diagonal = 0;
  let off = 0;
  for (let i = 0; i < n; i++) {
    diagonal = Math.max(diagonal, Math.abs(A[i * n + i]!));
    for (let j = 0; j < i; j++) off = Math.max(off, Math.abs(A[i * n + j]!));
  }
  const least = Math.max(2 ** -52 * Math.max(diagonal + off, 1e-300), 1e-300);
  const bound = Math.max(diagonal, off / Math.sqrt(Math.max(n * n - 1, 1)), 2 ** -52);
  return [least, bound];
}
