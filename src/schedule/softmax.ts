/** Log-sum-exp and softmax as sums of exp(x - m), m the maximum: nothing overflows, and both need one exponential an element. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { keptAxes } from '../ir/sub.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** m + ln Σ exp(x - m) */
export function stableLogSumExp(b: Builder, x: NodeId, axes: readonly number[]): NodeId {
  const { shift, differences, terms, totalOf, shape } = shifted(b, x, axes);
  const from = b.graph.shape(x);
  // the terms that attain the maximum apart: what the others add may be far smaller
  const attains = b.map(core.eq, [b.whole(differences), zero(b)], from);
  const others = totalOf(b.map(core.where, [b.whole(attains), zero(b), b.whole(terms)], from));
  const attaining = totalOf(b.map(core.where, [b.whole(attains), one(b), zero(b)], from));
  const excess = b.add([{ coef: Q.ONE, ...b.whole(attaining) }, { coef: Q.MINUS_ONE, ...one(b) }, { coef: Q.ONE, ...b.whole(others) }], shape);
  return b.sum([b.map(core.log1p, [b.whole(excess)], shape), shift], shape);
}

/** exp(x - m)/Σ exp(x - m). exp(x - logsumexp(x)) would lose as many digits as x has before the point. */
export function stableSoftmax(b: Builder, x: NodeId, axes: readonly number[]): NodeId {
  const { terms, totalOf, kept } = shifted(b, x, axes);
  return b.ein(Q.ONE, [b.whole(terms), { id: b.power(totalOf(terms), Q.MINUS_ONE), sub: kept }], b.graph.shape(x));
}

const zero = (b: Builder): Operand => ({ id: b.integer(0), sub: [] });
const one = (b: Builder): Operand => ({ id: b.integer(1), sub: [] });

interface Shifted {
  /** the maximum; an infinite one is not subtracted: ∞ - ∞ is NaN */
  readonly shift: NodeId;
  /** x - shift, and its exponentials */
  readonly differences: NodeId;
  readonly terms: NodeId;
  /** the sum over the axes */
  readonly totalOf: (terms: NodeId) => NodeId;
  /** the axes that are left, and their sizes */
  readonly kept: readonly number[];
  readonly shape: readonly Dim[];
}

function shifted(b: Builder, x: NodeId, axes: readonly number[]): Shifted {
  const from = b.graph.shape(x);
  const kept = keptAxes(from.length, axes);
  const shape = kept.map((axis) => from[axis] ?? '1');
  const max = b.whole(b.reduce('max', x, axes));
  const below = b.map(core.lt, [max, { id: b.double(Infinity), sub: [] }], shape);
  const above = b.map(core.gt, [max, { id: b.double(-Infinity), sub: [] }], shape);
  const shift = b.map(core.where, [b.whole(above), b.whole(b.map(core.where, [b.whole(below), max, zero(b)], shape)), zero(b)], shape);
  const differences = b.add([{ coef: Q.ONE, ...b.whole(x) }, { coef: Q.MINUS_ONE, id: shift, sub: kept }], from);
  const totalOf = (summed: NodeId): NodeId => b.sumOver(summed, axes);
  return { shift, differences, terms: b.map(core.exp, [b.whole(differences)], from), totalOf, kept, shape };
}
