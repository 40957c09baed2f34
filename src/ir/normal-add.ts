/** Normal form of linear combinations; see `AddAttr`. */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import { inverse, isAscending, SWAPPED, withCoef } from './normal-ein.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { compose } from './sub.ts';
import { isUnchangedByExchange, symmetricInOrder } from './symmetry.ts';
import * as T from './traits.ts';
import type { AddAttr, NodeId, Sub } from './types.ts';

export interface Term extends Operand {
  readonly coef: Rational;
}

export function addOf(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  if (shape.length === 0 && terms.length > 1 && isPlain(b, terms)) return finishScalar(b, terms);
  const merged = mergeLikeTerms(b, terms);
  const [only] = merged;
  if (only === undefined) return b.zero(shape);
  if (merged.length === 1) return b.ein(only.coef, [only], shape);
  return finish(b, merged, shape);
}

/** Scalars without coefficients of their own, all different and none of them 0 times: what most sums of a large graph are. */
function isPlain(b: Builder, terms: readonly Term[]): boolean {
  for (const { id, coef } of terms) {
    const traits = b.graph.traits(id);
    if ((traits & T.SCALAR) === 0 || (traits & (T.CONSTANT | T.SCALED)) !== 0 || Q.isZero(coef)) return false;
    // the diagonal of a contraction may be read without one
    if ((traits & T.PRODUCT) !== 0 && b.graph.arity(id) === 1 && (traits & T.CONTRACTION) === 0) return false;
  }
  return areDifferent(terms);
}

function areDifferent(terms: readonly Term[]): boolean {
  if (terms.length > MOST_COMPARED) return new Set(terms.map((t) => t.id)).size === terms.length;
  for (let k = 1; k < terms.length; k++) {
    for (let before = 0; before < k; before++) if (terms[before]?.id === terms[k]?.id) return false;
  }
  return true;
}

/** Like terms meet where the first of them stands; all constants are multiples of 1. */
function mergeLikeTerms(b: Builder, terms: readonly Term[]): Term[] {
  if (terms.length <= MOST_COMPARED) return mergeFew(b, terms);
  const byTerm = new Map<string | number, Term>();
  for (const term of terms) {
    const plain = splitCoefficient(b, term);
    const key = plain.sub.length === 0 ? plain.id : `${plain.id}|${plain.sub.join('.')}`;
    const present = byTerm.get(key);
    byTerm.set(key, present === undefined ? plain : { coef: Q.add(present.coef, plain.coef), id: present.id, sub: present.sub });
  }
  return [...byTerm.values()].filter((t) => !Q.isZero(t.coef));
}

/** Longer sums are merged through a map. */
const MOST_COMPARED = 8;

/** The same without spelling out keys. */
function mergeFew(b: Builder, terms: readonly Term[]): Term[] {
  const merged: Term[] = [];
  let cancelled = false;
  for (const term of terms) {
    const plain = splitCoefficient(b, term);
    const at = indexOfLike(merged, plain);
    const present = merged[at];
    const coef = present === undefined ? plain.coef : Q.add(present.coef, plain.coef);
    cancelled ||= Q.isZero(coef);
    if (present === undefined) merged.push(plain);
    else merged[at] = { coef, id: present.id, sub: present.sub };
  }
  return cancelled ? merged.filter((t) => !Q.isZero(t.coef)) : merged;
}

function indexOfLike(terms: readonly Term[], { id, sub }: Term): number {
  for (let k = 0; k < terms.length; k++) {
    const term = terms[k];
    if (term?.id === id && sameSub(term.sub, sub)) return k;
  }
  return -1;
}

const sameSub = (a: Sub, c: Sub): boolean => a.length === c.length && a.every((label, k) => label === c[k]);

/** coefficient × the rest. */
function splitCoefficient(b: Builder, term: Term): Term {
  const traits = b.graph.traits(term.id);
  if ((traits & (T.CONSTANT | T.PRODUCT)) === 0 && (traits & T.SCALAR) !== 0) return term;
  return symmetricInOrder(b, withoutCoefficient(b, term));
}

function withoutCoefficient(b: Builder, term: Term): Term {
  const attr = b.graph.attr(term.id);
  if (attr.kind === 'const' && attr.value.kind === 'rational') return { coef: Q.multiply(term.coef, attr.value.value), id: b.integer(1), sub: [] };
  if (attr.kind !== 'ein') return term;
  const coef = Q.multiply(term.coef, attr.coef);
  if (attr.subs.length === 0 && attr.sums.length === 0) return { coef, id: b.integer(1), sub: [] };
  const sub = attr.subs[0];
  if (attr.subs.length === 1 && attr.sums.length === 0 && sub !== undefined && (sub.length === 0 || new Set(sub).size === sub.length)) {
    return { coef, id: b.graph.arg(term.id, 0), sub: compose(sub, term.sub) };
  }
  return { coef, id: withCoef(b, term.id, attr, Q.ONE), sub: term.sub };
}

/** Terms are summed in the order of their nodes, then of their labels. */
const compareTerms = (x: Term | undefined, y: Term | undefined): number =>
  (x?.id ?? 0) - (y?.id ?? 0) || (x?.sub ?? []).join('.').localeCompare((y?.sub ?? []).join('.'));

function finish(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  if (shape.length === 0) return finishScalar(b, terms);
  const order = terms.map((_, k) => k).sort((x, y) => compareTerms(terms[x], terms[y]));
  const sorted = order.map((k) => terms[k]).filter((t) => t !== undefined);
  const before = b.graph.size;
  const ids = sorted.map((t) => t.id);
  const subs = sorted.map((t) => t.sub);
  const id = b.graph.intern({ kind: 'add', coefs: sorted.map((t) => t.coef), subs, shape }, ids);
  if (id >= before && isUnchangedByExchange(b, sorted, shape, (list) => list.sort(compareTerms), (x, y) => Q.equal(x.coef, y.coef))) b.graph.markSymmetric(id);
  // the user's order is kept beside the canonical one
  if (id >= before && order.some((k, position) => k !== position)) b.graph.setDisplayOrder(id, inverse(order));
  return id;
}

/** Like terms are merged, so ids differ and alone decide the order. */
function finishScalar(b: Builder, terms: readonly Term[]): NodeId {
  const [x, y] = terms;
  if (terms.length === 2 && x !== undefined && y !== undefined) return finishTwo(b, x, y);
  const ids: NodeId[] = [];
  for (const term of terms) ids.push(term.id);
  if (isAscending(ids)) return b.graph.internAs(scalarAttr(b, terms), ids);
  const order = ids.map((_, k) => k).sort((x, y) => (ids[x] ?? 0) - (ids[y] ?? 0));
  const sorted = order.map((k) => terms[k]).filter((t) => t !== undefined);
  const before = b.graph.size;
  const id = b.graph.internAs(scalarAttr(b, sorted), sorted.map((t) => t.id));
  if (id >= before) b.graph.setDisplayOrder(id, inverse(order));
  return id;
}

function finishTwo(b: Builder, x: Term, y: Term): NodeId {
  if (x.id < y.id) return b.graph.internAs(scalarAttr(b, [x, y]), [x.id, y.id]);
  const before = b.graph.size;
  const id = b.graph.internAs(scalarAttr(b, [y, x]), [y.id, x.id]);
  if (id >= before) b.graph.setDisplayOrder(id, SWAPPED);
  return id;
}

/** A sum of scalars is met a million times: its attribute is found without spelling out the coefficients where they are signs or equal. */
function scalarAttr(b: Builder, terms: readonly Term[]): number {
  const key = terms.length > MOST_COMPARED ? equalCoefficients(terms) : signsOf(terms);
  if (key === undefined) return b.graph.attributeId(sumAttr(terms));
  let attr = b.sums.get(key);
  if (attr === undefined) b.sums.set(key, (attr = b.graph.attributeId(sumAttr(terms))));
  return attr;
}

const sumAttr = (terms: readonly Term[]): AddAttr => ({ kind: 'add', coefs: terms.map((t) => t.coef), subs: terms.map((t) => t.sub), shape: [] });

/** The coefficient and how often; undefined when there are several. */
function equalCoefficients(terms: readonly Term[]): string | undefined {
  const coef = terms[0]?.coef ?? Q.ONE;
  for (const term of terms) if (!Q.equal(term.coef, coef)) return undefined;
  return `${Q.formatRational(coef)}|${terms.length}`;
}

/** A number for the signs and the count of terms; undefined when a coefficient is neither 1 nor -1. */
function signsOf(terms: readonly Term[]): number | undefined {
  let signs = 1;
  for (const { coef } of terms) {
    if (Q.isOne(coef)) signs = 2 * signs;
    else if (Q.equal(coef, Q.MINUS_ONE)) signs = 2 * signs + 1;
    else return undefined;
  }
  return signs;
}
