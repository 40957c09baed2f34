/** Dense linear algebra for the reference interpreter; formulas in `LinalgAttr`. */
import type { LinearOp } from './types.ts';
import type { Tensor } from './evaluate-tensor.ts';

type Matrix = number[][];

const rows = (t: Tensor): Matrix => {
  const [n = 0, m = 1] = t.shape;
  return Array.from({ length: n }, (_, i) => Array.from(t.data.subarray(i * m, (i + 1) * m)));
};
const fromRows = (a: Matrix, shape: readonly number[]): Tensor => ({ shape, data: Float64Array.from(a.flat()) });
const at = (a: Matrix, i: number, j: number): number => a[i]?.[j] ?? 0;
const build = (n: number, m: number, f: (i: number, j: number) => number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_unused, j) => f(i, j)));
const times = (a: Matrix, b: Matrix): Matrix => build(a.length, b[0]?.length ?? 0, (i, j) => b.reduce((s, row, k) => s + at(a, i, k) * (row[j] ?? 0), 0));
const transpose = (a: Matrix): Matrix => build(a[0]?.length ?? 0, a.length, (i, j) => at(a, j, i));
const eye = (n: number): Matrix => build(n, n, (i, j) => (i === j ? 1 : 0));

export function evaluateLinalg(op: LinearOp, transposed: boolean, args: readonly Tensor[]): Tensor {
  const [a, second] = args;
  if (a === undefined) throw new RangeError(`${op} needs an argument`);
  const A = rows(a);
  const n = A.length;
  switch (op) {
    case 'chol': return fromRows(cholesky(A), a.shape);
    case 'inv': return fromRows(gaussJordan(A, eye(n)).solution, a.shape);
    case 'det': return { shape: [], data: Float64Array.of(gaussJordan(A, eye(n)).determinant) };
    case 'logdet': return { shape: [], data: Float64Array.of(Math.log(gaussJordan(A, eye(n)).determinant)) };
    case 'chol-adjoint': return fromRows(choleskyAdjoint(A, rows(second ?? a)), a.shape);
    case 'solve': case 'tsolve': {
      const b = second ?? a;
      const B = b.shape.length === 1 ? Array.from(b.data, (x) => [x]) : rows(b);
      const matrix = op === 'tsolve' ? build(n, n, (i, j) => (j <= i ? at(A, i, j) : 0)) : A;
      return fromRows(gaussJordan(transposed ? transpose(matrix) : matrix, B).solution, b.shape);
    }
  }
}

/** L with L Lᵀ = A; NaN where A is not positive definite. */
function cholesky(A: Matrix): Matrix {
  const n = A.length;
  const L = build(n, n, () => 0);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let s = at(A, i, j);
      for (let k = 0; k < j; k++) s -= at(L, i, k) * at(L, j, k);
      const row = L[i];
      if (row !== undefined) row[j] = i === j ? (s > 0 ? Math.sqrt(s) : Number.NaN) : s / at(L, j, j);
    }
  }
  return L;
}

/** Ā = (S + Sᵀ)/2 with S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, Φ = lower triangle with halved diagonal (Murray 2016). */
function choleskyAdjoint(L: Matrix, Lbar: Matrix): Matrix {
  const n = L.length;
  const inverse = gaussJordan(build(n, n, (i, j) => (j <= i ? at(L, i, j) : 0)), eye(n)).solution;
  const product = times(transpose(L), Lbar);
  const phi = build(n, n, (i, j) => (i > j ? at(product, i, j) : i === j ? at(product, i, j) / 2 : 0));
  const S = times(times(transpose(inverse), phi), inverse);
  return build(n, n, (i, j) => (at(S, i, j) + at(S, j, i)) / 2);
}

function gaussJordan(A: Matrix, B: Matrix): { solution: Matrix; determinant: number } {
  const n = A.length;
  const a = A.map((row) => [...row]);
  const x = B.map((row) => [...row]);
  let determinant = 1;
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let i = col + 1; i < n; i++) if (Math.abs(at(a, i, col)) > Math.abs(at(a, pivot, col))) pivot = i;
    if (pivot !== col) {
      swap(a, pivot, col);
      swap(x, pivot, col);
      determinant = -determinant;
    }
    const p = at(a, col, col);
    determinant *= p;
    for (let i = 0; i < n; i++) {
      if (i === col) continue;
      const factor = at(a, i, col) / p;
      if (factor === 0) continue;
      subtractRow(a, i, col, factor);
      subtractRow(x, i, col, factor);
    }
  }
  return { solution: x.map((row, i) => row.map((v) => v / at(a, i, i))), determinant };
}

function swap(a: Matrix, i: number, j: number): void {
  const row = a[i];
  a[i] = a[j] ?? [];
  a[j] = row ?? [];
}

function subtractRow(a: Matrix, i: number, from: number, factor: number): void {
  const row = a[i];
  const source = a[from];
  if (row !== undefined && source !== undefined) for (let k = 0; k < row.length; k++) row[k] = (row[k] ?? 0) - factor * (source[k] ?? 0);
}
