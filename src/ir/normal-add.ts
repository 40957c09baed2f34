/** Normal form of linear combinations; see `AddAttr`. */
import type { Builder } from './build.ts';
import type { Dim } from './dim.ts';
import { inverse } from './normal-ein.ts';
import * as Q from './rational.ts';
import { MOST_COMPARED, sumOfDifferent, sumOfMany } from './scalar-sum.ts';
import { isUnchangedByExchange } from './symmetry.ts';
import { splitCoefficient, type Term } from './term.ts';
import * as T from './traits.ts';
import type { NodeId, Sub } from './types.ts';

export function addOf(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  if (shape.length === 0 && terms.length > MOST_COMPARED) return sumOfMany(b, terms);
  if (shape.length === 0 && terms.length > 1 && isPlain(b, terms)) return sumOfDifferent(b, terms);
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

/** Terms are summed in the order of their nodes, then of their labels. */
const compareTerms = (x: Term | undefined, y: Term | undefined): number =>
  (x?.id ?? 0) - (y?.id ?? 0) || (x?.sub ?? []).join('.').localeCompare((y?.sub ?? []).join('.'));

function finish(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  if (shape.length === 0) return sumOfDifferent(b, terms);
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
