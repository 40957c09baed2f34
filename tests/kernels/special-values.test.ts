/** What every kernel gives at zeros, infinities, poles, NaN and ends of domains. `Object.is`: -0 is not 0. */
import { describe, expect, it } from 'vitest';
import { acoth, acsc, asec, asech, hypot, mod } from '../../src/kernels/elementary.ts';
import { erf, erfc, erfcx, erfi } from '../../src/kernels/erf.ts';
import { E1, Ei, li } from '../../src/kernels/exponential-integral.ts';
import { fresnelC, fresnelS } from '../../src/kernels/fresnel.ts';
import { beta, digamma, gamma, lbeta, lgamma, polygamma, trigamma } from '../../src/kernels/gamma.ts';
import { expint, gammainc } from '../../src/kernels/incomplete-gamma.ts';
import { lambertw } from '../../src/kernels/lambertw.ts';
import { log1mexp, logaddexp, logcosh, logit, sigmoid, softplus, xlog1py, xlogy } from '../../src/kernels/logistic.ts';
import {
  acos1m, acosh1p, diffsq, erfcxslope, expsq, hypot1m1, log1pmul, log1pmx, log1psq, logerfc, logexpm1, loghalferfc, logsinh, ndtr,
  over1pmul, pow1p, pow1pm1, powm1, root0, sech2, sigmoidrest, sqrt1pm1, tanhslope, versin, xdivy, xexpy, xover1psq,
} from '../../src/kernels/stable.ts';
import { sinc, sphericalj } from '../../src/kernels/spherical-bessel.ts';
import { Chi, Ci, Shi, Si } from '../../src/kernels/trigonometric-integral.ts';

type Kernel = (...args: number[]) => number;
type Case = readonly [kernel: Kernel, args: readonly number[], value: number];

const inf = Infinity;
const nan = NaN;

const CASES: readonly Case[] = [
  [erf, [0], 0], [erf, [-0], -0], [erf, [inf], 1], [erf, [-inf], -1], [erf, [7], 1],
  [erfc, [0], 1], [erfc, [inf], 0], [erfc, [-inf], 2], [erfc, [28], 0],
  [erfcx, [0], 1], [erfcx, [inf], 0], [erfcx, [-inf], inf], [erfcx, [-30], inf], [erfcx, [1e300], 5.641895835477562e-301],
  [erfi, [0], 0], [erfi, [-0], -0], [erfi, [inf], inf], [erfi, [-inf], -inf], [erfi, [27], inf],
  [gamma, [-745.5], 0], [gamma, [-744.5], -0], [gamma, [-1e9 - 0.5], -0], [gamma, [-1e300], nan], [gamma, [0], inf], [gamma, [-0], -inf], [gamma, [1], 1], [gamma, [2], 1], [gamma, [5], 24], [gamma, [-1], nan], [gamma, [-30], nan],
  [gamma, [inf], inf], [gamma, [-inf], nan], [gamma, [172], inf], [gamma, [-200.5], -0], [gamma, [0.5], Math.sqrt(Math.PI)],
  [lgamma, [0], inf], [lgamma, [1], 0], [lgamma, [2], 0], [lgamma, [-3], inf], [lgamma, [inf], inf],
  [digamma, [0], -inf], [digamma, [-0], inf], [digamma, [-2], nan], [digamma, [inf], inf],
  [trigamma, [0], inf], [trigamma, [-2], nan], [trigamma, [inf], 0],
  [polygamma, [1.5, 2], nan], [polygamma, [-1, 2], nan], [polygamma, [2, -1], nan], [polygamma, [2, inf], -0], [polygamma, [3, 0], inf],
  [beta, [1, 1], 1], [lbeta, [1, 1], 0],
  [gammainc, [2, 0], 1], [gammainc, [0, 0], inf], [gammainc, [-1, 0], inf], [gammainc, [2, inf], 0], [gammainc, [1, 0], 1],
  [gammainc, [0.5, -1], nan], [gammainc, [-1, -1], nan], [gammainc, [1, -1], Math.E],
  [expint, [1, 0], inf], [expint, [2, 0], 1], [expint, [3, 0], 0.5], [expint, [1, -1], nan], [expint, [1, inf], 0],
  [E1, [0], inf], [E1, [inf], 0], [E1, [-1], nan],
  [Ei, [0], -inf], [Ei, [inf], inf], [Ei, [-inf], -0], [Ei, [717], inf],
  [li, [0], -0], [li, [1], -inf], [li, [-1], nan], [li, [inf], inf],
  [Si, [0], 0], [Si, [-0], -0], [Si, [inf], Math.PI / 2], [Si, [-inf], -Math.PI / 2],
  [Ci, [0], -inf], [Ci, [inf], 0], [Ci, [-1], nan],
  [Shi, [0], 0], [Shi, [-0], -0], [Shi, [inf], inf], [Shi, [-inf], -inf], [Chi, [0], -inf], [Chi, [inf], inf], [Chi, [-1], nan],
  [fresnelS, [0], 0], [fresnelS, [-0], -0], [fresnelS, [inf], 0.5], [fresnelS, [-inf], -0.5],
  [fresnelC, [0], 0], [fresnelC, [-0], -0], [fresnelC, [inf], 0.5], [fresnelC, [-inf], -0.5],
  [lambertw, [0], 0], [lambertw, [-0], -0], [lambertw, [inf], inf], [lambertw, [-1], nan], [lambertw, [-inf], nan],
  [sinc, [0], 1], [sinc, [-0], 1], [sinc, [inf], 0],
  [sphericalj, [0, 0], 1], [sphericalj, [1, 0], 0], [sphericalj, [0.5, 1], nan], [sphericalj, [2, inf], 0],
  [sigmoid, [0], 0.5], [sigmoid, [inf], 1], [sigmoid, [-inf], 0],
  [softplus, [0], Math.LN2], [softplus, [inf], inf], [softplus, [-inf], 0], [softplus, [1000], 1000],
  [logit, [0], -inf], [logit, [1], inf], [logit, [0.5], 0], [logit, [2], nan],
  [log1mexp, [0], -inf], [log1mexp, [-inf], -0], [log1mexp, [1], nan],
  [logaddexp, [-inf, -inf], -inf], [logaddexp, [inf, inf], inf], [logaddexp, [inf, -inf], inf], [logaddexp, [-inf, 3], 3],
  [logcosh, [0], 0], [logcosh, [-0], 0], [logcosh, [-inf], inf], [logcosh, [1e300], 1e300],
  [xlogy, [0, 0], 0], [xlogy, [0, -1], nan], [xlogy, [0, inf], 0], [xlogy, [2, 0], -inf], [xlogy, [0, nan], nan], [xlogy, [2, -1], nan],
  [xlog1py, [0, -1], 0], [xlog1py, [0, inf], 0], [xlog1py, [2, -1], -inf], [xlog1py, [0, nan], nan],
  [logexpm1, [0], -inf], [logexpm1, [inf], inf], [logexpm1, [-1], nan], [logexpm1, [1000], 1000],
  [log1pmx, [0], 0], [log1pmx, [-0], -0], [log1pmx, [-1], -inf], [log1pmx, [-2], nan],
  [log1psq, [0], 0], [log1psq, [-0], 0], [log1psq, [-inf], inf], [log1psq, [Number.MAX_VALUE], 2 * Math.log(Number.MAX_VALUE)],
  [xover1psq, [0], 0], [xover1psq, [-0], -0], [xover1psq, [inf], 0], [xover1psq, [-1], -0.5], [xover1psq, [Number.MIN_VALUE], Number.MIN_VALUE],
  [log1pmul, [0, 0], 0], [log1pmul, [1, -1], -inf], [log1pmul, [2, -1], nan], [log1pmul, [inf, 1], inf], [log1pmul, [inf, 0], nan],
  [over1pmul, [0, 3], 3], [over1pmul, [1, 1], 0.5], [over1pmul, [2 ** 700, 2 ** 700], 2 ** -700],
  [sech2, [0], 1], [sech2, [-0], 1], [sech2, [inf], 0], [sech2, [-inf], 0], [sech2, [nan], nan], [sech2, [Number.MIN_VALUE], 1],
  [tanhslope, [0, 0], 1], [tanhslope, [inf, 1], 0], [sigmoidrest, [0, 0.5], 0.5], [sigmoidrest, [inf, 1], 0], [sigmoidrest, [-inf, 0], 1],
  [logsinh, [0], -inf], [logsinh, [inf], inf], [logsinh, [-1], nan],
  [acosh1p, [0], 0], [acosh1p, [-1], nan], [acosh1p, [inf], inf], [acosh1p, [-1e-310], 0],
  [acos1m, [0], 0], [acos1m, [2], Math.PI], [acos1m, [3], nan], [acos1m, [-1], nan], [acos1m, [-1e-310], 0],
  [versin, [0], 0], [versin, [-0], 0], [versin, [inf], nan], [versin, [Math.PI], 2],
  [xdivy, [0, 0], 0], [xdivy, [-0, 0], 0], [xdivy, [1, 0], inf], [xdivy, [0, nan], nan], [xdivy, [0, inf], 0],
  [diffsq, [1, 1], 0], [diffsq, [inf, 1], inf], [diffsq, [1, inf], -inf], [root0, [0, 0.5], 0], [root0, [-1, 0.5], nan], [root0, [8, 1 / 3], 2],
  [sqrt1pm1, [0], 0], [sqrt1pm1, [-1], -1], [sqrt1pm1, [inf], inf], [sqrt1pm1, [-2], nan], [hypot1m1, [0], 0], [hypot1m1, [-inf], inf], [hypot1m1, [1e300], 1e300],
  [powm1, [1, 5], 0], [powm1, [2, 0], 0], [powm1, [0, 2], -1], [powm1, [-2, 2], 3], [pow1p, [0, 7], 1], [pow1p, [-1, 2], 0], [pow1p, [-2, 0.5], nan],
  [pow1pm1, [0, 7], 0], [pow1pm1, [-1, 2], -1],
  [xexpy, [inf, -inf], 0], [xexpy, [nan, -inf], nan], [xexpy, [2, 0], 2], [xexpy, [0, inf], nan],
  [logerfc, [0], -0], [logerfc, [inf], -inf], [logerfc, [-inf], Math.LN2], [loghalferfc, [-inf], -0], [loghalferfc, [inf], -inf],
  [expsq, [0, -1], 1], [expsq, [inf, -1], 0], [expsq, [-inf, 1], inf], [expsq, [nan, -1], nan], [expsq, [1e200, -0.5], 0],
  [ndtr, [0], 0.5], [ndtr, [inf], 1], [ndtr, [-inf], 0], [ndtr, [nan], nan],
  [erfcxslope, [inf], -0],
  [hypot, [0, 0], 0], [hypot, [3, 4], 5], [hypot, [inf, nan], inf], [hypot, [1e-200, 0], 1e-200], [hypot, [3 * 2 ** 700, 4 * 2 ** 700], 5 * 2 ** 700], [hypot, [3 * 2 ** -700, 4 * 2 ** -700], 5 * 2 ** -700],
  [mod, [7, 3], 1], [mod, [-1, 3], 2], [mod, [1, -3], -2], [mod, [-7, -3], -1], [mod, [1, 0], nan],
  [asec, [1], 0], [asec, [-1], Math.PI], [asec, [0.5], nan], [asec, [inf], Math.PI / 2],
  [acsc, [1], Math.PI / 2], [acsc, [-1], -Math.PI / 2], [acsc, [0.5], nan], [acsc, [inf], 0],
  [acoth, [1], inf], [acoth, [-1], -inf], [acoth, [0.5], nan], [acoth, [inf], 0],
  [asech, [1], 0], [asech, [0], inf], [asech, [2], nan], [asech, [-0.5], nan],
];

describe('special values', () => {
  it.each(CASES)('%o(%o) is %o', (kernel, args, value) => {
    expect(kernel(...args)).toBe(value);
  });

  it('NaN in, NaN out', () => {
    const kernels = new Set(CASES.map(([kernel]) => kernel));
    const silent = [...kernels].filter((kernel) => {
      const args = Array.from({ length: kernel.length }, (_, k) => (k === kernel.length - 1 ? nan : 1));
      return !Number.isNaN(kernel(...args));
    });
    expect(silent.map((kernel) => kernel.name)).toEqual([]);
  });
});
