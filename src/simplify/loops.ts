/** Loops that take the same steps and differ only in what they record are one loop; what nobody reads is not recorded. */
import type { Graph } from '../ir/graph.ts';
import { LOOP } from '../ir/traits.ts';
import type { NodeId } from '../ir/types.ts';

export interface LoopGroup {
  /** what the one loop records */
  readonly ys: readonly NodeId[];
  /** where the index-th record of an old loop went */
  position(scan: NodeId, index: number): number;
}

/** For every loop among the nodes, the group it belongs to. */
export function groupLoops(graph: Graph, order: readonly NodeId[]): Map<NodeId, LoopGroup> {
  const read = new Map<NodeId, Set<number>>();
  const groups = new Map<string, NodeId[]>();
  for (const id of order) {
    if ((graph.traits(id) & LOOP) === 0) continue;
    const attr = graph.attr(id);
    if (attr.kind === 'proj') {
      const scan = graph.arg(id, 0);
      const indices = read.get(scan) ?? new Set<number>();
      read.set(scan, attr.which === 'ys' ? indices.add(attr.index) : indices);
    } else if (attr.kind === 'scan') {
      const key = [attr.length, attr.direction, attr.carries, attr.sequences, attr.next.join(','), [...graph.args(id)].join(',')].join('|');
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [id]);
      else members.push(id);
    }
  }
  const result = new Map<NodeId, LoopGroup>();
  for (const members of groups.values()) {
    const group = groupOf(graph, members, read);
    for (const member of members) result.set(member, group);
  }
  return result;
}

function groupOf(graph: Graph, members: readonly NodeId[], read: ReadonlyMap<NodeId, ReadonlySet<number>>): LoopGroup {
  const recorded = (scan: NodeId, index: number): NodeId => {
    const attr = graph.attr(scan);
    return attr.kind === 'scan' ? (attr.ys[index] ?? -1) : -1;
  };
  const ys: NodeId[] = [];
  for (const member of members) {
    for (const index of [...(read.get(member) ?? [])].sort((x, y) => x - y)) {
      const value = recorded(member, index);
      if (!ys.includes(value)) ys.push(value);
    }
  }
  return { ys, position: (scan, index) => ys.indexOf(recorded(scan, index)) };
}
