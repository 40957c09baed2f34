/**
 * `using low_rank`: symmetric second derivatives as diag(d) + Uᵀ diag(w) U, where each row of U is one factor over all
 * variables. A product with it costs what U has elements, and Woodbury's identity solves with a system of the rank.
 * What a sum over data makes of `X*w`, and products such as s·sᵀ, have this form as they stand: a term whose factors
 * read either rows or columns is split between the two.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { isDiagonal, placedForms, type Placed } from './placed.ts';

export interface Variable {
  readonly name: string;
  readonly shape: readonly Dim[];
}

/** One block of the matrix: rows and columns by name, row before or at its column in the order of the variables. */
export interface Block {
  readonly row: string;
  readonly column: string;
  readonly node: NodeId;
}

export interface LowRankForm {
  /** d, by variable */
  readonly diagonals: ReadonlyMap<string, NodeId>;
  readonly terms: readonly LowRankTerm[];
}

/** Factors over the same axes, those of the sum that the term was, or one axis of length 1. */
export interface LowRankTerm {
  readonly weights: NodeId;
  /** by variable: the axes of the weights, then its own; zero for variables left out */
  readonly factors: ReadonlyMap<string, NodeId>;
}

/** Undefined when some term of some block has no such form. */
export function lowRankForm(b: Builder, variables: readonly Variable[], blocks: readonly Block[]): LowRankForm | undefined {
  const own = variables.map((v) => ownTerms(b, v, blocks.find((block) => block.row === v.name && block.column === v.name)));
  if (!own.every((found) => found !== undefined)) return undefined;
  const groups = own.flatMap(({ splits }, k) => splits.map((split): Group => ({ ...split, factors: new Map([[variables[k]?.name ?? '', split.left]]) })));
  const joined = joinVariables(b, variables, blocks, groups);
  if (joined === undefined) return undefined;
  const terms = joined.map(({ weights, coef, factors }) => ({ weights: b.scale(coef, weights), factors }));
  const diagonals = new Map<string, NodeId>();
  for (const [k, v] of variables.entries()) {
    const block = blocks.find((candidate) => candidate.row === v.name && candidate.column === v.name);
    const diagonal = v.shape.length > 0 ? own[k]?.diagonal : remainder(b, v, block, terms);
    if (diagonal !== undefined) diagonals.set(v.name, diagonal);
  }
  const form = { diagonals, terms };
  return blocks.every((block) => !isScalarPair(variables, block) || isRebuilt(b, block, form)) ? form : undefined;
}

/** A block as the form says it is. */
export function rebuilt(b: Builder, form: LowRankForm, row: Variable, column: Variable): NodeId {
  const shape = [...row.shape, ...column.shape];
  const own = row.shape.map((_, k) => k);
  const other = column.shape.map((_, k) => row.shape.length + k);
  const products = form.terms.flatMap(({ weights, factors }) => {
    const [left, right] = [factors.get(row.name), factors.get(column.name)];
    if (left === undefined || right === undefined) return [];
    const sums = b.graph.shape(weights);
    const summed = sums.map((_, k) => shape.length + k);
    return [b.ein(Q.ONE, [{ id: weights, sub: summed }, { id: left, sub: [...summed, ...own] }, { id: right, sub: [...summed, ...other] }], shape, sums)];
  });
  const diagonal = row.name === column.name ? form.diagonals.get(row.name) : undefined;
  if (diagonal === undefined) return b.sum(products, shape);
  const deltas = row.shape.map((size, k): Operand => ({ id: b.delta(size), sub: [k, row.shape.length + k] }));
  return b.sum([...products, b.ein(Q.ONE, [{ id: diagonal, sub: own }, ...deltas], shape)], shape);
}

// ---- one term ------------------------------------------------------------------------------------------------

/** coef·Σ over the axes of the weights of weights·left·rightᵀ */
interface Split {
  readonly coef: Q.Rational;
  readonly weights: NodeId;
  readonly left: NodeId;
  readonly right: NodeId;
}

interface Group {
  readonly coef: Q.Rational;
  readonly weights: NodeId;
  readonly factors: ReadonlyMap<string, NodeId>;
}

/** The diagonal of a variable's own block and its other terms, whose factors on both sides are the same. */
function ownTerms(b: Builder, v: Variable, block: Block | undefined): { readonly diagonal: NodeId; readonly splits: readonly Split[] } | undefined {
  const zero = b.zero(v.shape);
  if (block === undefined || v.shape.length === 0) return { diagonal: zero, splits: [] };
  const placed = termsOf(b, block.node);
  const onDiagonal = placed.filter(isDiagonal);
  const others = placed.filter((term) => !isDiagonal(term));
  // the normal form may have taken a factor out of terms that are each other's transposes
  const squares = squaresOf(b, others, v) ?? squaresOf(b, others.flatMap((term) => distributed(b, term)), v);
  if (squares === undefined) return undefined;
  const diagonal = onDiagonal.map(({ value, index, gathers, masked }) => b.scat(value, { index: index.slice(0, v.shape.length), gathers, masked, shape: v.shape }));
  return { diagonal: b.sum([zero, ...diagonal], v.shape), splits: squares };
}

function squaresOf(b: Builder, terms: readonly Placed[], v: Variable): readonly Split[] | undefined {
  const splits = terms.map((term) => splitTerm(b, term, v, v));
  return splits.every((s) => s !== undefined) ? asSquares(b, splits) : undefined;
}

/** A product with a sum among its factors as a term for each summand. */
function distributed(b: Builder, term: Placed): readonly Placed[] {
  const attr = b.graph.attr(term.value);
  if (attr.kind !== 'ein') return [term];
  const operands = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(term.value, k), sub }));
  const at = operands.findIndex(({ id, sub }) => sub.length > 0 && b.graph.attr(id).kind === 'add');
  const factor = operands[at];
  const sum = factor === undefined ? undefined : b.graph.attr(factor.id);
  if (factor === undefined || sum?.kind !== 'add') return [term];
  return sum.subs.map((inner, k) => {
    const summand: Operand = { id: b.graph.arg(factor.id, k), sub: compose(inner, factor.sub) };
    return { ...term, value: b.ein(Q.multiply(attr.coef, sum.coefs[k] ?? Q.ONE), operands.with(at, summand), attr.shape, attr.sums) };
  });
}

/** Terms with one factor on both sides: u·vᵀ + v·uᵀ is ½·(u + v)·(u + v)ᵀ − ½·(u − v)·(u − v)ᵀ. */
function asSquares(b: Builder, splits: readonly Split[]): readonly Split[] | undefined {
  const squares = splits.filter((s) => s.left === s.right);
  const mixed = splits.filter((s) => s.left !== s.right);
  for (let first = mixed.pop(); first !== undefined; first = mixed.pop()) {
    const { coef, weights, left, right } = first;
    const at = mixed.findIndex((s) => s.weights === weights && s.left === right && s.right === left && Q.equal(s.coef, coef));
    if (at < 0) return undefined;
    mixed.splice(at, 1);
    const half = Q.multiply(Q.HALF, coef);
    const [sum, difference] = [b.sum([left, right], b.graph.shape(left)), b.subtract(left, right)];
    squares.push({ coef: half, weights, left: sum, right: sum }, { coef: Q.negate(half), weights, left: difference, right: difference });
  }
  return squares;
}

/** Placed terms, sums among them one by one. */
function termsOf(b: Builder, node: NodeId): readonly Placed[] {
  return (placedForms(b, [node])[0] ?? []).flatMap((term): readonly Placed[] => {
    const attr = b.graph.attr(term.value);
    if (attr.kind !== 'add') return [term];
    return attr.subs.map((sub, k) => ({ ...term, value: b.ein(attr.coefs[k] ?? Q.ONE, [{ id: b.graph.arg(term.value, k), sub }], attr.shape) }));
  });
}

const labelsIn = (axes: readonly AxisIndex[]): ReadonlySet<number> =>
  new Set(axes.flatMap((axis) => (axis.kind === 'gather' ? axis.sub : axis.terms.map((t) => t.label))));

/**
 * Labels of rows and columns alike, as the a of δ_ab in I ⊗ XᵀX, are axes of the weights too: each of their positions has factors
 * of its own. Nothing must be left of neither rows nor columns, though: a band split like this would be full factors.
 */
function splitTerm(b: Builder, term: Placed, row: Variable, column: Variable): Split | undefined {
  const rowAxes = term.index.slice(0, row.shape.length);
  const columnAxes = term.index.slice(row.shape.length);
  const common = [...labelsIn(rowAxes)].filter((l) => labelsIn(columnAxes).has(l));
  const own = (axes: readonly AxisIndex[]): ReadonlySet<number> => new Set([...labelsIn(axes)].filter((l) => !common.includes(l)));
  const [rowLabels, columnLabels] = [own(rowAxes), own(columnAxes)];
  if (term.masked || (common.length > 0 && (rowLabels.size === 0 || columnLabels.size === 0))) return undefined;
  const touches = ({ sub }: Operand, labels: ReadonlySet<number>): boolean => sub.some((l) => labels.has(l));
  const mixed = (o: Operand): boolean => touches(o, rowLabels) && touches(o, columnLabels);
  const product = productOf(b, term.value, (factor) => mixed(factor) || factor.id === term.value);
  if (product.operands.some(mixed)) return undefined;
  const left = product.operands.filter((o) => touches(o, rowLabels));
  const right = product.operands.filter((o) => touches(o, columnLabels));
  const middle = product.operands.filter((o) => !left.includes(o) && !right.includes(o));
  const space = b.graph.shape(term.value);
  const sums = product.sums.map((_, k) => space.length + k);
  const users = (label: number): number => [left, right, middle].filter((part) => part.some((o) => o.sub.includes(label))).length;
  const scene: Scene = { b, sizes: [...space, ...product.sums], shared: [...sums.filter((l) => users(l) > 1), ...common], gathers: term.gathers };
  return { coef: product.coef, weights: partOf(scene, middle, undefined), left: partOf(scene, left, { axes: rowAxes, shape: row.shape }), right: partOf(scene, right, { axes: columnAxes, shape: column.shape }) };
}

interface Scene {
  readonly b: Builder;
  readonly sizes: readonly Dim[];
  /** labels of the sum that more than one part reads: the rank */
  readonly shared: readonly number[];
  readonly gathers: readonly NodeId[];
}

/** The product of some factors over the shared labels and the axes of a variable; what no other part reads is summed here. */
function partOf({ b, sizes, shared, gathers }: Scene, operands: readonly Operand[], place: { readonly axes: readonly AxisIndex[]; readonly shape: readonly Dim[] } | undefined): NodeId {
  const placed = place === undefined ? [] : [...labelsIn(place.axes)].filter((l) => !shared.includes(l)).sort((p, q) => p - q);
  const sums = [...new Set(operands.flatMap((o) => o.sub))].filter((l) => !shared.includes(l) && !placed.includes(l));
  // a product without a sum has rank 1: an axis of its own
  const rank = shared.length === 0 ? ['1'] : shared.map((l) => sizes[l] ?? '1');
  const at = (label: number): number => {
    const [s, p] = [shared.indexOf(label), placed.indexOf(label)];
    return s >= 0 ? s : p >= 0 ? rank.length + p : rank.length + placed.length + sums.indexOf(label);
  };
  const made = b.ein(Q.ONE, operands.map((o) => ({ id: o.id, sub: o.sub.map(at) })), [...rank, ...placed.map((l) => sizes[l] ?? '1')], sums.map((l) => sizes[l] ?? '1'));
  if (place === undefined) return made;
  const own = rank.map((_, k): AxisIndex => ({ kind: 'affine', terms: [{ label: k, coef: 1 }], offset: '0' }));
  const axes = place.axes.map((axis): AxisIndex => (axis.kind === 'gather' ? { ...axis, sub: axis.sub.map(at) } : { ...axis, terms: axis.terms.map((t) => ({ ...t, label: at(t.label) })) }));
  return b.scat(made, { index: [...own, ...axes], gathers, masked: false, shape: [...rank, ...place.shape] });
}

interface Product {
  readonly coef: Q.Rational;
  readonly operands: readonly Operand[];
  /** sizes of the labels behind those of the tensor */
  readonly sums: readonly Dim[];
}

/**
 * A tensor as a product: factors that are products are opened, so that blocks which share parts of them look the same, and
 * those with sums where `hidesSum` says that the sum stands in the way.
 */
function productOf(b: Builder, value: NodeId, hidesSum: (factor: Operand) => boolean): Product {
  const rank = b.graph.shape(value).length;
  const operands: Operand[] = [];
  const sums: Dim[] = [];
  const pending = [b.whole(value)];
  let coef = Q.ONE;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { id, sub } = next;
    const attr = b.graph.attr(id);
    if (attr.kind !== 'ein' || (attr.sums.length > 0 && !hidesSum(next))) {
      operands.push(next);
      continue;
    }
    const labels = [...sub, ...attr.sums.map((_, k) => rank + sums.length + k)];
    sums.push(...attr.sums);
    coef = Q.multiply(coef, attr.coef);
    pending.push(...attr.subs.map((inner, k): Operand => ({ id: b.graph.arg(id, k), sub: compose(inner, labels) })).reverse());
  }
  return { coef, operands, sums };
}

// ---- several variables -------------------------------------------------------------------------------------------

/** Groups of different variables that mixed blocks say are one: they share their weights. */
function joinVariables(b: Builder, variables: readonly Variable[], blocks: readonly Block[], groups: readonly Group[]): readonly Group[] | undefined {
  let joined = groups;
  const place = (name: string): number => variables.findIndex((v) => v.name === name);
  for (const block of blocks) {
    const [row, column] = [variables[place(block.row)], variables[place(block.column)]];
    if (row === undefined || column === undefined || row === column || isScalarPair(variables, block)) continue;
    const splits = termsOf(b, block.node).map((term) => splitTerm(b, term, row, column));
    const before = new Set(joined.filter((g) => g.factors.has(row.name) && g.factors.has(column.name)));
    for (const split of splits) {
      const next = split === undefined ? undefined : withMixed(b, joined, split, [row, column]);
      if (next === undefined) return undefined;
      joined = next.groups;
      before.delete(next.used);
    }
    // a group of both variables must be in their mixed block too
    if (before.size > 0) return undefined;
  }
  return joined;
}

/** The groups with one term of a mixed block taken in. */
function withMixed(b: Builder, groups: readonly Group[], split: Split, [row, column]: readonly [Variable, Variable]): { readonly groups: readonly Group[]; readonly used: Group } | undefined {
  const holds = (g: Group, v: Variable, factor: NodeId): boolean => g.weights === split.weights && g.factors.get(v.name) === factor;
  const both = groups.find((g) => holds(g, row, split.left) && g.factors.has(column.name));
  if (both !== undefined) return sameScaled(b, both, split, column) ? { groups, used: both } : undefined;
  // the side that has a group of its own leads
  const [from, to, source, target] = row.shape.length > 0 ? [row, column, split.left, split.right] as const : [column, row, split.right, split.left] as const;
  const first = groups.find((g) => holds(g, from, source));
  if (first === undefined) return undefined;
  const ratio = Q.multiply(split.coef, Q.invert(first.coef));
  const second = groups.find((g) => g !== first && !g.factors.has(from.name) && holds(g, to, target) && Q.equal(g.coef, Q.multiply(Q.multiply(ratio, ratio), first.coef)));
  if (second === undefined && to.shape.length > 0) return undefined;
  const merged: Group = { ...first, factors: new Map([...first.factors, [to.name, b.scale(ratio, target)]]) };
  return { groups: groups.flatMap((g) => (g === first ? [merged] : g === second ? [] : [g])), used: merged };
}

const sameScaled = (b: Builder, group: Group, split: Split, column: Variable): boolean =>
  group.factors.get(column.name) === b.scale(Q.multiply(split.coef, Q.invert(group.coef)), split.right);

const isScalarPair = (variables: readonly Variable[], { row, column }: Block): boolean =>
  row !== column && [row, column].every((name) => variables.find((v) => v.name === name)?.shape.length === 0);

/** Of a number: what the terms leave of its second derivative. */
function remainder(b: Builder, v: Variable, block: Block | undefined, terms: readonly LowRankTerm[]): NodeId {
  const [whole, products] = [block?.node ?? b.zero([]), rebuilt(b, { diagonals: new Map(), terms }, v, v)];
  return isSame(b, whole, products) ? b.zero([]) : b.subtract(whole, products);
}

/** Of two numbers nothing can be left: there is no diagonal between them. */
function isRebuilt(b: Builder, block: Block, form: LowRankForm): boolean {
  return isSame(b, block.node, rebuilt(b, form, { name: block.row, shape: [] }, { name: block.column, shape: [] }));
}

/** Whether two numbers are equal once their products are opened. */
const isSame = (b: Builder, x: NodeId, y: NodeId): boolean =>
  b.isZero(b.add([...openedTerms(b, x, Q.ONE), ...openedTerms(b, y, Q.MINUS_ONE)], []));

function openedTerms(b: Builder, id: NodeId, factor: Q.Rational): Term[] {
  const attr = b.graph.attr(id);
  const terms = attr.kind === 'add' ? attr.subs.map((_, k) => ({ id: b.graph.arg(id, k), coef: attr.coefs[k] ?? Q.ONE })) : [{ id, coef: Q.ONE }];
  return terms.map((term) => {
    const { coef, operands, sums } = productOf(b, term.id, () => true);
    return { coef: Q.multiply(factor, Q.multiply(term.coef, coef)), id: b.ein(Q.ONE, operands, [], sums), sub: [] };
  });
}
