/**
 * Quotients with a removable point, and their slopes: by their series near the point, where both parts of the quotient
 * vanish. The value at the point is the limit.
 */

import { lgamma } from './gamma.ts';
import { sinc, sphericalj } from './spherical-bessel.ts';

/** (exp(x) - 1)/x. Maximum error 3 ulp. */
export function exprel(x: number): number {
  return Math.abs(x) < 1e-300 ? 1 : x === Infinity ? x : Math.expm1(x) / x;
}

/** Slope of (exp(x) - 1)/x: the sum of x^k/(k! (k + 2)) near 0. Maximum error 8 ulp. */
export function exprelslope(x: number): number {
  if (Math.abs(x) > 2) {
    if (Math.abs(x) === Infinity) return x < 0 ? 0 : x;
    // in two factors: the exponential overflows where the quotient does not
    const half = Math.exp(0.5 * x);
    return x > 700 ? half * ((half / x) * (1 - 1 / x)) : ((x - 1) * Math.exp(x) + 1) / x / x;
  }
  let power = 1;
  let sum = 0.5;
  for (let k = 1; k < 26; k++) {
    power *= x / k;
    sum += power / (k + 2);
  }
  return sum;
}

/** Curvature of (exp(x) - 1)/x: the sum of x^k/(k! (k + 3)) near 0. Maximum error 16 ulp. */
export function exprelcurve(x: number): number {
  if (Math.abs(x) > 2) {
    if (x === Infinity) return x;
    if (x < -700) return -2 / x / x / x;
    // in two factors: the exponential overflows where the quotient does not
    const half = Math.exp(0.5 * x);
    return x > 700 ? half * ((half / x) * (1 - 2 / x + 2 / x / x)) : (((x * x - 2 * x + 2) * half * half - 2) / x / x) / x;
  }
  let power = 1;
  let sum = 1 / 3;
  for (let k = 1; k < 26; k++) {
    power *= x / k;
    sum += power / (k + 3);
  }
  return sum;
}

/** ln(1 + x)/x. Maximum error 3 ulp. */
export function log1prel(x: number): number {
  return x === 0 ? 1 : x === Infinity ? 0 : Math.log1p(x) / x;
}

/** Slope of ln(1 + x)/x. Maximum error 16 ulp. */
export function log1prelslope(x: number): number {
  if (x > 0.5 || x < -0.4) return x === Infinity ? 0 : (1 / (1 + x) - Math.log1p(x) / x) / x;
  // derivative of the series of ln(1 + x)/x: the sum of (-1)^k k/(k + 1) x^(k - 1)
  let sum = 0;
  for (let k = 60; k >= 1; k--) sum = k / (k + 1) - x * sum;
  return -sum;
}

/** Curvature of ln(1 + x)/x, of which every series below has terms of one sign. Maximum error 32 ulp. */
export function log1prelcurve(x: number): number {
  if (x > 1 || x < -0.4) return x === Infinity ? 0 : -(1 / (1 + x) / (1 + x) + 2 * log1prelslope(x)) / x;
  let sum = 0;
  if (x < 0) {
    // the sum of (k + 1) (k + 2)/(k + 3) (-x)^k
    for (let k = 60; k >= 0; k--) sum = ((k + 1) * (k + 2)) / (k + 3) - x * sum;
    return sum;
  }
  // 2/(1 + x)^3 times the sum of w^k/(k + 3)
  const w = x / (1 + x);
  for (let k = 55; k >= 0; k--) sum = 1 / (k + 3) + w * sum;
  return (2 * sum) / (1 + x) / (1 + x) / (1 + x);
}

/** x/(exp(x) - 1). Maximum error 3 ulp. */
export function bose(x: number): number {
  return x === 0 ? 1 : x > 800 ? 0 : x / Math.expm1(x);
}

/** Slope of x/(exp(x) - 1): that of its reciprocal, over the square of it. Maximum error 12 ulp. */
export function boseslope(x: number): number {
  if (x > 40) return x > 800 ? -0 : (1 - x) * Math.exp(-x);
  const value = bose(x);
  return -value * value * exprelslope(x);
}

/** Curvature of x/(exp(x) - 1), an even function. Maximum error 32 ulp. */
export function bosecurve(x: number): number {
  const t = -Math.abs(x);
  if (t < -1.5) {
    const e = Math.exp(t);
    const rest = 1 - e;
    return t === -Infinity ? 0 : (e * (2 * e - 2 - t * (1 + e))) / rest / rest / rest;
  }
  const value = bose(t);
  const slope = exprelslope(t);
  return value * value * (2 * value * slope * slope - exprelcurve(t));
}

/** tanh(x)/x. Maximum error 3 ulp. */
export function tanhc(x: number): number {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.tanh(x) / x;
}

/** Slope of tanh(x)/x. Maximum error 16 ulp. */
export function tanhcslope(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  const sech2 = (4 * e) / (1 + e) / (1 + e);
  if (Math.abs(x) > 0.6) return Math.abs(x) === Infinity ? 0 : (sech2 - Math.tanh(x) / x) / x;
  if (Math.abs(x) < 1e-90) return (-2 / 3) * x;
  // x sech(x)^2 - tanh(x) = (2x - sinh(2x))/(1 + cosh(2x))
  return -(sinhGap(2 * x) / (1 + Math.cosh(2 * x))) / x / x;
}

/** Curvature of tanh(x)/x, an even function: near 0 as that of a product of (exp(u) - 1)/u and 1/(1 + exp(u)), u = -2|x|. Absolute error below 2e-15. */
export function tanhccurve(x: number): number {
  const u = -2 * Math.abs(x);
  const e = Math.exp(u);
  const s = 1 / (1 + e);
  const q = e * s;
  if (u < -1.2) return u === -Infinity ? 0 : (-2 * (4 * s * q * Math.tanh(x) + tanhcslope(x))) / x;
  return 8 * s * (exprelcurve(u) - 2 * q * exprelslope(u) + exprel(u) * q * (q - s));
}

/** sinh(x) - x by its series, for |x| < 2. */
function sinhGap(x: number): number {
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 28; k += 2) {
    term *= s / (k * (k + 1));
    sum += term;
  }
  return sum;
}

/** coth(x) - 1/x, the Langevin function. Maximum error 12 ulp. */
export function langevin(x: number): number {
  if (Math.abs(x) > 1) return 1 / Math.tanh(x) - 1 / x;
  if (Math.abs(x) < 1e-90) return x / 3;
  // (x cosh(x) - sinh(x))/(x sinh(x))
  return coshGap(x) / (x * Math.sinh(x));
}

/** x cosh(x) - sinh(x) by its series: the sum of 2k x^(2k + 1)/(2k + 1)!, for |x| < 2. */
function coshGap(x: number): number {
  const s = x * x;
  let term = x;
  let sum = 0;
  for (let k = 2; k < 30; k += 2) {
    term *= s / (k * (k + 1));
    sum += k * term;
  }
  return sum;
}

/** Slope of coth(x) - 1/x: 1/x^2 - 1/sinh(x)^2. Maximum error 16 ulp. */
export function langevinslope(x: number): number {
  if (Math.abs(x) > 2) {
    const sinh = Math.sinh(x);
    return 1 / x / x - 1 / sinh / sinh;
  }
  if (Math.abs(x) < 1e-150) return 1 / 3;
  const sinh = Math.sinh(x);
  return (sinhGap(x) / x / x / sinh) * ((sinh + x) / sinh);
}

/** Curvature of coth(x) - 1/x: 2 cosh(x)/sinh(x)^3 - 2/x^3. Maximum error 16 ulp. */
export function langevincurve(x: number): number {
  const sinh = Math.sinh(x);
  if (Math.abs(x) > 2) return 2 / sinh / sinh / Math.tanh(x) - 2 / x / x / x;
  // sinh(x)^3 - x^3 cosh(x) by its series: ((3^n - 3)/4 - n (n - 1) (n - 2)) x^n/n! for n = 7, 9, ...
  let power = 1 / 5040;
  let three = 2187;
  let sum = 0;
  for (let n = 7; n < 41; n += 2) {
    sum += power * (0.25 * (three - 3) - n * (n - 1) * (n - 2));
    power *= (x * x) / ((n + 1) * (n + 2));
    three *= 9;
  }
  const quotient = Math.abs(x) < 1e-150 ? 1 : x / sinh;
  return -2 * sum * x * quotient * quotient * quotient;
}

/** (1 - cos(x))/x^2. Maximum error 4 ulp. */
export function versinc(x: number): number {
  const half = 0.5 * x;
  const q = Math.abs(x) < 1e-150 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(half) / half;
  return 0.5 * q * q;
}

/** x - sin(x). Maximum error 4 ulp. */
export function sinegap(x: number): number {
  if (Math.abs(x) > 1) return Math.abs(x) === Infinity ? x : x - Math.sin(x);
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 22; k += 2) {
    term *= -s / (k * (k + 1));
    sum += term;
  }
  return sum;
}

/** Slope of (1 - cos(x))/x^2: (x sin(x) - 2 (1 - cos(x)))/x^3. Maximum error 16 ulp. */
export function versincslope(x: number): number {
  if (Math.abs(x) > 2) {
    const half = Math.sin(0.5 * x);
    return Math.abs(x) === Infinity ? 0 : (Math.sin(x) - (4 * half * half) / x) / x / x;
  }
  // the sum of (-1)^k 2k x^(2k - 1)/(2k + 2)!
  const s = x * x;
  let term = x / 24;
  let sum = 2 * term;
  for (let k = 2; k < 16; k++) {
    term *= -s / ((2 * k + 1) * (2 * k + 2));
    sum += 2 * k * term;
  }
  return -sum;
}

/** Curvature of (1 - cos(x))/x^2. Absolute error below 1e-15, relative below 4e-15 for |x| < 1. */
export function versinccurve(x: number): number {
  if (Math.abs(x) > 2) return Math.abs(x) === Infinity ? 0 : ((Math.cos(x) - (4 * Math.sin(x)) / x) / x + 6 * (versinc(x) / x)) / x;
  // the sum of (-1)^k 2k (2k - 1) x^(2k - 2)/(2k + 2)!
  let term = -1 / 24;
  let sum = 2 * term;
  for (let k = 2; k < 16; k++) {
    term *= (-x * x) / ((2 * k + 1) * (2 * k + 2));
    sum += 2 * k * (2 * k - 1) * term;
  }
  return sum;
}

/** u/(1 + u), also where u overflows. Maximum error 2 ulp. */
export function saturation(u: number): number {
  return Math.abs(u) <= 1 ? u / (1 + u) : 1 / (1 + 1 / u);
}

/** sin(x)/x, and 1 at 0. Maximum error 2 ulp. */
export function sinq(x: number): number {
  return sinc(x);
}

/** Slope of sin(x)/x. Absolute error below 1e-15, relative below 1e-15 for |x| < 2. */
export function sinqslope(x: number): number {
  return x === 0 ? -x : -sphericalj(1, x);
}

/** Curvature of sin(x)/x. Absolute error below 1e-15. */
export function sinqcurve(x: number): number {
  return (2 * sphericalj(2, x) - sinc(x)) / 3;
}

/** Slope of q = sin(x)/x beside its value: from q while that keeps its digits. Absolute error below 1e-15. */
export function sinqrest(x: number, q: number): number {
  return x > 1 || x < -1 ? (Math.cos(x) - q) / x : q === q ? sinqslope(x) : q;
}

/** 1 - sin(x)/x. Maximum error 4 ulp. */
export function onemsinq(x: number): number {
  return x === 0 ? 0 : Math.abs(x) === Infinity ? 1 : sinegap(x) / x;
}

/** ln(u v), from the logarithms of u and v where the product overflows or vanishes. Maximum error 8 ulp away from u v = 1. */
export function lnmul(u: number, v: number): number {
  const p = u * v;
  if ((p > 1e-290 && p < Infinity) || p < -1e-290 || p !== p || u < 0 !== v < 0) return Math.log(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}

/** ln(u/v), from the logarithms of u and v where the quotient overflows or vanishes. Maximum error 8 ulp away from u = v. */
export function lndiv(u: number, v: number): number {
  const q = u / v;
  if ((q > 1e-290 && q < Infinity) || q < -1e-290 || q !== q || u < 0 !== v < 0) return Math.log(q);
  return Math.log(Math.abs(u)) - Math.log(Math.abs(v));
}

/** ln(gamma(x)) where gamma(x) is positive, NaN elsewhere. Maximum error 4 ulp. */
export function logofgamma(x: number): number {
  return x < 0 && Math.floor(x) % 2 !== 0 ? NaN : lgamma(x);
}

/** ln(x)/(x - 1), and its limit 1 at 1. Maximum error 4 ulp. */
export function lnrel(x: number): number {
  return x > 0.6 && x < 1.5 ? log1prel(x - 1) : x === Infinity ? 0 : Math.log(x) / (x - 1);
}

/** Slope of ln(x)/(x - 1). Maximum error 16 ulp. */
export function lnrelslope(x: number): number {
  if (x > 0.6 && x < 1.5) return log1prelslope(x - 1);
  return x === Infinity ? 0 : (1 / x - Math.log(x) / (x - 1)) / (x - 1);
}

/** Curvature of ln(x)/(x - 1). Maximum error 32 ulp. */
export function lnrelcurve(x: number): number {
  if (x > 0.6 && x < 2) return log1prelcurve(x - 1);
  return x === Infinity ? 0 : -(1 / x / x + 2 * lnrelslope(x)) / (x - 1);
}
