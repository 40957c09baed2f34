/** A product as coefficient × Π baseᵉ: what one-level factoring and common denominators work on. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import type { EinAttr, NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

export interface Power extends Operand {
  readonly exponent: Rational;
}

export interface Monomial {
  coef: Rational;
  /** by base and index string; no exponent is 0 */
  readonly powers: Map<string, Power>;
}

const keyOf = (operand: Operand): string => `${operand.id}|${operand.sub.join('.')}`;

export const constantMonomial = (coef: Rational): Monomial => ({ coef, powers: new Map() });

/** Multiplies by baseᵉ. Exponents of one base add, whatever their signs: for derivatives only. */
export function multiplyPower(monomial: Monomial, base: Operand, exponent: Rational): void {
  const key = keyOf(base);
  const total = Q.add(monomial.powers.get(key)?.exponent ?? Q.ZERO, exponent);
  if (Q.isZero(total)) monomial.powers.delete(key);
  else monomial.powers.set(key, { id: base.id, sub: base.sub, exponent: total });
}

export function times(x: Monomial, y: Monomial): Monomial {
  const product: Monomial = { coef: Q.multiply(x.coef, y.coef), powers: new Map(x.powers) };
  for (const power of y.powers.values()) multiplyPower(product, power, power.exponent);
  return product;
}

/** The powers in a node, through products, whole powers of products and square roots. */
export function monomialOf(b: Builder, coef: Rational, operand: Operand): Monomial {
  const monomial = constantMonomial(coef);
  const stack: { operand: Operand; exponent: Rational }[] = [{ operand, exponent: Q.ONE }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { id, sub } = top.operand;
    const attr = b.graph.attr(id);
    if (attr.kind === 'ein' && attr.sums.length === 0 && (Q.isInteger(top.exponent) || Q.isOne(attr.coef))) {
      const scale = Q.isInteger(top.exponent) ? Q.power(attr.coef, top.exponent.num) : Q.ONE;
      if (scale !== undefined && isSplittable(attr, top.exponent)) {
        monomial.coef = Q.multiply(monomial.coef, scale);
        const exponent = top.exponent;
        for (const inner of displayOperands(b.graph, id, attr).reverse()) stack.push({ operand: { id: inner.operand.id, sub: compose(inner.operand.sub, sub) }, exponent });
        continue;
      }
    }
    if (attr.kind === 'const' && attr.value.kind === 'rational' && Q.isInteger(top.exponent)) {
      const scale = Q.power(attr.value.value, top.exponent.num);
      if (scale !== undefined) {
        monomial.coef = Q.multiply(monomial.coef, scale);
        continue;
      }
    }
    const inner = innerPower(b, id, sub);
    if (inner !== undefined && (Q.isInteger(top.exponent) || !Q.isInteger(inner.exponent))) stack.push({ operand: inner, exponent: Q.multiply(inner.exponent, top.exponent) });
    else multiplyPower(monomial, top.operand, top.exponent);
  }
  return monomial;
}

/** (x·y)^½ is not √x·√y for negative x and y. */
const isSplittable = (attr: EinAttr, exponent: Rational): boolean => Q.isInteger(exponent) || attr.subs.length < 2;

function innerPower(b: Builder, id: NodeId, sub: Sub): Power | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map') return undefined;
  const base = (): Operand => ({ id: b.graph.arg(id, 0), sub: compose(attr.subs[0] ?? [], sub) });
  if (attr.op === core.sqrt) {
    const radicand = b.graph.attr(b.graph.arg(id, 0));
    // the root of a product stays one: its factors need not be positive
    return radicand.kind === 'ein' && radicand.sums.length === 0 ? undefined : { ...base(), exponent: Q.HALF };
  }
  if (attr.op !== core.pow) return undefined;
  const exponent = b.constantOf(b.graph.arg(id, 1));
  return exponent === undefined ? undefined : { ...base(), exponent };
}

/** Back to a node over the labels of `shape`. */
export function productNode(b: Builder, monomial: Monomial, shape: readonly Dim[]): NodeId {
  return b.ein(monomial.coef, [...monomial.powers.values()].map((p) => ({ id: b.power(p.id, p.exponent), sub: p.sub })), shape);
}

/**
 * What all terms have in common: each base with its least exponent (a missing base counts 0, so a divisor of
 * one term is a divisor of all), and the numeric content. `rank` is that of the terms.
 */
export function contentOf(terms: readonly Monomial[], rank: number): Monomial {
  const [first] = terms;
  if (first === undefined) return constantMonomial(Q.ONE);
  const content = constantMonomial(numericContent(terms.map((t) => t.coef)));
  const least = new Map<string, { power: Power; terms: number }>();
  for (const term of terms) {
    for (const [key, power] of term.powers) {
      const known = least.get(key);
      if (known === undefined) least.set(key, { power, terms: 1 });
      else {
        known.terms++;
        if (Q.compare(power.exponent, known.power.exponent) < 0) known.power = power;
      }
    }
  }
  for (const [key, { power, terms: among }] of least) {
    // a matrix is not divided by a vector: `diag(s) - s*s'` has no factor s
    if (rank > 1 && power.sub.length > 0 && power.sub.length < rank) continue;
    if (among === terms.length || Q.isNegative(power.exponent)) content.powers.set(key, power);
  }
  return content;
}

export function inverse(monomial: Monomial): Monomial {
  const inverted = constantMonomial(Q.invert(monomial.coef));
  for (const [key, power] of monomial.powers) inverted.powers.set(key, { ...power, exponent: Q.negate(power.exponent) });
  return inverted;
}

/** The positive rational that leaves integers without common divisor; negative when all terms are. */
function numericContent(coefs: readonly Rational[]): Rational {
  let num = 0n;
  let den = 1n;
  for (const coef of coefs) {
    num = Q.gcd(num, coef.num);
    den = (den / Q.gcd(den, coef.den)) * coef.den;
  }
  const content = Q.rational(num === 0n ? 1n : num, den);
  return coefs.every(Q.isNegative) ? Q.negate(content) : content;
}
