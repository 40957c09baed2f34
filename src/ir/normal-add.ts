/** Normal form of linear combinations; see `AddAttr`. */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import { inverse } from './normal-ein.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import type { NodeId, Sub } from './types.ts';

export interface Term extends Operand {
  readonly coef: Rational;
}

export function addOf(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  const { merged, constant } = mergeLikeTerms(b, terms);
  if (!Q.isZero(constant)) merged.push({ coef: constant, id: b.integer(1), sub: [] });
  const [only] = merged;
  if (only === undefined) return b.zero(shape);
  if (merged.length === 1) return b.ein(only.coef, [only], shape);
  return finish(b, merged, shape);
}

const compose = (inner: Sub, outer: Sub): Sub => inner.map((label) => outer[label] ?? -1);

function mergeLikeTerms(b: Builder, terms: readonly Term[]): { merged: Term[]; constant: Rational } {
  const byTerm = new Map<string, Term>();
  let constant = Q.ZERO;
  for (const term of terms) {
    const plain = splitCoefficient(b, term);
    if (plain.id < 0) {
      constant = Q.add(constant, plain.coef);
      continue;
    }
    const key = plain.sub.length === 0 ? String(plain.id) : `${plain.id}|${plain.sub.join('.')}`;
    const present = byTerm.get(key);
    byTerm.set(key, present === undefined ? plain : { ...present, coef: Q.add(present.coef, plain.coef) });
  }
  return { merged: [...byTerm.values()].filter((t) => !Q.isZero(t.coef)), constant };
}

/** coefficient × the rest; id -1 marks a pure constant. */
function splitCoefficient(b: Builder, term: Term): Term {
  const attr = b.graph.attr(term.id);
  if (attr.kind === 'const' && attr.value.kind === 'rational') return { coef: Q.multiply(term.coef, attr.value.value), id: -1, sub: [] };
  if (attr.kind !== 'ein') return term;
  const coef = Q.multiply(term.coef, attr.coef);
  if (attr.subs.length === 0 && attr.sums.length === 0) return { coef, id: -1, sub: [] };
  const sub = attr.subs[0];
  if (attr.subs.length === 1 && attr.sums.length === 0 && sub !== undefined && new Set(sub).size === sub.length) {
    return { coef, id: b.graph.arg(term.id, 0), sub: compose(sub, term.sub) };
  }
  if (Q.isOne(attr.coef)) return term;
  return { coef, id: b.scale(Q.invert(attr.coef), term.id), sub: term.sub };
}

function finish(b: Builder, terms: readonly Term[], shape: readonly Dim[]): NodeId {
  const order = terms.map((_, k) => k).sort((x, y) => (terms[x]?.id ?? 0) - (terms[y]?.id ?? 0)
    || (terms[x]?.sub ?? []).join('.').localeCompare((terms[y]?.sub ?? []).join('.')));
  const sorted = order.map((k) => terms[k]).filter((t) => t !== undefined);
  const before = b.graph.size;
  const id = b.graph.intern(
    { kind: 'add', coefs: sorted.map((t) => t.coef), subs: sorted.map((t) => t.sub), shape },
    sorted.map((t) => t.id),
  );
  // the user's order is kept beside the canonical one; a constant goes last
  if (id >= before && order.some((k, position) => k !== position)) b.graph.setDisplayOrder(id, inverse(order));
  return id;
}
