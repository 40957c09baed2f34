/** Who is used once, and which nodes therefore become part of their user. */
import { boundOf, setOf, type NodeSet } from '../ir/dense.ts';
import type { Graph } from '../ir/graph.ts';
import { isOne, MINUS_ONE, equal } from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';

export interface SingleUses {
  /** exactly one argument edge leads to the node and it is no root */
  isSingle(id: NodeId): boolean;
  /** a product used by a product, a sum used plainly by a sum */
  isAbsorbed(id: NodeId): boolean;
}

/** Nodes that are computed anyway, and how often they use each other and are roots: from two on once more makes no difference. */
export interface OtherUses {
  readonly users: NodeSet;
  readonly counts: Uint8Array;
}

export function otherUses(graph: Graph, roots: readonly NodeId[]): OtherUses {
  const order = reachable(graph, roots);
  const counts = new Uint8Array(boundOf(order));
  count(graph, order, roots, counts);
  return { users: setOf(order), counts };
}

/** Of the nodes of `order` below the roots, beside what `others` use. */
export function singleUses(graph: Graph, order: readonly NodeId[], roots: readonly NodeId[], others?: OtherUses): SingleUses {
  const top = boundOf(order);
  const counts = new Uint8Array(top);
  if (others !== undefined) counts.set(others.counts.subarray(0, top));
  count(graph, others === undefined ? order : order.filter((id) => !others.users.has(id)), roots, counts);
  const absorbed = new Uint8Array(top);
  for (const id of order) {
    const traits = graph.traits(id);
    if ((traits & (T.PRODUCT | T.SUM)) === 0) continue;
    for (let k = graph.arity(id) - 1; k >= 0; k--) {
      const arg = graph.arg(id, k);
      const inner = graph.traits(arg);
      if (counts[arg] !== 1 || (traits & inner & (T.PRODUCT | T.SUM)) === 0) continue;
      if ((traits & T.PRODUCT) !== 0 ? (inner & T.CONTRACTION) === 0 : isPlainTerm(graph, id, k)) absorbed[arg] = 1;
    }
  }
  return { isSingle: (id) => counts[id] === 1, isAbsorbed: (id) => absorbed[id] === 1 };
}

function count(graph: Graph, order: readonly NodeId[], roots: readonly NodeId[], counts: Uint8Array): void {
  const use = (id: NodeId): void => {
    if ((counts[id] ?? 2) < 2) counts[id] = (counts[id] ?? 0) + 1;
  };
  for (const id of order) for (let k = graph.arity(id) - 1; k >= 0; k--) use(graph.arg(id, k));
  for (const root of roots) {
    use(root);
    use(root);
  }
}

function isPlainTerm(graph: Graph, sum: NodeId, k: number): boolean {
  const attr = graph.attr(sum);
  const coef = attr.kind === 'add' ? attr.coefs[k] : undefined;
  return coef !== undefined && (isOne(coef) || equal(coef, MINUS_ONE));
}
