/** Arguments of commutative nodes in the order in which the user wrote them; they are stored in canonical order. */
import { identitySub, type Operand } from './build.ts';
import type { Graph } from './graph.ts';
import type { AddAttr, EinAttr, NodeId } from './types.ts';

/** Stored positions in the user's order. */
export function displayPositions(graph: Graph, id: NodeId): readonly number[] {
  const count = graph.arity(id);
  const order = graph.displayOrder(id);
  return order?.length === count ? order : identitySub(count);
}

/** The operands of a sum or product in the user's order, with their stored positions. */
export function displayOperands(graph: Graph, id: NodeId, attr: EinAttr | AddAttr): { readonly operand: Operand; readonly position: number }[] {
  return displayPositions(graph, id).map((position) => ({ operand: { id: graph.arg(id, position), sub: attr.subs[position] ?? [] }, position }));
}
