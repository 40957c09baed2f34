/** Normal form of products and contractions; see `EinAttr`. */
import type { Builder, Operand } from './build.ts';
import { constantDim, type Dim } from './dim.ts';
import type { Graph } from './graph.ts';
import { contractScattered } from './normal-scatter.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { compose } from './sub.ts';
import { exchangedLabel, isSquare, splitSub, symmetricInOrder } from './symmetry.ts';
import * as T from './traits.ts';
import type { EinAttr, NodeId, Sub } from './types.ts';

interface Product {
  coef: Rational;
  factors: Operand[];
  /** sizes of all labels: output axes, summed labels, and those of contractions taken in */
  readonly sizes: Dim[];
}

export function einOf(b: Builder, coef: Rational, factors: readonly Operand[], shape: readonly Dim[], sums: readonly Dim[]): NodeId {
  const rank = shape.length;
  if (rank === 0 && sums.length === 0) {
    const [x, y] = factors;
    const short = factors.length > 2 || x === undefined ? undefined : y === undefined ? multipleOfOne(b, coef, x.id) : productOfTwo(b, coef, x.id, y.id);
    if (short !== undefined) return short;
    if (factors.length > 2 && isPlain(b, factors)) return finishScalar(b, coef, factors);
  }
  const product = absorb(b, coef, factors, [...shape, ...sums]);
  if (Q.isZero(product.coef)) return constantTensor(b, Q.ZERO, shape);
  const eliminated = contractDeltas(b, product, rank);
  if (contractScattered(b, product.factors, product.sizes, rank, eliminated)) absorbAgain(b, product);
  // the sizes of folded sums are factors too, and may be powers of one another
  foldUnusedSums(b, product, rank, eliminated);
  mergePowers(b, product);
  return finish(b, product, shape);
}

/** Scalars that nothing can be taken out of, all different, no powers of each other: what most products of a large graph are. */
function isPlain(b: Builder, factors: readonly Operand[]): boolean {
  if (factors.length > MOST_COMPARED) return false;
  for (let k = 0; k < factors.length; k++) {
    const id = factors[k]?.id ?? -1;
    const traits = b.graph.traits(id);
    if ((traits & T.SCALAR) === 0 || (traits & (T.CONSTANT | T.SCALED | T.CONTRACTION | T.POWER)) !== 0) return false;
    for (let before = 0; before < k; before++) if (factors[before]?.id === id) return false;
  }
  return true;
}

/**
 * coef·x·y of scalars that do not merge, without the bookkeeping: what most products of a large graph are. Undefined
 * when they are not.
 */
export function productOfTwo(b: Builder, coef: Rational, x: NodeId, y: NodeId): NodeId | undefined {
  const { graph } = b;
  const [s, t] = [graph.traits(x), graph.traits(y)];
  if ((s & t & T.SCALAR) === 0 || ((s | t) & T.CONTRACTION) !== 0 || Q.isZero(coef)) return undefined;
  if (((s | t) & (T.CONSTANT | T.SCALED)) !== 0) return productOfMultiples(b, coef, x, y);
  const base = (s & T.POWER) === 0 ? x : graph.arg(x, 0);
  if (base === ((t & T.POWER) === 0 ? y : graph.arg(y, 0))) return undefined;
  if (x < y) return graph.internTwo(scalarAttr(b, coef, 2), x, y);
  return exchanged(graph, scalarAttr(b, coef, 2), x, y);
}

/** The same of numbers and of multiples, whose coefficients join the one outside. */
function productOfMultiples(b: Builder, coef: Rational, x: NodeId, y: NodeId): NodeId | undefined {
  const [p, q] = [multipleOf(b, x), multipleOf(b, y)];
  const c = Q.multiply(coef, Q.multiply(p.coef, q.coef));
  if (p.of === undefined || q.of === undefined) return scaledScalar(b, c, p.of ?? q.of);
  return productOfTwo(b, c, p.of, q.of);
}

/** A scalar as a coefficient and what it multiplies; nothing for a number. Contractions stay as they are. */
export function multipleOf(b: Builder, id: NodeId): { readonly coef: Rational; readonly of: NodeId | undefined } {
  const traits = b.graph.traits(id);
  if ((traits & (T.CONSTANT | T.SCALED)) === 0 || (traits & T.CONTRACTION) !== 0) return { coef: Q.ONE, of: id };
  const attr = b.graph.attr(id);
  if (attr.kind !== 'ein') return { coef: b.constantOf(id) ?? Q.ONE, of: undefined };
  return { coef: attr.coef, of: attr.subs.length === 1 ? b.graph.arg(id, 0) : withCoef(b, id, attr, Q.ONE) };
}

function scaledScalar(b: Builder, coef: Rational, of: NodeId | undefined): NodeId {
  if (of === undefined || Q.isZero(coef)) return b.rational(coef);
  return Q.isOne(coef) ? of : b.graph.internOne(scalarAttr(b, coef, 1), of);
}

/** A multiple of a scalar; undefined for contractions, of which the diagonal may be read. */
function multipleOfOne(b: Builder, coef: Rational, x: NodeId): NodeId | undefined {
  const traits = b.graph.traits(x);
  if ((traits & T.SCALAR) === 0 || (traits & T.CONTRACTION) !== 0) return undefined;
  const { coef: inner, of } = multipleOf(b, x);
  return scaledScalar(b, Q.multiply(coef, inner), of);
}

/** Longer lists are merged through a map. */
const MOST_COMPARED = 8;

function constantTensor(b: Builder, c: Rational, shape: readonly Dim[]): NodeId {
  if (shape.length === 0) return b.rational(c);
  return b.graph.intern({ kind: 'ein', coef: c, subs: [], sums: [], shape }, []);
}

/**
 * Takes constants, coefficients and pure relabelings out of the factors. A product that carries a Kronecker
 * delta is taken in whole: contracting the delta is worth more than sharing the product.
 */
function absorb(b: Builder, coef: Rational, factors: readonly Operand[], sizes: Dim[]): Product {
  const kept: Operand[] = [];
  let c = coef;
  for (const factor of factors) {
    const attr = b.graph.attr(factor.id);
    if (attr.kind === 'const' && attr.value.kind === 'rational') {
      c = Q.multiply(c, attr.value.value);
    } else if (attr.kind !== 'ein') {
      kept.push(symmetricInOrder(b, factor));
    } else {
      c = Q.multiply(c, attr.coef);
      if (attr.sums.length === 0 && attr.subs.length <= 1) {
        const sub = attr.subs[0];
        if (sub !== undefined) kept.push(symmetricInOrder(b, { id: b.graph.arg(factor.id, 0), sub: compose(sub, factor.sub) }));
      } else if (hasDelta(b, factor.id)) {
        kept.push(...takeIn(b, factor, attr, sizes));
      } else {
        kept.push(symmetricInOrder(b, { id: withCoef(b, factor.id, attr, Q.ONE), sub: factor.sub }));
      }
    }
  }
  return { coef: c, factors: kept, sizes };
}

const hasDelta = (b: Builder, id: NodeId): boolean => b.graph.args(id).some((a) => b.graph.attr(a).kind === 'delta');

/** The factors of a contraction in the labels of its user; its summed labels become fresh ones. */
function takeIn(b: Builder, factor: Operand, attr: EinAttr, sizes: Dim[]): Operand[] {
  const labels = [...factor.sub];
  for (const size of attr.sums) {
    labels.push(sizes.length);
    sizes.push(size);
  }
  return attr.subs.map((sub, k) => ({ id: b.graph.arg(factor.id, k), sub: compose(sub, labels) }));
}

/** The same contraction with another coefficient. */
export function withCoef(b: Builder, id: NodeId, attr: EinAttr, coef: Rational): NodeId {
  if (Q.equal(attr.coef, coef)) return id;
  const args = b.graph.argList(id);
  const plain = attr.shape.length === 0 && attr.sums.length === 0;
  const other = plain ? b.graph.internAs(scalarAttr(b, coef, args.length), args) : b.graph.intern({ ...attr, coef }, args);
  const order = b.graph.displayOrder(id);
  if (order) b.graph.setDisplayOrder(other, order);
  if (b.graph.isSymmetric(id)) b.graph.markSymmetric(other);
  return other;
}

/** Σⱼ δ[i,j]·E[j] → E[i]. Returns the summed labels that disappeared. */
function contractDeltas(b: Builder, product: Product, rank: number): Set<number> {
  const gone = new Set<number>();
  if (!product.factors.some((f) => b.graph.attr(f.id).kind === 'delta')) return gone;
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0; k < product.factors.length && !changed; k++) {
      const factor = product.factors[k];
      if (factor === undefined || b.graph.attr(factor.id).kind !== 'delta') continue;
      const [i = 0, j = 0] = factor.sub;
      const from = Math.max(i, j);
      const to = Math.min(i, j);
      const others = product.factors.filter((_, n) => n !== k);
      if (from !== to && from < rank) {
        // both are output labels: the delta stays, the others speak of the smaller label
        if (!others.some((o) => o.sub.includes(from) && !(b.graph.attr(o.id).kind === 'delta'))) continue;
        product.factors = product.factors.map((o) => (b.graph.attr(o.id).kind === 'delta' ? o : relabel(o, from, to)));
      } else {
        if (from !== to) gone.add(from);
        product.factors = others.map((o) => relabel(o, from, to));
      }
      changed = true;
    }
  }
  product.factors = product.factors.filter((f, k) => b.graph.attr(f.id).kind !== 'delta'
    || product.factors.findIndex((o) => o.id === f.id && sameSet(o.sub, f.sub)) === k);
  return gone;
}

const relabel = (o: Operand, from: number, to: number): Operand =>
  o.sub.includes(from) ? { id: o.id, sub: o.sub.map((l) => (l === from ? to : l)) } : o;
const sameSet = (a: Sub, c: Sub): boolean => (a[0] === c[0] && a[1] === c[1]) || (a[0] === c[1] && a[1] === c[0]);

interface PowerFactor extends Operand {
  exponent: bigint;
  /** the operand as it came, kept when nothing merges */
  readonly original: Operand;
}

/** x·x → x², x²·x³ → x⁵. Exponents of opposite sign stay apart: x/x is not 1 at 0. */
function mergePowers(b: Builder, product: Product): void {
  if (product.factors.length < 2 || !sharesBase(b, product.factors)) return;
  const merged = new Map<string, PowerFactor>();
  let anyMerged = false;
  for (const factor of product.factors) {
    const power = asPower(b, factor);
    const key = `${power.id}|${power.sub.join('.')}|${power.exponent > 0n ? '+' : '-'}`;
    const present = merged.get(key);
    if (present === undefined) {
      merged.set(key, power);
    } else {
      present.exponent += power.exponent;
      anyMerged = true;
    }
  }
  if (!anyMerged) return;
  product.factors = [...merged.values()].map((f) => {
    if (f.exponent === asPower(b, f.original).exponent) return f.original;
    return { id: b.power(f.id, Q.integer(f.exponent)), sub: f.sub };
  });
  absorbAgain(b, product);
}

/** Factors that were made anew may be constants, relabelings or have coefficients. */
function absorbAgain(b: Builder, product: Product): void {
  const again = absorb(b, product.coef, product.factors, product.sizes);
  product.coef = again.coef;
  product.factors = again.factors;
}

/** A cheap test that spares most products the bookkeeping. */
function sharesBase(b: Builder, factors: readonly Operand[]): boolean {
  const [x, y] = factors;
  if (factors.length === 2 && x !== undefined && y !== undefined) return baseOf(b, x.id) === baseOf(b, y.id);
  return true;
}

function baseOf(b: Builder, id: NodeId): NodeId {
  const attr = b.graph.attr(id);
  return attr.kind === 'map' && attr.op === 'pow' ? b.graph.arg(id, 0) : id;
}

function asPower(b: Builder, factor: Operand): PowerFactor {
  const attr = b.graph.attr(factor.id);
  if (attr.kind === 'map' && attr.op === 'pow') {
    const exponent = b.constantOf(b.graph.arg(factor.id, 1));
    const sub = attr.subs[0];
    if (exponent !== undefined && Q.isInteger(exponent) && sub !== undefined) {
      return { id: b.graph.arg(factor.id, 0), sub: compose(sub, factor.sub), exponent: exponent.num, original: factor };
    }
  }
  return { id: factor.id, sub: factor.sub, exponent: 1n, original: factor };
}

/** A summed label that nobody carries contributes its size as a factor. */
function foldUnusedSums(b: Builder, product: Product, rank: number, eliminated: ReadonlySet<number>): void {
  const { sizes } = product;
  if (sizes.length === rank) return;
  const used = new Set<number>();
  for (const factor of product.factors) for (const label of factor.sub) used.add(label);
  for (let label = rank; label < sizes.length; label++) {
    const size = sizes[label];
    if (used.has(label) || eliminated.has(label) || size === undefined) continue;
    const n = constantDim(size);
    if (n === undefined) product.factors.push({ id: b.dim(size), sub: [] });
    else product.coef = Q.multiply(product.coef, Q.integer(n));
  }
}

function finish(b: Builder, product: Product, shape: readonly Dim[]): NodeId {
  const { coef, factors, sizes } = product;
  const rank = shape.length;
  if (factors.length === 0 || Q.isZero(coef)) return constantTensor(b, coef, shape);
  if (sizes.length === 0) return finishScalar(b, coef, factors);
  const form = labelled(b, factors, rank, sizes);
  const { ids, subs, sums } = form;
  const first = ids[0];
  if (first !== undefined && ids.length === 1 && Q.isOne(coef) && sums.length === 0 && isIdentity(subs[0] ?? [], rank, b.graph.shape(first).length)) return first;
  const before = b.graph.size;
  const id = b.graph.intern({ kind: 'ein', coef, subs, sums, shape }, ids);
  if (id < before) return id;
  if (form.order.some((k, position) => k !== position)) b.graph.setDisplayOrder(id, inverse(form.order));
  if (isSquare(shape) && isContractionUnchanged(b, form, factors, rank, sizes)) b.graph.markSymmetric(id);
  return id;
}

/** Whether exchanging the last two axes of a contraction gives it back; products among its factors are looked into. */
function isContractionUnchanged(b: Builder, form: Labelled, factors: readonly Operand[], rank: number, sizes: readonly Dim[]): boolean {
  const exchanged = (operands: readonly Operand[]): Operand[] => operands.map(({ id, sub }) => ({ id, sub: sub.map((label) => exchangedLabel(label, rank)) }));
  if (isSameForm(form, labelled(b, exchanged(factors), rank, sizes))) return true;
  const opened = factors.flatMap((factor) => openProduct(b, factor));
  return opened.length > factors.length && isSameForm(labelled(b, opened, rank, sizes), labelled(b, exchanged(opened), rank, sizes));
}

/** The factors of a product without sums, in the labels of its user. */
function openProduct(b: Builder, factor: Operand): readonly Operand[] {
  const attr = b.graph.attr(factor.id);
  if (attr.kind !== 'ein' || attr.sums.length > 0) return [factor];
  return attr.subs.map((sub, k) => symmetricInOrder(b, { id: b.graph.arg(factor.id, k), sub: compose(sub, factor.sub) }));
}

/** Factors in canonical order, summed labels named as they are met. */
interface Labelled {
  readonly order: readonly number[];
  readonly ids: readonly NodeId[];
  readonly subs: readonly Sub[];
  readonly sums: readonly Dim[];
}

function labelled(b: Builder, factors: readonly Operand[], rank: number, sizes: readonly Dim[]): Labelled {
  const order = canonicalOrder(b, factors, rank);
  const names = new Map<number, number>();
  const sums: Dim[] = [];
  const rename = (label: number): number => {
    if (label < rank) return label;
    let name = names.get(label);
    if (name === undefined) {
      name = rank + sums.length;
      names.set(label, name);
      sums.push(sizes[label] ?? '1');
    }
    return name;
  };
  const sorted = order.map((k) => factors[k]).filter((f) => f !== undefined);
  // the axes of symmetric matrices have no order to name labels by: the other factors name them first
  for (const factor of sorted) (b.graph.isSymmetric(factor.id) ? splitSub(factor.sub).before : factor.sub).forEach(rename);
  const subs = sorted.map((factor) => {
    if (!b.graph.isSymmetric(factor.id)) return factor.sub.map(rename);
    const known = (label: number): number => (label < rank || names.has(label) ? 0 : 1);
    const { before, pair } = splitSub(factor.sub);
    return [...before.map(rename), ...pair.toSorted((x, y) => known(x) - known(y)).map(rename).sort((x, y) => x - y)];
  });
  return { order, ids: sorted.map((f) => f.id), subs, sums };
}

const isSameForm = (x: Labelled, y: Labelled): boolean =>
  x.ids.join() === y.ids.join() && x.subs.join(' ') === y.subs.join(' ') && x.sums.join() === y.sums.join();

/** The common case, without labels to name. */
function finishScalar(b: Builder, coef: Rational, factors: readonly Operand[]): NodeId {
  const ids: NodeId[] = [];
  for (const factor of factors) ids.push(factor.id);
  const [first] = ids;
  if (first !== undefined && ids.length === 1 && Q.isOne(coef)) return first;
  if (isAscending(ids)) return b.graph.internAs(scalarAttr(b, coef, ids.length), ids);
  const before = b.graph.size;
  const id = b.graph.internAs(scalarAttr(b, coef, ids.length), ids.toSorted((x, y) => x - y));
  if (id >= before) b.graph.setDisplayOrder(id, ids.length === 2 ? SWAPPED : inverse(canonicalOrder(b, factors, 0)));
  return id;
}

/** The order of two operands that the user wrote the other way round. */
const SWAPPED: readonly number[] = [1, 0];

/** The node over y and x, which was written with x first. */
export function exchanged(graph: Graph, attr: number, x: NodeId, y: NodeId): NodeId {
  const before = graph.size;
  const id = graph.internTwo(attr, y, x);
  if (id >= before) graph.setDisplayOrder(id, SWAPPED);
  return id;
}

export function isAscending(ids: readonly number[]): boolean {
  for (let k = 1; k < ids.length; k++) if ((ids[k - 1] ?? 0) > (ids[k] ?? 0)) return false;
  return true;
}

/** Scalar products share few attributes: their numbers are looked up without building the long key. */
function scalarAttr(b: Builder, coef: Rational, factors: number): number {
  const own = coef.den === 1n && coef.num < SMALL && coef.num > -SMALL && factors <= MOST_COMPARED;
  const key = own ? Number(coef.num) * (MOST_COMPARED + 1) + factors : `${coef.num}/${coef.den}|${factors}`;
  const known = b.products.get(key);
  if (known !== undefined) return known;
  const made: EinAttr = { kind: 'ein', coef, subs: Array.from({ length: factors }, () => []), sums: [], shape: [] };
  const id = b.graph.attributeId(made);
  b.products.set(key, id);
  return id;
}

const SMALL = 1n << 40n;

/** Positions of the factors sorted by id, then by output labels: products are commutative. */
function canonicalOrder(b: Builder, factors: readonly Operand[], rank: number): number[] {
  const order = factors.map((_, k) => k);
  if (order.length < 2) return order;
  const pattern = (o: Operand | undefined): string => {
    const labels = (o?.sub ?? []).map((l) => (l < rank ? String(l) : '*'));
    return (o !== undefined && b.graph.isSymmetric(o.id) ? [...labels.slice(0, -2), ...labels.slice(-2).sort()] : labels).join('.');
  };
  return order.sort((x, y) => (factors[x]?.id ?? 0) - (factors[y]?.id ?? 0) || pattern(factors[x]).localeCompare(pattern(factors[y])) || x - y);
}

/** display position → stored position */
export function inverse(order: readonly number[]): number[] {
  const result = new Array<number>(order.length).fill(0);
  order.forEach((k, position) => (result[k] = position));
  return result;
}

export const isIdentity = (sub: Sub, rank: number, argRank: number): boolean =>
  rank === argRank && sub.length === rank && sub.every((label, k) => label === k);
