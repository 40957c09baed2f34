/**
 * The slopes of a length, x/h, y/h, … with 0/0 = 0, are quotients by one number: where that is large enough to have a
 * reciprocal, multiplications by it.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** The guarded quotients by one number, in arrays: for a few numbers the shorter text is worth more. */
export function sharedDivisors(b: Builder, order: readonly NodeId[]): ReadonlySet<NodeId> {
  const groups = new Map<NodeId, NodeId[]>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map' || attr.op !== core.xdivy || attr.shape.length === 0) continue;
    const divisor = b.graph.arg(id, 1);
    groups.set(divisor, [...(groups.get(divisor) ?? []), id]);
  }
  return new Set([...groups.values()].filter((group) => group.length > 1 || group.some((id) => dividesMany(b, id))).flat());
}

/** One divisor for all elements along an axis. */
function dividesMany(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  const [, divisor = []] = attr.kind === 'map' ? attr.subs : [];
  return attr.shape.some((size, label) => !divisor.includes(label) && constantDim(size) === undefined);
}

/** Below this a reciprocal may overflow, and smaller numbers have fewer digits. */
const LEAST = Q.rational(1n, 10n ** 300n);

/** x·(1/t) where t > 10⁻³⁰⁰, else the guarded quotient. */
export function byReciprocal(b: Builder, args: readonly NodeId[], attr: MapAttr): NodeId {
  const [x, t] = attr.subs.map((sub, k): Operand => ({ id: args[k] ?? -1, sub }));
  const guarded = b.map(attr.op, attr.subs.map((sub, k): Operand => ({ id: args[k] ?? -1, sub })), attr.shape);
  if (x === undefined || t === undefined) return guarded;
  const shape = b.graph.shape(t.id);
  const reciprocal: Operand = { id: b.power(t.id, Q.MINUS_ONE), sub: t.sub };
  const large: Operand = { id: b.map(core.lt, [{ id: b.rational(LEAST), sub: [] }, b.whole(t.id)], shape), sub: t.sub };
  const product = b.ein(Q.ONE, [x, reciprocal], attr.shape);
  return b.map(core.where, [large, b.whole(product), b.whole(guarded)], attr.shape);
}
