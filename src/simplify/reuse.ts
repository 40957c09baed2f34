/** A derivative in terms of what has a name: `f*(x - m)/s^2` for the density f. */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { inverse, monomialOf, multiplyPower, productNode, times, type Monomial } from './monomial.ts';

/** The product with one of the named formulas as a factor, where it contains all of its factors. */
export function reuseNamed(b: Builder, id: NodeId, named: readonly NodeId[]): NodeId {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'ein' || attr.sums.length > 0) return id;
  const product = monomialOf(b, Q.ONE, b.whole(id));
  for (const value of named) {
    const { shape } = b.graph.attr(value);
    if (shape.length > 0 || value === id) continue;
    const factors = monomialOf(b, Q.ONE, { id: value, sub: [] });
    if (factors.powers.size < 2 || !contains(product, factors)) continue;
    const quotient = times(product, inverse(factors));
    multiplyPower(quotient, { id: value, sub: [] }, Q.ONE);
    const before = b.graph.size;
    const made = productNode(b, quotient, attr.shape);
    b.graph.noteRule(before, 'reading');
    return made;
  }
  return id;
}

/** Every power of `part`, at least as high and of the same sign. */
function contains(whole: Monomial, part: Monomial): boolean {
  return [...part.powers].every(([key, { exponent }]) => {
    const found = whole.powers.get(key)?.exponent;
    if (found === undefined || Q.isNegative(found) !== Q.isNegative(exponent)) return false;
    return Q.compare(absolute(found), absolute(exponent)) >= 0;
  });
}

const absolute = (q: Q.Rational): Q.Rational => (Q.isNegative(q) ? Q.negate(q) : q);
