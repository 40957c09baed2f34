/**
 * Norms spelt out: the root of the sum of squares where that has all its digits, else the same of numbers multiplied
 * by a power of two (`ir/norm.ts`). The second sum is made only when it is needed (`taken.ts`).
 */
import type { Builder, Operand } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import { LEAST_SQUARES, SQUARES_SCALE } from '../ir/norm.ts';
import { axisAt, axisLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import { keptAxes } from '../ir/sub.ts';
import type { NodeId, RedAttr } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** Few enough numbers to be measured two by two. */
const FEW = 4;

export function normSpelt(b: Builder, id: NodeId, attr: RedAttr): NodeId {
  const arg = b.graph.arg(id, 0);
  const total = sumOfSquares(b, arg, attr);
  const least = b.map(core.ge, [b.whole(total), number(b, LEAST_SQUARES)], attr.shape);
  const finite = b.map(core.lt, [b.whole(total), number(b, Infinity)], attr.shape);
  const exact = b.map(core.and, [b.whole(least), b.whole(finite)], attr.shape);
  const elsewhere = pairwise(b, arg, attr) ?? rescaled(b, arg, attr, total);
  return b.map(core.where, [b.whole(exact), b.whole(b.power(total, Q.HALF)), b.whole(elsewhere)], attr.shape);
}

const number = (b: Builder, value: number): Operand => ({ id: b.double(value), sub: [] });
const sumOfSquares = (b: Builder, arg: NodeId, attr: RedAttr): NodeId => b.sumOver(b.power(arg, Q.integer(2)), attr.axes);

/** ‖s·x‖/s: large numbers are made small, small ones large. */
function rescaled(b: Builder, arg: NodeId, attr: RedAttr, total: NodeId): NodeId {
  const from = b.graph.shape(arg);
  const small = b.map(core.lt, [b.whole(total), number(b, 1)], attr.shape);
  const scale = b.map(core.where, [b.whole(small), number(b, SQUARES_SCALE), number(b, 1 / SQUARES_SCALE)], attr.shape);
  const kept = keptAxes(from.length, attr.axes);
  const squares = sumOfSquares(b, b.ein(Q.ONE, [b.whole(arg), { id: scale, sub: kept }], from), attr);
  return b.ein(Q.ONE, [b.whole(b.power(squares, Q.HALF)), b.whole(b.power(scale, Q.MINUS_ONE))], attr.shape);
}

/** hypot(hypot(x, y), z) of a few numbers. */
function pairwise(b: Builder, arg: NodeId, attr: RedAttr): NodeId | undefined {
  const from = b.graph.shape(arg);
  const [axis = 0] = attr.axes;
  const size = constantDim(from[axis] ?? '1');
  if (attr.axes.length > 1 || size === undefined || size < 2 || size > FEW) return undefined;
  const elements = Array.from({ length: size }, (_, k) => {
    let label = 0;
    const index = from.map((_dim, at) => (at === axis ? axisAt(String(k)) : axisLabel(label++)));
    return b.view(arg, { index, gathers: [], masked: false, shape: attr.shape });
  });
  const [first = b.zero(attr.shape), ...others] = elements;
  return others.reduce((length, x) => b.map(core.hypot, [b.whole(length), b.whole(x)], attr.shape), first);
}
