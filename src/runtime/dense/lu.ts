/** A X = B for small square systems by Gaussian elimination with partial pivoting: Golub and Van Loan, Matrix Computations (4th edition, 2013), algorithm 3.4.1. */
export class Lu {
  readonly #a: Float64Array;
  readonly #swaps: Int32Array;
  #n = 0;

  /** Room for systems of up to `largest` equations. */
  constructor(largest: number) {
    this.#a = new Float64Array(largest * largest);
    this.#swaps = new Int32Array(largest);
  }

  /** Factors the leading n×n part of a row-major matrix with rows of `stride` elements; false when it is singular. */
  factor(matrix: Float64Array, n: number, stride: number): boolean {
    const a = this.#a;
    this.#n = n;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = matrix[i * stride + j]!;
    for (let k = 0; k < n; k++) {
      let largest = k;
      for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[largest * n + k]!)) largest = i;
      this.#swaps[k] = largest;
      const pivot = a[largest * n + k]!;
      if (!(Math.abs(pivot) > 0)) return false;
      if (largest !== k) for (let j = 0; j < n; j++) this.#swap(k * n + j, largest * n + j);
      for (let i = k + 1; i < n; i++) {
        const factor = a[i * n + k]! / pivot;
        a[i * n + k] = factor;
        if (factor !== 0) for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      }
    }
    return true;
  }

  #swap(i: number, j: number): void {
    const held = this.#a[i]!;
    this.#a[i] = this.#a[j]!;
    this.#a[j] = held;
  }

  /** Overwrites n elements of `b` by the solution: b[offset], b[offset + stride], … */
  solve(b: Float64Array, offset = 0, stride = 1): void {
    const n = this.#n;
    const a = this.#a;
    for (let k = 0; k < n; k++) {
      const p = this.#swaps[k]!;
      const held = b[offset + k * stride]!;
      b[offset + k * stride] = b[offset + p * stride]!;
      b[offset + p * stride] = held;
    }
    for (let i = 0; i < n; i++) {
      let sum = b[offset + i * stride]!;
      for (let j = 0; j < i; j++) sum -= a[i * n + j]! * b[offset + j * stride]!;
      b[offset + i * stride] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[offset + i * stride]!;
      for (let j = i + 1; j < n; j++) sum -= a[i * n + j]! * b[offset + j * stride]!;
      b[offset + i * stride] = sum / a[i * n + i]!;
    }
  }
}
