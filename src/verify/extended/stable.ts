/**
 * The compositions that have rows of their own because doubles lose digits in them. Here they are what their
 * rows' documentation says, in as many digits as the cancellation eats.
 */
import type { OpName } from '../../ops/table.ts';
import { arithmetic, binary, infinity, nan, one, R, rounded, unary, zero, type Arithmetic, type Operation, type Real } from './decimal.ts';
import { elementary } from './elementary.ts';
import { integrals } from './integrals.ts';

/** Nothing smaller than a double's smallest is worth more digits. */
const MOST_DIGITS = 1400;

/** An arithmetic in which 1 + x² and the like keep all digits of x, however small it is. */
const keeping = (...x: readonly Real[]): Arithmetic =>
  arithmetic(Math.min(MOST_DIGITS, R.precision + 10 + 3 * Math.max(0, ...x.map((v) => (v.isFinite() && !v.isZero() ? Math.abs(v.e) : 0)))));

/** In wide arithmetic, for finite arguments. */
const widely = (f: (A: Arithmetic, ...x: Real[]) => Real): Operation => (...x) => {
  const A = keeping(...x);
  return rounded(f(A, ...x.map((v) => new A(v))));
};

const logarithm1p = (x: Real): Real => x.plus(1).ln();
const product = (u: Real, v: Real): Real => (u.isZero() || v.isZero() ? zero : u.times(v));
const erfcOf = integrals.erfc;

function acosh1p(x: Real): Real {
  if (x.lt(0)) return nan;
  return x.isFinite() ? elementary.log1p(x.plus(x.times(x.plus(2)).sqrt())) : x;
}

/** ln erfc x: from the scaled function where erfc itself leaves every exponent behind. */
function logerfc(x: Real): Real {
  if (x.abs().lt('1e-10')) return elementary.log1p(integrals.erf(x).neg());
  return x.gt(4) ? integrals.erfcx(x).ln().minus(x.times(x)) : erfcOf(x).ln();
}

/** 2x erfcx(x) − 2/√π; far out −Σ (−1)ⁿ(2n − 1)!!/(2x²)ⁿ · 2/√π without its first term. */
function erfcxslope(x: Real): Real {
  const limit = new R(2).div(R.acos(-1).sqrt());
  if (x.lt('1e6')) return x.times(2).times(integrals.erfcx(x)).minus(limit);
  const q = one.div(x.times(x).times(2));
  return limit.times(q.neg().plus(q.pow(2).times(3)).minus(q.pow(3).times(15)).plus(q.pow(4).times(105)).minus(q.pow(5).times(945)));
}

/** xⁿ − 1 for xⁿ near 1. */
const powm1 = widely((_, x, n) => (n.isZero() ? n : x.pow(n).minus(1)));
const pow1p: Operation = binary((x, n) => (n.isZero() ? one : x.gt(-1) ? elementary.log1p(x).times(n).exp() : x.plus(1).pow(n)));

export const stable = {
  logexpm1: unary((x) => (x.gt(100) ? x : elementary.expm1(x).ln())),
  log1pmx: widely((_, x) => logarithm1p(x).minus(x)),
  log1psq: unary((x) => elementary.log1p(x.times(x))),
  xover1psq: unary((x) => (x.isFinite() ? x.div(x.times(x).plus(1)) : x.isNaN() ? nan : zero)),
  log1pmul: binary((u, v) => elementary.log1p(product(u, v))),
  over1pmul: binary((u, v) => v.div(product(u, v).plus(1))),
  sech2: unary((x) => one.div(x.cosh().pow(2))),
  logsinh: unary((x) => (x.lt(0) ? nan : x.gt(100) ? x.minus(R.ln(2)) : x.sinh().ln())),
  acosh1p: unary(acosh1p),
  acos1m: unary((x) => (x.isNeg() && !x.isZero() ? nan : elementary.asin(x.div(2).sqrt()).times(2))),
  versin: unary((x) => x.div(2).sin().pow(2).times(2)),
  xdivy: binary((x, t) => (x.isZero() && !t.isNaN() ? zero : x.div(t))),
  diffsq: binary((u, v) => u.minus(v).times(u.plus(v))),
  root0: binary((x, n) => x.pow(n)),
  sqrt1pm1: unary((x) => (x.isFinite() ? x.div(x.plus(1).sqrt().plus(1)) : x)),
  hypot1m1: unary((x) => (x.isFinite() ? x.times(x).div(x.times(x).plus(1).sqrt().plus(1)) : x.abs())),
  powm1, pow1p,
  pow1pm1: binary((x, n) => (x.gt(-1) ? elementary.expm1(elementary.log1p(x).times(n)) : pow1p(x, n).minus(1))),
  xexpy: binary((x, u) => (x.isZero() ? zero : u.eq(infinity.neg()) ? zero : x.times(u.exp()))),
  logerfc: unary(logerfc),
  loghalferfc: unary((x) => logerfc(x).minus(R.ln(2))),
  erfcxslope: unary(erfcxslope),
  expsq: binary((x, n) => x.times(x).times(n).exp()),
  ndtr: unary((x) => integrals.erfc(x.div(R.sqrt(2)).neg()).div(2)),
  // the second argument stands for a function of the first: what the row does where doubles allow it
  tanhslope: binary((x, t) => (t.times(t).lt('0.8') ? one.minus(t.times(t)) : one.div(x.cosh().pow(2)))),
  exprest: binary((u, v) => (u.minus(v).lt(-32) && u.minus(v).gt(-746) ? u.minus(v).minus(u.toNumber() - v.toNumber()).exp() : one)),
  sigmoidrest: binary((x, s) => (s.lt('0.75') ? one.minus(s) : one.div(one.plus(x.exp())))),
} as const satisfies Partial<Record<OpName, Operation>>;
