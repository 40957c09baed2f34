/** Which nodes are written once and referred to by name, so that a text grows with the graph and not with its unfolding. */
import { formatRational } from '../ir/rational.ts';
import { isComparison, isCount } from './elements.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, useCounts } from '../ir/walk.ts';

export interface Sharing {
  /** about how many characters the roots would take if everything below them were spelt out; capped */
  readonly total: number;
  /** nodes worth a name, ascending */
  readonly shared: readonly NodeId[];
}

const CAP = 1e12;

/** Whether a node of so many characters that is used so often gets a name. */
export type WorthAName = (characters: number, uses: number) => boolean;

/** The nodes that are worth a name, and how long the text would be without names. */
export function sharedNodes(graph: Graph, roots: readonly NodeId[], names: ReadonlyMap<NodeId, string>, worth: WorthAName): Sharing {
  const uses = useCounts(graph, roots);
  const isRoot = new Set(roots);
  const full = new Map<NodeId, number>();
  const short = new Map<NodeId, number>();
  const shared: NodeId[] = [];
  for (const id of reachable(graph, roots)) {
    const { kind } = graph.attr(id);
    const name = isRoot.has(id) ? undefined : names.get(id);
    // a result of a loop has a name anyway
    if (name !== undefined || kind === 'proj' || kind === 'scan') {
      full.set(id, name?.length ?? 2);
      short.set(id, name?.length ?? 2);
      continue;
    }
    let unfolded = ownCharacters(graph, id);
    let written = unfolded;
    for (const arg of graph.args(id)) {
      unfolded += full.get(arg) ?? 1;
      written += short.get(arg) ?? 1;
    }
    full.set(id, Math.min(unfolded, CAP));
    const count = uses.get(id) ?? 0;
    const share = !isRoot.has(id) && count > 1 && kind !== 'leaf' && worth(written, count);
    if (share) shared.push(id);
    short.set(id, share ? 2 : written);
  }
  return { total: roots.reduce((sum, root) => sum + (full.get(root) ?? 1), 0), shared };
}

/** About how many characters a formula takes when everything is spelt out. */
export function charactersOf(graph: Graph, root: NodeId): number {
  return sharedNodes(graph, [root], new Map(), () => false).total;
}

/**
 * Whether the text of a node surely has more characters than a few lines: loops included and down to what is printed by name,
 * each node takes two at least, itself and a space or a bracket. Linear in the bound, not in the formula.
 */
export function isLongerThan(graph: Graph, root: NodeId, characters: number, names: ReadonlyMap<NodeId, string>): boolean {
  const found = new Set([root]);
  for (const id of found) {
    if (2 * found.size > characters) return true;
    const attr = graph.attr(id);
    const below = attr.kind === 'scan' ? [...graph.args(id), ...attr.next, ...attr.ys] : graph.args(id);
    for (const other of below) if (!names.has(other)) found.add(other);
  }
  return false;
}

/** About what a node adds to its arguments: its sign, its name and brackets, or itself. */
function ownCharacters(graph: Graph, id: NodeId): number {
  const attr = graph.attr(id);
  switch (attr.kind) {
    case 'leaf': return attr.name.length;
    case 'const': return attr.value.kind === 'rational' ? formatRational(attr.value.value).length : 2;
    case 'dim': return attr.dim.length;
    case 'iota': return 1;
    case 'map': return attr.op === 'pow' ? 1 : isComparison(attr.op) ? 4 : attr.op.length + 2 * Math.max(attr.subs.length, 1);
    case 'add': return isCount(graph, id) ? 0 : 3 * (attr.subs.length - 1);
    case 'ein': return attr.subs.length - 1;
    default: return 6;
  }
}
