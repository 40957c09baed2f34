/** Rising numbers, along the last axis: x₁ = u₁, xₖ = xₖ₋₁ + exp(uₖ); above a lower bound x₁ = lower + exp(u₁). */
import { exactRational } from '../../ir/build.ts';
import { axisAt, axisLabel } from '../../ir/normal-view.ts';
import { shiftDim } from '../../ir/dim.ts';
import * as Q from '../../ir/rational.ts';
import { running } from '../functions/cumulative.ts';
import type { Pass } from '../pass.ts';
import { plainValue, type Value } from '../value.ts';
import { limits } from './elements.ts';
import { atLeastTwo } from './simplex.ts';
import { alongLast, shifted, sumAll, type Transform } from './transform.ts';

export const ordered: Transform = {
  free({ axes, bounds }, pass) {
    const size = axes.at(-1);
    if (size === undefined) return { reason: 'what rises is a vector, or the rows of a matrix: `x: R[K]`' };
    if (limits(bounds).upper !== undefined) return { reason: 'rising numbers take a lower bound only' };
    return atLeastTwo(pass, size) ? axes : { reason: 'one number is in order by itself' };
  },
  value(pass, leaf, { axes, bounds }) {
    const { algebra, b } = pass;
    const last = axes.length - 1;
    const { lower } = limits(bounds);
    const { first, steps } = partsOf(pass, leaf);
    const start = lower === undefined ? first : algebra.add([{ coef: Q.ONE, value: algebra.constant(exactRational(lower)) }, { coef: Q.ONE, value: algebra.map('exp', [first], first.axes) }], first.axes);
    const rise = running(b, algebra.map('exp', [steps], steps.axes).node, last, 'sum');
    const size = axes[last] ?? '1';
    return algebra.add([{ coef: Q.ONE, value: algebra.insertAxis(start, last, size) }, { coef: Q.ONE, value: plainValue(shifted(b, rise, 1, size), axes) }], axes);
  },
  logJacobian(pass, leaf, { bounds }) {
    return sumAll(pass, limits(bounds).lower === undefined ? partsOf(pass, leaf).steps : leaf);
  },
};

/** u₁, and u₂ to the last. */
function partsOf({ b }: Pass, { node, axes }: Value): { readonly first: Value; readonly steps: Value } {
  const rows = axes.slice(0, -1);
  const first = b.view(node, { index: [...rows.map((_, k) => axisLabel(k)), axisAt('0')], shape: rows, gathers: [], masked: false });
  const shape = [...rows, shiftDim(axes.at(-1) ?? '1', -1)];
  const steps = b.view(node, { index: alongLast(axes.length, 1), shape, gathers: [], masked: false });
  return { first: plainValue(first, rows), steps: plainValue(steps, shape) };
}
