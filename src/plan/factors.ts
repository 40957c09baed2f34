/**
 * Factorisations of matrices that are data alone. What is asked of a matrix becomes questions to its factors before
 * `prepare` is planned, so that the factors are made once for all calls.
 */
import { isDeclaredDefinite } from '../elaborate/types.ts';
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { factorise } from '../schedule/factorise.ts';
import type { EmitPlan, MatrixFactor } from '../schedule/plan.ts';
import { prepare, sizeHints } from '../schedule/prepare.ts';
import { fixedNodes } from './fixed.ts';

/** Where nodes went; nothing moves unless a matrix of data alone is factorised. */
export function factorisedOverData(b: Builder, roots: readonly NodeId[], varying: ReadonlySet<NodeId>, definite: ReadonlySet<NodeId>): ReadonlyMap<NodeId, NodeId> {
  const order = reachable(b.graph, roots);
  const fixed = fixedNodes(b, order, varying);
  const any = order.some((id) => b.graph.attr(id).kind === 'linalg' && fixed.has(b.graph.arg(id, 0)));
  if (!any) return new Map();
  const ordered = prepare(b, roots, sizeHints(b, roots));
  const { moved } = factorise(b, ordered.roots, definite);
  return new Map(order.map((id) => { const next = ordered.moved.get(id) ?? id; return [id, moved.get(next) ?? next]; }));
}

/** Leaves that are declared symmetric positive definite. */
export const definiteLeaves = ({ inputs }: EmitPlan): ReadonlySet<NodeId> => new Set(inputs.flatMap((i) => (isDeclaredDefinite(i.properties) ? [i.node] : [])));

/** The matrix whose factors a node is. */
export function factorOf(b: Builder, node: NodeId): MatrixFactor | undefined {
  const attr = b.graph.attr(node);
  return attr.kind === 'linalg' && (attr.op === 'chol' || attr.op === 'lu') ? { kind: attr.op, matrix: b.graph.arg(node, 0) } : undefined;
}

/** What a value is, for people: the factors with row exchanges have no name in the language. */
export function formulaOf(b: Builder, node: NodeId, text: (node: NodeId) => string): string {
  const factor = factorOf(b, node);
  return factor?.kind === 'lu' ? `the triangular factors of ${text(factor.matrix)}, then the row that each row came from` : text(node);
}
