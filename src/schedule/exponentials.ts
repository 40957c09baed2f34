/**
 * sigmoid and softplus of x and of -x are made of one exp(-|x|), and so is ln(exp(u) + exp(v)) for x = u - v, whose partials
 * are sigmoids. Where a function needs more than one of them (a logistic loss and its gradient, the gradient and its
 * derivative), the exponential is computed once.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** The nodes that have a partner with the same exponential. */
export function partners(b: Builder, order: readonly NodeId[]): ReadonlySet<NodeId> {
  const groups = new Map<string, NodeId[]>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map' || (attr.op !== core.sigmoid && attr.op !== core.softplus && attr.op !== core.logaddexp)) continue;
    const of = unsigned(b, exponentOf(b, b.graph.argList(id), attr));
    const key = `${of.id}|${of.sub.join()}|${attr.shape.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return new Set([...groups.values()].filter((group) => group.length > 1).flat());
}

/** |x|, e = exp(-|x|) and what the functions of x are made of. */
export interface SharedExponential {
  readonly shape: readonly Dim[];
  /** x < 0 */
  readonly negative: Operand;
  readonly size: NodeId;
  readonly e: NodeId;
  /** 1 + e, and ln(1 + e) for those that need it */
  readonly total: NodeId;
  readonly log1pe: () => NodeId;
}

export function sharedExponential(b: Builder, x: Operand, shape: readonly Dim[]): SharedExponential {
  const zero: Operand = { id: b.integer(0), sub: [] };
  const one: Operand = { id: b.integer(1), sub: [] };
  const size = b.map(core.abs, [unsigned(b, x)], shape);
  const e = b.map(core.exp, [b.whole(b.negate(size))], shape);
  return {
    shape, size, e, negative: b.whole(b.map(core.lt, [x, zero], shape)),
    total: b.add([{ coef: Q.ONE, ...one }, { coef: Q.ONE, ...b.whole(e) }], shape),
    log1pe: () => b.map(core.log1p, [b.whole(e)], shape),
  };
}

/**
 * sigmoid(x) = (x < 0 ? e : 1)/(1 + e), softplus(x) = max(x, 0) + log1p(e), ln(exp(u) + exp(v)) = max(u, v) + log1p(e) with
 * e = exp(-|x|).
 */
export function fromExponential(b: Builder, args: readonly NodeId[], attr: MapAttr): NodeId {
  const { shape } = attr;
  const x = exponentOf(b, args, attr);
  const { negative, e, total, log1pe } = sharedExponential(b, x, shape);
  if (attr.op === core.softplus) return b.sum([b.map(core.max, [x, { id: b.integer(0), sub: [] }], shape), log1pe()], shape);
  if (attr.op === core.logaddexp) return logarithm(b, operandsOf(args, attr), log1pe(), attr);
  return b.divide(b.map(core.where, [negative, b.whole(e), { id: b.integer(1), sub: [] }], shape), total);
}

/** The larger one and what the smaller one adds; two equal infinities have no difference. */
function logarithm(b: Builder, [u, v]: readonly Operand[], rest: NodeId, { shape }: MapAttr): NodeId {
  if (u === undefined || v === undefined) return rest;
  const doubled = b.add([{ coef: Q.ONE, ...u }, { coef: Q.ONE, id: b.map(core.ln, [{ id: b.integer(2), sub: [] }], []), sub: [] }], shape);
  const sum = b.sum([b.map(core.max, [u, v], shape), rest], shape);
  return b.map(core.where, [b.whole(b.map(core.eq, [u, v], shape)), b.whole(doubled), b.whole(sum)], shape);
}

const operandsOf = (args: readonly NodeId[], attr: MapAttr): Operand[] => attr.subs.map((sub, k) => ({ id: args[k] ?? -1, sub }));

/** What the exponential is of: the argument, or the difference of two. */
function exponentOf(b: Builder, args: readonly NodeId[], attr: MapAttr): Operand {
  const [u, v] = operandsOf(args, attr);
  if (u === undefined || v === undefined) return u ?? { id: -1, sub: [] };
  return b.whole(b.add([{ coef: Q.ONE, ...u }, { coef: Q.MINUS_ONE, ...v }], attr.shape));
}

/** The one of x and -x that `unsigned` chooses, and whether it is -x. */
export function signless(b: Builder, x: Operand): { readonly of: Operand; readonly isOpposite: boolean } {
  const of = unsigned(b, x);
  return { of, isOpposite: of !== x };
}

/** One of x and -x, which have the same absolute value: without a minus sign, of u - v and v - u the one whose first term has none. */
function unsigned(b: Builder, x: Operand): Operand {
  const attr = b.graph.attr(x.id);
  if (attr.kind === 'add' && Q.isNegative(attr.coefs[0] ?? Q.ONE)) {
    const terms = attr.coefs.map((coef, k) => ({ coef: Q.negate(coef), id: b.graph.arg(x.id, k), sub: attr.subs[k] ?? [] }));
    return { id: b.add(terms, attr.shape), sub: x.sub };
  }
  const [sub] = attr.kind === 'ein' && attr.subs.length === 1 && attr.sums.length === 0 && Q.equal(attr.coef, Q.MINUS_ONE) ? attr.subs : [];
  return sub === undefined ? x : unsigned(b, { id: b.graph.arg(x.id, 0), sub: sub.map((label) => x.sub[label] ?? -1) });
}
