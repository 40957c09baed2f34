/**
 * For emission: y - (w·x + b) becomes w·x + b - y where only products and squares read it, which take the sign over. A processor
 * reads the right side of a minus straight from memory, and the left one into a register first.
 */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, rebuild } from '../ir/walk.ts';
import { core } from '../ops/core.ts';

/** The roots, of the same values, over such differences the other way round. */
export function fromOpposites(b: Builder, roots: readonly NodeId[]): NodeId[] {
  const { graph } = b;
  const kept = new Set(roots);
  const order = reachable(graph, roots);
  const turned = new Set(order.filter((id) => !kept.has(id) && subtractsFromInputs(b, id)));
  for (const id of order) if (!takesSigns(b, id)) for (const arg of graph.args(id)) turned.delete(arg);
  const made = new Map<NodeId, NodeId>();
  for (const id of order) {
    const attr = graph.attr(id);
    const old = [...graph.args(id)];
    const args = old.map((arg) => made.get(arg) ?? arg);
    const odd = attr.kind === 'ein' && old.filter((arg) => turned.has(arg)).length % 2 === 1;
    if (attr.kind === 'scan') made.set(id, graph.intern(bodyOf(b, attr), args));
    else if (attr.kind === 'ein' && odd) made.set(id, rebuild(b, { ...attr, coef: Q.negate(attr.coef) }, args));
    else if (attr.kind === 'add' && turned.has(id)) made.set(id, rebuild(b, { ...attr, coefs: attr.coefs.map(Q.negate) }, args));
    else if (!args.every((arg, k) => arg === old[k])) made.set(id, rebuild(b, attr, args));
  }
  return roots.map((root) => made.get(root) ?? root);
}

function bodyOf(b: Builder, attr: ScanAttr): ScanAttr {
  const body = fromOpposites(b, [...attr.next, ...attr.ys]);
  return { ...attr, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) };
}

/** A product, or an even power. */
function takesSigns(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.pow) return attr.kind === 'ein';
  const exponent = b.constantOf(b.graph.arg(id, 1));
  return exponent?.den === 1n && exponent.num % 2n === 0n;
}

/** All that is added is an array of the caller's, and something computed is subtracted. */
function subtractsFromInputs(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'add') return false;
  const isRead = (k: number): boolean => b.graph.attr(b.graph.arg(id, k)).kind === 'leaf' && b.graph.shape(b.graph.arg(id, k)).length > 0;
  const added = attr.coefs.flatMap((c, k) => (Q.isNegative(c) ? [] : [k]));
  const subtracted = attr.coefs.flatMap((c, k) => (Q.isNegative(c) ? [k] : []));
  return added.length > 0 && added.every(isRead) && subtracted.length > 0 && !subtracted.every(isRead);
}
