/**
 * Slopes of functions of quotients: `1/(x^2*(1 + 9/x^2))` holds a quotient that overflows where the whole does not. For derivatives
 * only: what is divided by is not 0 where the primal is defined.
 */
import type { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { constantMonomial, contentOf, inverse, monomialOf, multiplyPower, productNode, times, type Monomial, type Power } from './monomial.ts';
import { termsOf } from './parts.ts';
import type { Recogniser } from './recognise.ts';

export const QUOTIENTS_IN_DENOMINATORS: Recogniser = {
  name: 'quotient-in-denominator', doc: '`1/(u^2*(1 + c/u^2))` is `1/(u^2 + c)`, and `1/(u^2*(1 + v^2/u^2))` is `1/hypot(u, v)^2`; in derivatives',
  about: [core.pow],
  apply: (b, id, attr) => {
    if (attr.kind !== 'ein' || attr.sums.length > 0) return undefined;
    const product = monomialOf(b, Q.ONE, { id, sub: attr.shape.map((_, label) => label) });
    for (const sum of product.powers.values()) {
      const cleared = Q.isInteger(sum.exponent) && Q.isNegative(sum.exponent) ? clearedSum(b, sum, product, attr.shape) : undefined;
      if (cleared !== undefined) return productNode(b, cleared, attr.shape);
    }
    return undefined;
  },
};

/** The product with S^-m replaced, where S is a sum with the quotients by one base, by which the product divides too. */
function clearedSum(b: Builder, sum: Power, product: Monomial, shape: readonly Dim[]): Monomial | undefined {
  const attr = b.graph.attr(sum.id);
  if (attr.kind !== 'add' || attr.subs.length !== 2) return undefined;
  const terms = termsOf(b.graph, sum.id, attr).map(({ coef, ...operand }) => monomialOf(b, coef, operand));
  const divisors = [...contentOf(terms, attr.shape.length).powers.values()].filter((power) => Q.isNegative(power.exponent));
  const [divisor] = divisors;
  if (divisor === undefined || divisors.length > 1 || !Q.isInteger(divisor.exponent)) return undefined;
  const base = { id: divisor.id, sub: divisor.sub.map((label) => sum.sub[label] ?? label) };
  const among = [...product.powers.values()].find((power) => power.id === base.id && power.sub.join('.') === base.sub.join('.'));
  if (among === undefined || !Q.isNegative(among.exponent)) return undefined;
  const scale = constantMonomial(Q.ONE);
  multiplyPower(scale, divisor, divisor.exponent);
  const whole = polynomial(b, terms.map((term) => times(term, inverse(scale))), divisor.id, attr.shape);
  if (whole === undefined) return undefined;
  const rest: Monomial = { coef: product.coef, powers: new Map(product.powers) };
  multiplyPower(rest, sum, Q.negate(sum.exponent));
  multiplyPower(rest, base, Q.multiply(divisor.exponent, sum.exponent));
  multiplyPower(rest, { id: whole.id, sub: shape.length === 0 ? [] : sum.sub }, Q.multiply(sum.exponent, Q.integer(whole.exponent)));
  return rest;
}

/** The sum of terms without quotients: of powers of one base, or of two squares, whose root does not overflow. */
function polynomial(b: Builder, terms: readonly Monomial[], base: NodeId, shape: readonly Dim[]): { readonly id: NodeId; readonly exponent: bigint } | undefined {
  const [u, v] = terms.map(squareOf);
  if (u !== undefined && v !== undefined) return { id: b.map(core.hypot, [u, v], shape), exponent: 2n };
  if (terms.some((term) => [...term.powers.values()].some((power) => power.id !== base))) return undefined;
  return { id: b.add(terms.map((term) => ({ coef: Q.ONE, ...b.whole(productNode(b, term, shape)) })), shape), exponent: 1n };
}

function squareOf(term: Monomial): Power | undefined {
  const [power, second] = term.powers.values();
  return power !== undefined && second === undefined && Q.isOne(term.coef) && Q.equal(power.exponent, Q.integer(2n)) ? power : undefined;
}
