/** Terms of linear combinations: a coefficient and what it multiplies. */
import type { Builder, Operand } from './build.ts';
import { withCoef } from './normal-ein.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { compose } from './sub.ts';
import { symmetricInOrder } from './symmetry.ts';
import * as T from './traits.ts';

export interface Term extends Operand {
  readonly coef: Rational;
}

/** coefficient × the rest. */
export function splitCoefficient(b: Builder, term: Term): Term {
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
