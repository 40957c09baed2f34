/**
 * Quotients with a removable point: what their rows' documentation says, in as many digits as the cancellation eats,
 * and the limit at the point itself.
 */
import type { OpName } from '../../ops/table.ts';
import { arithmetic, binary, nan, one, R, rounded, unary, zero, type Arithmetic, type Operation, type Real } from './decimal.ts';
import { gammaFunctions } from './gamma.ts';

const MOST_DIGITS = 700;

/** f in an arithmetic that keeps four orders beyond x; `limit` at 0. */
function ratio(limit: Real | number, f: (A: Arithmetic, x: Real) => Real): Operation {
  return unary((x) => {
    if (x.isZero()) return new R(limit);
    if (!x.isFinite()) return nan;
    const A = arithmetic(Math.min(MOST_DIGITS, R.precision + 10 + 5 * Math.abs(x.e)));
    return rounded(f(A, new A(x)));
  });
}

const third = one.div(3);
const half = one.div(2);
const sinqslope = ratio(0, (A, x) => x.times(A.cos(x)).minus(A.sin(x)).div(x.pow(2)));

/** g(x - 1), whose removable point is 1. */
const fromOne = (limit: Real | number, f: (A: Arithmetic, x: Real, less: Real) => Real): Operation =>
  (x = nan) => ratio(limit, (A, less) => f(A, less.plus(1), less))(x.minus(1));

export const ratios = {
  exprel: ratio(1, (A, x) => A.exp(x).minus(1).div(x)),
  exprelslope: ratio(half, (A, x) => x.minus(1).times(A.exp(x)).plus(1).div(x.pow(2))),
  exprelcurve: ratio(third, (A, x) => x.pow(2).minus(x.times(2)).plus(2).times(A.exp(x)).minus(2).div(x.pow(3))),
  log1prel: ratio(1, (A, x) => A.ln(x.plus(1)).div(x)),
  log1prelslope: ratio(half.neg(), (A, x) => x.div(x.plus(1)).minus(A.ln(x.plus(1))).div(x.pow(2))),
  log1prelcurve: ratio(third.times(2), (A, x) => A.ln(x.plus(1)).times(2).minus(x.times(x.times(3).plus(2)).div(x.plus(1).pow(2))).div(x.pow(3))),
  lnrel: fromOne(1, (A, x, less) => A.ln(x).div(less)),
  lnrelslope: fromOne(half.neg(), (A, x, less) => less.div(x).minus(A.ln(x)).div(less.pow(2))),
  lnrelcurve: fromOne(third.times(2), (A, x, less) => A.ln(x).times(2).minus(less.times(x.times(3).minus(1)).div(x.pow(2))).div(less.pow(3))),
  bose: ratio(1, (A, x) => x.div(A.exp(x).minus(1))),
  boseslope: ratio(half.neg(), (A, x) => x.neg().plus(1).times(A.exp(x)).minus(1).div(A.exp(x).minus(1).pow(2))),
  bosecurve: ratio(half.times(third), (A, x) => A.exp(x).times(x.minus(2).times(A.exp(x)).plus(x).plus(2)).div(A.exp(x).minus(1).pow(3))),
  tanhc: ratio(1, (A, x) => A.tanh(x).div(x)),
  tanhcslope: ratio(0, (A, x) => x.div(A.cosh(x).pow(2)).minus(A.tanh(x)).div(x.pow(2))),
  tanhccurve: ratio(third.times(-2), (A, x) => {
    const slope = new A(1).div(A.cosh(x).pow(2));
    return A.tanh(x).minus(x.times(slope)).minus(x.pow(2).times(A.tanh(x)).times(slope)).times(2).div(x.pow(3));
  }),
  langevin: ratio(0, (A, x) => new A(1).div(A.tanh(x)).minus(new A(1).div(x))),
  langevinslope: ratio(third, (A, x) => new A(1).div(x.pow(2)).minus(new A(1).div(A.sinh(x).pow(2)))),
  langevincurve: ratio(0, (A, x) => A.cosh(x).div(A.sinh(x).pow(3)).minus(new A(1).div(x.pow(3))).times(2)),
  sinq: ratio(1, (A, x) => A.sin(x).div(x)),
  sinqslope,
  sinqcurve: ratio(third.neg(), (A, x) => x.pow(2).neg().plus(2).times(A.sin(x)).minus(x.times(A.cos(x)).times(2)).div(x.pow(3))),
  // the second argument stands for a function of the first: what the row does where doubles allow it
  sinqrest: binary((x, q) => (x.abs().gt(1) ? R.cos(x).minus(q).div(x) : sinqslope(x))),
  onemsinq: ratio(0, (A, x) => new A(1).minus(A.sin(x).div(x))),
  sinegap: ratio(0, (A, x) => x.minus(A.sin(x))),
  versinc: ratio(half, (A, x) => new A(1).minus(A.cos(x)).div(x.pow(2))),
  versincslope: ratio(0, (A, x) => x.times(A.sin(x)).plus(A.cos(x).times(2)).minus(2).div(x.pow(3))),
  versinccurve: ratio(half.div(-6), (A, x) => x.pow(2).minus(6).times(A.cos(x)).minus(x.times(A.sin(x)).times(4)).plus(6).div(x.pow(4))),
  saturation: unary((x) => (x.isFinite() ? x.div(x.plus(1)) : x.isNaN() ? nan : one)),
  lnmul: binary((u, v) => (u.isZero() || v.isZero() ? R.ln(zero) : u.times(v).ln())),
  lndiv: binary((u, v) => u.div(v).ln()),
  logofgamma: unary((x) => (x.isNeg() && !x.floor().mod(2).isZero() ? nan : (gammaFunctions.lgamma?.(x) ?? nan))),
} as const satisfies Partial<Record<OpName, Operation>>;
