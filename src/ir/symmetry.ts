/**
 * Symmetric matrices, and tensors of them: S[…, i, j] is S[…, j, i]. The two labels are kept in ascending order, so
 * that S*x and S'*x are one node. A leaf is symmetric when it is declared so and nothing is differentiated by it (which
 * of the two entries a derivative belongs to would be a matter of taste); other nodes are when exchanging their last
 * two axes changes nothing.
 */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import type { Attr, NodeId, Sub } from './types.ts';

export type MatrixKind = 'symmetric' | 'any';

/** What stands for a node, or for one of its elements, is symmetric when the node is. */
export function matrixKind(b: Builder, id: NodeId, shape: readonly Dim[]): MatrixKind {
  return shape.length >= 2 && b.graph.isSymmetric(id) ? 'symmetric' : 'any';
}

/** The operand with the labels of a symmetric matrix in ascending order. */
export function symmetricInOrder<T extends Operand>(b: Builder, operand: T): T {
  if (operand.sub.length < 2 || !b.graph.isSymmetric(operand.id)) return operand;
  const { before, pair: [first, second] } = splitSub(operand.sub);
  return first <= second ? operand : { ...operand, sub: [...before, second, first] };
}

/** The labels of the axes that a symmetric tensor has before its matrices, and of the matrices. */
export function splitSub(sub: Sub): { readonly before: Sub; readonly pair: readonly [number, number] } {
  return { before: sub.slice(0, -2), pair: [sub[sub.length - 2] ?? 0, sub[sub.length - 1] ?? 0] };
}

/** Whether a tensor has square matrices along its last two axes. */
export function isSquare(shape: readonly Dim[]): boolean {
  const rank = shape.length;
  return rank >= 2 && shape[rank - 1] === shape[rank - 2];
}

/** A label once the last two of `rank` output labels are exchanged. */
export function exchangedLabel(label: number, rank: number): number {
  return label === rank - 1 ? rank - 2 : label === rank - 2 ? rank - 1 : label;
}

/** Whether operands that stand in canonical order are the same ones when the last two axes of the result are exchanged. */
export function isUnchangedByExchange<T extends Operand>(b: Builder, operands: readonly T[], shape: readonly Dim[], inOrder: (exchanged: T[]) => readonly T[], isSame: (x: T, y: T) => boolean): boolean {
  if (!isSquare(shape)) return false;
  const exchanged = inOrder(operands.map((o) => symmetricInOrder(b, { ...o, sub: o.sub.map((label) => exchangedLabel(label, shape.length)) })));
  return operands.every((o, k) => {
    const other = exchanged[k];
    return other !== undefined && o.id === other.id && o.sub.join() === other.sub.join() && isSame(o, other);
  });
}

/** Whether a dense kernel gives a symmetric matrix, for every argument or for a symmetric one. */
export function isKernelSymmetric(b: Builder, attr: Attr & { kind: 'linalg' }, args: readonly NodeId[]): boolean {
  switch (attr.op) {
    case 'chol-inv': case 'chol-adjoint': case 'spd-inv': case 'gram': return true;
    case 'inv': return b.graph.isSymmetric(args[0] ?? -1);
    default: return false;
  }
}
