/** Transforms of each element by itself: above a lower bound, below an upper one, or between both. */
import { exactRational } from '../../ir/build.ts';
import * as Q from '../../ir/rational.ts';
import type { Bound } from '../model.ts';
import type { Pass } from '../pass.ts';
import type { Value } from '../value.ts';
import { sumAll, type Transform } from './transform.ts';

export interface Limits {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

/** The tightest of the bounds. */
export function limits(bounds: readonly Bound[]): Limits {
  let lower: number | undefined;
  let upper: number | undefined;
  for (const { relation, value } of bounds) {
    if (relation === '>' || relation === '>=') lower = Math.max(lower ?? value, value);
    if (relation === '<' || relation === '<=') upper = Math.min(upper ?? value, value);
  }
  return { lower, upper };
}

const constant = (pass: Pass, x: number): Value => pass.algebra.constant(exactRational(x));
const softplus = ({ algebra }: Pass, coef: Q.Rational, u: Value): Value => algebra.map('softplus', [algebra.scale(coef, u)], u.axes);

/** lower + f(u), or upper - f(u). */
export function halfLine(op: 'exp' | 'softplus'): Transform {
  return {
    free: ({ axes }) => axes,
    value(pass, leaf, { bounds }) {
      const { algebra } = pass;
      const { lower, upper } = limits(bounds);
      const size = algebra.map(op, [leaf], leaf.axes);
      const [from, sign] = lower === undefined && upper !== undefined ? [upper, Q.MINUS_ONE] as const : [lower ?? 0, Q.ONE] as const;
      return algebra.add([{ coef: Q.ONE, value: constant(pass, from) }, { coef: sign, value: size }], leaf.axes);
    },
    // exp' is exp, softplus' is σ, of which the logarithm is -softplus(-u)
    logJacobian: (pass, u) => sumAll(pass, op === 'exp' ? u : pass.algebra.scale(Q.MINUS_ONE, softplus(pass, Q.MINUS_ONE, u))),
  };
}

/** lower + (upper - lower)·s(u), where s rises from 0 to 1; `natural` are the bounds without `where`. */
export function between(op: 'sigmoid' | 'tanh', natural: { readonly lower: number; readonly upper: number }): Transform {
  const ends = (bounds: readonly Bound[]): { low: Q.Rational; width: Q.Rational } => {
    const { lower = natural.lower, upper = natural.upper } = limits(bounds);
    const low = exactRational(lower);
    return { low, width: Q.subtract(exactRational(upper), low) };
  };
  return {
    free: ({ axes }) => axes,
    value(pass, leaf, { bounds }) {
      const { algebra } = pass;
      const { low, width } = ends(bounds);
      const s = algebra.map(op, [leaf], leaf.axes);
      // tanh rises from -1 to 1
      const unit = op === 'sigmoid' ? s : algebra.add([{ coef: Q.HALF, value: s }, { coef: Q.ONE, value: algebra.constant(Q.HALF) }], leaf.axes);
      return algebra.add([{ coef: Q.ONE, value: algebra.constant(low) }, { coef: width, value: unit }], leaf.axes);
    },
    logJacobian(pass, u, { bounds }) {
      const { algebra } = pass;
      // σ'(u) = σ(u) σ(-u), tanh'(u) = 4 σ(2u) σ(-2u) and half of it is of the unit
      const scale = op === 'tanh' ? Q.integer(2) : Q.ONE;
      const factor = Q.multiply(scale, ends(bounds).width);
      const parts = [softplus(pass, scale, u), softplus(pass, Q.negate(scale), u)].map((value) => ({ coef: Q.MINUS_ONE, value }));
      const width = Q.isOne(factor) ? [] : [{ coef: Q.ONE, value: algebra.map('ln', [algebra.constant(factor)], []) }];
      return sumAll(pass, algebra.add([...parts, ...width], u.axes));
    },
  };
}
