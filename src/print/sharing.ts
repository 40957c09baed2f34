/** Which nodes are written once and referred to by name, so that a text grows with the graph and not with its unfolding. */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, useCounts } from '../ir/walk.ts';

export interface Sharing {
  /** signs that the roots would take if everything below them were spelt out; capped */
  readonly total: number;
  /** nodes worth a name, ascending */
  readonly shared: readonly NodeId[];
}

const CAP = 1e12;

/** Every node of at least `worth` signs that is used more than once. */
export function sharedNodes(graph: Graph, roots: readonly NodeId[], names: ReadonlyMap<NodeId, string>, worth: number): Sharing {
  const uses = useCounts(graph, roots);
  const isRoot = new Set(roots);
  const full = new Map<NodeId, number>();
  const short = new Map<NodeId, number>();
  const shared: NodeId[] = [];
  for (const id of reachable(graph, roots)) {
    const { kind } = graph.attr(id);
    const named = names.has(id) && !isRoot.has(id);
    // a result of a loop has a name anyway
    if (named || kind === 'proj' || kind === 'scan') continue;
    let unfolded = 1;
    let written = 1;
    for (const arg of graph.args(id)) {
      unfolded += full.get(arg) ?? 1;
      written += short.get(arg) ?? 1;
    }
    full.set(id, Math.min(unfolded, CAP));
    const share = !isRoot.has(id) && (uses.get(id) ?? 0) > 1 && written >= worth;
    if (share) shared.push(id);
    short.set(id, share ? 1 : written);
  }
  return { total: roots.reduce((sum, root) => sum + (full.get(root) ?? 1), 0), shared };
}
