/** Log-sum-exp and softmax as sums of exp(x - m), m the maximum: nothing overflows, and both need one exponential an element. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { keptAxes } from '../ir/sub.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** m + ln Σ exp(x - m) */
export function stableLogSumExp(b: Builder, x: NodeId, axes: readonly number[]): NodeId {
  const { max, terms, totalOf, shape } = shifted(b, x, axes);
  const from = b.graph.shape(x);
  const total = totalOf(terms);
  // beside a 1 what the others add may be far smaller: a total below 2 has one 1, which is left out
  const isOther = b.map(core.lt, [b.whole(terms), one(b)], from);
  const others = totalOf(b.map(core.where, [b.whole(isOther), b.whole(terms), zero(b)], from));
  const isSingle = b.map(core.lt, [b.whole(total), { id: b.integer(2), sub: [] }], shape);
  const rest = b.add([{ coef: Q.ONE, ...b.whole(total) }, { coef: Q.MINUS_ONE, ...one(b) }], shape);
  const excess = b.map(core.where, [b.whole(isSingle), b.whole(others), b.whole(rest)], shape);
  return b.sum([b.map(core.log1p, [b.whole(excess)], shape), max], shape);
}

/**
 * exp(x - m)/Σ exp(x - m). exp(x - logsumexp(x)) would lose as many digits as x has before the point. Of inputs, the rounding
 * of x - m is made up for.
 */
export function stableSoftmax(b: Builder, x: NodeId, axes: readonly number[], made: 'inputs' | 'computed'): NodeId {
  const { max, terms, totalOf, kept } = shifted(b, x, axes);
  const shape = b.graph.shape(x);
  const rounding = made === 'inputs' ? [b.whole(b.map(core.exprest, [b.whole(x), { id: max, sub: kept }], shape))] : [];
  return b.ein(Q.ONE, [b.whole(terms), ...rounding, { id: b.power(totalOf(terms), Q.MINUS_ONE), sub: kept }], shape);
}

const zero = (b: Builder): Operand => ({ id: b.integer(0), sub: [] });
const one = (b: Builder): Operand => ({ id: b.integer(1), sub: [] });

interface Shifted {
  readonly max: NodeId;
  /** exp(x - max); an infinite maximum is not subtracted: ∞ - ∞ is NaN */
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
  const largest = b.reduce('max', x, axes);
  const max = b.whole(largest);
  const isFinite = b.map(core.lt, [b.whole(b.map(core.abs, [max], shape)), { id: b.double(Infinity), sub: [] }], shape);
  const shift = b.map(core.where, [b.whole(isFinite), max, zero(b)], shape);
  const differences = b.add([{ coef: Q.ONE, ...b.whole(x) }, { coef: Q.MINUS_ONE, id: shift, sub: kept }], from);
  const totalOf = (summed: NodeId): NodeId => b.sumOver(summed, axes);
  return { max: largest, terms: b.map(core.exp, [b.whole(differences)], from), totalOf, kept, shape };
}
