/**
 * Positive numbers that sum to 1, along the last axis. Isometric log-ratios (Egozcue and others, Mathematical Geology 35,
 * 2003), with the basis that a reflection makes: p = softmax(u₁ - c, …, u₍K₋₁₎ - c, 0) with c = Σu/(√K - 1). All elements are
 * treated alike, and a density symmetric in p is symmetric in u.
 */
import { constantDim, readDim, shiftDim, type Dim } from '../../ir/dim.ts';
import * as Q from '../../ir/rational.ts';
import type { Pass } from '../pass.ts';
import { plainValue, type Value } from '../value.ts';
import { shifted, sumAll, type Constrained, type Transform } from './transform.ts';

export const simplex: Transform = {
  free({ axes, bounds }, pass) {
    const size = axes.at(-1);
    if (size === undefined) return { reason: 'a simplex is a vector, or the rows of a matrix: `p: R[K]`' };
    if (bounds.length > 0) return { reason: 'its elements are positive and sum to 1: it takes no `where`' };
    if (!atLeastTwo(pass, size)) return { reason: 'a simplex of one element is the number 1' };
    return [...axes.slice(0, -1), shiftDim(size, -1)];
  },
  value: (pass, leaf, { axes }) => pass.algebra.map('exp', [logarithms(pass, leaf, axes)], axes),
  // of the first K - 1 elements: Π pₖ for the softmax, √K for the basis
  logJacobian(pass, leaf, { axes }) {
    const { algebra } = pass;
    const rows = axes.slice(0, -1);
    const basis = algebra.broadcast(algebra.scale(Q.HALF, algebra.map('ln', [sizeOf(pass, axes)], [])), rows);
    return algebra.add([{ coef: Q.ONE, value: sumAll(pass, logarithms(pass, leaf, axes)) }, { coef: Q.ONE, value: sumAll(pass, basis) }], []);
  },
};

const sizeOf = ({ b }: Pass, axes: Constrained['axes']): Value => plainValue(b.dim(axes.at(-1) ?? '1'), []);

function logarithms(pass: Pass, leaf: Value, axes: readonly Dim[]): Value {
  const { algebra, b } = pass;
  const last = axes.length - 1;
  const root = algebra.map('sqrt', [sizeOf(pass, axes)], []);
  const reciprocal = algebra.invert(algebra.add([{ coef: Q.ONE, value: root }, { coef: Q.MINUS_ONE, value: algebra.constant(Q.ONE) }], []));
  const c = algebra.multiply([algebra.sumAxes(leaf, [last]), reciprocal], axes.slice(0, -1));
  const moved = algebra.add([{ coef: Q.ONE, value: leaf }, { coef: Q.MINUS_ONE, value: algebra.insertAxis(c, last, leaf.axes[last] ?? '1') }], leaf.axes);
  const z = plainValue(shifted(b, moved.node, 0, axes[last] ?? '1'), axes);
  const total = algebra.insertAxis(algebra.reduceAxes('logsumexp', z, [last]), last, axes[last] ?? '1');
  return algebra.add([{ coef: Q.ONE, value: z }, { coef: Q.MINUS_ONE, value: total }], axes);
}

/** An open size is asked to be so when data arrive. */
export function atLeastTwo(pass: Pass, size: Dim): boolean {
  const { base, offset } = readDim(size);
  if (base !== undefined) pass.sizes.require(base, 2 - offset);
  return (constantDim(size) ?? 2) >= 2;
}
