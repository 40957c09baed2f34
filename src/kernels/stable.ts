/** Formulas that cancel, overflow or vanish when written plainly: what the recognisers put in their place. */
import { erf, erfc, erfcx, erfcxGap, expSquare } from './erf.ts';
import { hypot } from './elementary.ts';
import { sigmoid } from './logistic.ts';

/** ln(exp(x) - 1) for x > 0. Maximum error 2 ulp. */
export function logexpm1(x: number): number {
  if (x > 36.8) return x;
  return x > 18 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}

/** ln(1 + x) - x, by the series of atanh near 0. Maximum error 4 ulp. */
export function log1pmx(x: number): number {
  if (!(x > -0.425 && x < 0.4)) return x === Infinity ? -x : Math.log1p(x) - x;
  const r = x / (2 + x);
  const s = r * r;
  let sum = 0;
  for (let k = 29; k >= 3; k -= 2) sum = s * (2 / k + sum);
  return r * (sum - x);
}

/** ln(1 + x^2) without overflow. Maximum error 2 ulp. */
export function log1psq(x: number): number {
  return Math.abs(x) < 6.7e7 ? Math.log1p(x * x) : 2 * Math.log(Math.abs(x));
}

/** x/(1 + x^2) without overflow. Maximum error 2 ulp. */
export function xover1psq(x: number): number {
  return Math.abs(x) < 1e150 ? x / (1 + x * x) : 1 / x;
}

/** ln(1 + u v), from the logarithms of u and v where their product overflows. Maximum error 2 ulp. */
export function log1pmul(u: number, v: number): number {
  const p = u * v;
  if (p < Infinity || u !== u || v !== v) return Math.log1p(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}

/** v/(1 + u v), which is 1/u where the product overflows. Maximum error 8 ulp away from u v = -1. */
export function over1pmul(u: number, v: number): number {
  const p = u * v;
  return p === Infinity || p === -Infinity ? 1 / u : v / (1 + p);
}

/** 1/cosh(x)^2. Maximum error 4 ulp. */
export function sech2(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  const w = 1 / (1 + e);
  return 4 * e * w * w;
}

/** 1/cosh(x)^2 beside t = tanh(x): from t while that keeps its digits. Maximum error 4 ulp. */
export function tanhslope(x: number, t: number): number {
  const u = t * t;
  return u >= 0.8 ? sech2(x) : x === x ? 1 - u : x;
}

/** sigmoid(-x) beside s = sigmoid(x): from s while that keeps its digits. Maximum error 4 ulp. */
export function sigmoidrest(x: number, s: number): number {
  return s >= 0.75 ? sigmoid(-x) : x === x ? 1 - s : x;
}

/** ln(sinh(x)) for x > 0. Maximum error 3 ulp. */
export function logsinh(x: number): number {
  return x > 1 ? x + Math.log1p(-Math.exp(-2 * x)) - Math.LN2 : Math.log(Math.sinh(x));
}

/** acosh(1 + x), accurate for small x; 0 where 1 + x rounds to 1. Maximum error 3 ulp. */
export function acosh1p(x: number): number {
  if (x < 0) return 1 + x === 1 ? 0 : NaN;
  return x > 1e150 ? Math.log(x) + Math.LN2 : Math.log1p(x + Math.sqrt(x * (2 + x)));
}

/** acos(1 - x), accurate for small x; 0 where 1 - x rounds to 1. Maximum error 2 ulp. */
export function acos1m(x: number): number {
  if (x < 0) return 1 - x === 1 ? 0 : NaN;
  return 2 * Math.asin(Math.sqrt(0.5 * x));
}

/** 1 - cos(x), accurate for small x. Maximum error 3 ulp. */
export function versin(x: number): number {
  const s = Math.sin(0.5 * x);
  return 2 * s * s;
}

/** x/t, and 0 for x = 0 whatever t is (NaN excepted). */
export function xdivy(x: number, t: number): number {
  return x === 0 && t === t ? 0 : x / t;
}

/** u^2 - v^2 by its factors. Maximum error 2 ulp. */
export function diffsq(u: number, v: number): number {
  return (u - v) * (u + v);
}

/** x^n with the square root for n = 1/2. */
export function root0(x: number, n: number): number {
  return n === 0.5 ? Math.sqrt(x) : Math.pow(x, n);
}

/** sqrt(1 + x) - 1, accurate for small x. Maximum error 3 ulp. */
export function sqrt1pm1(x: number): number {
  return x === Infinity ? x : x / (1 + Math.sqrt(1 + x));
}

/** sqrt(1 + x^2) - 1, accurate for small x. Maximum error 4 ulp. */
export function hypot1m1(x: number): number {
  const a = Math.abs(x);
  return a === Infinity ? a : a * (a / (1 + hypot(1, a)));
}

/** x^n - 1, accurate where the power is near 1. Maximum error 4 ulp for n ln(x) of moderate size. */
export function powm1(x: number, n: number): number {
  if (x > 0) {
    const t = n * Math.log(x);
    if (t > -1 && t < 1) return Math.expm1(t);
  }
  return Math.pow(x, n) - 1;
}

/** (1 + x)^n, accurate for small x and large n. */
export function pow1p(x: number, n: number): number {
  return x > -0.5 && x < 0.5 ? Math.exp(n * Math.log1p(x)) : Math.pow(1 + x, n);
}

/** (1 + x)^n - 1, accurate where that is near 0. */
export function pow1pm1(x: number, n: number): number {
  return x > -0.5 && x < 0.5 ? Math.expm1(n * Math.log1p(x)) : powm1(1 + x, n);
}

/** x exp(u), and 0 where the exponential vanishes, however large x is. */
export function xexpy(x: number, u: number): number {
  const e = Math.exp(u);
  return e === 0 && x === x ? 0 : x * e;
}

/** ln(erfc(x)), finite where erfc vanishes. Maximum error 3 ulp. */
export function logerfc(x: number): number {
  return x < 0.5 ? Math.log1p(-erf(x)) : Math.log(erfcx(x)) - x * x;
}

/** ln(erfc(x)/2), finite where erfc vanishes and accurate where it is near 2. Maximum error 3 ulp. */
export function loghalferfc(x: number): number {
  return x < 0 ? Math.log1p(-0.5 * erfc(-x)) : Math.log(0.5 * erfcx(x)) - x * x;
}

/** 2 x erfcx(x) - 2/sqrt(pi), which cancels for large x. Maximum error 48 ulp. */
export function erfcxslope(x: number): number {
  return x >= 0.5 ? -2 * erfcxGap(x) : 2 * x * erfcx(x) - 1.1283791670955126;
}

/** exp(n x^2) for n = 1, -1, 1/2 or -1/2 (and, less accurately, any n). Maximum error 2 ulp. */
export function expsq(x: number, n: number): number {
  if (n * x * x < -1500) return 0;
  return x > -1e150 && x < 1e150 ? expSquare(x, n) : Math.exp(n * x * x);
}

/** Normal distribution function, full relative accuracy in the left tail. Maximum error 5 ulp. */
export function ndtr(x: number): number {
  const u = -Math.SQRT1_2 * x;
  return u < 0.5 ? 0.5 * erfc(u) : 0.5 * expsq(x, -0.5) * erfcx(u);
}
