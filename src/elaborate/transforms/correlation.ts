/**
 * Correlation matrices and their Cholesky factors: Lewandowski, Kurowicka, Joe, Journal of Multivariate Analysis 100 (2009).
 * The rows of the factor are points of half spheres; tanh(u) are partial correlations, row by row, as in Stan.
 */
import { constantDim, type Dim } from '../../ir/dim.ts';
import * as Q from '../../ir/rational.ts';
import { running } from '../functions/cumulative.ts';
import type { Pass } from '../pass.ts';
import { plainValue, type Value } from '../value.ts';
import { shifted, sumAll, type Constrained, type Transform } from './transform.ts';

/** A matrix of ones on the diagonal. */
export const correlation: Transform = {
  free: freeShape,
  value(pass, leaf, declared) {
    const { algebra } = pass;
    const { axes } = declared;
    const factor = factorOf(pass, leaf, declared);
    const products = algebra.contract(factor, 'ik', factor, 'jk', 'ij');
    // rows of length 1: what rounding leaves of that is not for the model
    const off = algebra.multiply([products, compare(pass, axes, 'ne')], axes);
    return algebra.add([{ coef: Q.ONE, value: off }, { coef: Q.ONE, value: compare(pass, axes, 'eq') }], axes);
  },
  // that of the factor, and Π Lᵢᵢ^(K-i) from it to the matrix
  logJacobian: (pass, leaf, declared) => weighted(pass, leaf, declared, (_, column, size) => size - column),
};

/** Lower triangular with rows of length 1. */
export const correlationCholesky: Transform = {
  free: freeShape,
  value: factorOf,
  logJacobian: (pass, leaf, declared) => weighted(pass, leaf, declared, (row, column) => row - column + 1),
};

const sizeOf = ({ axes }: Constrained): number => constantDim(axes[0] ?? '') ?? 0;

function freeShape(declared: Constrained): ReturnType<Transform['free']> {
  const { axes, bounds } = declared;
  const size = sizeOf(declared);
  if (axes.length !== 2 || axes[0] !== axes[1]) return { reason: 'correlations are a square matrix: `C: R[3, 3]`' };
  if (bounds.length > 0) return { reason: 'its elements are bounded already: it takes no `where`' };
  if (size < 2) return { reason: 'the size of a correlation matrix is a number of at least 2: `dim K = 3`' };
  return [String((size * (size - 1)) / 2)];
}

/** 1 where the row and the column compare so, 0 elsewhere. */
function compare({ b }: Pass, axes: readonly Dim[], relation: 'gt' | 'eq' | 'ne'): Value {
  const positions = b.iota(axes[0] ?? '1');
  return plainValue(b.map(relation, [{ id: positions, sub: [0] }, { id: positions, sub: [1] }], axes), axes);
}

/** Lᵢⱼ = tanh(uᵢⱼ) Π_{k<j} 1/cosh(uᵢₖ) below the diagonal, the product alone on it. */
function factorOf(pass: Pass, leaf: Value, declared: Constrained): Value {
  const { algebra, b } = pass;
  const { axes } = declared;
  const n = sizeOf(declared);
  // row i begins at i(i-1)/2; what a row reads of the next is masked
  const rows = Array.from({ length: n }, (_, i) => shifted(b, leaf.node, (-i * (i - 1)) / 2, String(n)));
  const u = algebra.multiply([plainValue(b.stack(rows), axes), compare(pass, axes, 'gt')], axes);
  const logs = algebra.map('logcosh', [u], axes);
  const before = plainValue(shifted(b, running(b, logs.node, 1, 'sum'), 1, String(n)), axes);
  const part = algebra.add([{ coef: Q.ONE, value: algebra.map('tanh', [u], axes) }, { coef: Q.ONE, value: compare(pass, axes, 'eq') }], axes);
  return algebra.multiply([part, algebra.map('exp', [algebra.scale(Q.MINUS_ONE, before)], axes)], axes);
}

/** -Σ w·ln cosh(u), with weights by row and column from 0: ln(1 - tanh²) is -2 ln cosh, and the later elements of a row shrink by it. */
function weighted(pass: Pass, leaf: Value, declared: Constrained, weight: (row: number, column: number, size: number) => number): Value {
  const { algebra, b } = pass;
  const n = sizeOf(declared);
  const weights = Array.from({ length: n }, (_, row) => Array.from({ length: row }, (_, column) => b.rational(Q.integer(weight(row, column, n))))).flat();
  const logs = algebra.map('logcosh', [leaf], leaf.axes);
  return algebra.scale(Q.MINUS_ONE, sumAll(pass, algebra.multiply([logs, plainValue(b.stack(weights), leaf.axes)], leaf.axes)));
}
