/** Dense linear algebra in 50-digit decimals. */
import { Decimal } from 'decimal.js';
import type { LinearOp } from '../../src/ir/types.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly Decimal[];
}
type Matrix = Decimal[][];

const zero = new Decimal(0);
const one = new Decimal(1);

export function extendedLinalg(op: LinearOp, transposed: boolean, args: readonly Tensor[]): Tensor {
  const [first, second = first] = args;
  if (first === undefined || second === undefined) throw new RangeError(`${op} without an argument`);
  const a = rows(first);
  const flat = (m: Matrix, shape: readonly number[]): Tensor => ({ shape, data: m.flat() });
  switch (op) {
    case 'chol': return flat(cholesky(a), first.shape);
    case 'inv': case 'spd-inv': return flat(eliminate(a, identity(a.length)).solution, first.shape);
    case 'det': return { shape: [], data: [eliminate(a, identity(a.length)).determinant] };
    case 'logdet': case 'spd-logdet': return { shape: [], data: [eliminate(a, identity(a.length)).determinant.ln()] };
    case 'solve': case 'spd-solve': return flat(eliminate(transposed ? transpose(a) : a, rows(second)).solution, second.shape);
    case 'tsolve': {
      const lower = a.map((row, i) => row.map((x, j) => (j <= i ? x : zero)));
      return flat(eliminate(transposed ? transpose(lower) : lower, rows(second)).solution, second.shape);
    }
    case 'chol-inv': case 'lu': case 'lu-solve': case 'lu-inv': case 'lu-det': case 'lu-logdet': throw new RangeError(`${op} occurs in scheduled code only`);
    case 'chol-adjoint': throw new RangeError('chol-adjoint occurs in derivatives only; the oracle differentiates values');
  }
}

function rows(t: Tensor): Matrix {
  const [n = 0, m = 1] = t.shape;
  return Array.from({ length: n }, (_, i) => t.data.slice(i * m, (i + 1) * m));
}

function identity(n: number): Matrix {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => (i === j ? one : zero)));
}

function transpose(a: Matrix): Matrix {
  return a.map((_, j) => a.map((row) => row[j] ?? zero));
}

function cholesky(a: Matrix): Matrix {
  const l = a.map((row) => row.map(() => zero));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let s = row[j] ?? zero;
      for (let k = 0; k < j; k++) s = s.minus((l[i]?.[k] ?? zero).times(l[j]?.[k] ?? zero));
      l[i]![j] = i === j ? s.sqrt() : s.div(l[j]?.[j] ?? zero);
    }
  });
  return l;
}

/** Gauss-Jordan elimination with partial pivoting. */
function eliminate(matrix: Matrix, right: Matrix): { solution: Matrix; determinant: Decimal } {
  const a = matrix.map((row, i) => [...row, ...(right[i] ?? [])]);
  const n = a.length;
  let determinant = one;
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let i = col + 1; i < n; i++) if (a[i]![col]!.abs().gt(a[pivot]![col]!.abs())) pivot = i;
    if (pivot !== col) {
      [a[pivot], a[col]] = [a[col]!, a[pivot]!];
      determinant = determinant.neg();
    }
    const p = a[col]![col]!;
    determinant = determinant.times(p);
    a[col] = a[col]!.map((x) => x.div(p));
    for (let i = 0; i < n; i++) {
      const factor = a[i]![col]!;
      if (i !== col && !factor.isZero()) a[i] = a[i]!.map((x, k) => x.minus(factor.times(a[col]![k]!)));
    }
  }
  return { solution: a.map((row) => row.slice(n)), determinant };
}
