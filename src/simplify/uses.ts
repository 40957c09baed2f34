/** Who is used once, and which nodes therefore become part of their user. */
import type { Graph } from '../ir/graph.ts';
import { isOne, MINUS_ONE, equal } from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { NodeId } from '../ir/types.ts';

export interface SingleUses {
  /** exactly one argument edge leads to the node and it is no root */
  isSingle(id: NodeId): boolean;
  /** a product used by a product, a sum used plainly by a sum */
  isAbsorbed(id: NodeId): boolean;
}

export function singleUses(graph: Graph, order: readonly NodeId[], roots: readonly NodeId[]): SingleUses {
  const top = (order[order.length - 1] ?? -1) + 1;
  const counts = new Uint8Array(top);
  const absorbed = new Uint8Array(top);
  const use = (id: NodeId): void => {
    if ((counts[id] ?? 2) < 2) counts[id] = (counts[id] ?? 0) + 1;
  };
  for (const id of order) for (let k = graph.arity(id) - 1; k >= 0; k--) use(graph.arg(id, k));
  for (const root of roots) {
    use(root);
    use(root);
  }
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

function isPlainTerm(graph: Graph, sum: NodeId, k: number): boolean {
  const attr = graph.attr(sum);
  const coef = attr.kind === 'add' ? attr.coefs[k] : undefined;
  return coef !== undefined && (isOne(coef) || equal(coef, MINUS_ONE));
}
