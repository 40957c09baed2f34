/**
 * Dense linear algebra that emitted modules carry with them, on flat row-major arrays. Two loops do nearly all
 * the work and walk along rows only: `subtractProduct` keeps 2×4 sums in registers, `subtractRows` takes four
 * rows at a time. Measured against the plain triple loops by `npm run bench -- linalg`.
 *
 * What factorises gives a status as LAPACK does: 0, or the order of the first leading minor that is not positive
 * definite (`cholesky`), of the first pivot that is zero (`luSolve`). The result is then NaN throughout, never half of one.
 */
import { helper, type Helper } from './carried.ts';

export const MATRIX_HELPERS: Readonly<Record<string, Helper>> = {
  subtractProduct: helper(`
/** C -= A·Bᵀ for blocks of arrays whose rows are \`stride\` apart: C is rows×columns at c, A and B have rows of \`length\` at a and b. */
function subtractProduct(C: Float64Array, c: number, A: Float64Array, a: number, B: Float64Array, b: number, stride: number, rows: number, columns: number, length: number): void {
  const evenRows = rows - (rows % 2);
  const tiled = columns - (columns % 4);
  for (let i = 0; i < evenRows; i += 2) {
    const a0 = a + i * stride;
    const a1 = a0 + stride;
    const c0 = c + i * stride;
    const c1 = c0 + stride;
    for (let j = 0; j < tiled; j += 4) {
      const b0 = b + j * stride;
      const b1 = b0 + stride;
      const b2 = b1 + stride;
      const b3 = b2 + stride;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let k = 0; k < length; k++) {
        const x0 = A[a0 + k]!;
        const x1 = A[a1 + k]!;
        const y0 = B[b0 + k]!;
        const y1 = B[b1 + k]!;
        const y2 = B[b2 + k]!;
        const y3 = B[b3 + k]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      C[c0 + j]! -= s00;
      C[c0 + j + 1]! -= s01;
      C[c0 + j + 2]! -= s02;
      C[c0 + j + 3]! -= s03;
      C[c1 + j]! -= s10;
      C[c1 + j + 1]! -= s11;
      C[c1 + j + 2]! -= s12;
      C[c1 + j + 3]! -= s13;
    }
  }
  // what the tiles leave over
  for (let i = 0; i < rows; i++) {
    for (let j = i < evenRows ? tiled : 0; j < columns; j++) {
      let s = 0;
      for (let k = 0; k < length; k++) s += A[a + i * stride + k]! * B[b + j * stride + k]!;
      C[c + i * stride + j]! -= s;
    }
  }
}`),
  subtractRows: helper(`
/** X[x …] -= Σ F[f + k·step]·Y[y + k·stride …] over \`count\` rows of \`length\` elements. */
function subtractRows(X: Float64Array, x: number, F: Float64Array, f: number, step: number, Y: Float64Array, y: number, stride: number, count: number, length: number): void {
  const fours = count - (count % 4);
  for (let k = 0; k < fours; k += 4) {
    const f0 = F[f + k * step]!;
    const f1 = F[f + (k + 1) * step]!;
    const f2 = F[f + (k + 2) * step]!;
    const f3 = F[f + (k + 3) * step]!;
    const y0 = y + k * stride;
    const y1 = y0 + stride;
    const y2 = y1 + stride;
    const y3 = y2 + stride;
    for (let j = 0; j < length; j++) X[x + j]! -= f0 * Y[y0 + j]! + f1 * Y[y1 + j]! + (f2 * Y[y2 + j]! + f3 * Y[y3 + j]!);
  }
  for (let k = fours; k < count; k++) {
    const f0 = F[f + k * step]!;
    const y0 = y + k * stride;
    for (let j = 0; j < length; j++) X[x + j]! -= f0 * Y[y0 + j]!;
  }
}`),
  cholesky: helper(`
/** L lower triangular with L·Lᵀ = A (n×n). 0, or the order of the first leading minor that is not positive definite: L is NaN then. */
function cholesky(A: Float64Array, L: Float64Array, n: number): number {
  L.set(A);
  for (let p = 0; p < n; p += 32) {
    const q = Math.min(p + 32, n);
    subtractProduct(L, p * n + p, L, p * n, L, p * n, n, n - p, q - p, p);
    for (let i = p; i < n; i++) {
      for (let j = p; j < q && j <= i; j++) {
        let s = L[i * n + j]!;
        for (let k = p; k < j; k++) s -= L[i * n + k]! * L[j * n + k]!;
        if (j < i) L[i * n + j] = s / L[j * n + j]!;
        else if (s > 0) L[i * n + j] = Math.sqrt(s);
        else {
          L.fill(NaN);
          return i + 1;
        }
      }
    }
  }
  for (let i = 0; i < n; i++) L.fill(0, i * n + i + 1, (i + 1) * n);
  return 0;
}`, 'subtractProduct'),
  choleskyInverse: helper(`
/** X = (L·Lᵀ)⁻¹ for lower triangular L (n×n); W, of the same size, is overwritten with L⁻ᵀ. */
function choleskyInverse(L: Float64Array, X: Float64Array, W: Float64Array, n: number): void {
  W.fill(0);
  for (let i = 0; i < n; i++) W[i * n + i] = 1;
  for (let p = 0; p < n; p += 32) {
    const q = Math.min(p + 32, n);
    for (let i = 0; i < p; i += 32) subtractProduct(W, i * n + p, W, i * n + i, L, p * n + i, n, 32, q - p, p - i);
    for (let i = 0; i < q; i++) {
      for (let k = Math.max(i, p); k < q; k++) {
        let s = W[i * n + k]!;
        for (let l = Math.max(i, p); l < k; l++) s -= L[k * n + l]! * W[i * n + l]!;
        W[i * n + k] = s / L[k * n + k]!;
      }
    }
  }
  X.fill(0);
  for (let i = 0; i < n; i += 32) {
    for (let j = 0; j <= i; j += 32) subtractProduct(X, i * n + j, W, i * n + i, W, j * n + i, n, Math.min(32, n - i), Math.min(32, n - j), n - i);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const x = -X[i * n + j]!;
      X[i * n + j] = x;
      X[j * n + i] = x;
    }
  }
}`, 'subtractProduct'),
  choleskyAdjoint: helper(`
/** A gets the adjoint of a symmetric matrix from G, that of its Cholesky factor L, block by block (Murray 2016); about twice the work of L. */
function choleskyAdjoint(L: Float64Array, G: Float64Array, A: Float64Array, n: number): void {
  A.set(G);
  for (let q = n; q > 0; q -= 32) {
    const p = Math.max(q - 32, 0);
    const width = q - p;
    for (let i = q; i < n; i++) {
      // the rows below the block: C̄ D⁻¹
      for (let j = q - 1; j >= p; j--) {
        const c = A[i * n + j]! / L[j * n + j]!;
        A[i * n + j] = c;
        for (let k = p; k < j; k++) A[i * n + k]! -= c * L[j * n + k]!;
      }
      subtractRows(A, i * n, A, i * n + p, 1, L, p * n, n, width, p);
    }
    // R̄ -= C̄ᵀ B and D̄ -= C̄ᵀ C in one sweep along the rows
    for (let j = p; j < q; j++) subtractRows(A, j * n, A, q * n + j, n, L, q * n, n, n - q, j + 1);
    choleskyBlockAdjoint(L, A, n, p, q);
    // R̄ -= (D̄ + D̄ᵀ) R
    for (let j = p; j < q; j++) {
      subtractRows(A, j * n, A, j * n + p, 1, L, p * n, n, j - p + 1, p);
      subtractRows(A, j * n, A, j * n + j, n, L, j * n, n, q - j, p);
    }
  }
  // each pair of mirrored elements shares what its lower one received
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const s = A[i * n + j]! / 2;
      A[i * n + j] = s;
      A[j * n + i] = s;
    }
  }
}`, 'subtractRows', 'choleskyBlockAdjoint'),
  choleskyBlockAdjoint: helper(`
/** The same for rows and columns p … q-1 alone, in place (Smith 1995). */
function choleskyBlockAdjoint(L: Float64Array, A: Float64Array, n: number, p: number, q: number): void {
  for (let j = q - 1; j >= p; j--) {
    const d = L[j * n + j]!;
    let s = A[j * n + j]!;
    for (let i = j + 1; i < q; i++) {
      const c = A[i * n + j]! / d;
      A[i * n + j] = c;
      s -= c * L[i * n + j]!;
    }
    s /= d;
    A[j * n + j] = s / 2;
    for (let k = p; k < j; k++) A[j * n + k]! -= s * L[j * n + k]!;
    for (let i = j + 1; i < q; i++) {
      const c = A[i * n + j]!;
      for (let k = p; k < j; k++) {
        A[j * n + k]! -= c * L[i * n + k]!;
        A[i * n + k]! -= c * L[j * n + k]!;
      }
    }
  }
}`),
  solveLower: helper(`
/** X = L⁻¹·B for lower triangular L (n×n), B and X n×m. */
function solveLower(L: Float64Array, B: Float64Array, X: Float64Array, n: number, m: number): void {
  X.set(B);
  for (let i = 0; i < n; i++) {
    const d = L[i * n + i]!;
    if (m === 1) {
      let s = X[i]!;
      for (let k = 0; k < i; k++) s -= L[i * n + k]! * X[k]!;
      X[i] = s / d;
    } else {
      subtractRows(X, i * m, L, i * n, 1, X, 0, m, i, m);
      for (let j = 0; j < m; j++) X[i * m + j]! /= d;
    }
  }
}`, 'subtractRows'),
  solveLowerTransposed: helper(`
/** X = L⁻ᵀ·B for lower triangular L (n×n), B and X n×m. */
function solveLowerTransposed(L: Float64Array, B: Float64Array, X: Float64Array, n: number, m: number): void {
  X.set(B);
  for (let i = n - 1; i >= 0; i--) {
    const d = L[i * n + i]!;
    if (m === 1) {
      const x = X[i]! / d;
      X[i] = x;
      for (let k = 0; k < i; k++) X[k]! -= L[i * n + k]! * x;
    } else {
      subtractRows(X, i * m, L, (i + 1) * n + i, n, X, (i + 1) * m, m, n - 1 - i, m);
      for (let j = 0; j < m; j++) X[i * m + j]! /= d;
    }
  }
}`, 'subtractRows'),
  singularTriangle: helper(`
/** 0, or the order of the first zero on the diagonal of a triangular n×n matrix. */
function singularTriangle(L: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) if (L[i * n + i] === 0) return i + 1;
  return 0;
}`),
  lu: helper(`
/** F = the unit lower and the upper factor of A (n×n) with row exchanges, then a row that says where each row came from. */
function lu(A: Float64Array, F: Float64Array, n: number): void {
  F.set(A);
  for (let i = 0; i < n; i++) F[n * n + i] = i;
  for (let p = 0; p < n; p += 32) {
    const q = Math.min(p + 32, n);
    for (let c = p; c < q; c++) {
      let pivot = c;
      for (let i = c + 1; i < n; i++) if (Math.abs(F[i * n + c]!) > Math.abs(F[pivot * n + c]!)) pivot = i;
      if (pivot !== c) {
        for (let j = 0; j < n; j++) {
          const t = F[c * n + j]!;
          F[c * n + j] = F[pivot * n + j]!;
          F[pivot * n + j] = t;
        }
        const t = F[n * n + c]!;
        F[n * n + c] = F[n * n + pivot]!;
        F[n * n + pivot] = t;
      }
      const d = F[c * n + c]!;
      if (d === 0) continue;
      for (let i = c + 1; i < n; i++) {
        const f = F[i * n + c]! / d;
        F[i * n + c] = f;
        for (let j = c + 1; j < q; j++) F[i * n + j]! -= f * F[c * n + j]!;
      }
    }
    // the rest of these rows, then of the rows below
    for (let i = p + 1; i < n; i++) subtractRows(F, i * n + q, F, i * n + p, 1, F, p * n + q, n, Math.min(i, q) - p, n - q);
  }
}`, 'subtractRows'),
  luSolve: helper(`
/** X = A⁻¹·B from the factors F of A (n×n), B and X n×m. 0, or the order of the first zero pivot: X is NaN then. */
function luSolve(F: Float64Array, B: Float64Array, X: Float64Array, n: number, m: number): number {
  for (let i = 0; i < n; i++) {
    const from = F[n * n + i]! * m;
    for (let j = 0; j < m; j++) X[i * m + j] = B[from + j]!;
  }
  for (let i = 0; i < n; i++) subtractRows(X, i * m, F, i * n, 1, X, 0, m, i, m);
  return luBackSubstitute(F, X, n, m);
}`, 'subtractRows', 'luBackSubstitute'),
  zeroPivot: helper(`
/** 0, or the order of the first pivot of the factors F (n×n) that is zero. */
function zeroPivot(F: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) if (!(Math.abs(F[i * n + i]!) > 0)) return i + 1;
  return 0;
}`),
  luBackSubstitute: helper(`
/** X = U⁻¹·X for the upper factor in F (n×n), X n×m in place. 0, or the order of the first zero pivot: X is NaN then. */
function luBackSubstitute(F: Float64Array, X: Float64Array, n: number, m: number): number {
  const status = zeroPivot(F, n);
  if (status !== 0) {
    X.fill(NaN);
    return status;
  }
  for (let i = n - 1; i >= 0; i--) {
    subtractRows(X, i * m, F, i * n + i + 1, 1, X, (i + 1) * m, m, n - 1 - i, m);
    const d = F[i * n + i]!;
    for (let j = 0; j < m; j++) X[i * m + j]! /= d;
  }
  return 0;
}`, 'subtractRows', 'zeroPivot'),
  luSolveTransposed: helper(`
/** X = A⁻ᵀ·B from the factors F of A (n×n), B, X and work n×m. 0, or the order of the first zero pivot: X is NaN then. */
function luSolveTransposed(F: Float64Array, B: Float64Array, X: Float64Array, work: Float64Array, n: number, m: number): number {
  const status = zeroPivot(F, n);
  if (status !== 0) {
    X.fill(NaN);
    return status;
  }
  work.set(B);
  for (let i = 0; i < n; i++) {
    subtractRows(work, i * m, F, i, n, work, 0, m, i, m);
    const d = F[i * n + i]!;
    for (let j = 0; j < m; j++) work[i * m + j]! /= d;
  }
  for (let i = n - 1; i >= 0; i--) {
    subtractRows(work, i * m, F, (i + 1) * n + i, n, work, (i + 1) * m, m, n - 1 - i, m);
    const to = F[n * n + i]! * m;
    for (let j = 0; j < m; j++) X[to + j] = work[i * m + j]!;
  }
  return 0;
}`, 'subtractRows', 'zeroPivot'),
  luInverse: helper(`
/** X = A⁻¹ from the factors F of A (n×n). 0, or the order of the first zero pivot: X is NaN then. */
function luInverse(F: Float64Array, X: Float64Array, work: Float64Array, n: number): number {
  X.fill(0);
  for (let i = 0; i < n; i++) {
    // the inverse of a lower triangle is one
    subtractRows(X, i * n, F, i * n, 1, X, 0, n, i, i);
    X[i * n + i] = 1;
  }
  const status = luBackSubstitute(F, X, n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) work[F[n * n + j]!] = X[i * n + j]!;
    for (let j = 0; j < n; j++) X[i * n + j] = work[j]!;
  }
  return status;
}`, 'subtractRows', 'luBackSubstitute'),
  luSign: helper(`
/** -1 for an odd number of row exchanges; work is overwritten. */
function luSign(F: Float64Array, work: Float64Array, n: number): number {
  let sign = 1;
  for (let i = 0; i < n; i++) work[i] = F[n * n + i]!;
  for (let i = 0; i < n; i++) {
    for (let k = work[i]!; k !== i; k = work[i]!) {
      work[i] = work[k]!;
      work[k] = k;
      sign = -sign;
    }
  }
  return sign;
}`),
  luDeterminant: helper(`
/** det A from the factors F of A (n×n). */
function luDeterminant(F: Float64Array, work: Float64Array, n: number): number {
  let product = luSign(F, work, n);
  for (let i = 0; i < n; i++) product *= F[i * n + i]!;
  return product;
}`, 'luSign'),
  luLogDeterminant: helper(`
/** ln det A from the factors F of A (n×n), so that it does not overflow where det A does; NaN when det A < 0. */
function luLogDeterminant(F: Float64Array, work: Float64Array, n: number): number {
  let sign = luSign(F, work, n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = F[i * n + i]!;
    sign *= Math.sign(d);
    sum += Math.log(Math.abs(d));
  }
  return sign >= 0 ? sum : NaN;
}`, 'luSign'),
};
