/**
 * Contractions in the notation of matrices. Matrices are edges between labels, vectors are marks on labels;
 * summed labels are eliminated one by one (`A*x`, `A*diag(d)*B`, `u'*v`) until only output labels are left.
 */
import type { Visit } from '../ast/trampoline.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import { dimFormula, INDEXED } from './elements.ts';
import { divideInto, emptyQuotient, flatten, inReadingOrder, multiplyInto, quotientFormula, type Factor, type Quotient } from './factors.ts';
import { symbol, type Formula, type SignedFormula } from './formula.ts';
import type { Reader } from './reader.ts';

/** A matrix, as a product of matrices, from its row label to its column label. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly chain: readonly Formula[];
}

class Diagram {
  readonly scalars: Quotient;
  readonly sizes: readonly Dim[];
  readonly rank: number;
  edges: Edge[] = [];
  readonly marks = new Map<number, Formula[]>();

  constructor(scalars: Quotient, sizes: readonly Dim[], rank: number) {
    this.scalars = scalars;
    this.sizes = sizes;
    this.rank = rank;
  }

  mark(label: number, vector: Formula): void {
    const present = this.marks.get(label);
    if (present === undefined) this.marks.set(label, [vector]);
    else present.push(vector);
  }

  /** Two matrices over the same labels are one, elementwise. */
  connect(edge: Edge): void {
    const parallel = this.edges.findIndex((e) => (e.from === edge.from && e.to === edge.to) || (e.from === edge.to && e.to === edge.from));
    const other = this.edges[parallel];
    if (other === undefined) {
      this.edges.push(edge);
      return;
    }
    const second = edge.from === other.from ? edge : reversed(edge);
    this.edges[parallel] = { from: other.from, to: other.to, chain: [elementwise([matrixProduct(other.chain), matrixProduct(second.chain)])] };
  }
}

/** The closed form of a contraction, or of its transpose; `INDEXED` when it has none. */
export function* readContraction(reader: Reader, id: NodeId, attr: EinAttr, axes: 'as is' | 'transposed' = 'as is'): Visit<Formula> {
  const rank = attr.shape.length;
  const shape = axes === 'transposed' ? attr.shape.toReversed() : attr.shape;
  const sizes = [...shape, ...attr.sums];
  const labels = sizes.map((_, label) => (axes === 'transposed' && label < rank ? rank - 1 - label : label));
  const { coef, factors } = flatten(reader, id, attr, labels);
  const ordered = reader.isTyped(id) ? factors : inReadingOrder(reader, factors);
  if (axes === 'as is' && rank > 0 && factors.length > 0 && factors.every((f) => f.at.length === 0 || isPlain(f.at, rank))) return yield readElementwise(reader, coef, ordered, attr.shape);
  if (rank > 2) return INDEXED;
  const diagram = new Diagram(emptyQuotient(coef), sizes, rank);
  for (const factor of ordered) {
    if (factor.at.length > 2) return INDEXED;
    const value = factor.at.length === 0 ? yield reader.element(factor.id, []) : yield reader.whole(factor.id);
    if (value === INDEXED) return INDEXED;
    place(diagram, factor, value, reader.isTyped(id));
  }
  return eliminate(diagram) === 'closed' ? assembled(diagram) : INDEXED;
}

const isPlain = (at: readonly number[], rank: number): boolean => at.length === rank && at.every((label, k) => label === k);

function place(diagram: Diagram, factor: Factor<number>, value: Formula, typed: boolean): void {
  const [row = 0, column = 0] = factor.at;
  if (factor.at.length === 0) {
    if (Q.isNegative(factor.exponent)) divideInto(diagram.scalars, value, Q.negate(factor.exponent));
    else multiplyByNumber(diagram.scalars, value, diagram.rank);
    return;
  }
  const tensor = Q.isNegative(factor.exponent) ? elementwise([], [powered(value, Q.negate(factor.exponent))]) : value;
  // A*(B*C) is A*B*C, unless the user wrote the brackets
  const joins = !typed && tensor.kind === 'product' && tensor.chain === true;
  if (factor.at.length === 1) diagram.mark(row, tensor);
  else if (row === column) diagram.mark(row, { ...call('diag', tensor), rank: 1 });
  else diagram.connect({ from: row, to: column, chain: joins ? tensor.over : [tensor] });
}

/** All factors have the axes of the result. */
function* readElementwise(reader: Reader, coef: Q.Rational, factors: readonly Factor<number>[], shape: readonly Dim[]): Visit<Formula> {
  const rank = shape.length;
  const scalars = emptyQuotient(coef);
  const over: Formula[] = [];
  const under: Formula[] = [];
  for (const factor of factors) {
    const value = factor.at.length < rank ? yield reader.element(factor.id, []) : yield reader.whole(factor.id);
    if (value === INDEXED) return INDEXED;
    if (factor.at.length < rank) {
      if (Q.isNegative(factor.exponent)) divideInto(scalars, value, Q.negate(factor.exponent));
      else multiplyByNumber(scalars, value, rank);
    } else if (Q.isNegative(factor.exponent)) under.push(powered(value, Q.negate(factor.exponent)));
    else over.push(value);
  }
  // one number in every place
  if (over.length + under.length === 0) over.push(call('ones', ...shape.map(dimFormula)));
  const numerator = over.length === 0 ? numeratorOf(scalars) : undefined;
  if (numerator !== undefined) return signed(scalars, elementwise([numerator], under));
  multiplyInto(scalars, elementwise(over, under));
  return quotientFormula(scalars);
}

/** `2 ./ x` rather than 2*(1 ./ x): what stands over the line, where nothing scalar stands below it. */
function numeratorOf({ coef, over, under }: Quotient): Formula | undefined {
  return under.length === 0 && Q.isInteger(coef) ? quotientFormula({ negative: false, coef, over, under }) : undefined;
}

const signed = ({ negative }: Quotient, operand: Formula): Formula => (negative ? { kind: 'negative', operand } : operand);

/** (x'*A*x)*y: a number that is made of vectors stands apart from the tensor it multiplies. */
function multiplyByNumber(into: Quotient, value: Formula, rank: number): void {
  if (rank > 0 && value.kind === 'product' && value.over.some((f) => f.kind === 'transpose')) into.over.push({ ...value, apart: true });
  else multiplyInto(into, value);
}

/** Removes the summed labels, those with the fewest matrices first. */
function eliminate(diagram: Diagram): 'closed' | 'stuck' {
  const remaining = new Set(diagram.sizes.map((_, label) => label).filter((label) => label >= diagram.rank));
  while (remaining.size > 0) {
    let best = -1;
    let fewest = 3;
    for (const label of remaining) {
      const degree = diagram.edges.filter((e) => e.from === label || e.to === label).length;
      if (degree < fewest) [best, fewest] = [label, degree];
    }
    if (best < 0) return 'stuck';
    remaining.delete(best);
    removeLabel(diagram, best);
  }
  return 'closed';
}

function removeLabel(diagram: Diagram, label: number): void {
  const touching = diagram.edges.filter((e) => e.from === label || e.to === label);
  diagram.edges = diagram.edges.filter((e) => !touching.includes(e));
  const marks = diagram.marks.get(label) ?? [];
  diagram.marks.delete(label);
  const [first, second] = touching;
  if (first === undefined) {
    multiplyByNumber(diagram.scalars, summed(marks, diagram.sizes[label] ?? '1'), diagram.rank);
  } else if (second === undefined) {
    const towards = first.to === label ? first : reversed(first);
    diagram.mark(towards.from, marks.length > 0 ? matrixProduct([...towards.chain, elementwise(marks)]) : { ...call('sum', matrixProduct(first.chain)), axis: first.to === label ? 2 : 1 });
  } else {
    const into = first.to === label ? first : reversed(first);
    const out = second.from === label ? second : reversed(second);
    const diagonal = marks.length > 0 ? [call('diag', elementwise(marks))] : [];
    diagram.connect({ from: into.from, to: out.to, chain: [...into.chain, ...diagonal, ...out.chain] });
  }
}

/** Σ of the elementwise product of vectors. */
function summed(marks: readonly Formula[], size: Dim): Formula {
  const [u, v] = marks;
  if (u === undefined) return symbol(size);
  if (v === undefined) {
    const squared = squaredName(u);
    if (squared !== undefined) return matrixProduct([transposed(squared), squared]);
    return u.kind === 'call' && u.rank === 1 && u.args[0] !== undefined ? call('tr', u.args[0]) : totalOf(u);
  }
  if (marks.length > 2 || u.kind === 'elementwise' || v.kind === 'elementwise') return call('sum', elementwise(marks));
  // x'*(A*y) is x'*A*y
  const [left, right] = u.kind === 'product' ? [v, u] : [u, v];
  if (right.kind !== 'product' || right.under.length > 0 || !Q.isOne(right.coef)) return matrixProduct([transposed(left), right]);
  const forward = [transposed(left), ...right.over];
  const backward = forward.map(transposed).reverse();
  return matrixProduct(transposes(backward) < transposes(forward) ? backward : forward);
}

const SQUARE = Q.rational(2n, 1n);

/** x of x.^2: x'*x is what people write, and shorter. sum((A*x - b).^2) names its vector once; a capital is read as a matrix. */
function squaredName(vector: Formula): Formula | undefined {
  const isSquare = vector.kind === 'power' && vector.elementwise && vector.exponent.kind === 'number' && Q.equal(vector.exponent.value, SQUARE);
  return isSquare && vector.base.kind === 'symbol' && !/^\p{Lu}/u.test(vector.base.name) ? vector.base : undefined;
}

const transposes = (chain: readonly Formula[]): number => chain.filter((f) => f.kind === 'transpose').length;

/** sum(sum(M, axis = 2)) is sum(M) */
function totalOf(vector: Formula): Formula {
  return vector.kind === 'call' && vector.name === 'sum' && vector.axis !== undefined && vector.args[0] !== undefined ? call('sum', vector.args[0]) : call('sum', vector);
}

function assembled(diagram: Diagram): Formula {
  const { scalars, sizes, rank } = diagram;
  const vector = (label: number): Formula => {
    const marks = diagram.marks.get(label);
    return marks === undefined ? call('ones', symbol(sizes[label] ?? '1')) : elementwise(marks);
  };
  if (rank === 1) multiplyInto(scalars, vector(0));
  if (rank === 2) {
    const [edge] = diagram.edges;
    if (edge === undefined) {
      multiplyInto(scalars, matrixProduct([vector(0), transposed(vector(1))]));
    } else {
      const chain = edge.from === 0 ? edge.chain : reversed(edge).chain;
      const left = diagram.marks.has(0) ? [call('diag', vector(0))] : [];
      const right = diagram.marks.has(1) ? [call('diag', vector(1))] : [];
      const whole = [...left, ...chain, ...right];
      const product = matrixProduct(whole.length > 1 ? whole.filter((f) => !isIdentity(f)) : whole);
      if (isEmpty(scalars)) return product;
      multiplyInto(scalars, product);
    }
  }
  return quotientFormula(scalars);
}

const isEmpty = (q: Quotient): boolean => !q.negative && Q.isOne(q.coef) && q.over.length === 0 && q.under.length === 0;

const isIdentity = (f: Formula): boolean => f.kind === 'call' && f.name === 'eye';

export function call(name: string, ...args: readonly Formula[]): Formula & { kind: 'call' } {
  return { kind: 'call', op: undefined, name, args };
}

function reversed(edge: Edge): Edge {
  return { from: edge.to, to: edge.from, chain: edge.chain.map(transposed).reverse() };
}

/** M' with M'' = M and (A*B)' = B'*A'; symmetric and diagonal matrices are their own transpose. */
export function transposed(matrix: Formula): Formula {
  if (matrix.kind === 'transpose') return matrix.operand;
  if (matrix.kind === 'product' && matrix.chain === true) return matrixProduct(matrix.over.map(transposed).reverse());
  if ((matrix.kind === 'symbol' || matrix.kind === 'call') && matrix.symmetric === true) return matrix;
  if (matrix.kind === 'sum' && isOwnTranspose(matrix.terms)) return matrix;
  if (matrix.kind === 'call' && matrix.rank !== 1 && (matrix.name === 'diag' || matrix.name === 'eye')) return matrix;
  return { kind: 'transpose', operand: matrix };
}

/** A + A': terms that the transpose exchanges. */
function isOwnTranspose(terms: readonly SignedFormula[]): boolean {
  const [first, second] = terms;
  return terms.length === 2 && first !== undefined && second !== undefined && first.negative === second.negative
    && (isTransposeOf(first.value, second.value) || isTransposeOf(second.value, first.value));
}

const isTransposeOf = (matrix: Formula, other: Formula): boolean =>
  matrix.kind === 'transpose' && matrix.operand.kind === 'symbol' && other.kind === 'symbol' && matrix.operand.name === other.name;

export function matrixProduct(chain: readonly Formula[]): Formula {
  const [only] = chain;
  if (chain.length === 1 && only !== undefined) return only;
  const product = emptyQuotient(Q.ONE);
  chain.forEach((factor, k) => {
    // a quotient in the middle keeps its brackets; a product at the left end joins
    if (k === 0 || factor.kind !== 'product') multiplyInto(product, factor);
    else product.over.push(factor);
  });
  const formula = quotientFormula(product);
  return formula.kind === 'product' && Q.isOne(formula.coef) && formula.under.length === 0 ? { ...formula, chain: true } : formula;
}

function powered(base: Formula, exponent: Q.Rational): Formula {
  return Q.isOne(exponent) ? base : { kind: 'power', base, exponent: { kind: 'number', value: exponent }, elementwise: true };
}

/** over[0] .* … ./ under[0] … */
export function elementwise(over: readonly Formula[], under: readonly Formula[] = []): Formula {
  const [only] = over;
  if (over.length === 1 && under.length === 0 && only !== undefined) return only;
  const factors: Formula[] = [];
  const divisors: Formula[] = [...under];
  for (const factor of over) {
    if (factor.kind === 'elementwise') {
      factors.push(...factor.factors);
      divisors.push(...factor.under);
    } else factors.push(factor);
  }
  return { kind: 'elementwise', factors, under: divisors };
}
