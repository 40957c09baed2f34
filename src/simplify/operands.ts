/** Arguments of commutative nodes in the user's order, and index strings composed. */
import type { Operand } from '../ir/build.ts';
import type { Graph } from '../ir/graph.ts';
import type { AddAttr, EinAttr, NodeId } from '../ir/types.ts';

/** Stored positions in the order in which the user wrote the operands. */
export function displayPositions(graph: Graph, id: NodeId): readonly number[] {
  return graph.displayOrder(id) ?? Array.from({ length: graph.arity(id) }, (_, k) => k);
}

/** The operands of a sum or product in the user's order, with their stored positions. */
export function displayOperands(graph: Graph, id: NodeId, attr: EinAttr | AddAttr): { readonly operand: Operand; readonly position: number }[] {
  return displayPositions(graph, id).map((position) => ({ operand: { id: graph.arg(id, position), sub: attr.subs[position] ?? [] }, position }));
}
