/** Factors of a product that together are one: exponentials, symbolic powers of one base. */
import type { Builder } from '../ir/build.ts';
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import { multiplyPower, type Monomial, type Power } from './monomial.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

/** For derivatives only: the factors are positive, or not 0, wherever the primal is defined. */
export function joinPowers(b: Builder, monomial: Monomial): Monomial {
  return joinConstantRoots(b, joinSymbolicPowers(b, joinExponentials(b, monomial)));
}

const opOf = (b: Builder, id: NodeId): OpName | undefined => {
  const attr = b.graph.attr(id);
  return attr.kind === 'map' ? attr.op : undefined;
};

function argument(b: Builder, power: Power, k: number): { id: NodeId; sub: Sub } {
  const attr = b.graph.attr(power.id);
  return { id: b.graph.arg(power.id, k), sub: attr.kind === 'map' ? compose(attr.subs[k] ?? [], power.sub) : [] };
}

const copyOf = (monomial: Monomial): Monomial => ({ coef: monomial.coef, powers: new Map(monomial.powers) });

/** e^a·e^b/e^c is e^(a+b-c). */
function joinExponentials(b: Builder, monomial: Monomial): Monomial {
  const found = [...monomial.powers].filter(([, p]) => opOf(b, p.id) === core.exp);
  const [first] = found;
  if (first === undefined || (found.length === 1 && Q.isOne(first[1].exponent))) return monomial;
  const { sub } = first[1];
  if (found.some(([, p]) => p.sub.join() !== sub.join())) return monomial;
  const shape = b.graph.shape(first[1].id);
  const terms = found.flatMap(([, p]) => opened(b, p.exponent, { id: b.graph.arg(p.id, 0), sub: argument(b, { ...p, sub: sub.map((_, k) => k) }, 0).sub }));
  const joined = copyOf(monomial);
  for (const [key] of found) joined.powers.delete(key);
  const exponent = b.add(terms, shape);
  if (!b.isZero(exponent)) multiplyPower(joined, { id: b.map(core.exp, [b.whole(exponent)], shape), sub }, Q.ONE);
  return joined;
}

/** coef·(a + b) as terms, so that exponents cancel. */
function opened(b: Builder, coef: Q.Rational, operand: { id: NodeId; sub: readonly number[] }): Term[] {
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'add') return [{ coef, ...operand }];
  return displayOperands(b.graph, operand.id, attr).map(({ operand: term, position }) => ({
    coef: Q.multiply(coef, attr.coefs[position] ?? Q.ONE), id: term.id, sub: compose(term.sub, operand.sub),
  }));
}

/** x·x^(n-1) is x^n: a symbolic exponent means that x is positive. */
function joinSymbolicPowers(b: Builder, monomial: Monomial): Monomial {
  // (x²)^½ is no such power: x may be negative
  const symbolic = [...monomial.powers.values()].find((p) => p.sub.length === 0 && opOf(b, p.id) === core.pow && b.constantOf(b.graph.arg(p.id, 1)) === undefined);
  if (symbolic === undefined) return monomial;
  const base = b.graph.arg(symbolic.id, 0);
  const joined = copyOf(monomial);
  const exponents: Term[] = [];
  let parts = 0;
  for (const [key, p] of monomial.powers) {
    const same = p.id === base && p.sub.length === 0;
    const raised = p.sub.length === 0 && opOf(b, p.id) === core.pow && b.graph.arg(p.id, 0) === base && (Q.isInteger(p.exponent) || b.constantOf(b.graph.arg(p.id, 1)) === undefined);
    if (!same && !raised) continue;
    parts++;
    joined.powers.delete(key);
    exponents.push(...(same ? [{ coef: p.exponent, id: b.integer(1), sub: [] }] : opened(b, p.exponent, { id: b.graph.arg(p.id, 1), sub: [] })));
  }
  if (parts < 2) return monomial;
  const power = b.map(core.pow, [{ id: base, sub: [] }, { id: b.add(exponents, []), sub: [] }], []);
  multiplyPower(joined, { id: power, sub: [] }, Q.ONE);
  return joined;
}

/** √2·√π is √(2·π): constants are positive. */
function joinConstantRoots(b: Builder, monomial: Monomial): Monomial {
  const roots = [...monomial.powers].filter(([, p]) => p.sub.length === 0 && p.exponent.den === 2n && isPositiveConstant(b, p.id));
  const [first] = roots;
  if (first === undefined || roots.length < 2 || roots.some(([, p]) => !Q.equal(p.exponent, first[1].exponent))) return monomial;
  const joined = copyOf(monomial);
  for (const [key] of roots) joined.powers.delete(key);
  multiplyPower(joined, { id: b.ein(Q.ONE, roots.map(([, p]) => ({ id: p.id, sub: [] })), []), sub: [] }, first[1].exponent);
  return joined;
}

function isPositiveConstant(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'const' && (attr.value.kind === 'named' || (attr.value.kind === 'rational' && !Q.isNegative(attr.value.value)));
}
