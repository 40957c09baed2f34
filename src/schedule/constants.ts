/** Scalars that do not depend on any input: folded once, to one double. */
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { rowOf } from '../ops/table.ts';
import { constantValue } from './access.ts';

export function foldConstants(graph: Graph, order: readonly NodeId[]): Map<NodeId, number> {
  const known = new Map<NodeId, number>();
  for (const id of order) {
    const attr = graph.attr(id);
    if (attr.shape.length > 0) continue;
    if (attr.kind === 'const') {
      known.set(id, constantValue(attr.value));
      continue;
    }
    const args: number[] = [];
    for (const arg of graph.args(id)) {
      const value = known.get(arg);
      if (value === undefined) break;
      args.push(value);
    }
    if (args.length === 0 || args.length < graph.arity(id)) continue;
    if (attr.kind === 'map') {
      const row = rowOf(attr.op);
      if (row.kind === 'primitive') known.set(id, row.evaluate(...args));
    } else if (attr.kind === 'ein' && attr.sums.length === 0) {
      known.set(id, args.reduce((product, x) => product * x, Q.toNumber(attr.coef)));
    } else if (attr.kind === 'add') {
      known.set(id, args.reduce((sum, x, k) => sum + Q.toNumber(attr.coefs[k] ?? Q.ONE) * x, 0));
    }
  }
  return known;
}
