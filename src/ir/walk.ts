/** Loops over the arena: what is reachable, what depends on what, and rebuilding with replacements. */
import type { Builder, Operand } from './build.ts';
import { identitySub } from './build.ts';
import { boundOf, DenseSet, Renaming, type NodeSet } from './dense.ts';
import type { Graph } from './graph.ts';
import { plainOver } from './plain.ts';
import { ZERO } from './rational.ts';
import { LOOP } from './traits.ts';
import type { Attr, NodeId, Sub } from './types.ts';

/**
 * Ids reachable from the roots, ascending: arguments before users. Scan bodies are closed and not entered. Linear in what
 * is found; passes ask for the same list one after another, so the graph keeps the last one.
 */
export function reachable(graph: Graph, roots: readonly NodeId[]): readonly NodeId[] {
  const { walked } = graph;
  if (walked !== undefined && walked.roots.length === roots.length && walked.roots.every((root, k) => root === roots[k])) return walked.order;
  const top = roots.reduce((most, root) => Math.max(most, root), -1);
  const order = foundWithin(graph, roots, top / SPARSE) ?? walk(graph, roots, top);
  graph.walked = { roots: [...roots], order };
  return order;
}

/** A set of ids costs about this many times what a flag for every id below the largest does. */
const SPARSE = 64;

function walk(graph: Graph, roots: readonly NodeId[], top: NodeId): NodeId[] {
  const seen = new Uint8Array(top + 1);
  for (const root of roots) seen[root] = 1;
  let count = 0;
  for (let id = top; id >= 0; id--) {
    if (seen[id] === 0) continue;
    count++;
    for (let k = graph.arity(id) - 1; k >= 0; k--) seen[graph.arg(id, k)] = 1;
  }
  const order = new Array<NodeId>(count);
  for (let id = 0, at = 0; at < count; id++) if (seen[id] === 1) order[at++] = id;
  return order;
}

/** The same below one root, unless there are more of them: for what is tried on small formulas, at the cost of small formulas. */
export const reachableWithin = (graph: Graph, root: NodeId, most: number): readonly NodeId[] | undefined => foundWithin(graph, [root], most);

function foundWithin(graph: Graph, roots: readonly NodeId[], most: number): readonly NodeId[] | undefined {
  if (roots.length > most) return undefined;
  const found = new Set(roots);
  // what is added on the way is visited too
  for (const id of found) {
    for (let k = graph.arity(id) - 1; k >= 0 && found.size <= most; k--) found.add(graph.arg(id, k));
    if (found.size > most) return undefined;
  }
  return [...found].sort((x, y) => x - y);
}

/** How often each reachable node is used as an argument; roots count once more. */
export function useCounts(graph: Graph, roots: readonly NodeId[]): Map<NodeId, number> {
  const counts = new Map<NodeId, number>();
  const use = (id: NodeId): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const id of reachable(graph, roots)) for (const arg of graph.args(id)) use(arg);
  for (const root of roots) use(root);
  return counts;
}

/** The nodes of `order` (ascending) that depend on one of `sources`, the sources included. */
export function dependents(graph: Graph, order: readonly NodeId[], sources: NodeSet): NodeSet {
  const active = new DenseSet(boundOf(order));
  for (const id of order) {
    let reached = sources.has(id);
    for (let k = graph.arity(id) - 1; k >= 0 && !reached; k--) reached = active.has(graph.arg(id, k));
    if (reached) active.add(id);
  }
  return active;
}

/** One node of the same kind over other arguments, in normal form. Shapes must agree with the old ones. */
export function rebuild(b: Builder, attr: Attr, args: readonly NodeId[]): NodeId {
  const arg = (k: number): NodeId => args[k] ?? -1;
  const operands = (subs: readonly Sub[]): Operand[] => subs.map((sub, k) => ({ id: arg(k), sub }));
  switch (attr.kind) {
    case 'leaf': case 'const': case 'dim': case 'iota': case 'delta': case 'param': return b.graph.intern(attr, []);
    case 'map': return b.map(attr.op, operands(attr.subs), attr.shape);
    case 'ein': return b.ein(attr.coef, operands(attr.subs), attr.shape, attr.sums);
    case 'add': return b.add(attr.subs.map((sub, k) => ({ coef: attr.coefs[k] ?? ZERO, id: arg(k), sub })), attr.shape);
    case 'red': return b.reduce(attr.op, arg(0), attr.axes);
    case 'view': return b.view(arg(0), { index: attr.index, shape: attr.shape, masked: attr.masked, gathers: args.slice(1) });
    case 'scat': return b.scat(arg(0), { index: attr.index, shape: attr.shape, masked: attr.masked, gathers: args.slice(1) });
    case 'stack': return b.stack(args);
    case 'scan': return b.graph.intern(attr, args);
    case 'proj': return b.proj(arg(0), attr.which, attr.index);
    case 'linalg': return b.linalg(attr.op, args, attr.transposed ? 'transposed' : 'plain');
    case 'call': return b.call(attr.name, attr.orders, operands(attr.subs), attr.shape);
  }
}

/** The user's order of a commutative node survives when its arguments did. */
function inheritDisplayOrder(b: Builder, from: Graph, old: NodeId, made: NodeId): void {
  const order = from.displayOrder(old);
  if (order !== undefined && made !== old && b.graph.arity(made) === from.arity(old)) b.graph.setDisplayOrder(made, order);
}

/** Where nodes went; what it does not know stayed. */
export interface Renames {
  get(id: NodeId): NodeId | undefined;
}

/** The node over renamed arguments: itself when none of them changed. */
export function renamed(b: Builder, id: NodeId, names: Renames): NodeId {
  const { graph } = b;
  const arity = graph.arity(id);
  for (let k = 0; k < arity; k++) {
    const arg = graph.arg(id, k);
    if ((names.get(arg) ?? arg) !== arg) return moved(b, id, names);
  }
  return id;
}

function moved(b: Builder, id: NodeId, names: Renames): NodeId {
  const args = b.graph.argList(id);
  for (let k = 0; k < args.length; k++) args[k] = names.get(args[k] ?? -1) ?? args[k] ?? -1;
  return plainOver(b, id, args) ?? rebuild(b, b.graph.attr(id), args);
}

/** The same, in the user's order of its operands. */
export function renamedInOrder(b: Builder, id: NodeId, names: Renames): NodeId {
  const made = renamed(b, id, names);
  if (made !== id) inheritDisplayOrder(b, b.graph, id, made);
  return made;
}

/** Rebuilds the roots with some nodes replaced. Nodes not above a replacement keep their ids. */
export function substitute(b: Builder, roots: readonly NodeId[], replacement: ReadonlyMap<NodeId, NodeId>): NodeId[] {
  const order = reachable(b.graph, roots);
  const made = new Renaming(boundOf(order));
  for (const id of order) {
    const next = replacement.get(id) ?? renamedInOrder(b, id, made);
    if (next !== id) made.set(id, next);
  }
  return roots.map((root) => made.get(root));
}

/** What takes the place of a node, given it over its changed arguments. */
export type Change = (rebuilt: NodeId, original: NodeId) => NodeId;

/** Rebuilds the roots bottom-up. */
export function rewrite(b: Builder, roots: readonly NodeId[], change: Change): NodeId[] {
  const order = reachable(b.graph, roots);
  const made = new Renaming(boundOf(order));
  for (const id of order) {
    const next = change(renamed(b, id, made), id);
    if (next !== id) made.set(id, next);
  }
  return roots.map((root) => made.get(root));
}

/** Copies nodes of another graph here; leaves are mapped by the caller. Scan bodies come along. */
export function transplant(b: Builder, from: Graph, roots: readonly NodeId[], leaf: (id: NodeId) => NodeId | undefined): NodeId[] {
  const made = new Map<NodeId, NodeId>();
  for (const id of reachable(from, withBodies(from, roots))) {
    const given = leaf(id);
    if (given !== undefined) {
      made.set(id, given);
      continue;
    }
    const attr = from.attr(id);
    const args = [...from.args(id)].map((a) => made.get(a) ?? -1);
    const moved: Attr = attr.kind === 'scan'
      ? { ...attr, next: attr.next.map((n) => made.get(n) ?? -1), ys: attr.ys.map((n) => made.get(n) ?? -1) }
      : attr;
    const next = rebuild(b, moved, args);
    inheritDisplayOrder(b, from, id, next);
    made.set(id, next);
  }
  return roots.map((root) => made.get(root) ?? -1);
}

/** The roots and the bodies of every scan below them, nested ones included. */
export function withBodies(graph: Graph, roots: readonly NodeId[]): NodeId[] {
  const all = [...roots];
  const seen = new Set<NodeId>();
  for (let from = 0; from < all.length; ) {
    const batch = all.slice(from);
    from = all.length;
    for (const id of reachable(graph, batch)) {
      if ((graph.traits(id) & LOOP) === 0) continue;
      const attr = graph.attr(id);
      if (attr.kind !== 'scan' || seen.has(id)) continue;
      seen.add(id);
      all.push(...attr.next, ...attr.ys);
    }
  }
  return all;
}

/** Whether a tensor is used exactly as it stands. */
export function isWhole(sub: readonly number[], rank: number): boolean {
  const identity = identitySub(rank);
  return sub.length === rank && sub.every((label, k) => label === identity[k]);
}
