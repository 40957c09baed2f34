/** Dense linear algebra in decimals, by textbook formulas. */
import type { LinearOp } from '../../ir/types.ts';
import { nan, one, zero, type Real } from './decimal.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly Real[];
}
type Matrix = readonly (readonly Real[])[];

/** Undefined for a routine that only doubles have. */
export function extendedLinalg(op: LinearOp, transposed: boolean, args: readonly Tensor[]): Tensor | undefined {
  const [first, second = first] = args;
  if (first === undefined || second === undefined) throw new RangeError(`${op} without an argument`);
  const a = rows(first);
  const flat = (m: Matrix, shape: readonly number[]): Tensor => ({ shape, data: m.flat() });
  const single = (x: Real): Tensor => ({ shape: [], data: [x] });
  switch (op) {
    case 'chol': return flat(cholesky(a), first.shape);
    case 'chol-adjoint': return flat(choleskyAdjoint(a, rows(second)), first.shape);
    case 'chol-inv': return flat(gramInverse(a), first.shape);
    case 'inv': return flat(eliminate(a, identity(a.length)).solution, first.shape);
    case 'spd-inv': return flat(gramInverse(cholesky(a)), first.shape);
    case 'det': return single(eliminate(a, identity(a.length)).determinant);
    case 'logdet': return single(eliminate(a, identity(a.length)).determinant.ln());
    case 'spd-logdet': return single(cholesky(a).reduce((s, row, i) => s.plus((row[i] ?? nan).ln().times(2)), zero));
    case 'solve': return flat(eliminate(transposed ? transpose(a) : a, rows(second)).solution, second.shape);
    case 'spd-solve': {
      const l = cholesky(a);
      return flat(eliminate(transpose(l), eliminate(l, rows(second)).solution).solution, second.shape);
    }
    case 'tsolve': return flat(eliminate(transposed ? transpose(lower(a)) : lower(a), rows(second)).solution, second.shape);
    default: return undefined;
  }
}

function rows(t: Tensor): Matrix {
  const [n = 0, m = 1] = t.shape;
  return Array.from({ length: n }, (_, i) => t.data.slice(i * m, (i + 1) * m));
}

const at = (a: Matrix, i: number, j: number): Real => a[i]?.[j] ?? zero;
const build = (n: number, m: number, f: (i: number, j: number) => Real): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_unused, j) => f(i, j)));
const identity = (n: number): Matrix => build(n, n, (i, j) => (i === j ? one : zero));
const transpose = (a: Matrix): Matrix => build(a[0]?.length ?? 0, a.length, (i, j) => at(a, j, i));
const lower = (a: Matrix): Matrix => build(a.length, a.length, (i, j) => (j <= i ? at(a, i, j) : zero));
const times = (a: Matrix, b: Matrix): Matrix =>
  build(a.length, b[0]?.length ?? 0, (i, j) => b.reduce((s, row, k) => s.plus(at(a, i, k).times(row[j] ?? zero)), zero));

/** NaN all over where a minor is not positive, as the interpreter has it. */
function cholesky(a: Matrix): Matrix {
  const n = a.length;
  const l = build(n, n, () => zero).map((row) => [...row]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = at(a, i, j);
      for (let k = 0; k < j; k++) s = s.minus(at(l, i, k).times(at(l, j, k)));
      if (i === j && !s.gt(0)) return build(n, n, () => nan);
      const row = l[i];
      if (row !== undefined) row[j] = i === j ? s.sqrt() : s.div(at(l, j, j));
    }
  }
  return l;
}

/** Ā = (S + Sᵀ)/2 with S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, Φ = lower triangle with halved diagonal (Murray 2016). */
function choleskyAdjoint(l: Matrix, adjoint: Matrix): Matrix {
  const n = l.length;
  const inverse = eliminate(lower(l), identity(n)).solution;
  const product = times(transpose(l), adjoint);
  const phi = build(n, n, (i, j) => (i > j ? at(product, i, j) : i === j ? at(product, i, j).div(2) : zero));
  const s = times(times(transpose(inverse), phi), inverse);
  return build(n, n, (i, j) => at(s, i, j).plus(at(s, j, i)).div(2));
}

/** (L Lᵀ)⁻¹ */
function gramInverse(l: Matrix): Matrix {
  const inverse = eliminate(lower(l), identity(l.length)).solution;
  return times(transpose(inverse), inverse);
}

/** Gauss-Jordan elimination with partial pivoting. */
function eliminate(matrix: Matrix, right: Matrix): { solution: Matrix; determinant: Real } {
  const a = matrix.map((row, i) => [...row, ...(right[i] ?? [])]);
  const n = a.length;
  let determinant = one;
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let i = col + 1; i < n; i++) if (at(a, i, col).abs().gt(at(a, pivot, col).abs())) pivot = i;
    if (pivot !== col) {
      [a[pivot], a[col]] = [a[col] ?? [], a[pivot] ?? []];
      determinant = determinant.neg();
    }
    const p = at(a, col, col);
    determinant = determinant.times(p);
    const pivotRow = (a[col] ?? []).map((x) => x.div(p));
    a[col] = pivotRow;
    for (let i = 0; i < n; i++) {
      const factor = at(a, i, col);
      if (i !== col && !factor.isZero()) a[i] = (a[i] ?? []).map((x, k) => x.minus(factor.times(pivotRow[k] ?? zero)));
    }
  }
  return { solution: a.map((row) => row.slice(n)), determinant };
}
