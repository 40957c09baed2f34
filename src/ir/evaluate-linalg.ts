/** Dense linear algebra for the reference interpreter; formulas in `LinalgAttr`. */
import type { LinearOp } from './types.ts';
import type { Tensor } from './evaluate-tensor.ts';

type Matrix = number[][];

/**
 * Why a matrix could not be used: k > 0, the leading minor of order k is not positive definite, or the k-th pivot is
 * zero; -1, the determinant is negative where its logarithm is wanted.
 */
export type MatrixFailure = (order: number) => void;

const rows = (t: Tensor): Matrix => {
  const [n = 0, m = 1] = t.shape;
  return Array.from({ length: n }, (_, i) => Array.from(t.data.subarray(i * m, (i + 1) * m)));
};
const fromRows = (a: Matrix, shape: readonly number[]): Tensor => ({ shape, data: Float64Array.from(a.flat()) });
const scalar = (x: number): Tensor => ({ shape: [], data: Float64Array.of(x) });
const at = (a: Matrix, i: number, j: number): number => a[i]?.[j] ?? 0;
const build = (n: number, m: number, f: (i: number, j: number) => number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_unused, j) => f(i, j)));
const times = (a: Matrix, b: Matrix): Matrix => build(a.length, b[0]?.length ?? 0, (i, j) => b.reduce((s, row, k) => s + at(a, i, k) * (row[j] ?? 0), 0));
const transpose = (a: Matrix): Matrix => build(a[0]?.length ?? 0, a.length, (i, j) => at(a, j, i));
const eye = (n: number): Matrix => build(n, n, (i, j) => (i === j ? 1 : 0));
const lower = (a: Matrix): Matrix => build(a.length, a.length, (i, j) => (j <= i ? at(a, i, j) : 0));
const columns = (t: Tensor): Matrix => (t.shape.length === 1 ? Array.from(t.data, (x) => [x]) : rows(t));

export function evaluateLinalg(op: LinearOp, transposed: boolean, args: readonly Tensor[], failed: MatrixFailure = () => {}): Tensor {
  const [a, second] = args;
  if (a === undefined) throw new RangeError(`${op} needs an argument`);
  const A = rows(a);
  const n = a.shape[1] ?? 0;
  const right = second ?? a;
  switch (op) {
    case 'chol': return fromRows(cholesky(A, failed), a.shape);
    case 'chol-adjoint': return fromRows(choleskyAdjoint(A, rows(right)), a.shape);
    case 'chol-inv': return fromRows(gramInverse(A), a.shape);
    case 'spd-inv': return fromRows(gramInverse(cholesky(A, failed)), a.shape);
    case 'spd-logdet': return scalar(cholesky(A, failed).reduce((s, row, i) => s + 2 * Math.log(row[i] ?? 0), 0));
    case 'spd-solve': {
      const L = cholesky(A, failed);
      return fromRows(solve(transpose(L), solve(L, columns(right))), right.shape);
    }
    case 'tsolve': {
      const L = lower(A);
      const zero = L.findIndex((row, i) => row[i] === 0);
      if (zero >= 0) failed(zero + 1);
      return fromRows(solve(transposed ? transpose(L) : L, columns(right)), right.shape);
    }
    case 'solve': return fromRows(solve(transposed ? transpose(A) : A, columns(right), failed), right.shape);
    case 'inv': return fromRows(solve(A, eye(n), failed), a.shape);
    case 'det': return scalar(determinantOf(factors(A)));
    case 'logdet': return scalar(logDeterminant(factors(A), failed));
    case 'lu': return fromRows(factors(A, failed), [n + 1, n]);
    case 'lu-solve': return fromRows(solveFactored(A, columns(right), transposed), right.shape);
    case 'lu-inv': return fromRows(solveFactored(A, eye(n), false), [n, n]);
    case 'lu-det': return scalar(determinantOf(A));
    case 'lu-logdet': return scalar(logDeterminant(A, failed));
    case 'gram': return fromRows(times(transpose(A), second === undefined ? A : A.map((row, k) => row.map((x) => x * (second.data[k] ?? 0)))), [n, n]);
  }
}

/** L with L Lᵀ = A; all NaN where A is not positive definite. */
function cholesky(A: Matrix, failed: MatrixFailure): Matrix {
  const n = A.length;
  const L = build(n, n, () => 0);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = at(A, i, j);
      for (let k = 0; k < j; k++) s -= at(L, i, k) * at(L, j, k);
      if (i === j && !(s > 0)) {
        failed(j + 1);
        return build(n, n, () => Number.NaN);
      }
      const row = L[i];
      if (row !== undefined) row[j] = i === j ? Math.sqrt(s) : s / at(L, j, j);
    }
  }
  return L;
}

const gramInverse = (L: Matrix): Matrix => {
  const inverse = solve(lower(L), eye(L.length));
  return times(transpose(inverse), inverse);
};

/** Ā = (S + Sᵀ)/2 with S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, Φ = lower triangle with halved diagonal (Murray 2016). */
function choleskyAdjoint(L: Matrix, Lbar: Matrix): Matrix {
  const n = L.length;
  const inverse = solve(lower(L), eye(n));
  const product = times(transpose(L), Lbar);
  const phi = build(n, n, (i, j) => (i > j ? at(product, i, j) : i === j ? at(product, i, j) / 2 : 0));
  const S = times(times(transpose(inverse), phi), inverse);
  return build(n, n, (i, j) => (at(S, i, j) + at(S, j, i)) / 2);
}

/** A⁻¹B through the factors; NaN when A is singular. */
function solve(A: Matrix, B: Matrix, failed: MatrixFailure = () => {}): Matrix {
  return solveFactored(factors(A, failed), B, false);
}

/** Gaussian elimination with row exchanges: the unit lower and the upper factor in one, then where each row came from. */
function factors(A: Matrix, failed: MatrixFailure = () => {}): Matrix {
  const n = A.length;
  const a = A.map((row) => [...row]);
  const order = Array.from({ length: n }, (_, i) => i);
  let first = 0;
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let i = col + 1; i < n; i++) if (Math.abs(at(a, i, col)) > Math.abs(at(a, pivot, col))) pivot = i;
    [a[col], a[pivot]] = [a[pivot] ?? [], a[col] ?? []];
    [order[col], order[pivot]] = [order[pivot] ?? 0, order[col] ?? 0];
    const p = at(a, col, col);
    if (p === 0 || Number.isNaN(p)) first ||= col + 1;
    if (p === 0) continue;
    for (let i = col + 1; i < n; i++) {
      const row = a[i] ?? [];
      const factor = (row[col] ?? 0) / p;
      row[col] = factor;
      for (let j = col + 1; j < n; j++) row[j] = (row[j] ?? 0) - factor * at(a, col, j);
    }
  }
  if (first > 0) failed(first);
  return [...a, order];
}

function solveFactored(lu: Matrix, B: Matrix, transposed: boolean): Matrix {
  const n = lu.length - 1;
  const order = lu[n] ?? [];
  const singular = Array.from({ length: n }, (_, i) => at(lu, i, i)).includes(0);
  if (singular) return B.map((row) => row.map(() => Number.NaN));
  const unit = build(n, n, (i, j) => (i === j ? 1 : j < i ? at(lu, i, j) : 0));
  const upper = build(n, n, (i, j) => (j >= i ? at(lu, i, j) : 0));
  if (!transposed) return backward(upper, forward(unit, order.map((i) => [...(B[i] ?? [])])));
  const x = backward(transpose(unit), forward(transpose(upper), B.map((row) => [...row])));
  return order.map((_, i) => x[order.indexOf(i)] ?? []);
}

function forward(L: Matrix, x: Matrix): Matrix {
  for (let i = 0; i < L.length; i++) eliminateRow(L, x, i, Array.from({ length: i }, (_, k) => k));
  return x;
}
function backward(U: Matrix, x: Matrix): Matrix {
  for (let i = U.length - 1; i >= 0; i--) eliminateRow(U, x, i, Array.from({ length: U.length - 1 - i }, (_, k) => i + 1 + k));
  return x;
}
function eliminateRow(T: Matrix, x: Matrix, i: number, known: readonly number[]): void {
  x[i] = (x[i] ?? []).map((value, j) => known.reduce((s, k) => s - at(T, i, k) * at(x, k, j), value) / at(T, i, i));
}

/** -1 for an odd number of row exchanges. */
function signOf(order: readonly number[]): number {
  const seen = new Set<number>();
  let sign = 1;
  for (const start of order.keys()) {
    for (let k = start, first = true; !seen.has(k); k = order[k] ?? start) {
      seen.add(k);
      if (!first) sign = -sign;
      first = false;
    }
  }
  return sign;
}

const pivots = (lu: Matrix): number[] => Array.from({ length: lu.length - 1 }, (_, i) => at(lu, i, i));
const determinantOf = (lu: Matrix): number => pivots(lu).reduce((product, p) => product * p, signOf(lu[lu.length - 1] ?? []));

/** From the pivots: it does not overflow where the determinant does. */
function logDeterminant(lu: Matrix, failed: MatrixFailure): number {
  const sign = pivots(lu).reduce((s, p) => s * Math.sign(p), signOf(lu[lu.length - 1] ?? []));
  if (!(sign >= 0)) {
    failed(-1);
    return Number.NaN;
  }
  return pivots(lu).reduce((s, p) => s + Math.log(Math.abs(p)), 0);
}
