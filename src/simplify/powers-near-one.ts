/** R33, R34: (1 + u)ⁿ and xⁿ - 1 with a symbolic exponent: compound interest, the Box-Cox transform. */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { termsOf, type SumTerm } from './parts.ts';
import type { Recogniser } from './recognise.ts';

export const POWERS_NEAR_ONE: Recogniser = {
  name: 'power-near-one', doc: '`(1 + u)^n` and `u^n - 1`, n not a number, by `pow1p`, `powm1` and `pow1pm1`, which keep the digits near 1',
  about: [core.pow, core.pow1p],
  apply: (b, id, attr) => {
    if (attr.kind === 'add') return powerLessOne(b, id, attr);
    return attr.kind === 'map' && attr.op === core.pow ? powerOfOnePlus(b, id, attr) : undefined;
  },
};

const isSymbolic = (b: Builder, exponent: NodeId): boolean => b.constantOf(exponent) === undefined;

/** (1 + u)ⁿ */
function powerOfOnePlus(b: Builder, id: NodeId, attr: MapAttr): NodeId | undefined {
  const [base, exponent] = b.graph.args(id);
  const sum = base === undefined ? undefined : b.graph.attr(base);
  if (base === undefined || exponent === undefined || sum?.kind !== 'add' || !isSymbolic(b, exponent)) return undefined;
  const terms = termsOf(b.graph, base, sum);
  const rest = terms.filter((t) => !isOne(b, t));
  if (rest.length !== terms.length - 1) return undefined;
  const u = b.add(rest, sum.shape);
  return b.map(core.pow1p, [{ id: u, sub: attr.subs[0] ?? [] }, { id: exponent, sub: attr.subs[1] ?? [] }], attr.shape);
}

const isOne = (b: Builder, t: SumTerm): boolean => t.id === b.integer(1) && Q.isOne(t.coef);

/** xⁿ - 1 beside other terms; the power has the opposite coefficient of the constant. */
function powerLessOne(b: Builder, id: NodeId, attr: AddAttr): NodeId | undefined {
  const terms = termsOf(b.graph, id, attr);
  const constant = terms.find((t) => t.id === b.integer(1));
  if (constant === undefined) return undefined;
  for (const term of terms) {
    const power = b.graph.attr(term.id);
    const op = power.kind !== 'map' ? undefined : power.op === core.pow ? core.powm1 : power.op === core.pow1p ? core.pow1pm1 : undefined;
    if (power.kind !== 'map' || op === undefined || !Q.isZero(Q.add(term.coef, constant.coef)) || !isSymbolic(b, b.graph.arg(term.id, 1))) continue;
    const operands = power.subs.map((sub, k): Operand => ({ id: b.graph.arg(term.id, k), sub }));
    const less = { coef: term.coef, id: b.map(op, operands, power.shape), sub: term.sub };
    return b.add(terms.flatMap((t) => (t === term ? [less] : t === constant ? [] : [t])), attr.shape);
  }
  return undefined;
}
