/** Normal form of linear combinations of scalars, which large graphs consist of: nothing is spelt out to be compared. */
import type { Builder } from './build.ts';
import { exchanged, inverse, isAscending } from './normal-ein.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { splitCoefficient, type Term } from './term.ts';
import type { AddAttr, NodeId, Sub } from './types.ts';

/** Longer sums are merged by sorting. */
export const MOST_COMPARED = 8;

/** Terms that have been merged: ids differ and alone decide the order. */
export function sumOfDifferent(b: Builder, terms: readonly Term[]): NodeId {
  const [x, y] = terms;
  if (terms.length === 2 && x !== undefined && y !== undefined) return sumOfTwo(b, x, y);
  const ids: NodeId[] = [];
  for (const term of terms) ids.push(term.id);
  if (isAscending(ids)) return b.graph.internAs(attrOf(b, terms.map((t) => t.coef)), ids);
  const order = ids.map((_, k) => k).sort((x, y) => (ids[x] ?? 0) - (ids[y] ?? 0));
  const sorted = order.map((k) => terms[k]).filter((t) => t !== undefined);
  const before = b.graph.size;
  const id = b.graph.internAs(attrOf(b, sorted.map((t) => t.coef)), sorted.map((t) => t.id));
  if (id >= before) b.graph.setDisplayOrder(id, inverse(order));
  return id;
}

function sumOfTwo(b: Builder, x: Term, y: Term): NodeId {
  if (x.id < y.id) return b.graph.internTwo(attrOf(b, [x.coef, y.coef]), x.id, y.id);
  return exchanged(b.graph, attrOf(b, [y.coef, x.coef]), x.id, y.id);
}

/**
 * Any terms: like terms meet where the first of them stands. One sort brings them together and into canonical order;
 * its keys are numbers that hold node and position, exactly up to 2⁵³.
 */
export function sumOfMany(b: Builder, terms: readonly Term[]): NodeId {
  const count = terms.length;
  const keys = new Float64Array(count);
  const coefs: Rational[] = [];
  for (const term of terms) {
    const { id, coef } = splitCoefficient(b, term);
    keys[coefs.length] = id * count + coefs.length;
    coefs.push(coef);
  }
  return merged(b, keys.sort(), coefs);
}

function merged(b: Builder, keys: Float64Array, given: readonly Rational[]): NodeId {
  const count = keys.length;
  const ids: NodeId[] = [];
  const coefs: Rational[] = [];
  const places: number[] = [];
  for (let k = 0; k < count; ) {
    const place = (keys[k] ?? 0) % count;
    const id = ((keys[k] ?? 0) - place) / count;
    let coef = given[place] ?? Q.ZERO;
    for (k++; k < count && (keys[k] ?? 0) < (id + 1) * count; k++) coef = Q.add(coef, given[(keys[k] ?? 0) % count] ?? Q.ZERO);
    if (Q.isZero(coef)) continue;
    ids.push(id);
    coefs.push(coef);
    places.push(place);
  }
  const [first] = ids;
  if (first === undefined) return b.integer(0);
  if (ids.length === 1) return b.scale(coefs[0] ?? Q.ONE, first);
  const before = b.graph.size;
  const id = b.graph.internAs(attrOf(b, coefs), ids);
  if (id >= before && !isAscending(places)) b.graph.setDisplayOrder(id, ranked(places, count));
  return id;
}

/** The positions of the smallest, the next, … of different numbers below a bound. */
function ranked(numbers: readonly number[], bound: number): number[] {
  const at = new Int32Array(bound).fill(-1);
  for (let k = 0; k < numbers.length; k++) at[numbers[k] ?? 0] = k;
  const order: number[] = [];
  for (const k of at) if (k >= 0) order.push(k);
  return order;
}

/** The number of the attribute; found without spelling out the coefficients where they are signs or equal. */
function attrOf(b: Builder, coefs: readonly Rational[]): number {
  const key = coefs.length > MOST_COMPARED ? equalCoefficients(coefs) : signsOf(coefs);
  if (key === undefined) return b.graph.attributeId(attrWith(coefs));
  let attr = b.sums.get(key);
  if (attr === undefined) b.sums.set(key, (attr = b.graph.attributeId(attrWith(coefs))));
  return attr;
}

const NO_LABELS: Sub = [];
const attrWith = (coefs: readonly Rational[]): AddAttr => ({ kind: 'add', coefs, subs: coefs.map(() => NO_LABELS), shape: [] });

/** The coefficient and how often; undefined when there are several. */
function equalCoefficients(coefs: readonly Rational[]): string | undefined {
  const first = coefs[0] ?? Q.ONE;
  for (const coef of coefs) if (!Q.equal(coef, first)) return undefined;
  return `${Q.formatRational(first)}|${coefs.length}`;
}

/** A number for the signs and the count of terms; undefined when a coefficient is neither 1 nor -1. */
function signsOf(coefs: readonly Rational[]): number | undefined {
  let signs = 1;
  for (const coef of coefs) {
    if (Q.isOne(coef)) signs = 2 * signs;
    else if (Q.equal(coef, Q.MINUS_ONE)) signs = 2 * signs + 1;
    else return undefined;
  }
  return signs;
}
