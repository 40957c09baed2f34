/** Adjoint rules of elementwise nodes: maps, opaque calls, sums, products and contractions. */
import { identitySub, type Builder, type Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, CallAttr, EinAttr, MapAttr, NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { guardedProduct, partialOperand } from './partials.ts';
import { asSelection, select, type Sweep } from './sweep.ts';

/** āₖ += Σ over the labels that aₖ lacks of g · ∂ₖf. */
export function pullMap(sweep: Sweep, id: NodeId, attr: MapAttr, g: NodeId): void {
  const { b } = sweep;
  const operands: Operand[] = [];
  for (let k = 0; k < attr.subs.length; k++) operands.push({ id: b.graph.arg(id, k), sub: attr.subs[k] ?? NO_LABELS });
  if (attr.op === core.where) {
    pullSelection(sweep, attr, operands, g);
    return;
  }
  const result: Operand = { id, sub: identitySub(attr.shape.length) };
  for (let k = 0; k < operands.length; k++) {
    const operand = operands[k];
    if (operand === undefined || !sweep.active.has(operand.id)) continue;
    const partial = partialOperand(b, attr, operands, k, result);
    if ('reason' in partial) {
      sweep.refuse(partial);
      continue;
    }
    sweep.contribute(operand.id, pullThrough(sweep, g, partial, operand, attr.shape));
  }
}

export function pullCall(sweep: Sweep, id: NodeId, attr: CallAttr, g: NodeId): void {
  const { b } = sweep;
  const operands = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  for (const [k, operand] of operands.entries()) {
    const orders = attr.orders.map((order, n) => (n === k ? order + 1 : order));
    const partial = b.call(attr.name, orders, operands, attr.shape);
    const whole = { id: partial, sub: attr.shape.map((_, label) => label) };
    sweep.contribute(operand.id, pullThrough(sweep, g, whole, operand, attr.shape));
  }
}

/** g · partial, summed to the axes of the operand. */
export function pullThrough(sweep: Sweep, g: NodeId, partial: Operand, operand: Operand, labels: readonly Dim[]): NodeId {
  const { b } = sweep;
  if (b.isZero(partial.id)) return b.zero(sweep.adjointShape(operand.id));
  const moved: Operand = { id: partial.id, sub: partial.sub.map((label) => label + sweep.rank) };
  const guarded = guardedProduct(b, b.whole(g), moved, [...sweep.seed, ...labels]);
  if (guarded !== undefined) return reduceTo(sweep, guarded, operand.sub, labels);
  return contract(sweep, Q.ONE, [{ id: g, sub: sweep.shift(labels.map((_, l) => l)) }, moved], operand.sub, labels, []);
}

/** Sums an elementwise adjoint over the labels an argument does not have. */
function reduceTo(sweep: Sweep, adjoint: NodeId, sub: Sub, labels: readonly Dim[]): NodeId {
  return contract(sweep, Q.ONE, [{ id: adjoint, sub: sweep.shift(labels.map((_, l) => l)) }], sub, labels, []);
}

/**
 * coef · Σ Π factors, arranged to the axes of an argument with index string `sub`. Factor labels count the
 * seed axes first, then `labels`, then `sums`. A label repeated in `sub` (a diagonal) scatters through a delta.
 */
function contract(sweep: Sweep, coef: Q.Rational, factors: readonly Operand[], sub: Sub, labels: readonly Dim[], sums: readonly Dim[]): NodeId {
  const { b, rank } = sweep;
  if (rank + labels.length + sums.length === 0) return b.ein(coef, factors, [], []);
  const sizes = [...labels, ...sums];
  const target = sub.map((label) => sizes[label] ?? '1');
  const place = new Map<number, number>();
  const deltas: Operand[] = [];
  sub.forEach((label, axis) => {
    const first = place.get(label);
    if (first === undefined) place.set(label, rank + axis);
    else deltas.push({ id: b.delta(sizes[label] ?? '1'), sub: [first, rank + axis] });
  });
  const summed: Dim[] = [];
  sizes.forEach((size, label) => {
    if (place.has(label)) return;
    place.set(label, rank + target.length + summed.length);
    summed.push(size);
  });
  const rename = (label: number): number => (label < rank ? label : (place.get(label - rank) ?? -1));
  const renamed = factors.map((f) => ({ id: f.id, sub: f.sub.map(rename) }));
  return b.ein(coef, [...renamed, ...deltas], [...sweep.seed, ...target], summed);
}

/** x̄ += where(c, g, 0), ȳ += where(c, 0, g): the condition has no derivative. */
function pullSelection(sweep: Sweep, attr: MapAttr, operands: readonly Operand[], g: NodeId): void {
  const { b } = sweep;
  const [condition, whenTrue, whenFalse] = operands;
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return;
  const space = [...sweep.seed, ...attr.shape];
  const moved = { id: condition.id, sub: condition.sub.map((label) => label + sweep.rank) };
  for (const [operand, branch] of [[whenTrue, 'true'], [whenFalse, 'false']] as const) {
    if (!sweep.active.has(operand.id)) continue;
    const guarded = select(b, { condition: moved, branch }, { id: g, sub: space.map((_, l) => l) }, space);
    sweep.contribute(operand.id, reduceTo(sweep, guarded, operand.sub, attr.shape));
  }
}

/** āₖ += cₖ · g summed to the axes of aₖ. */
export function pullAdd(sweep: Sweep, id: NodeId, attr: AddAttr, g: NodeId): void {
  const whole = { id: g, sub: sweep.shift(attr.shape.map((_, l) => l)) };
  for (const [k, sub] of attr.subs.entries()) {
    const arg = sweep.b.graph.arg(id, k);
    if (sweep.active.has(arg)) sweep.contribute(arg, contract(sweep, attr.coefs[k] ?? Q.ONE, [whole], sub, attr.shape, []));
  }
}

/** āₖ += coef · Σ g · Π other factors. Long products share prefix and suffix products, so the cost stays linear. */
export function pullEin(sweep: Sweep, id: NodeId, attr: EinAttr, g: NodeId): void {
  const { b } = sweep;
  const factors = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  const guarded = attr.sums.length === 0 && factors.length > 1 ? asSelection(b, g) : undefined;
  if (factors.length > 2 && attr.sums.length === 0 && guarded === undefined) {
    pullProduct(sweep, attr, factors, g);
    return;
  }
  const adjoint = { id: g, sub: sweep.shift(attr.shape.map((_, l) => l)) };
  if (attr.sums.length === 0 && factors.length === 2 && pullQuotient(sweep, id, attr, factors, adjoint)) return;
  for (const [k, factor] of factors.entries()) {
    if (!sweep.active.has(factor.id)) continue;
    const others = factors.filter((_, n) => n !== k).map((o) => ({ id: o.id, sub: o.sub.map((label) => label + sweep.rank) }));
    if (guarded !== undefined) {
      const space = [...sweep.seed, ...attr.shape];
      const inner = b.ein(attr.coef, [guarded.value, ...others], space);
      sweep.contribute(factor.id, reduceTo(sweep, select(b, guarded, { id: inner, sub: space.map((_, l) => l) }, space), factor.sub, attr.shape));
    } else {
      sweep.contribute(factor.id, contract(sweep, attr.coef, [...others, adjoint], factor.sub, attr.shape, attr.sums));
    }
  }
}

const NO_LABELS: readonly never[] = [];

/** q = u/v: v̄ −= g·q/v. The quotient is there already; without it v would be squared. */
function pullQuotient(sweep: Sweep, id: NodeId, attr: EinAttr, factors: readonly Operand[], adjoint: Operand): boolean {
  const { b } = sweep;
  if (asSelection(b, adjoint.id) !== undefined) return false;
  const divisors = factors.map((f) => divisorOf(b, f));
  const divisor = divisors.find((d) => d !== undefined && sweep.active.has(d.id));
  if (divisor === undefined || divisors.filter((d) => d !== undefined).length !== 1) return false;
  const whole = { id, sub: sweep.shift(attr.shape.map((_, l) => l)) };
  const moved = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => label + sweep.rank) });
  for (const [k, factor] of factors.entries()) {
    if (divisors[k] !== undefined) {
      const quotient = { id: whole.id, sub: whole.sub.slice(sweep.rank) };
      sweep.contribute(divisor.id, contract(sweep, Q.MINUS_ONE, [quotient, moved(factor), adjoint], divisor.sub, attr.shape, []));
    } else if (sweep.active.has(factor.id)) {
      const others = factors.filter((_, n) => n !== k).map(moved);
      sweep.contribute(factor.id, contract(sweep, attr.coef, [...others, adjoint], factor.sub, attr.shape, []));
    }
  }
  return true;
}

/** v of a factor 1/v, with its labels. */
export function divisorOf(b: Builder, factor: Operand): Operand | undefined {
  const attr = b.graph.attr(factor.id);
  const exponent = attr.kind === 'map' && attr.op === core.pow ? b.constantOf(b.graph.arg(factor.id, 1)) : undefined;
  const sub = attr.kind === 'map' ? attr.subs[0] : undefined;
  if (exponent === undefined || sub === undefined || !Q.equal(exponent, Q.MINUS_ONE)) return undefined;
  return { id: b.graph.arg(factor.id, 0), sub: sub.map((label) => factor.sub[label] ?? -1) };
}

/** The product of two operands over the labels they have. */
export function productOperand(b: Builder, x: Operand, y: Operand, labels: readonly Dim[]): Operand {
  const used = [...new Set([...x.sub, ...y.sub])].sort((p, q) => p - q);
  const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((l) => used.indexOf(l)) });
  return { id: b.ein(Q.ONE, [local(x), local(y)], used.map((l) => labels[l] ?? '1')), sub: used };
}

function pullProduct(sweep: Sweep, attr: EinAttr, factors: readonly Operand[], g: NodeId): void {
  const { b } = sweep;
  const labels = attr.shape;
  const times = (x: Operand | undefined, y: Operand): Operand => (x === undefined ? y : productOperand(b, x, y, labels));
  const suffix: (Operand | undefined)[] = [];
  let after: Operand | undefined;
  for (let k = factors.length - 1; k >= 0; k--) {
    suffix[k] = after;
    const factor = factors[k];
    if (factor !== undefined) after = times(after, factor);
  }
  const adjoint = { id: g, sub: sweep.shift(labels.map((_, l) => l)) };
  let before: Operand | undefined;
  for (const [k, factor] of factors.entries()) {
    if (sweep.active.has(factor.id)) {
      const others = [before, suffix[k]].filter((o) => o !== undefined).map((o) => ({ id: o.id, sub: o.sub.map((l) => l + sweep.rank) }));
      sweep.contribute(factor.id, contract(sweep, attr.coef, [...others, adjoint], factor.sub, labels, []));
    }
    before = times(before, factor);
  }
}
