/**
 * QR with column pivoting by Householder reflections: Businger and Golub, Numerische Mathematik 7 (1965), in the
 * form of MINPACK's `qrfac` (Moré, Garbow, Hillstrom, ANL-80-74, 1980). A P = Q R with |R₀₀| ≥ |R₁₁| ≥ …
 */
import { norm } from '../vector.ts';

const EPSILON = 2 ** -52;

/** Room for one m×n matrix, m ≥ n, and its factors; nothing is allocated by its methods. */
export class PivotedQr {
  readonly rows: number;
  readonly columns: number;
  /** column-major: the reflectors below and on the diagonal, R above it */
  readonly a: Float64Array;
  /** diagonal of R */
  readonly diagonal: Float64Array;
  /** lengths of the columns of A, in A's order */
  readonly lengths: Float64Array;
  /** column j of A P is column pivots[j] of A */
  readonly pivots: Int32Array;
  readonly #downdated: Float64Array;

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.a = new Float64Array(rows * columns);
    this.diagonal = new Float64Array(columns);
    this.lengths = new Float64Array(columns);
    this.pivots = new Int32Array(columns);
    this.#downdated = new Float64Array(columns);
  }

  /** Factors the matrix whose rows are in `matrix` one after the other. */
  factor(matrix: Float64Array): void {
    const { a, rows, columns, lengths, diagonal, pivots } = this;
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++) a[j * rows + i] = matrix[i * columns + j]!;
      lengths[j] = norm(a, j * rows, (j + 1) * rows);
      diagonal[j] = lengths[j]!;
      this.#downdated[j] = lengths[j]!;
      pivots[j] = j;
    }
    for (let j = 0; j < columns; j++) {
      this.#bringLongest(j);
      this.#reflect(j);
    }
  }

  /** Swaps the longest of the remaining columns into place j. */
  #bringLongest(j: number): void {
    const { a, rows, columns, diagonal, pivots } = this;
    let longest = j;
    for (let k = j + 1; k < columns; k++) if (diagonal[k]! > diagonal[longest]!) longest = k;
    if (longest === j) return;
    for (let i = 0; i < rows; i++) {
      const held = a[j * rows + i]!;
      a[j * rows + i] = a[longest * rows + i]!;
      a[longest * rows + i] = held;
    }
    diagonal[longest] = diagonal[j]!;
    this.#downdated[longest] = this.#downdated[j]!;
    const pivot = pivots[j]!;
    pivots[j] = pivots[longest]!;
    pivots[longest] = pivot;
  }

  /** The reflection that makes column j a multiple of a unit vector, applied to the columns after it. */
  #reflect(j: number): void {
    const { a, rows, columns, diagonal } = this;
    const own = j * rows;
    let length = norm(a, own + j, own + rows);
    if (length !== 0) {
      if (a[own + j]! < 0) length = -length;
      for (let i = j; i < rows; i++) a[own + i]! /= length;
      a[own + j]! += 1;
      for (let k = j + 1; k < columns; k++) {
        this.#applyReflection(j, a, k * rows);
        this.#downdate(j, k);
      }
    }
    diagonal[j] = -length;
  }

  #applyReflection(j: number, v: Float64Array, offset: number): void {
    const { a, rows } = this;
    const own = j * rows;
    let sum = 0;
    for (let i = j; i < rows; i++) sum += a[own + i]! * v[offset + i]!;
    const factor = sum / a[own + j]!;
    for (let i = j; i < rows; i++) v[offset + i]! -= factor * a[own + i]!;
  }

  /** The length of what remains of column k, from the length before, or anew when that would be inexact. */
  #downdate(j: number, k: number): void {
    const { a, rows, diagonal } = this;
    if (diagonal[k] === 0) return;
    const part = a[k * rows + j]! / diagonal[k]!;
    diagonal[k]! *= Math.sqrt(Math.max(0, 1 - part * part));
    if (0.05 * (diagonal[k]! / this.#downdated[k]!) ** 2 > EPSILON) return;
    diagonal[k] = norm(a, k * rows + j + 1, (k + 1) * rows);
    this.#downdated[k] = diagonal[k]!;
  }

  /** v ← Qᵀ v */
  applyTransposed(v: Float64Array): void {
    for (let j = 0; j < this.columns; j++) if (this.a[j * this.rows + j] !== 0) this.#applyReflection(j, v, 0);
  }

  /** Writes R, n×n column-major with zeros below the diagonal. */
  copyR(R: Float64Array): void {
    const { a, rows, columns, diagonal } = this;
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < j; i++) R[j * columns + i] = a[j * rows + i]!;
      R[j * columns + j] = diagonal[j]!;
      R.fill(0, j * columns + j + 1, (j + 1) * columns);
    }
  }
}
