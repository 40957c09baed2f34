/** Products as quotients of factors in reading order; see `Formula` kind `product`. */
import type { Visit } from '../ast/trampoline.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import { bigFormula } from './big.ts';
import { readContraction } from './contraction.ts';
import { INDEXED, type Indices } from './elements.ts';
import { appendFactor, divideInto, divisorsMet, emptyQuotient, flatten, inReadingOrder, multiplyInto, powerFactor, quotientFormula, type Factor, type Quotient } from './factors.ts';
import type { Formula } from './formula.ts';
import type { Reader } from './reader.ts';

/** An element of a product or contraction. */
export function* readProduct(reader: Reader, id: NodeId, attr: EinAttr, at: Indices): Visit<Formula> {
  if (attr.sums.length > 0 && at.length === 0) {
    const closed = yield readContraction(reader, id, attr);
    if (closed !== INDEXED) return closed;
  }
  const bound = reader.binders.bind(id, attr.sums);
  const { coef, factors } = flatten(reader, id, attr, [...at, ...bound.positions]);
  const product = emptyQuotient(coef);
  if (attr.sums.length === 0) {
    for (const factor of readingOrder(reader, id, factors)) multiplyBy(reader, product, factor, yield reader.element(factor.id, factor.at));
    return quotientFormula(product);
  }
  // the coefficient and what does not depend on the summed indices stand before the sum
  const summed = new Set(bound.positions);
  const body = emptyQuotient(Q.ONE);
  for (const factor of readingOrder(reader, id, factors)) {
    const inside = factor.at.some((index) => summed.has(index));
    multiplyBy(reader, inside ? body : product, factor, yield reader.element(factor.id, factor.at));
  }
  const terms = quotientFormula(body);
  if (terms.kind === 'negative') product.negative = !product.negative;
  multiplyInto(product, bigFormula('sum', bound.binders, terms.kind === 'negative' ? terms.operand : terms));
  return quotientFormula(product);
}

/** u^-n, written 1/u^n. */
export function* readReciprocal(reader: Reader, id: NodeId, at: Indices): Visit<Formula> {
  const factor = powerFactor(reader.graph, id, at, NO_NAMES);
  const product = emptyQuotient(Q.ONE);
  multiplyBy(reader, product, factor, yield reader.element(factor.id, factor.at));
  return quotientFormula(product);
}
const NO_NAMES: ReadonlyMap<NodeId, string> = new Map();

const readingOrder = <T>(reader: Reader, id: NodeId, factors: readonly Factor<T>[]): readonly Factor<T>[] =>
  reader.isTyped(id) ? factors : inReadingOrder(reader, divisorsMet(factors));

function multiplyBy<T>(reader: Reader, product: Quotient, factor: Factor<T>, value: Formula): void {
  const shared = reader.options.shared.has(factor.id);
  if (Q.isNegative(factor.exponent)) divideInto(product, value, Q.negate(factor.exponent), shared ? 'bracketed' : 'flat');
  else if (shared) appendFactor(product, value);
  else multiplyInto(product, value);
}
