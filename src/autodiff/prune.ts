/** Loops without what nobody needs: carries, records and sequences that no wanted result depends on. */
import type { Builder } from '../ir/build.ts';
import { closeScan, openScan } from '../ir/scan.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';

/** The roots over pruned loops, the last loop first: what it no longer reads, an earlier one need not record. */
export function pruneLoops(b: Builder, roots: readonly NodeId[]): readonly NodeId[] {
  let current = roots;
  for (;;) {
    const replacements = lastPruned(b, current);
    if (replacements === undefined) return current;
    current = substitute(b, current, replacements);
  }
}

function lastPruned(b: Builder, roots: readonly NodeId[]): ReadonlyMap<NodeId, NodeId> | undefined {
  const results = readResults(b, roots);
  for (const scan of [...results.keys()].sort((x, y) => y - x)) {
    const read = results.get(scan);
    const replacements = read === undefined ? undefined : prune(b, scan, read);
    if (replacements !== undefined) return replacements;
  }
  return undefined;
}

interface Read {
  readonly carries: Set<number>;
  readonly ys: Set<number>;
  readonly projections: NodeId[];
}

function readResults(b: Builder, roots: readonly NodeId[]): Map<NodeId, Read> {
  const found = new Map<NodeId, Read>();
  for (const id of reachable(b.graph, roots)) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'proj') continue;
    const scan = b.graph.arg(id, 0);
    let read = found.get(scan);
    if (read === undefined) found.set(scan, (read = { carries: new Set(), ys: new Set(), projections: [] }));
    (attr.which === 'ys' ? read.ys : read.carries).add(attr.index);
    read.projections.push(id);
  }
  return found;
}

/** What takes the place of the loop's results; undefined when all of it is needed. */
function prune(b: Builder, id: NodeId, read: Read): ReadonlyMap<NodeId, NodeId> | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'scan') return undefined;
  const { carries, sequences } = needed(b, attr, read);
  if (carries.length === attr.carries && sequences.length === attr.sequences && read.ys.size === attr.ys.length) return undefined;
  const args = [...b.graph.args(id)];
  const stand = Array.from({ length: attr.carries }, (_, k) => b.placeholder(b.graph.shape(args[k] ?? -1)));
  const elements = Array.from({ length: attr.sequences }, (_, k) => b.placeholder(b.graph.shape(args[attr.carries + k] ?? -1).slice(1)));
  const step = b.placeholder([]);
  const body = openScan(b, id, { carries: stand, sequences: elements, step });
  const ys = [...read.ys].sort((x, y) => x - y);
  const smaller = closeScan(b, {
    length: attr.length, direction: attr.direction, step,
    carries: carries.map((k) => ({ placeholder: stand[k] ?? -1, init: args[k] ?? -1, next: body.next[k] ?? -1 })),
    sequences: sequences.map((k) => ({ placeholder: elements[k] ?? -1, value: args[attr.carries + k] ?? -1 })),
    ys: ys.map((k) => body.ys[k] ?? -1),
  });
  return new Map(read.projections.map((projection) => {
    const { which, index } = projectionOf(b, projection);
    return [projection, b.proj(smaller, which, (which === 'ys' ? ys : carries).indexOf(index))];
  }));
}

function projectionOf(b: Builder, id: NodeId): { readonly which: 'final' | 'ys' | 'in'; readonly index: number } {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'proj') throw new TypeError(`%${id} is not a result of a loop`);
  return attr;
}

/** What the read results depend on, through any number of steps. */
function needed(b: Builder, attr: ScanAttr, read: Read): { carries: number[]; sequences: number[] } {
  const carries = new Set(read.carries);
  const sequences = new Set<number>();
  const wanted = (): NodeId[] => [...[...carries].map((k) => attr.next[k] ?? -1), ...[...read.ys].map((k) => attr.ys[k] ?? -1)];
  for (let before = -1; before !== carries.size; ) {
    before = carries.size;
    for (const id of reachable(b.graph, wanted())) {
      const param = b.graph.attr(id);
      if (param.kind !== 'param') continue;
      if (param.role === 'carry') carries.add(param.index);
      else if (param.role === 'sequence') sequences.add(param.index);
    }
  }
  const ascending = (set: ReadonlySet<number>): number[] => [...set].sort((x, y) => x - y);
  return { carries: ascending(carries), sequences: ascending(sequences) };
}
