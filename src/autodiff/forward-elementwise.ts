/** Tangent rules of elementwise nodes: maps, opaque calls, sums, products and contractions. */
import type { Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, CallAttr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { divisorOf, productOperand } from './elementwise.ts';
import { guardedProduct, partialOperand } from './partials.ts';
import type { Push } from './push.ts';
import { asSelection, mergeSelections } from './sweep.ts';

/** ẏ = Σₖ ∂ₖf · ȧₖ */
export function pushMap(push: Push, id: NodeId, attr: MapAttr): NodeId | undefined {
  const { b } = push;
  const operands = attr.subs.map((sub, k) => push.operand(id, k, sub));
  if (attr.op === core.where) return pushSelection(push, id, attr, operands);
  const result: Operand = { id: push.primal(id), sub: attr.shape.map((_, label) => label) };
  const terms: NodeId[] = [];
  for (const k of operands.keys()) {
    const tangent = push.tangentOperand(id, k, attr.subs[k] ?? []);
    if (tangent === undefined) continue;
    const partial = partialOperand(b, attr, operands, k, result);
    if ('reason' in partial) push.refuse(partial);
    else terms.push(times(push, tangent, partial, attr.shape));
  }
  return total(push, terms, attr.shape);
}

export function pushCall(push: Push, id: NodeId, attr: CallAttr): NodeId | undefined {
  const operands = attr.subs.map((sub, k) => push.operand(id, k, sub));
  const terms: NodeId[] = [];
  for (const k of operands.keys()) {
    const tangent = push.tangentOperand(id, k, attr.subs[k] ?? []);
    if (tangent === undefined) continue;
    const orders = attr.orders.map((order, n) => (n === k ? order + 1 : order));
    const partial = push.b.whole(push.b.call(attr.name, orders, operands, attr.shape));
    terms.push(times(push, tangent, partial, attr.shape));
  }
  return total(push, terms, attr.shape);
}

/** ẏ = where(c, ȧ, ḃ): the condition has no derivative. */
function pushSelection(push: Push, id: NodeId, attr: MapAttr, operands: readonly Operand[]): NodeId | undefined {
  const [condition] = operands;
  const zero: Operand = { id: push.b.integer(0), sub: [] };
  const branches = [1, 2].map((k) => push.tangentOperand(id, k, attr.subs[k] ?? []));
  if (condition === undefined || branches.every((t) => t === undefined)) return undefined;
  return push.b.map(core.where, [condition, ...branches.map((t) => t ?? zero)], attr.shape);
}

const times = (push: Push, tangent: Operand, partial: Operand, shape: readonly Dim[]): NodeId =>
  guardedProduct(push.b, tangent, partial, shape) ?? push.b.ein(Q.ONE, [tangent, partial], shape);

const total = (push: Push, terms: readonly NodeId[], shape: readonly Dim[]): NodeId | undefined =>
  terms.length === 0 ? undefined : mergeSelections(push.b, terms, shape);

/** ẏ = Σ cₖ·ȧₖ */
export function pushAdd(push: Push, id: NodeId, attr: AddAttr): NodeId | undefined {
  const terms = attr.subs.flatMap((sub, k) => {
    const tangent = push.tangentOperand(id, k, sub);
    return tangent === undefined ? [] : [{ coef: attr.coefs[k] ?? Q.ONE, ...tangent }];
  });
  return terms.length === 0 ? undefined : push.b.add(terms, attr.shape);
}

/** ẏ = Σₖ coef · Σ ȧₖ · Π other factors */
export function pushEin(push: Push, id: NodeId, attr: EinAttr): NodeId | undefined {
  const { b } = push;
  const factors = attr.subs.map((sub, k) => push.operand(id, k, sub));
  const tangents = attr.subs.map((sub, k) => push.tangentOperand(id, k, sub));
  const varying = tangents.flatMap((t, k) => (t === undefined ? [] : [k]));
  const guarded = tangents.some((t) => t !== undefined && asSelection(b, t.id) !== undefined);
  if (attr.sums.length === 0 && !guarded) {
    const quotient = factors.length === 2 ? pushQuotient(push, id, attr, factors, tangents) : undefined;
    if (quotient !== undefined) return quotient;
    if (factors.length > 2 && varying.length > 1) return pushProduct(push, attr, factors, tangents);
  }
  const terms = varying.map((k): NodeId => {
    const tangent = tangents[k] ?? MISSING;
    const others = factors.filter((_, n) => n !== k);
    const partial = attr.sums.length === 0 && guarded && others.length > 0 ? b.ein(attr.coef, others, attr.shape) : undefined;
    const inside = partial === undefined ? undefined : guardedProduct(b, tangent, b.whole(partial), attr.shape);
    return inside ?? b.ein(attr.coef, [...others, tangent], attr.shape, attr.sums);
  });
  return total(push, terms, attr.shape);
}
const MISSING: Operand = { id: -1, sub: [] };

/** q = c·u/v: q̇ = (c·u̇ − q·v̇)/v, so that the quotient is made once. */
function pushQuotient(push: Push, id: NodeId, attr: EinAttr, factors: readonly Operand[], tangents: readonly (Operand | undefined)[]): NodeId | undefined {
  const { b } = push;
  const divisors = factors.map((f) => divisorOf(b, f));
  const at = divisors.findIndex((d) => d !== undefined);
  const divisor = divisors[at];
  const inverse = factors[at];
  const slope = divisor === undefined ? undefined : push.tangent(originalDivisor(push, id, at));
  if (divisor === undefined || inverse === undefined || slope === undefined || divisors.filter((d) => d !== undefined).length !== 1) return undefined;
  if (asSelection(b, slope) !== undefined) return undefined;
  const quotient: Operand = { id: push.primal(id), sub: attr.shape.map((_, l) => l) };
  const slopeOperand: Operand = { id: slope, sub: divisor.sub };
  const above = tangents[1 - at];
  if (above === undefined) return b.ein(Q.MINUS_ONE, [quotient, slopeOperand, inverse], attr.shape);
  const back = productOperand(b, quotient, slopeOperand, attr.shape);
  const numerator = b.add([{ coef: attr.coef, ...above }, { coef: Q.MINUS_ONE, ...back }], attr.shape);
  return b.ein(Q.ONE, [b.whole(numerator), inverse], attr.shape);
}

/** v of the factor 1/v as it stands in the graph that is swept. */
const originalDivisor = (push: Push, id: NodeId, at: number): NodeId => push.b.graph.arg(push.b.graph.arg(id, at), 0);

/** (p·v)˙ = ṗ·v + p·v̇, factor by factor: linear in their number. */
function pushProduct(push: Push, attr: EinAttr, factors: readonly Operand[], tangents: readonly (Operand | undefined)[]): NodeId {
  const { b } = push;
  const labels = attr.shape;
  const fixed: Operand[] = [];
  let product: Operand | undefined;
  let slope: Operand | undefined;
  for (const [k, factor] of factors.entries()) {
    const tangent = tangents[k];
    if (tangent === undefined) {
      fixed.push(factor);
      continue;
    }
    if (product === undefined || slope === undefined) {
      [product, slope] = [factor, tangent];
      continue;
    }
    const left = productOperand(b, slope, factor, labels);
    const right = productOperand(b, product, tangent, labels);
    const used = [...new Set([...left.sub, ...right.sub])].sort((x, y) => x - y);
    const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((l) => used.indexOf(l)) });
    slope = { id: b.add([{ coef: Q.ONE, ...local(left) }, { coef: Q.ONE, ...local(right) }], used.map((l) => labels[l] ?? '1')), sub: used };
    product = productOperand(b, product, factor, labels);
  }
  return b.ein(attr.coef, [slope ?? MISSING, ...fixed], labels);
}
