/** Which nodes are written once and referred to by name, so that a text grows with the graph and not with its unfolding. */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, useCounts } from '../ir/walk.ts';

export interface Weights {
  /** signs that a node would take if everything below it were spelt out */
  readonly total: number;
  /** nodes worth a name, ascending */
  readonly shared: readonly NodeId[];
}

/** Every shared node of at least `worth` signs; the weight of `root` is capped, not overflowing. */
export function sharedNodes(graph: Graph, root: NodeId, names: ReadonlyMap<NodeId, string>, worth: number): Weights {
  const uses = useCounts(graph, [root]);
  const full = new Map<NodeId, number>();
  const short = new Map<NodeId, number>();
  const shared: NodeId[] = [];
  for (const id of reachable(graph, [root])) {
    let unfolded = 1;
    let written = 1;
    for (const arg of graph.args(id)) {
      unfolded += full.get(arg) ?? 1;
      written += short.get(arg) ?? 1;
    }
    const named = names.has(id) && id !== root;
    full.set(id, named ? 1 : Math.min(unfolded, 1e12));
    const share = !named && id !== root && (uses.get(id) ?? 0) > 1 && written >= worth;
    if (share) shared.push(id);
    short.set(id, named || share ? 1 : written);
  }
  return { total: full.get(root) ?? 1, shared };
}
