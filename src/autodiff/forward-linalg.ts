/**
 * Tangent rules of dense linear algebra. Each multiplies or solves with the factor that the value has made;
 * none inverts a matrix that the value does not invert, except the logarithm of a determinant, whose gradient does.
 */
import { invariant } from '../diagnostics/internal.ts';
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { LinalgAttr, NodeId } from '../ir/types.ts';
import { lowerTriangle } from './linalg.ts';
import type { Push } from './push.ts';

export function pushLinalg(push: Push, id: NodeId, attr: LinalgAttr): NodeId | undefined {
  const { b } = push;
  const args = [...b.graph.args(id)];
  const tangents = args.map((arg) => push.tangent(arg));
  if (tangents.every((t) => t === undefined)) return undefined;
  const [A = -1, B = -1] = args.map((arg) => push.primal(arg));
  const [dA, dB] = tangents;
  const y = push.primal(id);
  switch (attr.op) {
    case 'logdet': case 'spd-logdet': case 'det': return dA && determinantTangent(b, attr.op, y, A, dA);
    case 'inv': case 'spd-inv': return dA && b.negate(product(b, y, product(b, dA, y)));
    case 'chol': return dA && choleskyTangent(b, y, dA);
    case 'chol-inv': return dA && inverseTangent(b, A, y, dA);
    case 'solve': case 'spd-solve': case 'tsolve': return solveTangent(b, attr.op, attr.transposed, A, y, dA, dB);
    case 'chol-adjoint': return choleskyAdjointTangent(b, A, B, y, dA, dB);
    case 'lu': case 'lu-solve': case 'lu-inv': case 'lu-logdet': case 'lu-det': case 'gram':
      invariant(false, 'autodiff', `${attr.op} is made after differentiation`);
  }
}

/** (ln det A)˙ = tr(A⁻¹ Ȧ) */
function determinantTangent(b: Builder, op: 'logdet' | 'spd-logdet' | 'det', y: NodeId, A: NodeId, dA: NodeId): NodeId {
  const n = b.graph.shape(A)[0] ?? '1';
  const scale: Operand[] = op === 'det' ? [{ id: y, sub: [] }] : [];
  return b.ein(Q.ONE, [...scale, { id: b.linalg(op === 'spd-logdet' ? 'spd-inv' : 'inv', [A]), sub: [1, 0] }, { id: dA, sub: [0, 1] }], [], [n, n]);
}

/** L̇ = L·Φ(L⁻¹ Ȧ L⁻ᵀ): the lower triangle with half its diagonal; Ȧ counts as symmetric. */
function choleskyTangent(b: Builder, L: NodeId, dA: NodeId): NodeId {
  const n = b.graph.shape(L)[0] ?? '1';
  const left = b.linalg('tsolve', [L, symmetric(b, dA)]);
  const both = b.linalg('tsolve', [L, transpose(b, left)]);
  const half = b.ein(Q.ONE, [b.whole(lowerTriangle(b, n, Q.HALF)), b.whole(both)], [n, n]);
  return product(b, L, half);
}

/** Y = L⁻ᵀ L⁻¹: Ẏ = −(Z + Zᵀ), Zᵀ = L⁻ᵀ (Y L̇)ᵀ; of L̇ only the triangle counts. */
function inverseTangent(b: Builder, L: NodeId, Y: NodeId, dL: NodeId): NodeId {
  const n = b.graph.shape(L)[0] ?? '1';
  const slope = b.ein(Q.ONE, [b.whole(lowerTriangle(b, n, Q.ONE)), b.whole(dL)], [n, n]);
  const Z = b.linalg('tsolve', [L, transpose(b, product(b, Y, slope))], 'transposed');
  return b.add([{ coef: Q.MINUS_ONE, id: Z, sub: [0, 1] }, { coef: Q.MINUS_ONE, id: Z, sub: [1, 0] }], [n, n]);
}

/** X = M⁻¹B: Ẋ = M⁻¹(Ḃ − Ṁ X); of a triangular M only its triangle counts. */
function solveTangent(b: Builder, op: 'solve' | 'spd-solve' | 'tsolve', transposed: boolean, M: NodeId, X: NodeId, dM: NodeId | undefined, dB: NodeId | undefined): NodeId {
  const shape = b.graph.shape(X);
  const n = shape[0] ?? '1';
  const columns = shape.slice(1).map((_, c) => c + 1);
  const k = shape.length;
  const right: NodeId[] = dB === undefined ? [] : [dB];
  if (dM !== undefined) {
    const sub = transposed ? [k, 0] : [0, k];
    const mask: Operand[] = op === 'tsolve' ? [{ id: lowerTriangle(b, n, Q.ONE), sub }] : [];
    right.push(b.ein(Q.MINUS_ONE, [{ id: dM, sub }, ...mask, { id: X, sub: [k, ...columns] }], shape, [n]));
  }
  return b.linalg(op, [M, b.sum(right, shape)], transposed ? 'transposed' : 'plain');
}

/**
 * Σ = sym(L⁻ᵀ Φ(Lᵀ G) L⁻¹), the adjoint of A = L Lᵀ. From Lᵀ Σ L = sym Φ(Lᵀ G):
 * Σ̇ = sym(L⁻ᵀ (Φ(L̇ᵀ G + Lᵀ Ġ) − 2 Lᵀ Σ L̇) L⁻¹).
 */
function choleskyAdjointTangent(b: Builder, L: NodeId, G: NodeId, S: NodeId, dL: NodeId | undefined, dG: NodeId | undefined): NodeId {
  const n = b.graph.shape(L)[0] ?? '1';
  const inside: NodeId[] = [];
  if (dL !== undefined) inside.push(product(b, transpose(b, dL), G));
  if (dG !== undefined) inside.push(product(b, transpose(b, L), dG));
  const half = b.ein(Q.ONE, [b.whole(lowerTriangle(b, n, Q.HALF)), b.whole(b.sum(inside, [n, n]))], [n, n]);
  const moved = dL === undefined ? [] : [b.scale(Q.integer(-2), product(b, transpose(b, L), product(b, S, dL)))];
  const left = b.linalg('tsolve', [L, b.sum([half, ...moved], [n, n])], 'transposed');
  return symmetric(b, b.linalg('tsolve', [L, transpose(b, left)], 'transposed'));
}

/** The matrix product. */
function product(b: Builder, x: NodeId, y: NodeId): NodeId {
  const shape: Dim[] = [b.graph.shape(x)[0] ?? '1', b.graph.shape(y)[1] ?? '1'];
  return b.ein(Q.ONE, [{ id: x, sub: [0, 2] }, { id: y, sub: [2, 1] }], shape, [b.graph.shape(x)[1] ?? '1']);
}
const transpose = (b: Builder, x: NodeId): NodeId => b.permute(x, [1, 0]);
/** (X + Xᵀ)/2 */
const symmetric = (b: Builder, x: NodeId): NodeId => b.add([{ coef: Q.HALF, id: x, sub: [0, 1] }, { coef: Q.HALF, id: x, sub: [1, 0] }], b.graph.shape(x));
