/** What does not change from call to call. */
import type { Builder } from '../ir/build.ts';
import type { Attr, NodeId } from '../ir/types.ts';
import { reachable, withBodies } from '../ir/walk.ts';

/** Nodes of data and constants only. Functions of the caller, of which nothing is known, stay in the function. */
export function fixedNodes(b: Builder, order: readonly NodeId[], varying: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  const { graph } = b;
  const still = new Set<NodeId>();
  const fixed = new Set<NodeId>();
  for (const id of order) {
    const attr = graph.attr(id);
    const args = [...graph.args(id)];
    const known = attr.kind === 'leaf' ? attr.role === 'data' && !varying.has(id)
      : attr.kind !== 'param' && !failsInsideOrCalls(b, attr) && args.every((arg) => still.has(arg));
    if (!known) continue;
    still.add(id);
    if (attr.kind === 'leaf' || args.some((arg) => fixed.has(arg))) fixed.add(id);
  }
  return fixed;
}

/** A loop with a matrix that may fail at one of its steps stays where its status is. */
function failsInsideOrCalls(b: Builder, attr: Attr): boolean {
  if (attr.kind === 'call') return true;
  if (attr.kind !== 'scan') return false;
  return reachable(b.graph, withBodies(b.graph, [...attr.next, ...attr.ys])).some((n) => { const { kind } = b.graph.attr(n); return kind === 'linalg' || kind === 'call'; });
}
