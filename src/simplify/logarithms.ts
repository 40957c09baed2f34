/** ln of products, of powers and of sums of exponentials: taken apart where that is exact on the same domain. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { Attr, EinAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import { exponentialTerms, logSumExp } from './exponentials.ts';
import { factorsOf, type Factor, type SumTerm } from './parts.ts';
import type { Recogniser } from './recognise.ts';
import type { Signs } from './sign.ts';

/** R03, R26, R27, R29, R30. */
export const LOGARITHMS: Recogniser = {
  name: 'logarithm', doc: '`ln(c1*exp(u1) + c2*exp(u2) + …)` is `logsumexp`; factors known to be positive, and even powers, leave the logarithm of a product',
  about: [core.ln],
  apply: (b, id, attr, facts) => (attr.kind === 'map' && attr.op === core.ln ? lnOf(b, id, attr, facts.signs) : undefined),
};

function lnOf(b: Builder, id: NodeId, attr: Extract<Attr, { kind: 'map' }>, signs: Signs): NodeId | undefined {
  const argument: Operand = { id: b.graph.arg(id, 0), sub: attr.subs[0] ?? [] };
  const inner = b.graph.attr(argument.id);
  const whole = (made: NodeId | undefined): NodeId | undefined => (made === undefined ? undefined : b.ein(Q.ONE, [{ id: made, sub: argument.sub }], attr.shape));
  switch (inner.kind) {
    case 'add': return whole(lnOfSum(b, argument.id));
    case 'ein': return whole(inner.sums.length > 0 ? lnOfContraction(b, argument.id, inner) : lnOfProduct(b, argument.id, signs));
    case 'map': return inner.op === core.pow ? whole(lnOfProduct(b, argument.id, signs)) : undefined;
    default: return undefined;
  }
}

/** ln Σ cᵢ·exp(uᵢ); one plus an exponential is softplus and has a rule. */
function lnOfSum(b: Builder, id: NodeId): NodeId | undefined {
  const terms = exponentialTerms(b, id);
  if (terms === undefined || terms.length < 2 || !terms.every((t) => Q.compare(t.coef, Q.ZERO) > 0)) return undefined;
  return logSumExp(b, terms, b.graph.shape(id));
}

/** ln Σⱼ exp(u) over summed labels. */
function lnOfContraction(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  const [only, second] = b.graph.args(id);
  const [sub] = attr.subs;
  if (only === undefined || sub === undefined || second !== undefined || Q.compare(attr.coef, Q.ZERO) <= 0 || new Set(sub).size !== sub.length) return undefined;
  const inner = b.graph.attr(only);
  const rank = attr.shape.length;
  if (inner.kind !== 'map' || inner.op !== core.exp || sub.length !== rank + attr.sums.length) return undefined;
  const exponent = b.ein(Q.ONE, [{ id: b.graph.arg(only, 0), sub: compose(inner.subs[0] ?? [], sub) }], [...attr.shape, ...attr.sums]);
  const total = b.reduce('logsumexp', exponent, attr.sums.map((_, k) => rank + k));
  return b.add([{ coef: Q.ONE, ...b.whole(total) }, ...lnOfConstant(b, attr.coef)], attr.shape);
}

function lnOfConstant(b: Builder, coef: Q.Rational): SumTerm[] {
  return Q.isOne(coef) ? [] : [{ coef: Q.ONE, id: b.map(core.ln, [{ id: b.rational(coef), sub: [] }], []), sub: [] }];
}

/**
 * ln(c·Π fᵉ): factors that are positive, and even powers, leave the logarithm; what is left stays in it. Only
 * when something is gained: an exponential that vanishes, a power that overflows.
 */
function lnOfProduct(b: Builder, id: NodeId, signs: Signs): NodeId | undefined {
  const shape = b.graph.shape(id);
  const { coef, factors } = factorsOf(b.graph, id);
  const outside: SumTerm[] = [];
  const inside: Factor[] = [];
  let gained = false;
  for (const factor of factors) {
    const free = freed(b, factor, signs, factors.length === 1 && Q.isOne(coef));
    if (free === undefined) inside.push(factor);
    else {
      outside.push(free.term);
      gained ||= free.gained;
    }
  }
  if (!gained) return lnOfPair(b, factors, coef, shape);
  if (inside.length > 0) {
    const rest = b.ein(coef, inside.map((f) => ({ id: b.power(f.base.id, Q.integer(f.exponent)), sub: f.base.sub })), shape);
    outside.push({ coef: Q.ONE, ...b.whole(b.map(core.ln, [b.whole(rest)], shape)) });
  } else if (Q.compare(coef, Q.ZERO) <= 0) return undefined;
  else outside.push(...lnOfConstant(b, coef));
  return b.add(outside, shape);
}

/** ln(u·v) and ln(u/v), guarded against products that overflow; constants stay as they are. */
function lnOfPair(b: Builder, factors: readonly Factor[], coef: Q.Rational, shape: readonly Dim[]): NodeId | undefined {
  const [u, v] = factors;
  if (u === undefined || v === undefined || factors.length > 2 || !Q.isOne(coef)) return undefined;
  if ([u, v].some((f) => b.graph.attr(f.base.id).kind === 'const') || (u.exponent !== 1n && v.exponent !== 1n)) return undefined;
  const [top, other] = u.exponent === 1n ? [u, v] : [v, u];
  const op = other.exponent === 1n ? core.lnmul : other.exponent === -1n ? core.lndiv : undefined;
  return op === undefined ? undefined : b.map(op, [top.base, other.base], shape);
}

/** e·ln f, when f may leave. */
function freed(b: Builder, { base, exponent }: Factor, signs: Signs, alone: boolean): { term: SumTerm; gained: boolean } | undefined {
  const attr = b.graph.attr(base.id);
  const coef = Q.integer(exponent);
  const shape = b.graph.shape(base.id);
  const ln = (of: NodeId): SumTerm => ({ coef, id: b.map(core.ln, [b.whole(of)], shape), sub: base.sub });
  if (attr.kind === 'map' && attr.op === core.exp) return { term: { coef, id: b.graph.arg(base.id, 0), sub: compose(attr.subs[0] ?? [], base.sub) }, gained: true };
  if (signs.isPositive(base.id)) return { term: ln(base.id), gained: vanishing(b, base.id) || exponent % 2n === 0n };
  if (exponent % 2n === 0n) return { term: ln(b.map(core.abs, [b.whole(base.id)], shape)), gained: true };
  // an odd power has the sign of its base
  return alone && exponent !== 1n ? { term: ln(base.id), gained: true } : undefined;
}

/** Positive formulas whose logarithm is another primitive. */
function vanishing(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'map' && LOGARITHM_KNOWN.has(attr.op);
}
const LOGARITHM_KNOWN: ReadonlySet<OpName> = new Set<OpName>([core.sigmoid, core.cosh, core.erfc, core.ndtr, core.sech, core.sech2]);
