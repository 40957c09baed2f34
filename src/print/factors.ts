/** What a product is made of: the factors of a contraction and of the plain products inside it. */
import { displayPositions } from '../ir/display.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import { isCount, isFunction, isReciprocal, select } from './elements.ts';
import type { Formula } from './formula.ts';
import type { Reader } from './reader.ts';

/** One factor; `at` are its index formulas, or its labels. */
export interface Factor<T> {
  readonly id: NodeId;
  readonly at: readonly T[];
  /** negative for a divisor, else 1 */
  readonly exponent: Rational;
}

/** The factors of a product and of the sum-free products that are its factors and nothing else's, by an explicit stack. */
export function flatten<T>(reader: Reader, id: NodeId, attr: EinAttr, at: readonly T[]): { coef: Rational; factors: Factor<T>[] } {
  const { graph, options } = reader;
  let coef = attr.coef;
  const factors: Factor<T>[] = [];
  const stack: { id: NodeId; at: readonly T[] }[] = [];
  const open = (node: NodeId, product: EinAttr, indices: readonly T[]): void => {
    const positions = displayPositions(graph, node);
    for (let k = positions.length - 1; k >= 0; k--) {
      const position = positions[k] ?? k;
      stack.push({ id: graph.arg(node, position), at: select(product.subs[position] ?? [], indices) });
    }
  };
  open(id, attr, at);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const inner = graph.attr(top.id);
    if (inner.kind === 'ein' && inner.sums.length === 0 && !options.names.has(top.id) && !options.shared.has(top.id)) {
      coef = Q.multiply(coef, inner.coef);
      open(top.id, inner, top.at);
    } else {
      factors.push(powerFactor(graph, top.id, top.at, options.names));
    }
  }
  return { coef, factors };
}

/** Divisors that meet, one of the user's quotient and one of the derivative: 1/(a·a) is 1/a². */
export function divisorsMet<T>(factors: readonly Factor<T>[]): readonly Factor<T>[] {
  const met: Factor<T>[] = [];
  for (const factor of factors) {
    const same = Q.isNegative(factor.exponent) ? met.findIndex((f) => f.id === factor.id && Q.isNegative(f.exponent) && f.at.every((index, k) => index === factor.at[k])) : -1;
    const other = met[same];
    if (other === undefined) met.push(factor);
    else met[same] = { ...other, exponent: Q.add(other.exponent, factor.exponent) };
  }
  return met;
}

/** A power with a negative exponent is a divisor. */
export function powerFactor<T>(graph: Graph, id: NodeId, at: readonly T[], names: ReadonlyMap<NodeId, string>): Factor<T> {
  const attr = graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== 'pow' || names.has(id) || !isReciprocal(graph, id)) return { id, at, exponent: Q.ONE };
  const exponent = graph.attr(graph.arg(id, 1));
  const value = exponent.kind === 'const' && exponent.value.kind === 'rational' ? exponent.value.value : Q.ONE;
  return { id: graph.arg(id, 0), at: select(attr.subs[0] ?? [], at), exponent: value };
}

/** Numbers, symbols, functions, sums, exponentials; then the order of first appearance. */
export function inReadingOrder<T>(reader: Reader, factors: readonly Factor<T>[]): readonly Factor<T>[] {
  const ranks = factors.map((f) => rank(reader, f.id));
  // exp(x)*(…) but x*(…)*exp(x): an exponential goes last where a symbol leads
  const lead = ranks.includes(RANK.symbol);
  const key = (k: number): number => (ranks[k] === RANK.exponential && !lead ? RANK.call : (ranks[k] ?? 0));
  return factors.map((_, k) => k).sort((x, y) => key(x) - key(y) || reader.options.order.compare(factors[x]?.id ?? 0, factors[y]?.id ?? 0))
    .map((k) => factors[k]).filter((f) => f !== undefined);
}

const RANK = { number: 0, symbol: 1, named: 2, call: 3, sum: 4, exponential: 5 } as const;

function rank(reader: Reader, id: NodeId): number {
  let at = id;
  for (;;) {
    const attr = reader.graph.attr(at);
    if (reader.options.names.has(at)) return attr.kind === 'leaf' ? RANK.symbol : RANK.named;
    if (isCount(reader.graph, at)) return RANK.number;
    if (attr.kind === 'add') return RANK.sum;
    if (attr.kind !== 'map') return RANK.symbol;
    if (attr.op === 'exp') return RANK.exponential;
    if (isFunction(attr.op)) return RANK.call;
    at = reader.graph.arg(at, 0);
  }
}

// ---- products of formulas ------------------------------------------------------------------

/** A formula taken apart as a signed quotient. */
export interface Quotient {
  negative: boolean;
  coef: Rational;
  readonly over: Formula[];
  readonly under: Formula[];
}

export const emptyQuotient = (coef: Rational): Quotient => ({ negative: Q.isNegative(coef), coef: Q.isNegative(coef) ? Q.negate(coef) : coef, over: [], under: [] });

/** Multiplies by a formula: its own factors join flatly. */
export function multiplyInto(product: Quotient, value: Formula): void {
  if (value.kind === 'negative') {
    product.negative = !product.negative;
    multiplyInto(product, value.operand);
  } else if (value.kind === 'number') {
    product.coef = Q.multiply(product.coef, value.value);
  } else if (value.kind === 'product') {
    product.coef = Q.multiply(product.coef, value.coef);
    product.over.push(...value.over);
    product.under.push(...value.under);
  } else {
    product.over.push(value);
  }
}

/**
 * Multiplies by a product that is shared: it keeps its brackets, so that it is read back as one node.
 * In front it needs none, as `a*b*c` is read as `(a*b)*c`.
 */
export function appendFactor(product: Quotient, value: Formula): void {
  if (value.kind === 'product' && (product.over.length > 0 || value.under.length > 0)) product.over.push(value);
  else multiplyInto(product, value);
}

/** Divides by value^exponent. */
export function divideInto(product: Quotient, value: Formula, exponent: Rational, joins: 'flat' | 'bracketed' = 'flat'): void {
  if (!Q.isOne(exponent)) {
    product.under.push({ kind: 'power', base: value, exponent: { kind: 'number', value: exponent }, elementwise: false });
  } else if (joins === 'flat' && value.kind === 'product' && value.under.length === 0) {
    // 1/(2·(w·y)) is 1/(2·w·y)
    product.coef = Q.multiply(product.coef, Q.invert(value.coef));
    product.under.push(...value.over);
  } else {
    product.under.push(value);
  }
}

/** The quotient as a formula. */
export function quotientFormula(product: Quotient): Formula {
  const { coef, over, under } = product;
  const [only] = over;
  const plain: Formula = under.length > 0 || over.length > 1 || (only !== undefined && !Q.isOne(coef)) ? { kind: 'product', coef, over: bigLast(over), under } : (only ?? { kind: 'number', value: coef });
  return product.negative ? { kind: 'negative', operand: plain } : plain;
}

/** Nothing can follow the body of a big operator: move one to the end. */
function bigLast(over: readonly Formula[]): readonly Formula[] {
  const first = over.findIndex((f) => f.kind === 'big');
  if (first < 0 || first === over.length - 1) return over;
  return [...over.filter((f) => f.kind !== 'big'), ...over.filter((f) => f.kind === 'big')];
}
