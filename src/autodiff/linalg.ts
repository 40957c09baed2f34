/**
 * Adjoint rules of dense linear algebra, each at the cost of its value (Giles 2008; Murray 2016).
 * With seed axes (Jacobians) the solves become contractions with an explicit inverse.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { LinalgAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Sweep } from './sweep.ts';

export function pullLinalg(sweep: Sweep, id: NodeId, attr: LinalgAttr, g: NodeId): void {
  const { b } = sweep;
  const matrix = b.graph.arg(id, 0);
  switch (attr.op) {
    case 'logdet':
    case 'det': {
      // d ln det A = tr(A⁻¹ dA)
      const scale = attr.op === 'det' ? [{ id, sub: [] }] : [];
      const inverse = b.linalg('inv', [matrix]);
      const i = sweep.rank;
      sweep.contribute(matrix, b.ein(Q.ONE, [{ id: g, sub: [...sweep.seed.keys()] }, ...scale, { id: inverse, sub: [i + 1, i] }], sweep.adjointShape(matrix)));
      return;
    }
    case 'inv': {
      // Ā = −Yᵀ g Yᵀ
      const [i, j, p, q] = [sweep.rank, sweep.rank + 1, sweep.rank + 2, sweep.rank + 3];
      const n = b.graph.shape(matrix)[0] ?? '1';
      const factors = [{ id, sub: [p, i] }, { id: g, sub: [...sweep.seed.keys(), p, q] }, { id, sub: [j, q] }];
      sweep.contribute(matrix, b.ein(Q.MINUS_ONE, factors, sweep.adjointShape(matrix), [n, n]));
      return;
    }
    case 'chol':
      sweep.contribute(matrix, sweep.rank === 0 ? b.linalg('chol-adjoint', [id, g]) : choleskyAdjoint(b, id, g, sweep.seed));
      return;
    case 'solve':
    case 'tsolve':
      pullSolve(sweep, id, attr, g);
      return;
    case 'spd-logdet':
      // A is symmetric, and with it its inverse
      sweep.contribute(matrix, b.ein(Q.ONE, [{ id: g, sub: [...sweep.seed.keys()] }, { id: b.linalg('spd-inv', [matrix]), sub: [sweep.rank, sweep.rank + 1] }], sweep.adjointShape(matrix)));
      return;
    case 'spd-inv': {
      const n = b.graph.shape(matrix)[0] ?? '1';
      const shape = sweep.adjointShape(matrix);
      const [p, q] = [sweep.rank + 2, sweep.rank + 3];
      const S = (i: number, j: number): NodeId => b.ein(Q.MINUS_ONE, [{ id, sub: [i, p] }, { id: g, sub: [...sweep.seed.keys(), p, q] }, { id, sub: [q, j] }], shape, [n, n]);
      sweep.contribute(matrix, symmetrised(sweep, shape, S));
      return;
    }
    case 'spd-solve':
      pullSymmetricSolve(sweep, id, g);
      return;
    case 'chol-inv':
      pullCholeskyInverse(sweep, id, g);
      return;
    case 'chol-adjoint':
      throw new TypeError('chol-adjoint is written out before the sweep');
    case 'lu': case 'lu-solve': case 'lu-inv': case 'lu-logdet': case 'lu-det': case 'gram':
      throw new TypeError(`${attr.op} is made after differentiation`);
  }
}

/**
 * Whether a matrix varies as a symmetric one: then so does its adjoint. What is differentiated by itself varies entry
 * by entry, unless it stands for a symmetric element.
 */
function variesSymmetrically(sweep: Sweep, matrix: NodeId): boolean {
  const { graph } = sweep.b;
  return graph.isSymmetric(matrix) && (graph.attr(matrix).kind === 'leaf' || !sweep.sources.has(matrix));
}

/** (S + Sᵀ)/2 of a product over the last two axes, which `of` gives for either order of them. */
function symmetrised(sweep: Sweep, shape: readonly Dim[], of: (row: number, column: number) => NodeId): NodeId {
  const { b, rank } = sweep;
  // as two products: of equal factors they are one
  return b.add([of(rank, rank + 1), of(rank + 1, rank)].map((id) => ({ coef: Q.HALF, ...b.whole(id) })), shape);
}

/** X = A⁻¹B with symmetric A: B̄ = G = A⁻¹ g, Ā = −(G Xᵀ + X Gᵀ)/2. */
function pullSymmetricSolve(sweep: Sweep, id: NodeId, g: NodeId): void {
  const { b, rank } = sweep;
  const matrix = b.graph.arg(id, 0);
  const right = b.graph.arg(id, 1);
  const columns = b.graph.shape(right).slice(1);
  const G = rank === 0 ? b.linalg('spd-solve', [matrix, g]) : timesInverse(sweep, b.linalg('spd-inv', [matrix]), g, right, [rank + 1 + columns.length, rank]);
  sweep.contribute(right, G);
  if (!sweep.active.has(matrix)) return;
  const summed = columns.map((_, c) => rank + 2 + c);
  const shape = sweep.adjointShape(matrix);
  const outer = (row: number, column: number): NodeId => b.ein(Q.MINUS_ONE, [{ id: G, sub: [...sweep.seed.keys(), row, ...summed] }, { id, sub: [column, ...summed] }], shape, columns);
  sweep.contribute(matrix, symmetrised(sweep, shape, outer));
}

/** X = (L Lᵀ)⁻¹: L̄ = −tril(X (g + gᵀ) X L). */
function pullCholeskyInverse(sweep: Sweep, id: NodeId, g: NodeId): void {
  const { b, rank } = sweep;
  const L = b.graph.arg(id, 0);
  const n = b.graph.shape(L)[0] ?? '1';
  const axes = [...sweep.seed.keys()];
  const [i, j, p, q, r] = [rank, rank + 1, rank + 2, rank + 3, rank + 4];
  const both = b.add([{ coef: Q.ONE, id: g, sub: [...axes, i, j] }, { coef: Q.ONE, id: g, sub: [...axes, j, i] }], b.graph.shape(g));
  const factors: Operand[] = [{ id: lowerTriangle(b, n, Q.ONE), sub: [i, j] }, { id, sub: [i, p] }, { id: both, sub: [...axes, p, q] }, { id, sub: [q, r] }, { id: L, sub: [r, j] }];
  sweep.contribute(L, b.ein(Q.MINUS_ONE, factors, sweep.adjointShape(L), [n, n, n]));
}

/** M⁻ᵀ g over seed axes, which no kernel has: a contraction with the inverse. */
function timesInverse(sweep: Sweep, inverse: NodeId, g: NodeId, right: NodeId, inverseSub: readonly number[]): NodeId {
  const { b, rank } = sweep;
  const [n = '1', ...columns] = b.graph.shape(right);
  const column = columns.map((_, c) => rank + 1 + c);
  return b.ein(Q.ONE, [{ id: inverse, sub: inverseSub }, { id: g, sub: [...sweep.seed.keys(), rank + 1 + columns.length, ...column] }], sweep.adjointShape(right), [n]);
}

/** X = M⁻¹B: B̄ = G = M⁻ᵀ g, M̄ = −G Xᵀ (its lower triangle for a triangular M; transposed when M = Lᵀ). */
function pullSolve(sweep: Sweep, id: NodeId, attr: LinalgAttr, g: NodeId): void {
  const { b, rank } = sweep;
  const matrix = b.graph.arg(id, 0);
  const right = b.graph.arg(id, 1);
  const n = b.graph.shape(matrix)[0] ?? '1';
  const op = attr.op === 'tsolve' ? 'tsolve' : 'solve';
  const columns = b.graph.shape(right).slice(1);
  let G: NodeId;
  if (rank === 0) {
    G = b.linalg(op, [matrix, g], attr.transposed ? 'plain' : 'transposed');
  } else {
    const inverse = op === 'tsolve' ? b.linalg(op, [matrix, b.delta(n)]) : b.linalg('inv', [matrix]);
    const k = rank + 1 + columns.length;
    G = timesInverse(sweep, inverse, g, right, attr.transposed ? [rank, k] : [k, rank]);
  }
  sweep.contribute(right, G);
  if (!sweep.active.has(matrix)) return;
  const [row, col] = attr.transposed ? [rank + 1, rank] : [rank, rank + 1];
  const summed = columns.map((_, c) => rank + 2 + c);
  const mask: Operand[] = op === 'tsolve' ? [{ id: lowerTriangle(b, n, Q.ONE), sub: [rank, rank + 1] }] : [];
  const shape = sweep.adjointShape(matrix);
  const outer = (i: number, j: number): NodeId => b.ein(Q.MINUS_ONE, [{ id: G, sub: [...sweep.seed.keys(), i, ...summed] }, { id, sub: [j, ...summed] }, ...mask], shape, columns);
  sweep.contribute(matrix, op === 'solve' && variesSymmetrically(sweep, matrix) ? symmetrised(sweep, shape, outer) : outer(row, col));
}

/** The mask Φ: 1 below the diagonal, `diagonal` on it, 0 above. */
export function lowerTriangle(b: Builder, n: Dim, diagonal: Q.Rational): NodeId {
  const iota = b.iota(n);
  const row: Operand = { id: iota, sub: [0] };
  const column: Operand = { id: iota, sub: [1] };
  const constant = (c: Q.Rational): Operand => ({ id: b.rational(c), sub: [] });
  const below = b.map(core.gt, [row, column], [n, n]);
  const on = b.map(core.where, [{ id: b.map(core.eq, [row, column], [n, n]), sub: [0, 1] }, constant(diagonal), constant(Q.ZERO)], [n, n]);
  if (Q.isOne(diagonal)) return b.map(core.where, [{ id: b.map(core.ge, [row, column], [n, n]), sub: [0, 1] }, constant(Q.ONE), constant(Q.ZERO)], [n, n]);
  return b.map(core.where, [{ id: below, sub: [0, 1] }, constant(Q.ONE), { id: on, sub: [0, 1] }], [n, n]);
}

/** (S + Sᵀ)/2 with S = L⁻ᵀ Φ(Lᵀ g) L⁻¹, for any seed axes: differentiable itself. */
export function choleskyAdjoint(b: Builder, L: NodeId, g: NodeId, seed: readonly Dim[]): NodeId {
  const n = b.graph.shape(L)[0] ?? '1';
  const s = seed.length;
  const axes = [...seed.keys()];
  const [i, j, p, q] = [s, s + 1, s + 2, s + 3];
  const shape = [...seed, n, n];
  const inverse = b.linalg('tsolve', [L, b.delta(n)]);
  const P = b.ein(Q.ONE, [{ id: lowerTriangle(b, n, Q.HALF), sub: [i, j] }, { id: L, sub: [p, i] }, { id: g, sub: [...axes, p, j] }], shape, [n]);
  const S = b.ein(Q.ONE, [{ id: inverse, sub: [p, i] }, { id: P, sub: [...axes, p, q] }, { id: inverse, sub: [q, j] }], shape, [n, n]);
  return b.add([{ coef: Q.HALF, id: S, sub: [...axes, i, j] }, { coef: Q.HALF, id: S, sub: [...axes, j, i] }], shape);
}
