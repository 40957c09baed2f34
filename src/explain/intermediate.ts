/**
 * The values that a derivative passes through on the way from a scalar back to a tensor: those that everything in between
 * goes through. Runs of linear maps count as one, so that each step has one thing to say.
 */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';

/** From the variable towards the root, both left out. */
export function intermediatesOf(graph: Graph, root: NodeId, x: NodeId): readonly NodeId[] {
  const ordered = varyingNodes(graph, root, x);
  const varying = new Set(ordered);
  const path = [...cutVertices(graph, ordered), root];
  const linear = path.map((id, k) => isLinear(graph, id, path[k - 1] ?? x, varying));
  // a sum over the elements of a function is one step with the function
  return path.filter((id, k) => id !== root && !(linear[k + 1] === true && (linear[k] === true || path[k + 1] === root)));
}

/** What depends on x, arguments before users. */
function varyingNodes(graph: Graph, root: NodeId, x: NodeId): readonly NodeId[] {
  const varying = new Set([x]);
  for (const id of reachable(graph, [root])) if ([...graph.args(id)].some((a) => varying.has(a))) varying.add(id);
  return [...varying];
}

/** Values without which the root is not reached from x: every edge that begins before one of them ends there or before. */
function cutVertices(graph: Graph, ordered: readonly NodeId[]): readonly NodeId[] {
  const place = new Map(ordered.map((id, k) => [id, k]));
  const lastUse = new Int32Array(ordered.length);
  for (const [k, id] of ordered.entries()) {
    for (const a of graph.args(id)) {
      const at = place.get(a);
      if (at !== undefined) lastUse[at] = k;
    }
  }
  let furthest = 0;
  return ordered.filter((id, k) => {
    const isCut = k > 0 && k < ordered.length - 1 && furthest === k && graph.attr(id).kind !== 'scan';
    furthest = Math.max(furthest, lastUse[k] ?? 0);
    return isCut;
  });
}

/** Whether a value is a linear map of the one before it, and of nothing else that varies. */
function isLinear(graph: Graph, id: NodeId, before: NodeId, varying: ReadonlySet<NodeId>): boolean {
  const moving = [...graph.args(id)].filter((a) => varying.has(a));
  if (moving.some((a) => a !== before)) return false;
  switch (graph.attr(id).kind) {
    case 'add': case 'view': case 'scat': case 'stack': return true;
    case 'ein': return moving.length === 1;
    default: return false;
  }
}
