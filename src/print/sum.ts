/** Sums with differences, in the user's order or in the order people write: falling degree, constants last. */
import type { Visit } from '../ast/trampoline.ts';
import type { Dim } from '../ir/dim.ts';
import { displayPositions } from '../ir/display.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import type { AddAttr, NodeId, Sub } from '../ir/types.ts';
import type { Formula, SignedFormula } from './formula.ts';
import { INDEXED, select, shiftOf, shifted, type Indices } from './elements.ts';
import { emptyQuotient, multiplyInto, quotientFormula } from './factors.ts';
import type { Reader } from './reader.ts';

interface Term<T> {
  readonly coef: Rational;
  readonly id: NodeId;
  /** index formulas, or labels */
  readonly at: readonly T[];
}

type ReadOperand = (reader: Reader, id: NodeId, sub: Sub, shape: readonly Dim[]) => Visit<Formula>;

/** An element of a sum. */
export function* readSum(reader: Reader, id: NodeId, attr: AddAttr, at: Indices): Visit<Formula> {
  const terms: SignedFormula[] = [];
  for (const term of ordered(reader, id, flatten(reader, id, attr, at))) terms.push(signedTerm(term.coef, yield reader.element(term.id, term.at)));
  return sumFormula(reader, id, terms);
}

/** A whole tensor that is a sum. */
export function* readWholeSum(reader: Reader, id: NodeId, attr: AddAttr, operand: ReadOperand): Visit<Formula> {
  const terms: SignedFormula[] = [];
  let spread = false;
  for (const term of ordered(reader, id, flatten(reader, id, attr, attr.shape.map((_, label) => label)))) {
    const value = yield operand(reader, term.id, term.at, attr.shape);
    if (value === INDEXED) return INDEXED;
    spread ||= term.at.length === attr.shape.length;
    terms.push(signedTerm(term.coef, value));
  }
  return spread ? sumFormula(reader, id, terms) : INDEXED;
}

/** The number of a position plus an integer: `(i - 1) + 1` is `i`. */
function shiftedPosition(terms: readonly SignedFormula[]): Formula | undefined {
  const [first, second] = terms;
  if (terms.length !== 2 || first === undefined || second === undefined) return undefined;
  const [position, constant] = first.value.kind === 'number' ? [second, first] : [first, second];
  if (position.negative || shiftOf(position.value).offset === 0 || constant.value.kind !== 'number' || !Q.isInteger(constant.value.value)) return undefined;
  const size = Number(constant.value.value.num);
  return shifted(position.value, constant.negative ? -size : size);
}

function signedTerm(coef: Rational, value: Formula): SignedFormula {
  const product = emptyQuotient(coef);
  multiplyInto(product, value);
  const signed = quotientFormula(product);
  return signed.kind === 'negative' ? { negative: true, value: signed.operand } : { negative: false, value: signed };
}

function sumFormula(reader: Reader, id: NodeId, terms: SignedFormula[]): Formula {
  const position = shiftedPosition(terms);
  if (position !== undefined) return position;
  return { kind: 'sum', terms: reader.isTyped(id) ? terms : withPositiveLead(terms) };
}

/** The terms of a sum and of the sums that are its terms and nothing else's, by an explicit stack. */
function flatten<T>(reader: Reader, id: NodeId, attr: AddAttr, at: readonly T[]): Term<T>[] {
  const { graph, options } = reader;
  const terms: Term<T>[] = [];
  const stack: Term<T>[] = [];
  const open = (node: NodeId, sum: AddAttr, indices: readonly T[], coef: Rational): void => {
    for (const k of [...displayPositions(graph, node)].reverse()) {
      stack.push({ coef: Q.multiply(coef, sum.coefs[k] ?? Q.ONE), id: graph.arg(node, k), at: select(sum.subs[k] ?? [], indices) });
    }
  };
  open(id, attr, at, Q.ONE);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const inner = graph.attr(top.id);
    // a scaled sum keeps its brackets: nothing is multiplied out
    const plain = Q.isOne(top.coef);
    if (inner.kind === 'add' && plain && !options.names.has(top.id) && !options.shared.has(top.id)) open(top.id, inner, top.at, top.coef);
    else terms.push(top);
  }
  return terms;
}

/** Polynomials by falling degree; else plain terms, numbers, products with brackets, and in each what was typed first. */
function ordered<T>(reader: Reader, id: NodeId, terms: Term<T>[]): readonly Term<T>[] {
  if (reader.isTyped(id)) return terms;
  const { graph } = reader;
  const { order } = reader.options;
  const degrees = terms.map((t) => degree(graph, t.id));
  const polynomial = degrees.every((d) => d !== undefined);
  const rank = (k: number): number => {
    const term = terms[k];
    if (term === undefined) return 0;
    if (polynomial) return -(degrees[k] ?? 0);
    if (degrees[k] === CONSTANT) return 2;
    return hasBrackets(graph, term) ? 3 : order.isTyped(term.id) ? 0 : 1;
  };
  const ranks = terms.map((_, k) => rank(k));
  // a matrix before its transpose
  const turned = (k: number): number => (terms[k]?.at.some((label, n, at) => typeof label === 'number' && n > 0 && label < Number(at[n - 1])) === true ? 1 : 0);
  return terms.map((_, k) => k)
    .sort((x, y) => (ranks[x] ?? 0) - (ranks[y] ?? 0) || turned(x) - turned(y) || order.compare(terms[x]?.id ?? 0, terms[y]?.id ?? 0))
    .map((k) => terms[k]).filter((t) => t !== undefined);
}

const CONSTANT = -1;

const isUnit = (coef: Rational): boolean => Q.isOne(coef) || Q.equal(coef, Q.MINUS_ONE);

/** Total degree of a monomial in leaves, -1 for a number, undefined for anything else. */
function degree(graph: Graph, id: NodeId): number | undefined {
  const attr = graph.attr(id);
  if (attr.kind === 'const' || attr.kind === 'dim') return CONSTANT;
  if (attr.kind === 'leaf') return 1;
  if (attr.kind === 'map' && attr.op === 'pow' && graph.attr(graph.arg(id, 0)).kind === 'leaf') {
    const exponent = graph.attr(graph.arg(id, 1));
    return exponent.kind === 'const' && exponent.value.kind === 'rational' ? Q.toNumber(exponent.value.value) : undefined;
  }
  if (attr.kind !== 'ein' || attr.sums.length > 0) return undefined;
  let total = 0;
  for (const arg of graph.args(id)) {
    const inner = graph.attr(arg).kind === 'ein' ? undefined : degree(graph, arg);
    if (inner === undefined) return undefined;
    total += Math.max(inner, 0);
  }
  return total;
}

/** A product with a sum among its factors. */
function hasBrackets<T>(graph: Graph, { id, coef }: Term<T>): boolean {
  const attr = graph.attr(id);
  if (attr.kind === 'add') return !isUnit(coef);
  return attr.kind === 'ein' && attr.sums.length === 0 && attr.subs.length > 1 && [...graph.args(id)].some((arg) => graph.attr(arg).kind === 'add');
}

/** `a - b` rather than `-b + a`. */
function withPositiveLead(terms: SignedFormula[]): SignedFormula[] {
  const lead = terms.findIndex((t) => !t.negative);
  const first = terms[lead];
  if (lead <= 0 || first === undefined) return terms;
  return [first, ...terms.slice(0, lead), ...terms.slice(lead + 1)];
}
