/** A loop whose body was changed reads less than its arguments: what nobody reads is not kept for it. */
import type { Builder } from '../ir/build.ts';
import { matrixKind } from '../ir/symmetry.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';

/** Only the sequences and captures that the body still reads. */
export function compact(b: Builder, attr: ScanAttr, inits: readonly NodeId[], sequences: readonly NodeId[], captures: readonly NodeId[]): NodeId {
  const used = { sequence: new Set<number>(), capture: new Set<number>() };
  const renamed = new Map<NodeId, NodeId>();
  const params = reachable(b.graph, [...attr.next, ...attr.ys]).flatMap((id) => {
    const param = b.graph.attr(id);
    return param.kind === 'param' && (param.role === 'sequence' || param.role === 'capture') ? [{ id, role: param.role, index: param.index, shape: param.shape }] : [];
  });
  for (const p of params) used[p.role].add(p.index);
  const kept = { sequence: [...used.sequence].sort((x, y) => x - y), capture: [...used.capture].sort((x, y) => x - y) };
  for (const p of params) renamed.set(p.id, b.param(p.role, kept[p.role].indexOf(p.index), p.shape, matrixKind(b, p.id, p.shape)));
  const body = substitute(b, [...attr.next, ...attr.ys], renamed);
  const made: ScanAttr = { ...attr, sequences: kept.sequence.length, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) };
  return b.graph.intern(made, [...inits, ...kept.sequence.map((k) => sequences[k] ?? -1), ...kept.capture.map((k) => captures[k] ?? -1)]);
}
