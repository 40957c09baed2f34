/** Sums of exponentials and their quotients: log-sum-exp and softmax, over any number of terms or along an axis. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import { plainLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { Attr, EinAttr, NodeId } from '../ir/types.ts';
import { isWhole } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { factorsOf, termsOf, type Factor, type SumTerm } from './parts.ts';
import type { Recogniser } from './recognise.ts';

/** More terms than this make a loop worth writing as one. */
const MOST_TERMS = 64;

/** The exponents of a sum of exponentials, with their factors; a constant is a multiple of exp(0). */
export function exponentialTerms(b: Builder, id: NodeId): SumTerm[] | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'add' || attr.subs.length > MOST_TERMS) return undefined;
  const exponents: SumTerm[] = [];
  let proper = 0;
  for (const { coef, ...term } of termsOf(b.graph, id, attr)) {
    const exponent = exponentOf(b, term);
    if (exponent === undefined) return undefined;
    if (exponent.proper) proper++;
    exponents.push({ coef, ...exponent.operand });
  }
  return proper > 0 ? exponents : undefined;
}

function exponentOf(b: Builder, term: Operand): { operand: Operand; proper: boolean } | undefined {
  const attr = b.graph.attr(term.id);
  if (attr.kind === 'map' && attr.op === core.exp) return { operand: { id: b.graph.arg(term.id, 0), sub: compose(attr.subs[0] ?? [], term.sub) }, proper: true };
  return term.id === b.integer(1) ? { operand: { id: b.integer(0), sub: [] }, proper: false } : undefined;
}

/** ln Σ cᵢ·exp(uᵢ) over labels of the given sizes; the cᵢ are positive. */
export function logSumExp(b: Builder, terms: readonly SumTerm[], shape: readonly Dim[]): NodeId {
  const [first] = terms;
  const common = first !== undefined && terms.every((t) => Q.equal(t.coef, first.coef)) ? first.coef : Q.ONE;
  const shifted = terms.map((t) => shiftedExponent(b, t, common, shape));
  const total = shifted.length === 2
    ? b.map(core.logaddexp, shifted.map((u) => b.whole(u)), shape)
    : b.reduce('logsumexp', b.stack(shifted), [0]);
  return b.add([{ coef: Q.ONE, ...b.whole(total) }, ...lnTerm(b, common)], shape);
}

const lnTerm = (b: Builder, coef: Q.Rational): SumTerm[] =>
  (Q.isOne(coef) ? [] : [{ coef: Q.ONE, id: b.map(core.ln, [{ id: b.rational(coef), sub: [] }], []), sub: [] }]);

/** u + ln(c/common), over all labels. */
function shiftedExponent(b: Builder, { coef, ...u }: SumTerm, common: Q.Rational, shape: readonly Dim[]): NodeId {
  return b.add([{ coef: Q.ONE, ...u }, ...lnTerm(b, Q.multiply(coef, Q.invert(common)))], shape);
}

/** R28: e^a·e^b/e^c is e^(a + b - c). */
export const PRODUCTS_OF_EXPONENTIALS: Recogniser = {
  name: 'product-of-exponentials', doc: '`exp(u)*exp(v)/exp(c)` is `exp(u + v - c)`, and so is what overflows in between',
  about: [core.exp, core.expsq],
  apply: (b, id, attr) => {
    if (attr.kind !== 'ein' || attr.subs.length < 2 || attr.subs.length > MOST_TERMS) return undefined;
    const { coef, factors } = factorsOf(b.graph, id);
    const exponents = factors.map((f) => exponentOfFactor(b, f.base));
    const merged = factors.flatMap((f, k): SumTerm[] => (exponents[k] === undefined ? [] : [{ coef: Q.integer(f.exponent), ...exponents[k] }]));
    if (merged.length < 2) return undefined;
    const labels = [...attr.shape, ...attr.sums];
    const used = [...new Set(merged.flatMap((t) => t.sub))].sort((x, y) => x - y);
    // the outer product of two vectors of exponentials stays one: merged, every element of it would be an exponential
    if (merged.every((t) => t.sub.length < used.length)) return undefined;
    const shape = used.map((label) => labels[label] ?? '1');
    const exponent = b.add(merged.map((t) => ({ ...t, sub: t.sub.map((label) => used.indexOf(label)) })), shape);
    const others = factors.filter((_, k) => exponents[k] === undefined).map((f) => ({ id: b.power(f.base.id, Q.integer(f.exponent)), sub: f.base.sub }));
    return b.ein(coef, [{ id: b.map(core.exp, [b.whole(exponent)], shape), sub: used }, ...others], attr.shape, attr.sums);
  },
};

/** The exponent of exp(u), or n·x² of the slope of an error function: beside another exponential the two may cancel. */
function exponentOfFactor(b: Builder, factor: Operand): Operand | undefined {
  const attr = b.graph.attr(factor.id);
  if (attr.kind !== 'map' || (attr.op !== core.exp && attr.op !== core.expsq)) return undefined;
  const operand = (k: number): Operand => ({ id: b.graph.arg(factor.id, k), sub: attr.subs[k] ?? [] });
  if (attr.op === core.exp) return { id: operand(0).id, sub: compose(operand(0).sub, factor.sub) };
  const square = b.map(core.pow, [operand(0), { id: b.integer(2), sub: [] }], attr.shape);
  return { id: b.ein(Q.ONE, [b.whole(square), operand(1)], attr.shape), sub: factor.sub };
}

/** R05: exp(u)/Σ exp(uⱼ) where exp(u) is one of the terms. */
export const SOFTMAX: Recogniser = {
  name: 'softmax', doc: '`exp(u[i])/sum(exp(u))` is exp of a difference with `logsumexp(u)`; for two terms `sigmoid(u - v)`',
  about: [core.exp],
  apply: (b, id, attr) => (attr.kind === 'ein' ? softmaxIn(b, id, attr) : undefined),
};

function softmaxIn(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  if (attr.subs.length < 2 || attr.subs.length > MOST_TERMS) return undefined;
  const { coef, factors } = factorsOf(b.graph, id);
  const labels = [...attr.shape, ...attr.sums];
  for (const [k, numerator] of factors.entries()) {
    const u = numerator.exponent < 1n ? undefined : exponentOf(b, numerator.base);
    if (u?.proper !== true) continue;
    for (const [n, denominator] of factors.entries()) {
      const weight = denominator.exponent > -1n ? undefined : weightOf(b, u.operand, numerator.base, denominator.base, labels);
      if (weight === undefined) continue;
      const left = factors.flatMap((f, m) => (m === k ? lessOne(f, 1n) : m === n ? lessOne(f, -1n) : [f]));
      return b.ein(coef, [weight, ...left.map((f) => ({ id: b.power(f.base.id, Q.integer(f.exponent)), sub: f.base.sub }))], attr.shape, attr.sums);
    }
  }
  return undefined;
}

const lessOne = (factor: Factor, one: bigint): Factor[] => (factor.exponent === one ? [] : [{ ...factor, exponent: factor.exponent - one }]);

function weightOf(b: Builder, u: Operand, exponential: Operand, denominator: Operand, labels: readonly Dim[]): Operand | undefined {
  return weightInSum(b, exponential, denominator, labels) ?? weightAlongAxes(b, u, exponential, denominator, labels);
}

/** 1/Σ cⱼ·exp(uⱼ - u): the differences keep the digits that a common size would cost. */
function weightInSum(b: Builder, exponential: Operand, denominator: Operand, labels: readonly Dim[]): Operand | undefined {
  const sum = b.graph.attr(denominator.id);
  const terms = exponentialTerms(b, denominator.id);
  if (sum.kind !== 'add' || terms === undefined || !terms.every((t) => Q.compare(t.coef, Q.ZERO) > 0)) return undefined;
  const at = termsOf(b.graph, denominator.id, sum).findIndex((t) => t.id === exponential.id && compose(t.sub, denominator.sub).join() === exponential.sub.join());
  const own = terms[at];
  if (own === undefined) return undefined;
  const shape = b.graph.shape(denominator.id);
  const difference = (t: SumTerm): NodeId => b.add([{ ...t, coef: Q.ONE }, { ...own, coef: Q.MINUS_ONE }, ...lnTerm(b, Q.multiply(t.coef, Q.invert(own.coef)))], shape);
  const others = terms.filter((_, k) => k !== at).map(difference);
  const [other] = others;
  const zero = b.zero(shape);
  const weight = others.length === 1 && other !== undefined
    ? b.map(core.sigmoid, [b.whole(b.negate(other))], shape)
    : b.map(core.exp, [b.whole(b.negate(b.reduce('logsumexp', b.stack([zero, ...others]), [0])))], shape);
  const scale = Q.invert(own.coef);
  return { id: b.scale(scale, weight), sub: denominator.sub.length === labels.length ? denominator.sub : [...denominator.sub] };
}

/** exp(uᵢ)/Σⱼ exp(uⱼ) along summed labels: exp(u - logsumexp(u)), and of one that is picked, exp(u[k]), that element. */
function weightAlongAxes(b: Builder, u: Operand, exponential: Operand, denominator: Operand, labels: readonly Dim[]): Operand | undefined {
  const sum: Attr = b.graph.attr(denominator.id);
  if (sum.kind !== 'ein' || sum.sums.length === 0 || sum.subs.length !== 1 || Q.compare(sum.coef, Q.ZERO) <= 0) return undefined;
  const summed = b.graph.arg(denominator.id, 0);
  const [sub = []] = sum.subs;
  const inner = b.graph.attr(summed);
  const rank = sum.shape.length;
  if (inner.kind !== 'map' || sub.length !== rank + sum.sums.length || new Set(sub).size !== sub.length) return undefined;
  // the labels that the sum keeps must be those of the numerator
  const agrees = (positions: readonly (number | undefined)[]): boolean => sub.every((label, axis) => label >= rank || denominator.sub[label] === positions[axis]);
  const exponent = b.ein(Q.ONE, [{ id: b.graph.arg(summed, 0), sub: compose(inner.subs[0] ?? [], sub) }], [...sum.shape, ...sum.sums]);
  const total = b.reduce('logsumexp', exponent, sum.sums.map((_, k) => rank + k));
  if (summed === exponential.id && agrees(exponential.sub)) {
    const used = [...new Set([...u.sub, ...denominator.sub])].sort((x, y) => x - y);
    const local = (s: readonly number[]): number[] => s.map((label) => used.indexOf(label));
    return { id: shareOf(b, sum.coef, { id: u.id, sub: local(u.sub) }, { id: total, sub: local(denominator.sub) }, used.map((label) => labels[label] ?? '1')), sub: used };
  }
  const picked = b.graph.attr(u.id);
  if (picked.kind !== 'view' || picked.masked || !isWhole(inner.subs[0] ?? [], inner.shape.length) || b.graph.arg(u.id, 0) !== b.graph.arg(summed, 0)) return undefined;
  if (!agrees(picked.index.map((index) => u.sub[plainLabel(index) ?? -1]))) return undefined;
  const all = shareOf(b, sum.coef, b.whole(b.graph.arg(summed, 0)), { id: total, sub: sub.flatMap((label, axis) => (label < rank ? [{ label, axis }] : [])).sort((x, y) => x.label - y.label).map(({ axis }) => axis) }, inner.shape);
  return { id: b.view(all, { ...picked, gathers: [...b.graph.args(u.id)].slice(1) }), sub: u.sub };
}

/** exp(u - ln Σ exp(u))/c */
function shareOf(b: Builder, coef: Q.Rational, u: Operand, total: Operand, shape: readonly Dim[]): NodeId {
  const difference = b.add([{ coef: Q.ONE, ...u }, { coef: Q.MINUS_ONE, ...total }], shape);
  return b.scale(Q.invert(coef), b.map(core.exp, [b.whole(difference)], shape));
}
