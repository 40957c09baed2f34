/** Squares and roots of products: which formulas are the square of another. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { monomialOf, productNode, type Monomial } from './monomial.ts';

/** u with u² = scale·operand: a product of even powers with a square coefficient. */
export function squareRoot(b: Builder, scale: Q.Rational, operand: Operand, labels: readonly Dim[]): Operand | undefined {
  const square = monomialOf(b, scale, operand);
  const coef = Q.isNegative(square.coef) ? undefined : Q.exactRoot(square.coef, 2n);
  if (coef === undefined) return undefined;
  const root: Monomial = { coef, powers: new Map() };
  for (const [key, power] of square.powers) {
    const half = Q.multiply(power.exponent, Q.HALF);
    if (!Q.isInteger(half)) return undefined;
    root.powers.set(key, { ...power, exponent: half });
  }
  const [only] = root.powers.values();
  if (only !== undefined && root.powers.size === 1 && Q.isOne(coef) && Q.isOne(only.exponent)) return { id: only.id, sub: only.sub };
  return { id: productNode(b, root, labels), sub: labels.map((_, label) => label) };
}

/** u² for a product u; a number under a root becomes a coefficient again. */
export function squared(b: Builder, u: Operand): Monomial {
  const root = monomialOf(b, Q.ONE, u);
  const square: Monomial = { coef: Q.multiply(root.coef, root.coef), powers: new Map() };
  for (const [key, power] of root.powers) {
    const exponent = Q.add(power.exponent, power.exponent);
    const constant = b.constantOf(power.id);
    const value = constant !== undefined && Q.isInteger(exponent) ? Q.power(constant, exponent.num) : undefined;
    if (value === undefined) square.powers.set(key, { ...power, exponent });
    else square.coef = Q.multiply(square.coef, value);
  }
  return square;
}

export function sameMonomial(x: Monomial, y: Monomial): boolean {
  if (!Q.equal(x.coef, y.coef) || x.powers.size !== y.powers.size) return false;
  for (const [key, power] of x.powers) {
    const other = y.powers.get(key);
    if (other === undefined || !Q.equal(other.exponent, power.exponent)) return false;
  }
  return true;
}
