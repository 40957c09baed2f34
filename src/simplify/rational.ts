/**
 * Rational functions in one form: numerator multiplied out with like terms collected, over denominators that stay
 * factored; factors of the numerator that a denominator has too are cancelled. For derivatives, which are needed only
 * where the primal is defined. Everything but sums, products and powers counts as a variable.
 */
import type { Builder } from '../ir/build.ts';
import { displayOperands } from '../ir/display.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { joinPowers } from './join.ts';
import { contentOf, inverse, monomialOf, multiplyPower, productNode, times, type Monomial, type Power } from './monomial.ts';

const MOST_TERMS = 64;
const MOST_STEPS = 600;
/** Higher powers of sums are read as they are. */
const HIGHEST_POWER = 6;

/** The scalar as a quotient of polynomials; undefined when that would have too many terms. */
export function rationalForm(b: Builder, id: NodeId): NodeId | undefined {
  const terms = multipliedOut(b, [joinPowers(b, monomialOf(b, Q.ONE, b.whole(id)))]);
  if (terms === undefined) return undefined;
  if (terms.length === 0) return b.zero([]);
  const content = contentOf(terms, 0);
  // sums that other terms are divided by stand above now
  let numerator = multipliedOut(b, terms.map((term) => times(term, inverse(content))));
  if (numerator === undefined || numerator.length === 0) return numerator === undefined ? undefined : b.zero([]);
  const denominator: Monomial = { coef: content.coef, powers: new Map(content.powers) };
  for (const power of content.powers.values()) {
    const divisor = Q.isNegative(power.exponent) ? polynomial(b, power) : undefined;
    if (divisor === undefined) continue;
    for (let left = Q.toNumber(power.exponent); left <= -1; left++) {
      const quotient = divided(numerator, divisor);
      if (quotient === undefined) break;
      numerator = quotient;
      multiplyPower(denominator, power, Q.ONE);
    }
  }
  const common = contentOf(numerator, 0);
  const rest = numerator.map((term) => times(term, inverse(common)));
  const sum = b.add(rest.map((term) => ({ coef: Q.ONE, ...b.whole(productNode(b, term, [])) })), []);
  return productNode(b, times(times(denominator, common), monomialOf(b, Q.ONE, b.whole(sum))), []);
}

/** Terms without sums raised to 1 or more, like ones together; undefined when they are many. */
function multipliedOut(b: Builder, terms: readonly Monomial[]): Monomial[] | undefined {
  const found = new Map<string, Monomial>();
  const pending = [...terms].reverse();
  let steps = 0;
  for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
    if (++steps > MOST_STEPS || found.size + pending.length > MOST_TERMS) return undefined;
    const power = [...term.powers.values()].find((p) => sumIn(b, p) !== undefined && Q.compare(p.exponent, Q.ONE) >= 0 && Q.compare(p.exponent, Q.integer(HIGHEST_POWER)) <= 0);
    const sum = power === undefined ? undefined : sumIn(b, power);
    if (power === undefined || sum === undefined) {
      collect(found, joinPowers(b, term));
      continue;
    }
    const rest: Monomial = { coef: term.coef, powers: new Map(term.powers) };
    multiplyPower(rest, power, Q.MINUS_ONE);
    for (const factor of termsOf(b, power, sum).reverse()) pending.push(times(rest, factor));
  }
  return [...found.values()];
}

const sumIn = (b: Builder, { id }: Power): AddAttr | undefined => {
  const attr = b.graph.attr(id);
  return attr.kind === 'add' ? attr : undefined;
};

function termsOf(b: Builder, { id, sub }: Power, sum: AddAttr): Monomial[] {
  return displayOperands(b.graph, id, sum).map(({ operand, position }) => monomialOf(b, sum.coefs[position] ?? Q.ONE, { id: operand.id, sub: compose(operand.sub, sub) }));
}

/** The sum that is raised to a power, multiplied out. */
function polynomial(b: Builder, power: Power): Monomial[] | undefined {
  const sum = sumIn(b, power);
  return sum === undefined ? undefined : multipliedOut(b, termsOf(b, power, sum));
}

function collect(terms: Map<string, Monomial>, term: Monomial): void {
  const key = [...term.powers].map(([base, { exponent }]) => `${base}^${exponent.num}/${exponent.den}`).sort().join('*');
  const coef = Q.add(terms.get(key)?.coef ?? Q.ZERO, term.coef);
  if (Q.isZero(coef)) terms.delete(key);
  else terms.set(key, { coef, powers: terms.get(key)?.powers ?? term.powers });
}

// ---- exact division --------------------------------------------------------------------------

/** The polynomial divided by another, when nothing is left over. */
function divided(dividend: readonly Monomial[], divisor: readonly Monomial[]): Monomial[] | undefined {
  if (divisor.length < 2) return undefined;
  const bases = [...new Set([...divisor, ...dividend].flatMap((t) => [...t.powers.keys()]))];
  const left = new Map<string, Monomial>();
  for (const term of dividend) collect(left, term);
  const lead = leading(divisor, bases);
  const quotient: Monomial[] = [];
  while (left.size > 0) {
    const next = times(leading([...left.values()], bases), inverse(lead));
    if ([...next.powers.values()].some((p) => Q.isNegative(p.exponent)) || quotient.length >= MOST_TERMS) return undefined;
    quotient.push(next);
    for (const term of divisor) {
      const product = times(next, term);
      collect(left, { coef: Q.negate(product.coef), powers: product.powers });
    }
  }
  return quotient;
}

/** The first term in the order of the bases: the highest power of the first base, then of the second, … */
function leading(terms: readonly Monomial[], bases: readonly string[]): Monomial {
  return terms.reduce((best, term) => {
    for (const base of bases) {
      const order = Q.compare(term.powers.get(base)?.exponent ?? Q.ZERO, best.powers.get(base)?.exponent ?? Q.ZERO);
      if (order !== 0) return order > 0 ? term : best;
    }
    return best;
  });
}
