/** Which values of an earlier computation are kept for a later one, and which are made again. */
import type { Builder } from '../ir/build.ts';
import type { NodeSet } from '../ir/dense.ts';
import type { NodeId } from '../ir/types.ts';
import { dependents, reachable } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { rowOf, type OpName } from '../ops/table.ts';

/** Where the earlier computation starts, and what only the later one knows. */
export interface Sources {
  readonly leaves: readonly NodeId[];
  readonly varying: readonly NodeId[];
  /** what is rather made again, whatever it costs */
  readonly madeAgain?: (node: NodeId) => boolean;
}

/** Placeholders below some roots besides these. */
export function otherPlaceholders(b: Builder, roots: readonly NodeId[], own: readonly NodeId[]): NodeId[] {
  const known = new Set(own);
  return reachable(b.graph, roots).filter((id) => { const a = b.graph.attr(id); return a.kind === 'leaf' && a.name.startsWith('§') && !known.has(id); });
}

/** The earlier results worth keeping: expensive nodes that the later roots reach through cheap earlier arithmetic. */
export function savedNodes(b: Builder, roots: readonly NodeId[], { leaves: given, varying, madeAgain = () => false }: Sources): NodeId[] {
  const order = reachable(b.graph, roots);
  const leaves = new Set(given);
  const primal = dependents(b.graph, order, leaves);
  const later = dependents(b.graph, order, new Set(varying));
  const saved = new Set<NodeId>();
  const visited = new Set<NodeId>();
  const pending: NodeId[] = [];
  const consider = (id: NodeId): void => { if (primal.has(id) && !later.has(id) && !leaves.has(id) && !visited.has(id)) { visited.add(id); pending.push(id); } };
  for (const root of roots) consider(root);
  for (const id of order) if (later.has(id)) for (const arg of b.graph.args(id)) consider(arg);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (!madeAgain(id) && (isExpensive(b, id) || costsMore(b, id, primal, leaves))) saved.add(id);
    else for (const arg of b.graph.args(id)) consider(arg);
  }
  return [...saved].sort((x, y) => x - y);
}

/** Up to this many cheap operations are done again rather than stored for every step: y·(1 − y), 1 − y². */
const CHEAP_AGAIN = 2;

/** Whether making a node again, from stored values, takes more than a few operations. */
function costsMore(b: Builder, id: NodeId, primal: NodeSet, leaves: ReadonlySet<NodeId>): boolean {
  const seen = new Set([id]);
  const pending = [id];
  let cost = 0;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { kind } = b.graph.attr(node);
    if (kind === 'map' || kind === 'ein' || kind === 'add') cost += Math.max(1, b.graph.arity(node) - 1);
    if (cost > CHEAP_AGAIN) return true;
    for (const arg of b.graph.args(node)) {
      if (seen.has(arg) || leaves.has(arg) || !primal.has(arg) || isExpensive(b, arg)) continue;
      seen.add(arg);
      pending.push(arg);
    }
  }
  return false;
}

function isExpensive(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  switch (attr.kind) {
    case 'ein': return attr.sums.length > 0;
    case 'map': return !(rowOf(attr.op).facts?.includes('cheap') ?? false) && !isIntegerPower(b, id, attr.op);
    case 'red': case 'linalg': case 'scat': case 'call': case 'proj': return true;
    default: return false;
  }
}

function isIntegerPower(b: Builder, id: NodeId, op: OpName): boolean {
  const exponent = op === core.pow ? b.constantOf(b.graph.arg(id, 1)) : undefined;
  return exponent !== undefined && exponent.den === 1n;
}
