/**
 * sigmoid and softplus of x and of -x are made of one exp(-|x|). Where a function needs more than one of them (a
 * logistic loss and its gradient, the gradient and its derivative), the exponential is computed once.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** The nodes that have a partner with the same exponential. */
export function partners(b: Builder, order: readonly NodeId[]): ReadonlySet<NodeId> {
  const groups = new Map<string, NodeId[]>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map' || (attr.op !== core.sigmoid && attr.op !== core.softplus)) continue;
    const of = unsigned(b, { id: b.graph.arg(id, 0), sub: attr.subs[0] ?? [] });
    const key = `${of.id}|${of.sub.join()}|${attr.shape.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return new Set([...groups.values()].filter((group) => group.length > 1).flat());
}

/** sigmoid(x) = (x < 0 ? e : 1)/(1 + e), softplus(x) = max(x, 0) + log1p(e) with e = exp(-|x|). */
export function fromExponential(b: Builder, arg: NodeId, attr: MapAttr): NodeId {
  const { shape } = attr;
  const x: Operand = { id: arg, sub: attr.subs[0] ?? [] };
  const of = unsigned(b, x);
  const zero: Operand = { id: b.integer(0), sub: [] };
  const one: Operand = { id: b.integer(1), sub: [] };
  const size = b.map(core.abs, [of], shape);
  const e = b.map(core.exp, [b.whole(b.negate(size))], shape);
  if (attr.op === core.softplus) {
    const rest = b.map(core.log1p, [b.whole(e)], shape);
    return b.sum([b.map(core.max, [x, zero], shape), rest], shape);
  }
  const above = b.map(core.where, [b.whole(b.map(core.lt, [x, zero], shape)), b.whole(e), one], shape);
  return b.divide(above, b.add([{ coef: Q.ONE, ...one }, { coef: Q.ONE, ...b.whole(e) }], shape));
}

/** x of -x: both have the same absolute value. */
function unsigned(b: Builder, x: Operand): Operand {
  const attr = b.graph.attr(x.id);
  const [sub] = attr.kind === 'ein' && attr.subs.length === 1 && attr.sums.length === 0 && Q.equal(attr.coef, Q.MINUS_ONE) ? attr.subs : [];
  return sub === undefined ? x : { id: b.graph.arg(x.id, 0), sub: sub.map((label) => x.sub[label] ?? -1) };
}
