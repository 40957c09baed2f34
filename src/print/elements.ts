/** Small readings that need no walk: constants, sizes, positions, operations applied to formulas. */
import { ops, rowOf, type OpName } from '../ops/table.ts';
import { readDim, shiftDim, type Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { AxisIndex, ConstValue, NodeId, Sub, ViewAttr } from '../ir/types.ts';
import { symbol, type Formula } from './formula.ts';

export type Indices = readonly Formula[];

export const ONE: Formula = { kind: 'number', value: Q.ONE };
export const ZERO: Formula = { kind: 'number', value: Q.ZERO };

/** Stands for a tensor that can only be written with indices. */
export const INDEXED: Formula = { kind: 'symbol', name: '' };

/** An index that the graph does not give: never in a checked graph. */
export const UNKNOWN = symbol('?');

export function select<T>(sub: Sub, at: readonly T[]): T[] {
  return sub.map((label) => at[label]).filter((index) => index !== undefined);
}

export function indexed(base: Formula, at: Indices): Formula {
  return at.length === 0 ? base : { kind: 'index', base, at };
}

export function constant(value: ConstValue): Formula {
  if (value.kind === 'named') return { kind: 'constant', name: value.name };
  if (value.kind === 'rational') return signed(value.value);
  if (Number.isNaN(value.value)) return { kind: 'constant', name: 'nan' };
  const infinite: Formula = { kind: 'constant', name: 'inf' };
  return value.value < 0 ? { kind: 'negative', operand: infinite } : infinite;
}

export function signed(value: Q.Rational): Formula {
  if (!Q.isNegative(value)) return { kind: 'number', value };
  return { kind: 'negative', operand: { kind: 'number', value: Q.negate(value) } };
}

/** `N-1` as a formula. */
export function dimFormula(dim: Dim): Formula {
  const { base, offset } = readDim(dim);
  if (base === undefined) return signed(Q.integer(offset));
  return shifted(symbol(base), offset);
}

/** base + offset; `i - 1 + 1` is `i`. */
export function shifted(base: Formula, offset: number): Formula {
  if (base.kind === 'number') return signed(Q.add(base.value, Q.integer(offset)));
  const inner = shiftOf(base);
  if (inner.offset !== 0) return shifted(inner.base, inner.offset + offset);
  if (offset === 0) return base;
  return { kind: 'sum', terms: [{ negative: false, value: base }, { negative: offset < 0, value: { kind: 'number', value: Q.integer(Math.abs(offset)) } }] };
}

/** size + offset - index: the position counted from the other end. */
export function mirrored(index: Formula, size: Dim, offset: number): Formula {
  if (index.kind === 'number' && Q.isInteger(index.value)) return dimFormula(shiftDim(size, offset - Number(index.value.num)));
  const shift = shiftOf(index);
  const from = dimFormula(shiftDim(size, offset - shift.offset));
  return { kind: 'sum', terms: [...(from.kind === 'sum' ? from.terms : [{ negative: false, value: from }]), { negative: true, value: shift.base }] };
}

/** `i - 1` taken apart. */
export function shiftOf(formula: Formula): { readonly base: Formula; readonly offset: number } {
  const [first, second] = formula.kind === 'sum' ? formula.terms : [];
  if (formula.kind !== 'sum' || formula.terms.length !== 2 || first === undefined || first.negative) return { base: formula, offset: 0 };
  if ((first.value.kind !== 'symbol' && first.value.kind !== 'index') || second?.value.kind !== 'number' || !Q.isInteger(second.value.value)) return { base: formula, offset: 0 };
  const size = Number(second.value.value.num);
  return { base: first.value, offset: second.negative ? -size : size };
}

/** Positions count from 1 in formulas and from 0 in the graph. */
export const minusOne = (index: Formula): Formula => shifted(index, -1);

/** Σ coef·(label - 1) + offset + 1, the 1-based position. */
export function affineIndex(axis: AxisIndex & { kind: 'affine' }, at: Indices): Formula {
  const { base, offset } = readDim(axis.offset);
  const places = axis.terms.map(({ label, coef }) => ({ coef, ...shiftOf(at[label] ?? UNKNOWN) }));
  const shift = offset + 1 + places.reduce((sum, p) => sum + p.coef * (p.offset - 1), 0);
  const [place] = places;
  if (place !== undefined && places.length === 1 && place.coef === 1 && base === undefined) return shifted(place.base, shift);
  const terms = places.map((p) => ({ negative: p.coef < 0, value: scaled(Math.abs(p.coef), p.base) }));
  if (base !== undefined) terms.push({ negative: false, value: symbol(base) });
  if (shift !== 0 || terms.length === 0) terms.push({ negative: shift < 0, value: { kind: 'number', value: Q.integer(Math.abs(shift)) } });
  const [only] = terms;
  return terms.length === 1 && only !== undefined && !only.negative ? only.value : { kind: 'sum', terms };
}

function scaled(coef: number, value: Formula): Formula {
  return coef === 1 ? value : { kind: 'product', coef: Q.integer(coef), over: [value], under: [] };
}

/** The positions inside the viewed tensor, where that is not plain. */
export function maskConditions(shape: readonly Dim[], attr: ViewAttr, indices: Indices): Formula | undefined {
  const conditions: Formula[] = [];
  indices.forEach((index, axis) => {
    const size = shape[axis] ?? '1';
    const inside: Formula = { kind: 'compare', op: 'le', left: index, right: dimFormula(size) };
    // a plain index begins where the axis does, and may run further
    if (!isPlain(attr.index[axis])) conditions.push({ kind: 'compare', op: 'le', left: ONE, right: index }, inside);
    else if (runsFurther(attr, axis, size)) conditions.push(inside);
  });
  const [first] = conditions;
  return conditions.length > 1 ? { kind: 'logic', op: 'and', operands: conditions } : first;
}

function isPlain(place: AxisIndex | undefined): boolean {
  if (place?.kind === 'gather') return place.sub.length === 0;
  return place?.terms.length === 1 && place.terms[0]?.coef === 1 && place.offset === '0';
}

function runsFurther({ index, shape }: ViewAttr, axis: number, size: Dim): boolean {
  const place = index[axis];
  const label = place?.kind === 'affine' ? place.terms[0]?.label : undefined;
  return label !== undefined && shape[label] !== size;
}

/** u^n with a negative number n: written as a quotient. */
export function isReciprocal(graph: Graph, id: NodeId): boolean {
  const exponent = graph.attr(graph.arg(id, 1));
  return exponent.kind === 'const' && exponent.value.kind === 'rational' && Q.isNegative(exponent.value.value);
}

export const isComparison = (op: OpName): boolean => COMPARISONS.has(op);
const COMPARISONS: ReadonlySet<OpName> = new Set<OpName>(['lt', 'le', 'gt', 'ge', 'eq', 'ne']);

/** `i - 1 <= j - 1` is `i <= j`. */
export function compared(op: OpName, left: Formula, right: Formula): Formula {
  const [x, y] = [shiftOf(left), shiftOf(right)];
  if (x.offset === 0 || y.offset === 0) return { kind: 'compare', op, left, right };
  return { kind: 'compare', op, left: x.base, right: shifted(y.base, y.offset - x.offset) };
}

/** Two positions, without what is added to both: `k + 1 >= 2` is `k >= 1`. */
export function comparedPositions(op: OpName, left: Formula, right: Formula): Formula {
  const offset = left.kind === 'number' ? shiftOf(right).offset : right.kind === 'number' || shiftOf(right).offset !== 0 ? shiftOf(left).offset : 0;
  return { kind: 'compare', op, left: shifted(left, -offset), right: shifted(right, -offset) };
}

/** An operation applied to formulas, with the signs that people use. */
export function applied(op: OpName, args: readonly Formula[]): Formula {
  const [a, b, c] = args;
  if (a !== undefined && b !== undefined && COMPARISONS.has(op)) return compared(op, a, b);
  if (op === 'and' || op === 'or') return { kind: 'logic', op, operands: args };
  if (op === 'not' && a !== undefined) return { kind: 'not', operand: a };
  if (op === 'where' && a !== undefined && b !== undefined && c !== undefined) return { kind: 'conditional', condition: a, whenTrue: b, whenFalse: c };
  if (op === 'pow' && a !== undefined && b !== undefined) return { kind: 'power', base: a, exponent: b, elementwise: false };
  if (op === 'exp' && a?.kind === 'number' && Q.isOne(a.value)) return { kind: 'constant', name: 'e' };
  return { kind: 'call', op, name: op, args };
}

/** Operations that rank as functions when factors are ordered. */
export const isFunction = (op: OpName): boolean => op !== 'pow' && op !== 'sqrt' && Object.hasOwn(ops, op) && rowOf(op).args.length > 0;

/** Numbers, sizes and positions: `k` stands before `a[k]*x^(k - 1)`, as any number would, and is written as shortly. */
export function isCount(graph: Graph, id: NodeId): boolean {
  const { kind } = graph.attr(id);
  if (kind === 'add') return [...graph.args(id)].every((arg) => COUNTING.has(graph.attr(arg).kind));
  return COUNTING.has(kind);
}
const COUNTING: ReadonlySet<string> = new Set(['const', 'dim', 'iota']);
