/**
 * Symmetric matrices: S[i, j] is S[j, i]. Their two labels are kept in ascending order, so that S*x and S'*x are one
 * node. A leaf is symmetric when it is declared so and nothing is differentiated by it (which of the two entries a
 * derivative belongs to would be a matter of taste); other nodes are when exchanging their axes changes nothing.
 */
import type { Builder, Operand } from './build.ts';
import type { Attr, NodeId, Sub } from './types.ts';

/** The operand with the labels of a symmetric matrix in ascending order. */
export function symmetricInOrder<T extends Operand>(b: Builder, operand: T): T {
  const [first = 0, second = 0] = operand.sub;
  if (operand.sub.length !== 2 || first <= second || !b.graph.isSymmetric(operand.id)) return operand;
  return { ...operand, sub: [second, first] };
}

/** A square matrix whose every argument is a symmetric matrix over the same two labels, or has none. */
export function isElementwiseSymmetric(b: Builder, subs: readonly Sub[], args: ArrayLike<NodeId>, shape: readonly string[]): boolean {
  if (shape.length !== 2 || shape[0] !== shape[1]) return false;
  return subs.every((sub, k) => sub.length === 0 || (sub.length === 2 && sub[0] !== sub[1] && b.graph.isSymmetric(args[k] ?? -1)));
}

/** Whether a dense kernel gives a symmetric matrix, for every argument or for a symmetric one. */
export function isKernelSymmetric(b: Builder, attr: Attr & { kind: 'linalg' }, args: readonly NodeId[]): boolean {
  switch (attr.op) {
    case 'chol-inv': case 'chol-adjoint': case 'spd-inv': case 'gram': return true;
    case 'inv': return b.graph.isSymmetric(args[0] ?? -1);
    default: return false;
  }
}
