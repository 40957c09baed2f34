/** Who is used once, and which nodes therefore become part of their user. */
import type { Graph } from '../ir/graph.ts';
import { isOne, MINUS_ONE, equal } from '../ir/rational.ts';
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
  for (const id of order) for (const arg of graph.args(id)) use(arg);
  for (const root of roots) {
    use(root);
    use(root);
  }
  for (const id of order) {
    const attr = graph.attr(id);
    if (attr.kind !== 'ein' && attr.kind !== 'add') continue;
    graph.args(id).forEach((arg, k) => {
      if (counts[arg] !== 1) return;
      const inner = graph.attr(arg);
      if (attr.kind === 'ein') {
        if (inner.kind === 'ein' && inner.sums.length === 0) absorbed[arg] = 1;
      } else if (inner.kind === 'add') {
        const coef = attr.coefs[k];
        if (coef !== undefined && (isOne(coef) || equal(coef, MINUS_ONE))) absorbed[arg] = 1;
      }
    });
  }
  return { isSingle: (id) => counts[id] === 1, isAbsorbed: (id) => absorbed[id] === 1 };
}
