/** Products as quotients of factors in reading order; see `Formula` kind `product`. */
import type { Visit } from '../ast/trampoline.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import type { EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import type { Formula } from './formula.ts';
import { isFunction, isReciprocal, select, type Indices } from './elements.ts';
import type { Reader } from './reader.ts';

interface Factor {
  readonly id: NodeId;
  readonly at: Indices;
  /** 1 for a factor that is not a power with a numeric exponent */
  readonly exponent: Rational;
}

/** An Ein, or a power with a negative exponent. */
export function* readProduct(reader: Reader, id: NodeId, attr: EinAttr | MapAttr, at: Indices): Visit<Formula> {
  if (attr.kind === 'map') return yield quotient(reader, id, Q.ONE, [powerFactor(reader.graph, id, at)]);
  const bound = reader.binders.bind(id, attr.sums);
  const { coef, factors } = flatten(reader, id, attr, [...at, ...bound.indices]);
  // 2·Σ a: the coefficient stands before the sum
  const body = yield quotient(reader, id, attr.sums.length > 0 ? Q.ONE : abs(coef), factors);
  const summed: Formula = attr.sums.length === 0 ? body : scaled(abs(coef), { kind: 'big', op: 'sum', binders: bound.binders, body });
  return Q.isNegative(coef) ? { kind: 'negative', operand: summed } : summed;
}

export const abs = (q: Rational): Rational => (Q.isNegative(q) ? Q.negate(q) : q);

export function scaled(coef: Rational, value: Formula): Formula {
  if (Q.isOne(coef)) return value;
  if (value.kind === 'product') return { ...value, coef: Q.multiply(coef, value.coef) };
  if (value.kind === 'number') return { kind: 'number', value: Q.multiply(coef, value.value) };
  return { kind: 'product', coef, over: [value], under: [] };
}

/** The factors of a product and of the sum-free products that are its factors, by an explicit stack. */
function flatten(reader: Reader, id: NodeId, attr: EinAttr, at: Indices): { coef: Rational; factors: Factor[] } {
  const { graph, options } = reader;
  let coef = attr.coef;
  const factors: Factor[] = [];
  const stack: { id: NodeId; at: Indices }[] = [];
  const open = (node: NodeId, product: EinAttr, indices: Indices): void => {
    for (const k of [...reader.displayPositions(node)].reverse()) stack.push({ id: graph.arg(node, k), at: select(product.subs[k] ?? [], indices) });
  };
  open(id, attr, at);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const inner = graph.attr(top.id);
    if (inner.kind === 'ein' && inner.sums.length === 0 && !options.names.has(top.id)) {
      coef = Q.multiply(coef, inner.coef);
      open(top.id, inner, top.at);
    } else {
      factors.push(powerFactor(graph, top.id, top.at, options.names));
    }
  }
  return { coef, factors };
}

function powerFactor(graph: Graph, id: NodeId, at: Indices, names?: ReadonlyMap<NodeId, string>): Factor {
  const attr = graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== 'pow' || names?.has(id) === true || !isReciprocal(graph, id)) return { id, at, exponent: Q.ONE };
  const exponent = graph.attr(graph.arg(id, 1));
  const value = exponent.kind === 'const' && exponent.value.kind === 'rational' ? exponent.value.value : Q.ONE;
  return { id: graph.arg(id, 0), at: select(attr.subs[0] ?? [], at), exponent: value };
}

function* quotient(reader: Reader, id: NodeId, coef: Rational, factors: readonly Factor[]): Visit<Formula> {
  const ordered = reader.isTyped(id) ? factors : inReadingOrder(reader, factors);
  const over: Formula[] = [];
  const under: Formula[] = [];
  let sign = 1;
  let total = coef;
  for (const factor of ordered) {
    let value = yield reader.element(factor.id, factor.at);
    if (value.kind === 'negative' && Q.isOne(factor.exponent)) {
      value = value.operand;
      sign = -sign;
    }
    if (!Q.isNegative(factor.exponent)) over.push(value);
    else if (value.kind === 'product' && value.under.length === 0 && Q.equal(factor.exponent, Q.MINUS_ONE)) {
      // 1/(2·(w·y)) is 1/(2·w·y)
      total = Q.multiply(total, Q.invert(value.coef));
      under.push(...value.over);
    } else under.push(Q.equal(factor.exponent, Q.MINUS_ONE) ? value : { kind: 'power', base: value, exponent: { kind: 'number', value: Q.negate(factor.exponent) }, elementwise: false });
  }
  const [only] = over;
  const product: Formula = under.length === 0 && over.length === 1 && only !== undefined ? scaled(total, only) : { kind: 'product', coef: total, over: bigLast(over), under };
  return sign < 0 ? { kind: 'negative', operand: product } : product;
}

/** Nothing can follow the body of a big operator: move one to the end. */
function bigLast(over: readonly Formula[]): readonly Formula[] {
  const first = over.findIndex((f) => f.kind === 'big');
  if (first < 0 || first === over.length - 1) return over;
  return [...over.filter((f) => f.kind !== 'big'), ...over.filter((f) => f.kind === 'big')];
}

/** Numbers, symbols, functions, sums, exponentials; then the order of first appearance. */
function inReadingOrder(reader: Reader, factors: readonly Factor[]): readonly Factor[] {
  const ranks = factors.map((f) => rank(reader, f.id));
  // exp(x)*(…) but x*(…)*exp(x): an exponential goes last where a symbol leads
  const lead = ranks.includes(RANK.symbol);
  const key = (k: number): number => (ranks[k] === RANK.exponential && !lead ? RANK.call : (ranks[k] ?? 0));
  return factors.map((_, k) => k).sort((x, y) => key(x) - key(y) || (factors[x]?.id ?? 0) - (factors[y]?.id ?? 0))
    .map((k) => factors[k]).filter((f) => f !== undefined);
}

const RANK = { number: 0, symbol: 1, call: 2, sum: 3, exponential: 4 } as const;

function rank(reader: Reader, id: NodeId): number {
  let at = id;
  for (;;) {
    if (reader.options.names.has(at)) return RANK.symbol;
    const attr = reader.graph.attr(at);
    if (attr.kind === 'const' || attr.kind === 'dim') return RANK.number;
    if (attr.kind === 'add') return RANK.sum;
    if (attr.kind !== 'map') return RANK.symbol;
    if (attr.op === 'exp') return RANK.exponential;
    if (isFunction(attr.op)) return RANK.call;
    at = reader.graph.arg(at, 0);
  }
}
