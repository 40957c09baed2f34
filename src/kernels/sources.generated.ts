// Generated from src/kernels/*.ts by scripts/build-kernels.ts; do not edit.

export type KernelName =
  | 'Chi'
  | 'Ci'
  | 'E1'
  | 'Ei'
  | 'Shi'
  | 'Si'
  | 'acos1m'
  | 'acosh1p'
  | 'acoth'
  | 'acsc'
  | 'asec'
  | 'asech'
  | 'beta'
  | 'bose'
  | 'bosecurve'
  | 'boseslope'
  | 'complexFraction'
  | 'coshGap'
  | 'diffsq'
  | 'digamma'
  | 'einSeries'
  | 'erf'
  | 'erfc'
  | 'erfcx'
  | 'erfcxGap'
  | 'erfcxTail'
  | 'erfcxslope'
  | 'erfi'
  | 'expSquare'
  | 'expint'
  | 'exprel'
  | 'exprelcurve'
  | 'exprelslope'
  | 'exprest'
  | 'expsq'
  | 'fresnelC'
  | 'fresnelS'
  | 'gamma'
  | 'gammaUnit'
  | 'gammainc'
  | 'gammaincFraction'
  | 'gammaincNearZero'
  | 'hurwitzZeta'
  | 'hypot'
  | 'hypot1m1'
  | 'lambertw'
  | 'langevin'
  | 'langevincurve'
  | 'langevinslope'
  | 'lbeta'
  | 'lgamma'
  | 'lgammaUnit'
  | 'li'
  | 'lndiv'
  | 'lnmul'
  | 'lnrel'
  | 'lnrelcurve'
  | 'lnrelslope'
  | 'log1mexp'
  | 'log1pmul'
  | 'log1pmx'
  | 'log1prel'
  | 'log1prelcurve'
  | 'log1prelslope'
  | 'log1psq'
  | 'logaddexp'
  | 'logcosh'
  | 'logerfc'
  | 'logexpm1'
  | 'loghalferfc'
  | 'logit'
  | 'logofgamma'
  | 'logsinh'
  | 'mod'
  | 'ndtr'
  | 'nextCheckpoint'
  | 'onemsinq'
  | 'over1pmul'
  | 'polygamma'
  | 'pow1p'
  | 'pow1pm1'
  | 'powExp'
  | 'powm1'
  | 'root0'
  | 'saturation'
  | 'sech2'
  | 'sigmoid'
  | 'sigmoidrest'
  | 'sinPi'
  | 'sinc'
  | 'sinegap'
  | 'sinhGap'
  | 'sinq'
  | 'sinqcurve'
  | 'sinqrest'
  | 'sinqslope'
  | 'softplus'
  | 'sphericalj'
  | 'sqrt1pm1'
  | 'squareModulo4'
  | 'stirlingRest'
  | 'tanhc'
  | 'tanhccurve'
  | 'tanhcslope'
  | 'tanhslope'
  | 'trigamma'
  | 'versin'
  | 'versinc'
  | 'versinccurve'
  | 'versincslope'
  | 'xdivy'
  | 'xexpy'
  | 'xlog1py'
  | 'xlogy'
  | 'xover1psq';

export interface KernelSource {
  /** a TypeScript function with its comment, without `export` */
  readonly source: string;
  /** the same in plain JavaScript, without the comment */
  readonly javascript: string;
  /** the kernels it calls */
  readonly dependsOn: readonly KernelName[];
}

export const kernelSources: Readonly<Record<KernelName, KernelSource>> = {
  Chi: {
    source: `/** Hyperbolic cosine integral (Ei(x) - E1(x))/2; NaN for x < 0. Relative error below 6e-15 off its zero 0.5238… */
function Chi(x: number): number {
  if (x > 30) return 0.5 * Ei(x);
  const u = x * x;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 200; k++) {
    power *= u / ((2 * k - 1) * 2 * k);
    const term = power / (2 * k);
    sum += term;
    if (term <= 1e-17 * sum) break;
  }
  return 0.5772156649015329 + Math.log(x) + sum;
}`,
    javascript: `function Chi(x) {
  if (x > 30) return 0.5 * Ei(x);
  const u = x * x;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 200; k++) {
    power *= u / ((2 * k - 1) * 2 * k);
    const term = power / (2 * k);
    sum += term;
    if (term <= 1e-17 * sum) break;
  }
  return 0.5772156649015329 + Math.log(x) + sum;
}`,
    dependsOn: ['Ei'],
  },
  Ci: {
    source: `/**
 * Cosine integral, minus the integral of cos(t)/t from x to infinity; NaN for x < 0.
 * Relative error below 1e-14; absolute 3e-16 near its zeros.
 */
function Ci(x: number): number {
  if (x > 1e17) return x === Infinity ? 0 : Math.sin(x) / x;
  if (x > 3) return -complexFraction(x, 2, 1, 0, Math.cos(x), Math.sin(x));
  const u = -x * x;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 40; k++) {
    power *= u / ((2 * k - 1) * 2 * k);
    sum += power / (2 * k);
  }
  return 0.5772156649015329 + Math.log(x) + sum;
}`,
    javascript: `function Ci(x) {
  if (x > 1e17) return x === Infinity ? 0 : Math.sin(x) / x;
  if (x > 3) return -complexFraction(x, 2, 1, 0, Math.cos(x), Math.sin(x));
  const u = -x * x;
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 40; k++) {
    power *= u / ((2 * k - 1) * 2 * k);
    sum += power / (2 * k);
  }
  return 0.5772156649015329 + Math.log(x) + sum;
}`,
    dependsOn: ['complexFraction'],
  },
  E1: {
    source: `/**
 * Exponential integral E1(x), the integral of exp(-t)/t from x to infinity; NaN for x < 0.
 * Relative error below 9e-15.
 */
function E1(x: number): number {
  if (x > 745) return 0;
  if (x > 1) return Math.exp(-x) * gammaincFraction(0, x);
  return -0.5772156649015329 - Math.log(x) - einSeries(-x);
}`,
    javascript: `function E1(x) {
  if (x > 745) return 0;
  if (x > 1) return Math.exp(-x) * gammaincFraction(0, x);
  return -0.5772156649015329 - Math.log(x) - einSeries(-x);
}`,
    dependsOn: ['einSeries', 'gammaincFraction'],
  },
  Ei: {
    source: `/**
 * Exponential integral Ei(x), the principal value of the integral of exp(t)/t from -infinity to x.
 * Relative error below 7e-15, near its zero 0.3725… too.
 */
function Ei(x: number): number {
  if (x < 0) return x === -Infinity ? -0 : -E1(-x);
  if (x > 40) {
    if (x > 720) return Infinity;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < x && term > 1e-17; k++) {
      term *= k / x;
      sum += term;
    }
    const half = Math.exp(0.5 * x);
    return half * ((half * sum) / x);
  }
  // from the zero, in two parts, since the logarithm and the series cancel there
  const t = x - 0.3725074107813666 - 1.3140183414386028e-17;
  if (Math.abs(t) < 0.03) {
    const slope =
      3.8962157339071672 + t * (-3.2816078663985615 + t * (6.522376145438925 + t * (-12.969697383536516 + t *
      (27.88629796294205 + t * (-62.37880152891542 + t * (143.5349488096751 + t * (-337.1558271787469 + t *
      (804.5318399821382 + t * (-1943.7966457234988 + t * (4743.765650402431 + t * (-11673.463991167164 + t *
      (28926.95530543545 + t * -72107.9458683716))))))))))));
    return t * slope;
  }
  return 0.5772156649015329 + Math.log(x) + einSeries(x);
}`,
    javascript: `function Ei(x) {
  if (x < 0) return x === -Infinity ? -0 : -E1(-x);
  if (x > 40) {
    if (x > 720) return Infinity;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < x && term > 1e-17; k++) {
      term *= k / x;
      sum += term;
    }
    const half = Math.exp(0.5 * x);
    return half * ((half * sum) / x);
  }
  // from the zero, in two parts, since the logarithm and the series cancel there
  const t = x - 0.3725074107813666 - 1.3140183414386028e-17;
  if (Math.abs(t) < 0.03) {
    const slope =
      3.8962157339071672 + t * (-3.2816078663985615 + t * (6.522376145438925 + t * (-12.969697383536516 + t *
      (27.88629796294205 + t * (-62.37880152891542 + t * (143.5349488096751 + t * (-337.1558271787469 + t *
      (804.5318399821382 + t * (-1943.7966457234988 + t * (4743.765650402431 + t * (-11673.463991167164 + t *
      (28926.95530543545 + t * -72107.9458683716))))))))))));
    return t * slope;
  }
  return 0.5772156649015329 + Math.log(x) + einSeries(x);
}`,
    dependsOn: ['E1', 'einSeries'],
  },
  Shi: {
    source: `/** Hyperbolic sine integral, the integral of sinh(t)/t from 0 to x. Relative error below 3e-15. */
function Shi(x: number): number {
  if (Math.abs(x) > 30) return 0.5 * (x < 0 ? -Ei(-x) : Ei(x));
  const u = x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    power *= u / (2 * k * (2 * k + 1));
    const term = power / (2 * k + 1);
    sum += term;
    if (Math.abs(term) <= 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}`,
    javascript: `function Shi(x) {
  if (Math.abs(x) > 30) return 0.5 * (x < 0 ? -Ei(-x) : Ei(x));
  const u = x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    power *= u / (2 * k * (2 * k + 1));
    const term = power / (2 * k + 1);
    sum += term;
    if (Math.abs(term) <= 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}`,
    dependsOn: ['Ei'],
  },
  Si: {
    source: `/** Sine integral, the integral of sin(t)/t from 0 to x. Relative error below 1e-15. */
function Si(x: number): number {
  const a = Math.abs(x);
  if (a > 3) {
    // the tail is the continued fraction of E1(ix), turned by exp(-ix)
    if (a > 1e17) return x < 0 ? -Math.PI / 2 : Math.PI / 2;
    const value = Math.PI / 2 + complexFraction(a, 2, 1, 0, -Math.sin(a), Math.cos(a));
    return x < 0 ? -value : value;
  }
  if (x === 0) return x;
  const u = -x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 40; k++) {
    power *= u / (2 * k * (2 * k + 1));
    sum += power / (2 * k + 1);
  }
  return sum;
}`,
    javascript: `function Si(x) {
  const a = Math.abs(x);
  if (a > 3) {
    // the tail is the continued fraction of E1(ix), turned by exp(-ix)
    if (a > 1e17) return x < 0 ? -Math.PI / 2 : Math.PI / 2;
    const value = Math.PI / 2 + complexFraction(a, 2, 1, 0, -Math.sin(a), Math.cos(a));
    return x < 0 ? -value : value;
  }
  if (x === 0) return x;
  const u = -x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 40; k++) {
    power *= u / (2 * k * (2 * k + 1));
    sum += power / (2 * k + 1);
  }
  return sum;
}`,
    dependsOn: ['complexFraction'],
  },
  acos1m: {
    source: `/** acos(1 - x), accurate for small x; 0 where 1 - x rounds to 1. Maximum error 2 ulp. */
function acos1m(x: number): number {
  if (x < 0) return 1 - x === 1 ? 0 : NaN;
  return 2 * Math.asin(Math.sqrt(0.5 * x));
}`,
    javascript: `function acos1m(x) {
  if (x < 0) return 1 - x === 1 ? 0 : NaN;
  return 2 * Math.asin(Math.sqrt(0.5 * x));
}`,
    dependsOn: [],
  },
  acosh1p: {
    source: `/** acosh(1 + x), accurate for small x; 0 where 1 + x rounds to 1. Maximum error 3 ulp. */
function acosh1p(x: number): number {
  if (x < 0) return 1 + x === 1 ? 0 : NaN;
  return x > 1e150 ? Math.log(x) + Math.LN2 : Math.log1p(x + Math.sqrt(x * (2 + x)));
}`,
    javascript: `function acosh1p(x) {
  if (x < 0) return 1 + x === 1 ? 0 : NaN;
  return x > 1e150 ? Math.log(x) + Math.LN2 : Math.log1p(x + Math.sqrt(x * (2 + x)));
}`,
    dependsOn: [],
  },
  acoth: {
    source: `/** atanh(1/x): from x - 1, since 1/x drops the digits of x - 1. Maximum error 2 ulp. */
function acoth(x: number): number {
  const value = 0.5 * Math.log1p(2 / (Math.abs(x) - 1));
  return x < 0 ? -value : value;
}`,
    javascript: `function acoth(x) {
  const value = 0.5 * Math.log1p(2 / (Math.abs(x) - 1));
  return x < 0 ? -value : value;
}`,
    dependsOn: [],
  },
  acsc: {
    source: `/** asin(1/x): through the tangent, since 1/x drops the digits of x - 1. Maximum error 3 ulp. */
function acsc(x: number): number {
  const angle = Math.atan(1 / (Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1)));
  return x < 0 ? -angle : angle;
}`,
    javascript: `function acsc(x) {
  const angle = Math.atan(1 / (Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1)));
  return x < 0 ? -angle : angle;
}`,
    dependsOn: [],
  },
  asec: {
    source: `/** acos(1/x): through the tangent, since 1/x drops the digits of x - 1. Maximum error 3 ulp. */
function asec(x: number): number {
  const angle = Math.atan(Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1));
  return x < 0 ? Math.PI - angle : angle;
}`,
    javascript: `function asec(x) {
  const angle = Math.atan(Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1));
  return x < 0 ? Math.PI - angle : angle;
}`,
    dependsOn: [],
  },
  asech: {
    source: `/** acosh(1/x): from 1 - x, since 1/x drops the digits of 1 - x. Maximum error 3 ulp. */
function asech(x: number): number {
  return Math.log1p((1 - x + Math.sqrt((1 - x) * (1 + x))) / x);
}`,
    javascript: `function asech(x) {
  return Math.log1p((1 - x + Math.sqrt((1 - x) * (1 + x))) / x);
}`,
    dependsOn: [],
  },
  beta: {
    source: `/** Gamma(a) Gamma(b) / Gamma(a + b). Maximum error 7 ulp for 0 < a, b < 10; that of exp(lbeta) beyond. */
function beta(a: number, b: number): number {
  if (Math.max(a, b) >= 10 && Math.min(a, b) > 0) return Math.exp(lbeta(a, b));
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  const sum = p + q;
  const lost = p - (sum - q);
  return gamma(q) * (gamma(p) / gamma(sum)) * (lost === 0 ? 1 : 1 - lost * digamma(sum));
}`,
    javascript: `function beta(a, b) {
  if (Math.max(a, b) >= 10 && Math.min(a, b) > 0) return Math.exp(lbeta(a, b));
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  const sum = p + q;
  const lost = p - (sum - q);
  return gamma(q) * (gamma(p) / gamma(sum)) * (lost === 0 ? 1 : 1 - lost * digamma(sum));
}`,
    dependsOn: ['digamma', 'gamma', 'lbeta'],
  },
  bose: {
    source: `/** x/(exp(x) - 1). Maximum error 3 ulp. */
function bose(x: number): number {
  return x === 0 ? 1 : x > 800 ? 0 : x / Math.expm1(x);
}`,
    javascript: `function bose(x) {
  return x === 0 ? 1 : x > 800 ? 0 : x / Math.expm1(x);
}`,
    dependsOn: [],
  },
  bosecurve: {
    source: `/** Curvature of x/(exp(x) - 1), an even function. Maximum error 32 ulp. */
function bosecurve(x: number): number {
  const t = -Math.abs(x);
  if (t < -1.5) {
    const e = Math.exp(t);
    const rest = 1 - e;
    return t === -Infinity ? 0 : (e * (2 * e - 2 - t * (1 + e))) / rest / rest / rest;
  }
  const value = bose(t);
  const slope = exprelslope(t);
  return value * value * (2 * value * slope * slope - exprelcurve(t));
}`,
    javascript: `function bosecurve(x) {
  const t = -Math.abs(x);
  if (t < -1.5) {
    const e = Math.exp(t);
    const rest = 1 - e;
    return t === -Infinity ? 0 : (e * (2 * e - 2 - t * (1 + e))) / rest / rest / rest;
  }
  const value = bose(t);
  const slope = exprelslope(t);
  return value * value * (2 * value * slope * slope - exprelcurve(t));
}`,
    dependsOn: ['bose', 'exprelcurve', 'exprelslope'],
  },
  boseslope: {
    source: `/** Slope of x/(exp(x) - 1): that of its reciprocal, over the square of it. Maximum error 12 ulp. */
function boseslope(x: number): number {
  if (x > 40) return x > 800 ? -0 : (1 - x) * Math.exp(-x);
  const value = bose(x);
  return -value * value * exprelslope(x);
}`,
    javascript: `function boseslope(x) {
  if (x > 40) return x > 800 ? -0 : (1 - x) * Math.exp(-x);
  const value = bose(x);
  return -value * value * exprelslope(x);
}`,
    dependsOn: ['bose', 'exprelslope'],
  },
  complexFraction: {
    source: `/**
 * Let h = 1/(b0 + a1/(b1 + a2/(b2 + …))) with b_k = 1 + k step + i imaginary and a_k = -k (square k - linear), by the
 * modified Lentz method. The result is Re(h) weight + Im(h) weight2: with a cosine and a sine a rotated part of h.
 */
function complexFraction(
  imaginary: number,
  step: number,
  square: number,
  linear: number,
  weight: number,
  weight2: number,
): number {
  const size = 1 + imaginary * imaginary;
  let b = 1;
  let dr = 1 / size;
  let di = -imaginary / size;
  // c is infinite in the first step
  let cr = 1;
  let ci = 0;
  let inverse = 0;
  let hr = dr;
  let hi = di;
  for (let k = 1; k < 500; k++) {
    const a = -k * (square * k - linear);
    b += step;
    const er = a * dr + b;
    const ei = a * di + imaginary;
    const e2 = er * er + ei * ei;
    dr = er / e2;
    di = -ei / e2;
    const nextR = b + a * cr * inverse;
    ci = imaginary - a * ci * inverse;
    cr = nextR;
    inverse = 1 / (cr * cr + ci * ci);
    const fr = cr * dr - ci * di;
    const fi = cr * di + ci * dr;
    const r = hr * fr - hi * fi;
    hi = hr * fi + hi * fr;
    hr = r;
    if (Math.abs(fr - 1) + Math.abs(fi) < 3e-16) break;
  }
  return hr * weight + hi * weight2;
}`,
    javascript: `function complexFraction(
  imaginary,
  step,
  square,
  linear,
  weight,
  weight2,
) {
  const size = 1 + imaginary * imaginary;
  let b = 1;
  let dr = 1 / size;
  let di = -imaginary / size;
  // c is infinite in the first step
  let cr = 1;
  let ci = 0;
  let inverse = 0;
  let hr = dr;
  let hi = di;
  for (let k = 1; k < 500; k++) {
    const a = -k * (square * k - linear);
    b += step;
    const er = a * dr + b;
    const ei = a * di + imaginary;
    const e2 = er * er + ei * ei;
    dr = er / e2;
    di = -ei / e2;
    const nextR = b + a * cr * inverse;
    ci = imaginary - a * ci * inverse;
    cr = nextR;
    inverse = 1 / (cr * cr + ci * ci);
    const fr = cr * dr - ci * di;
    const fi = cr * di + ci * dr;
    const r = hr * fr - hi * fi;
    hi = hr * fi + hi * fr;
    hr = r;
    if (Math.abs(fr - 1) + Math.abs(fi) < 3e-16) break;
  }
  return hr * weight + hi * weight2;
}`,
    dependsOn: [],
  },
  coshGap: {
    source: `/** x cosh(x) - sinh(x) by its series: the sum of 2k x^(2k + 1)/(2k + 1)!, for |x| < 2. */
function coshGap(x: number): number {
  const s = x * x;
  let term = x;
  let sum = 0;
  for (let k = 2; k < 30; k += 2) {
    term *= s / (k * (k + 1));
    sum += k * term;
  }
  return sum;
}`,
    javascript: `function coshGap(x) {
  const s = x * x;
  let term = x;
  let sum = 0;
  for (let k = 2; k < 30; k += 2) {
    term *= s / (k * (k + 1));
    sum += k * term;
  }
  return sum;
}`,
    dependsOn: [],
  },
  diffsq: {
    source: `/** u^2 - v^2 by its factors. Maximum error 2 ulp. */
function diffsq(u: number, v: number): number {
  return (u - v) * (u + v);
}`,
    javascript: `function diffsq(u, v) {
  return (u - v) * (u + v);
}`,
    dependsOn: [],
  },
  digamma: {
    source: `/** Derivative of ln Gamma(x), NaN at the poles. Maximum error 4 ulp for x > 0. */
function digamma(x: number): number {
  if (x >= 10) {
    const u = 1 / x / x;
    const p =
      0.08333333333333333 + u * (-0.008333333333329153 + u * (0.003968253961521467 + u * (-0.004166662590118668 + u *
      (0.007574576595610069 + u * (-0.020915493429196807 + u * 0.06981743982588888)))));
    return Math.log(x) - 0.5 / x - u * p;
  }
  if (x <= 0) {
    const turn = x - Math.round(x);
    if (turn === 0) return x === 0 ? -1 / x : NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * turn);
  }
  if (x < 1) return digamma(1 + x) - 1 / x;
  let r = x;
  let sum = 0;
  while (r > 3) {
    r -= 1;
    sum += 1 / r;
  }
  const t = r - 1;
  const p =
    1.2503801375034054 + t * (2.014570960519555 + t * (1.1837687990229349 + t * (0.32133071175057404 + t *
    (0.04151677192128953 + t * (0.0023229756651990934 + t * (4.140842088333811e-05 + t * 4.4582060452293056e-08))))));
  const q =
    1 + t * (2.294713611534419 + t * (1.9134797036773734 + t * (0.7554587655803564 + t * (0.15089202198474938 + t *
    (0.01481761601656873 + t * (0.0006261082974689836 + t * 7.840520673579238e-06))))));
  // the zero 1.4616… in two parts, so that the value near it keeps its digits
  return sum + (r - 1.4616321449683622 - 9.549995429965697e-17) * (p / q);
}`,
    javascript: `function digamma(x) {
  if (x >= 10) {
    const u = 1 / x / x;
    const p =
      0.08333333333333333 + u * (-0.008333333333329153 + u * (0.003968253961521467 + u * (-0.004166662590118668 + u *
      (0.007574576595610069 + u * (-0.020915493429196807 + u * 0.06981743982588888)))));
    return Math.log(x) - 0.5 / x - u * p;
  }
  if (x <= 0) {
    const turn = x - Math.round(x);
    if (turn === 0) return x === 0 ? -1 / x : NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * turn);
  }
  if (x < 1) return digamma(1 + x) - 1 / x;
  let r = x;
  let sum = 0;
  while (r > 3) {
    r -= 1;
    sum += 1 / r;
  }
  const t = r - 1;
  const p =
    1.2503801375034054 + t * (2.014570960519555 + t * (1.1837687990229349 + t * (0.32133071175057404 + t *
    (0.04151677192128953 + t * (0.0023229756651990934 + t * (4.140842088333811e-05 + t * 4.4582060452293056e-08))))));
  const q =
    1 + t * (2.294713611534419 + t * (1.9134797036773734 + t * (0.7554587655803564 + t * (0.15089202198474938 + t *
    (0.01481761601656873 + t * (0.0006261082974689836 + t * 7.840520673579238e-06))))));
  // the zero 1.4616… in two parts, so that the value near it keeps its digits
  return sum + (r - 1.4616321449683622 - 9.549995429965697e-17) * (p / q);
}`,
    dependsOn: [],
  },
  einSeries: {
    source: `/** The sum of x^k/(k k!) over k = 1, 2, …: Ei(x) without its logarithm. */
function einSeries(x: number): number {
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 500; k++) {
    power *= x / k;
    const term = power / k;
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}`,
    javascript: `function einSeries(x) {
  let power = 1;
  let sum = 0;
  for (let k = 1; k < 500; k++) {
    power *= x / k;
    const term = power / k;
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}`,
    dependsOn: [],
  },
  erf: {
    source: `/** Error function. Maximum error 1 ulp. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 1) {
    const u = x * x;
    const p =
      1.1283791670955126 + u * (-0.37612638903183515 + u * (0.1128379167094405 + u * (-0.026866170643090832 + u *
      (0.005223977605955977 + u * (-0.0008548325921832884 + u * (0.00012055293361789941 + u * (-1.4924708324571507e-05
      + u * (1.6447084274239356e-06 + u * (-1.6205964194101388e-07 + u * (1.3709519207384055e-08 + u *
      -7.77682913736281e-10))))))))));
    return x * p;
  }
  if (a > 6) return x < 0 ? -1 : x === x ? 1 : x;
  const tail = expSquare(a, -1) * erfcxTail(a);
  return x < 0 ? tail - 1 : 1 - tail;
}`,
    javascript: `function erf(x) {
  const a = Math.abs(x);
  if (a < 1) {
    const u = x * x;
    const p =
      1.1283791670955126 + u * (-0.37612638903183515 + u * (0.1128379167094405 + u * (-0.026866170643090832 + u *
      (0.005223977605955977 + u * (-0.0008548325921832884 + u * (0.00012055293361789941 + u * (-1.4924708324571507e-05
      + u * (1.6447084274239356e-06 + u * (-1.6205964194101388e-07 + u * (1.3709519207384055e-08 + u *
      -7.77682913736281e-10))))))))));
    return x * p;
  }
  if (a > 6) return x < 0 ? -1 : x === x ? 1 : x;
  const tail = expSquare(a, -1) * erfcxTail(a);
  return x < 0 ? tail - 1 : 1 - tail;
}`,
    dependsOn: ['erfcxTail', 'expSquare'],
  },
  erfc: {
    source: `/** Complementary error function 1 - erf(x), full relative accuracy in the tail. Maximum error 3 ulp. */
function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  return x > 27.3 ? 0 : expSquare(x, -1) * erfcxTail(x);
}`,
    javascript: `function erfc(x) {
  if (x < 0.5) return 1 - erf(x);
  return x > 27.3 ? 0 : expSquare(x, -1) * erfcxTail(x);
}`,
    dependsOn: ['erf', 'erfcxTail', 'expSquare'],
  },
  erfcx: {
    source: `/** Scaled complementary error function exp(x^2) erfc(x). Maximum error 3 ulp. */
function erfcx(x: number): number {
  if (x >= 0.5) return erfcxTail(x);
  return x < -26.7 ? Infinity : expSquare(x, 1) * (1 - erf(x));
}`,
    javascript: `function erfcx(x) {
  if (x >= 0.5) return erfcxTail(x);
  return x < -26.7 ? Infinity : expSquare(x, 1) * (1 - erf(x));
}`,
    dependsOn: ['erf', 'erfcxTail', 'expSquare'],
  },
  erfcxGap: {
    source: `/** What is missing from 1/sqrt(pi) in x exp(x^2) erfc(x) for x >= 1/2: a rational fit on each of [1/2, 2], [2, 6] and [6, inf). */
function erfcxGap(x: number): number {
  if (x > 6) {
    const u = 1 / x / x;
    const p =
      0.282094791773877 + u * (4.219345610468336 + u * (16.346520327840004 + u * 14.138997621247306));
    const q =
      1 + u * (16.457190751130856 + u * (78.88269195231085 + u * (119.85600846174259 + u * 40.91297501531904)));
    return (u * p) / q;
  }
  if (x > 2) {
    const p =
      0.5642597440139494 + x * (0.7321218817606125 + x * (0.4763458231433467 + x * (0.18805926373281348 + x *
      (0.044682366876187 + x * 0.00594058849642897))));
    const q =
      1 + x * (3.0710072199645078 + x * (4.28429733978354 + x * (3.5650914930793918 + x * (1.9260685796463188 + x *
      (0.6982487839884752 + x * (0.15839456820909778 + x * 0.021058843225922056))))));
    return p / q;
  }
  const p =
    0.564189583666479 + x * (0.5136218631158711 + x * (0.26402471718979476 + x * (0.07876117188703484 + x *
    (0.013790852502214818 + x * (0.0011130067383887494 + x * 4.3537311869639626e-08)))));
  const q =
    1 + x * (2.6828249037887857 + x * (3.223154928262744 + x * (2.259298108022914 + x * (1.0044848485729612 + x *
    (0.2858015751370895 + x * (0.04881712059152983 + x * 0.003950221113047125))))));
  return p / q;
}`,
    javascript: `function erfcxGap(x) {
  if (x > 6) {
    const u = 1 / x / x;
    const p =
      0.282094791773877 + u * (4.219345610468336 + u * (16.346520327840004 + u * 14.138997621247306));
    const q =
      1 + u * (16.457190751130856 + u * (78.88269195231085 + u * (119.85600846174259 + u * 40.91297501531904)));
    return (u * p) / q;
  }
  if (x > 2) {
    const p =
      0.5642597440139494 + x * (0.7321218817606125 + x * (0.4763458231433467 + x * (0.18805926373281348 + x *
      (0.044682366876187 + x * 0.00594058849642897))));
    const q =
      1 + x * (3.0710072199645078 + x * (4.28429733978354 + x * (3.5650914930793918 + x * (1.9260685796463188 + x *
      (0.6982487839884752 + x * (0.15839456820909778 + x * 0.021058843225922056))))));
    return p / q;
  }
  const p =
    0.564189583666479 + x * (0.5136218631158711 + x * (0.26402471718979476 + x * (0.07876117188703484 + x *
    (0.013790852502214818 + x * (0.0011130067383887494 + x * 4.3537311869639626e-08)))));
  const q =
    1 + x * (2.6828249037887857 + x * (3.223154928262744 + x * (2.259298108022914 + x * (1.0044848485729612 + x *
    (0.2858015751370895 + x * (0.04881712059152983 + x * 0.003950221113047125))))));
  return p / q;
}`,
    dependsOn: [],
  },
  erfcxTail: {
    source: `/** exp(x^2) erfc(x) for x >= 1/2: the asymptotic 1/(sqrt(pi) x) less a fit whose rounding errors hardly count. */
function erfcxTail(x: number): number {
  return (0.5641895835477563 - erfcxGap(x)) / x;
}`,
    javascript: `function erfcxTail(x) {
  return (0.5641895835477563 - erfcxGap(x)) / x;
}`,
    dependsOn: ['erfcxGap'],
  },
  erfcxslope: {
    source: `/** 2 x erfcx(x) - 2/sqrt(pi), which cancels for large x. Maximum error 48 ulp. */
function erfcxslope(x: number): number {
  return x >= 0.5 ? -2 * erfcxGap(x) : 2 * x * erfcx(x) - 1.1283791670955126;
}`,
    javascript: `function erfcxslope(x) {
  return x >= 0.5 ? -2 * erfcxGap(x) : 2 * x * erfcx(x) - 1.1283791670955126;
}`,
    dependsOn: ['erfcx', 'erfcxGap'],
  },
  erfi: {
    source: `/** Imaginary error function 2/sqrt(pi) times the integral of exp(t^2) from 0 to x. Relative error below 5e-15. */
function erfi(x: number): number {
  const u = x * x;
  if (u > 42) {
    if (u > 720) return x < 0 ? -Infinity : Infinity;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 40 && term > 1e-17; k++) {
      term *= (k - 0.5) / u;
      sum += term;
    }
    // exp(x^2) in four factors: it may overflow where the quotient does not
    const quarter = expSquare(0.5 * x, 1);
    return quarter * quarter * (quarter * quarter * (sum / (x * 1.772453850905516)));
  }
  let power = x;
  let sum = x;
  for (let k = 1; Math.abs(power) > 1e-17 * Math.abs(sum); k++) {
    power *= u / k;
    sum += power / (2 * k + 1);
  }
  return 1.1283791670955126 * sum;
}`,
    javascript: `function erfi(x) {
  const u = x * x;
  if (u > 42) {
    if (u > 720) return x < 0 ? -Infinity : Infinity;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 40 && term > 1e-17; k++) {
      term *= (k - 0.5) / u;
      sum += term;
    }
    // exp(x^2) in four factors: it may overflow where the quotient does not
    const quarter = expSquare(0.5 * x, 1);
    return quarter * quarter * (quarter * quarter * (sum / (x * 1.772453850905516)));
  }
  let power = x;
  let sum = x;
  for (let k = 1; Math.abs(power) > 1e-17 * Math.abs(sum); k++) {
    power *= u / k;
    sum += power / (2 * k + 1);
  }
  return 1.1283791670955126 * sum;
}`,
    dependsOn: ['expSquare'],
  },
  expSquare: {
    source: `/** The square of x, exponentiated: exp(n * x^2) for n = 1, -1, 1/2, -1/2, with the rounding error of x^2 carried. Maximum error 2 ulp. */
function expSquare(x: number, n: number): number {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = (x - high) * (x + high);
  return Math.exp(n * high * high) * Math.exp(n * low);
}`,
    javascript: `function expSquare(x, n) {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = (x - high) * (x + high);
  return Math.exp(n * high * high) * Math.exp(n * low);
}`,
    dependsOn: [],
  },
  expint: {
    source: `/**
 * Exponential integral E_n(x), the integral of exp(-x t)/t^n from 1 to infinity: x > 0 for every real n, x < 0 for
 * n = 0, -1, -2, … Relative error below 2e-14 for |n| <= 20.
 */
function expint(n: number, x: number): number {
  if (x === 0) return n > 1 ? 1 / (n - 1) : Infinity;
  if (x > 745) return 0;
  if (n <= 0 && Math.floor(n) === n) {
    let value = Math.exp(-x) / x;
    for (let k = 1; k <= -n; k++) value = (Math.exp(-x) + k * value) / x;
    return value;
  }
  if (x < 0 || x !== x || n !== n) return NaN;
  if (x > 1.5 && x > 2 - n) return Math.exp(-x) * gammaincFraction(1 - n, x);
  return Math.pow(x, n - 1) * gammainc(1 - n, x);
}`,
    javascript: `function expint(n, x) {
  if (x === 0) return n > 1 ? 1 / (n - 1) : Infinity;
  if (x > 745) return 0;
  if (n <= 0 && Math.floor(n) === n) {
    let value = Math.exp(-x) / x;
    for (let k = 1; k <= -n; k++) value = (Math.exp(-x) + k * value) / x;
    return value;
  }
  if (x < 0 || x !== x || n !== n) return NaN;
  if (x > 1.5 && x > 2 - n) return Math.exp(-x) * gammaincFraction(1 - n, x);
  return Math.pow(x, n - 1) * gammainc(1 - n, x);
}`,
    dependsOn: ['gammainc', 'gammaincFraction'],
  },
  exprel: {
    source: `/** (exp(x) - 1)/x. Maximum error 3 ulp. */
function exprel(x: number): number {
  return Math.abs(x) < 1e-300 ? 1 : x === Infinity ? x : Math.expm1(x) / x;
}`,
    javascript: `function exprel(x) {
  return Math.abs(x) < 1e-300 ? 1 : x === Infinity ? x : Math.expm1(x) / x;
}`,
    dependsOn: [],
  },
  exprelcurve: {
    source: `/** Curvature of (exp(x) - 1)/x: the sum of x^k/(k! (k + 3)) near 0. Maximum error 16 ulp. */
function exprelcurve(x: number): number {
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
}`,
    javascript: `function exprelcurve(x) {
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
}`,
    dependsOn: [],
  },
  exprelslope: {
    source: `/** Slope of (exp(x) - 1)/x: the sum of x^k/(k! (k + 2)) near 0. Maximum error 8 ulp. */
function exprelslope(x: number): number {
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
}`,
    javascript: `function exprelslope(x) {
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
}`,
    dependsOn: [],
  },
  exprest: {
    source: `/** exp of what rounding takes from u - v (Knuth's sum of two), and 1 where that is no more than 16 ulp or exp(u - v) is 0. Maximum error 1 ulp. */
function exprest(u: number, v: number): number {
  const d = u - v;
  if (!(d < -32 && d > -746)) return 1;
  const w = d - u;
  return 1 + (u - (d - w) - (v + w));
}`,
    javascript: `function exprest(u, v) {
  const d = u - v;
  if (!(d < -32 && d > -746)) return 1;
  const w = d - u;
  return 1 + (u - (d - w) - (v + w));
}`,
    dependsOn: [],
  },
  expsq: {
    source: `/** exp(n x^2) for n = 1, -1, 1/2 or -1/2 (and, less accurately, any n). Maximum error 2 ulp. */
function expsq(x: number, n: number): number {
  if (n * x * x < -1500) return 0;
  return x > -1e150 && x < 1e150 ? expSquare(x, n) : Math.exp(n * x * x);
}`,
    javascript: `function expsq(x, n) {
  if (n * x * x < -1500) return 0;
  return x > -1e150 && x < 1e150 ? expSquare(x, n) : Math.exp(n * x * x);
}`,
    dependsOn: ['expSquare'],
  },
  fresnelC: {
    source: `/** Fresnel cosine integral, the integral of cos(pi t^2/2) from 0 to x. Relative error below 2e-15. */
function fresnelC(x: number): number {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.cos(phase), -Math.sin(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / ((2 * k - 1) * 2 * k);
    sum += power / (4 * k + 1);
  }
  return sum;
}`,
    javascript: `function fresnelC(x) {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.cos(phase), -Math.sin(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / ((2 * k - 1) * 2 * k);
    sum += power / (4 * k + 1);
  }
  return sum;
}`,
    dependsOn: ['complexFraction', 'squareModulo4'],
  },
  fresnelS: {
    source: `/** Fresnel sine integral, the integral of sin(pi t^2/2) from 0 to x. Relative error below 2e-15. */
function fresnelS(x: number): number {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.sin(phase), Math.cos(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = p * x;
  let sum = power / 3;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / (2 * k * (2 * k + 1));
    sum += power / (4 * k + 3);
  }
  return sum;
}`,
    javascript: `function fresnelS(x) {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.sin(phase), Math.cos(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = p * x;
  let sum = power / 3;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / (2 * k * (2 * k + 1));
    sum += power / (4 * k + 3);
  }
  return sum;
}`,
    dependsOn: ['complexFraction', 'squareModulo4'],
  },
  gamma: {
    source: `/** Gamma function, NaN at the poles 0, -1, -2, … except 0, where it is signed infinity. Maximum error 5 ulp. */
function gamma(x: number): number {
  if (x > 10) {
    if (x > 171.7) return Infinity;
    const root = Math.pow(x, 0.5 * x - 0.25);
    return root * Math.exp(-x) * root * 2.5066282746310007 * Math.exp(stirlingRest(x));
  }
  if (x < -20) {
    if (Math.floor(x) === x) return NaN;
    // below the smallest double, next to the poles too; the powers below would overflow
    if (x < -190) return Math.floor(x) % 2 === 0 ? 0 : -0;
    // half of the reciprocal at a time: Gamma(-x) itself may overflow
    const n = -x;
    const root = Math.pow(n, 0.5 * n - 0.25);
    const rest = Math.exp(-n) * 2.5066282746310007 * Math.exp(stirlingRest(n));
    return -Math.PI / (n * sinPi(n) * rest * root) / root;
  }
  let divisor = 1;
  let t = x;
  while (t < 0) {
    divisor *= t;
    t += 1;
  }
  if (t < 1) {
    if (t === 0) return divisor === 1 ? 1 / x : NaN;
    return gammaUnit(t) / t / divisor;
  }
  let product = 1;
  while (t > 2) {
    t -= 1;
    product *= t;
  }
  return (product * gammaUnit(t - 1)) / divisor;
}`,
    javascript: `function gamma(x) {
  if (x > 10) {
    if (x > 171.7) return Infinity;
    const root = Math.pow(x, 0.5 * x - 0.25);
    return root * Math.exp(-x) * root * 2.5066282746310007 * Math.exp(stirlingRest(x));
  }
  if (x < -20) {
    if (Math.floor(x) === x) return NaN;
    // below the smallest double, next to the poles too; the powers below would overflow
    if (x < -190) return Math.floor(x) % 2 === 0 ? 0 : -0;
    // half of the reciprocal at a time: Gamma(-x) itself may overflow
    const n = -x;
    const root = Math.pow(n, 0.5 * n - 0.25);
    const rest = Math.exp(-n) * 2.5066282746310007 * Math.exp(stirlingRest(n));
    return -Math.PI / (n * sinPi(n) * rest * root) / root;
  }
  let divisor = 1;
  let t = x;
  while (t < 0) {
    divisor *= t;
    t += 1;
  }
  if (t < 1) {
    if (t === 0) return divisor === 1 ? 1 / x : NaN;
    return gammaUnit(t) / t / divisor;
  }
  let product = 1;
  while (t > 2) {
    t -= 1;
    product *= t;
  }
  return (product * gammaUnit(t - 1)) / divisor;
}`,
    dependsOn: ['gammaUnit', 'sinPi', 'stirlingRest'],
  },
  gammaUnit: {
    source: `/** Gamma(1 + t) for 0 <= t <= 1: a rational fit. */
function gammaUnit(t: number): number {
  const p =
    1 + t * (0.6002415057562691 + t * (0.2654068538580115 + t * (0.07336528782528412 + t * (0.016853307351683357 + t *
    (0.0026938510238733405 + t * (0.00034769262449229856 + t * 2.796404261653303e-05))))));
  const q =
    1 + t * (1.1774571706578028 + t * (-0.04400241781569876 + t * (-0.2091255948296939 + t * (0.026453251720066486 + t
    * (0.010921025942946593 + t * (-0.0029829409488499855 + t * 0.0002159677556571019))))));
  return p / q;
}`,
    javascript: `function gammaUnit(t) {
  const p =
    1 + t * (0.6002415057562691 + t * (0.2654068538580115 + t * (0.07336528782528412 + t * (0.016853307351683357 + t *
    (0.0026938510238733405 + t * (0.00034769262449229856 + t * 2.796404261653303e-05))))));
  const q =
    1 + t * (1.1774571706578028 + t * (-0.04400241781569876 + t * (-0.2091255948296939 + t * (0.026453251720066486 + t
    * (0.010921025942946593 + t * (-0.0029829409488499855 + t * 0.0002159677556571019))))));
  return p / q;
}`,
    dependsOn: [],
  },
  gammainc: {
    source: `/**
 * Upper incomplete gamma function, the integral of t^(a-1) exp(-t) from x to infinity, for x >= 0 and every real a;
 * for x < 0 only a positive integer a gives a real number. Relative error below 2e-14 for |a| <= 20 (1e-12 for x < 0).
 */
function gammainc(a: number, x: number): number {
  if (x !== x || a !== a) return NaN;
  if (x < 0) {
    if (a < 1 || Math.floor(a) !== a) return NaN;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < a; k++) {
      term *= x / k;
      sum += term;
    }
    return gamma(a) * Math.exp(-x) * sum;
  }
  if (x === 0) return a > 0 ? gamma(a) : Infinity;
  if (x === Infinity) return 0;
  if (x > 1.5 && x > a + 1) return powExp(x, a) * gammaincFraction(a, x);
  if (a > 0.5) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return gamma(a) - powExp(x, a) * sum;
  }
  // in (-1/2, 1/2], reached from above: rounding 1/2 up would start below a
  const start = a - Math.ceil(a - 0.5);
  let value = gammaincNearZero(start, x);
  for (let b = start - 1; b > a - 0.5; b -= 1) value = (value - powExp(x, b)) / b;
  return value;
}`,
    javascript: `function gammainc(a, x) {
  if (x !== x || a !== a) return NaN;
  if (x < 0) {
    if (a < 1 || Math.floor(a) !== a) return NaN;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < a; k++) {
      term *= x / k;
      sum += term;
    }
    return gamma(a) * Math.exp(-x) * sum;
  }
  if (x === 0) return a > 0 ? gamma(a) : Infinity;
  if (x === Infinity) return 0;
  if (x > 1.5 && x > a + 1) return powExp(x, a) * gammaincFraction(a, x);
  if (a > 0.5) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return gamma(a) - powExp(x, a) * sum;
  }
  // in (-1/2, 1/2], reached from above: rounding 1/2 up would start below a
  const start = a - Math.ceil(a - 0.5);
  let value = gammaincNearZero(start, x);
  for (let b = start - 1; b > a - 0.5; b -= 1) value = (value - powExp(x, b)) / b;
  return value;
}`,
    dependsOn: ['gamma', 'gammaincFraction', 'gammaincNearZero', 'powExp'],
  },
  gammaincFraction: {
    source: `/** Gamma(a, x) / (x^a exp(-x)) for x > 0 by Legendre's continued fraction (modified Lentz). */
function gammaincFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / (b === 0 ? 1e-300 : b);
  let value = d;
  for (let k = 1; k < 100000; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = numerator * d + b;
    d = 1 / (d === 0 ? 1e-300 : d);
    c = b + numerator / c;
    if (c === 0) c = 1e-300;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return value;
}`,
    javascript: `function gammaincFraction(a, x) {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / (b === 0 ? 1e-300 : b);
  let value = d;
  for (let k = 1; k < 100000; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = numerator * d + b;
    d = 1 / (d === 0 ? 1e-300 : d);
    c = b + numerator / c;
    if (c === 0) c = 1e-300;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return value;
}`,
    dependsOn: [],
  },
  gammaincNearZero: {
    source: `/** Gamma(a, x) for -1/2 <= a <= 1/2 and small x: the poles of Gamma(a) and x^a/a are cancelled by hand. */
function gammaincNearZero(a: number, x: number): number {
  const p =
    -0.5772156649015329 + a * (0.2614564401019101 + a * (0.2981178825719956 + a * (0.019670014251596802 + a *
    (-0.004665876897709698 + a * (0.0025954124751355746 + a * (3.128364196712592e-05 + a *
    1.0508821777149848e-05))))));
  const q =
    1 + a * (1.2605332797927158 + a * (0.07127498704241646 + a * (-0.1929167156273671 + a * (0.008117831622231866 + a
    * (0.01002357890554267 + a * (-0.0016837013588164695 + a * 6.897454021716584e-05))))));
  const logarithm = Math.log(x);
  let power = 1;
  let series = 0;
  for (let k = 1; k < 200; k++) {
    power *= -x / k;
    const term = power / (a + k);
    series += term;
    if (Math.abs(term) < 1e-17 * Math.abs(series)) break;
  }
  const slope = a * logarithm === 0 ? logarithm : Math.expm1(a * logarithm) / a;
  return p / q - slope - Math.pow(x, a) * series;
}`,
    javascript: `function gammaincNearZero(a, x) {
  const p =
    -0.5772156649015329 + a * (0.2614564401019101 + a * (0.2981178825719956 + a * (0.019670014251596802 + a *
    (-0.004665876897709698 + a * (0.0025954124751355746 + a * (3.128364196712592e-05 + a *
    1.0508821777149848e-05))))));
  const q =
    1 + a * (1.2605332797927158 + a * (0.07127498704241646 + a * (-0.1929167156273671 + a * (0.008117831622231866 + a
    * (0.01002357890554267 + a * (-0.0016837013588164695 + a * 6.897454021716584e-05))))));
  const logarithm = Math.log(x);
  let power = 1;
  let series = 0;
  for (let k = 1; k < 200; k++) {
    power *= -x / k;
    const term = power / (a + k);
    series += term;
    if (Math.abs(term) < 1e-17 * Math.abs(series)) break;
  }
  const slope = a * logarithm === 0 ? logarithm : Math.expm1(a * logarithm) / a;
  return p / q - slope - Math.pow(x, a) * series;
}`,
    dependsOn: [],
  },
  hurwitzZeta: {
    source: `/** Hurwitz zeta: the sum of (x + k)^-s over k = 0, 1, … for s > 1, x > 0, by Euler-Maclaurin. */
function hurwitzZeta(s: number, x: number): number {
  // B(2j)/(2j)!
  const coefficients = [
    0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7, 2.08767569878681e-8,
    -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15,
    -2.174868698558062e-16,
  ];
  if (x === Infinity) return 0;
  let a = x;
  let sum = 0;
  while (a < s + 10) {
    const term = Math.pow(a, -s);
    sum += term;
    if (term < 1e-18 * sum) return sum;
    a += 1;
  }
  let term = Math.pow(a, -s);
  sum += (a * term) / (s - 1) + 0.5 * term;
  term *= s / a;
  let order = s;
  for (const coefficient of coefficients) {
    sum += coefficient * term;
    term *= ((order + 1) / a) * ((order + 2) / a);
    order += 2;
  }
  return sum;
}`,
    javascript: `function hurwitzZeta(s, x) {
  // B(2j)/(2j)!
  const coefficients = [
    0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7, 2.08767569878681e-8,
    -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15,
    -2.174868698558062e-16,
  ];
  if (x === Infinity) return 0;
  let a = x;
  let sum = 0;
  while (a < s + 10) {
    const term = Math.pow(a, -s);
    sum += term;
    if (term < 1e-18 * sum) return sum;
    a += 1;
  }
  let term = Math.pow(a, -s);
  sum += (a * term) / (s - 1) + 0.5 * term;
  term *= s / a;
  let order = s;
  for (const coefficient of coefficients) {
    sum += coefficient * term;
    term *= ((order + 1) / a) * ((order + 2) / a);
    order += 2;
  }
  return sum;
}`,
    dependsOn: [],
  },
  hypot: {
    source: `/** sqrt(a^2 + b^2) without overflow or underflow; four times faster than Math.hypot. Maximum error 2 ulp. */
function hypot(a: number, b: number): number {
  const s = a * a + b * b;
  if (s > 1e-290 && s < 1e300) return Math.sqrt(s);
  if (s !== s) return Math.hypot(a, b);
  // 2^-600 and 2^600
  const scale = s > 1 ? 2.409919865102884e-181 : 4.149515568880993e180;
  const u = a * scale;
  const v = b * scale;
  return Math.sqrt(u * u + v * v) / scale;
}`,
    javascript: `function hypot(a, b) {
  const s = a * a + b * b;
  if (s > 1e-290 && s < 1e300) return Math.sqrt(s);
  if (s !== s) return Math.hypot(a, b);
  // 2^-600 and 2^600
  const scale = s > 1 ? 2.409919865102884e-181 : 4.149515568880993e180;
  const u = a * scale;
  const v = b * scale;
  return Math.sqrt(u * u + v * v) / scale;
}`,
    dependsOn: [],
  },
  hypot1m1: {
    source: `/** sqrt(1 + x^2) - 1, accurate for small x. Maximum error 4 ulp. */
function hypot1m1(x: number): number {
  const a = Math.abs(x);
  return a === Infinity ? a : a * (a / (1 + hypot(1, a)));
}`,
    javascript: `function hypot1m1(x) {
  const a = Math.abs(x);
  return a === Infinity ? a : a * (a / (1 + hypot(1, a)));
}`,
    dependsOn: ['hypot'],
  },
  lambertw: {
    source: `/**
 * Principal branch of Lambert W: the w >= -1 with w exp(w) = x, NaN for x < -1/e.
 * Relative error below 4e-15.
 */
function lambertw(x: number): number {
  if (x === 0 || x === Infinity) return x;
  // distance to the branch point -1/e, which takes two doubles
  const gap = x + 0.36787944117144233 - 1.2428753672788363e-17;
  if (gap < -5e-17) return NaN;
  const p = Math.sqrt(5.43656365691809 * Math.max(gap, 0));
  let w = 0;
  if (p < 0.6) {
    w =
      -1 + p * (1 + p * (-0.3333333333333333 + p * (0.1527777777777778 + p * (-0.07962962962962963 +
      p * (0.0445023148148148 + p * (-0.02598471487360376 + p * (0.01563563253233392 + p * (-0.009616892024299432 +
      p * 0.006014543252956118))))))));
    if (p < 0.03) return w;
  } else if (x < 0.5) {
    w = x * (1 - x + 1.5 * x * x);
  } else if (x < 3) {
    w = x / (1 + 0.6 * x);
  } else {
    const logarithm = Math.log(x);
    w = logarithm - Math.log(logarithm);
  }
  // Newton's method on w + ln w = ln x (Iacono and Boyd 2017): quadratic, so a change of 1e-9 is the last
  for (let k = 0; k < 12; k++) {
    const next = (w / (1 + w)) * (1 + Math.log(x / w));
    const change = Math.abs(next - w);
    w = next;
    if (change <= 1e-9 * Math.abs(w)) break;
  }
  return w;
}`,
    javascript: `function lambertw(x) {
  if (x === 0 || x === Infinity) return x;
  // distance to the branch point -1/e, which takes two doubles
  const gap = x + 0.36787944117144233 - 1.2428753672788363e-17;
  if (gap < -5e-17) return NaN;
  const p = Math.sqrt(5.43656365691809 * Math.max(gap, 0));
  let w = 0;
  if (p < 0.6) {
    w =
      -1 + p * (1 + p * (-0.3333333333333333 + p * (0.1527777777777778 + p * (-0.07962962962962963 +
      p * (0.0445023148148148 + p * (-0.02598471487360376 + p * (0.01563563253233392 + p * (-0.009616892024299432 +
      p * 0.006014543252956118))))))));
    if (p < 0.03) return w;
  } else if (x < 0.5) {
    w = x * (1 - x + 1.5 * x * x);
  } else if (x < 3) {
    w = x / (1 + 0.6 * x);
  } else {
    const logarithm = Math.log(x);
    w = logarithm - Math.log(logarithm);
  }
  // Newton's method on w + ln w = ln x (Iacono and Boyd 2017): quadratic, so a change of 1e-9 is the last
  for (let k = 0; k < 12; k++) {
    const next = (w / (1 + w)) * (1 + Math.log(x / w));
    const change = Math.abs(next - w);
    w = next;
    if (change <= 1e-9 * Math.abs(w)) break;
  }
  return w;
}`,
    dependsOn: [],
  },
  langevin: {
    source: `/** coth(x) - 1/x, the Langevin function. Maximum error 12 ulp. */
function langevin(x: number): number {
  if (Math.abs(x) > 1) return 1 / Math.tanh(x) - 1 / x;
  if (Math.abs(x) < 1e-90) return x / 3;
  // (x cosh(x) - sinh(x))/(x sinh(x))
  return coshGap(x) / (x * Math.sinh(x));
}`,
    javascript: `function langevin(x) {
  if (Math.abs(x) > 1) return 1 / Math.tanh(x) - 1 / x;
  if (Math.abs(x) < 1e-90) return x / 3;
  // (x cosh(x) - sinh(x))/(x sinh(x))
  return coshGap(x) / (x * Math.sinh(x));
}`,
    dependsOn: ['coshGap'],
  },
  langevincurve: {
    source: `/** Curvature of coth(x) - 1/x: 2 cosh(x)/sinh(x)^3 - 2/x^3. Maximum error 16 ulp. */
function langevincurve(x: number): number {
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
}`,
    javascript: `function langevincurve(x) {
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
}`,
    dependsOn: [],
  },
  langevinslope: {
    source: `/** Slope of coth(x) - 1/x: 1/x^2 - 1/sinh(x)^2. Maximum error 16 ulp. */
function langevinslope(x: number): number {
  if (Math.abs(x) > 2) {
    const sinh = Math.sinh(x);
    return 1 / x / x - 1 / sinh / sinh;
  }
  if (Math.abs(x) < 1e-150) return 1 / 3;
  const sinh = Math.sinh(x);
  return (sinhGap(x) / x / x / sinh) * ((sinh + x) / sinh);
}`,
    javascript: `function langevinslope(x) {
  if (Math.abs(x) > 2) {
    const sinh = Math.sinh(x);
    return 1 / x / x - 1 / sinh / sinh;
  }
  if (Math.abs(x) < 1e-150) return 1 / 3;
  const sinh = Math.sinh(x);
  return (sinhGap(x) / x / x / sinh) * ((sinh + x) / sinh);
}`,
    dependsOn: ['sinhGap'],
  },
  lbeta: {
    source: `/**
 * ln |B(a, b)|, accurate also where the three log-gammas would cancel.
 * Absolute error below 4e-15 + 1e-15 |value| for a, b > 0.
 */
function lbeta(a: number, b: number): number {
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (p < 0) return lgamma(a) + lgamma(b) - lgamma(a + b);
  if (q < 10) return Math.log(beta(a, b));
  const rest = stirlingRest(q) - stirlingRest(p + q);
  const share = Math.log1p(-p / (p + q));
  if (p < 10) return lgamma(p) + rest + p - p * Math.log(p + q) + (q - 0.5) * share;
  const logarithm = (p - 0.5) * Math.log(p / (p + q)) + q * share;
  return 0.9189385332046727 - 0.5 * Math.log(q) + stirlingRest(p) + rest + logarithm;
}`,
    javascript: `function lbeta(a, b) {
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (p < 0) return lgamma(a) + lgamma(b) - lgamma(a + b);
  if (q < 10) return Math.log(beta(a, b));
  const rest = stirlingRest(q) - stirlingRest(p + q);
  const share = Math.log1p(-p / (p + q));
  if (p < 10) return lgamma(p) + rest + p - p * Math.log(p + q) + (q - 0.5) * share;
  const logarithm = (p - 0.5) * Math.log(p / (p + q)) + q * share;
  return 0.9189385332046727 - 0.5 * Math.log(q) + stirlingRest(p) + rest + logarithm;
}`,
    dependsOn: ['beta', 'lgamma', 'stirlingRest'],
  },
  lgamma: {
    source: `/**
 * ln |Gamma(x)|, inf at the poles. Maximum error 4 ulp for x > 0;
 * for x < 0 an absolute error of the size of ulp(ln |x|) remains near the zeros.
 */
function lgamma(x: number): number {
  if (x > 10) return (x - 0.5) * (Math.log(x) - 1) + 0.4189385332046727 + stirlingRest(x);
  if (x > 2.5) {
    let t = x - 1;
    let product = t;
    while (t > 2.5) {
      t -= 1;
      product *= t;
    }
    return Math.log(product) + (t - 1) * (t - 2) * lgammaUnit(t - 1);
  }
  // + 0: the zeros are 0, not -0
  if (x >= 1) return (x - 1) * (x - 2) * lgammaUnit(x - 1) + 0;
  if (x > 0) return x * (x - 1) * lgammaUnit(x) - Math.log(x);
  if (x !== x || Math.floor(x) === x) return x === x ? Infinity : NaN;
  return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
}`,
    javascript: `function lgamma(x) {
  if (x > 10) return (x - 0.5) * (Math.log(x) - 1) + 0.4189385332046727 + stirlingRest(x);
  if (x > 2.5) {
    let t = x - 1;
    let product = t;
    while (t > 2.5) {
      t -= 1;
      product *= t;
    }
    return Math.log(product) + (t - 1) * (t - 2) * lgammaUnit(t - 1);
  }
  // + 0: the zeros are 0, not -0
  if (x >= 1) return (x - 1) * (x - 2) * lgammaUnit(x - 1) + 0;
  if (x > 0) return x * (x - 1) * lgammaUnit(x) - Math.log(x);
  if (x !== x || Math.floor(x) === x) return x === x ? Infinity : NaN;
  return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
}`,
    dependsOn: ['lgammaUnit', 'sinPi', 'stirlingRest'],
  },
  lgammaUnit: {
    source: `/** ln Gamma(x) / ((x - 1)(x - 2)) at x = 1 + t for 0 <= t <= 3/2: a rational fit; the factors keep both zeros exact. */
function lgammaUnit(t: number): number {
  const p =
    0.5772156649015329 + t * (1.6391465323496937 + t * (1.7673314407099365 + t * (0.9033296522761799 + t *
    (0.22280330494134806 + t * (0.02390847575980654 + t * (0.0008202106135461277 + t * 2.0089238439027132e-06))))));
  const q =
    1 + t * (3.264634027549708 + t * (4.179639057854588 + t * (2.661227845547351 + t * (0.88266187321415 + t *
    (0.14587106030375002 + t * (0.010374989943634883 + t * 0.00021634623442837506))))));
  return p / q;
}`,
    javascript: `function lgammaUnit(t) {
  const p =
    0.5772156649015329 + t * (1.6391465323496937 + t * (1.7673314407099365 + t * (0.9033296522761799 + t *
    (0.22280330494134806 + t * (0.02390847575980654 + t * (0.0008202106135461277 + t * 2.0089238439027132e-06))))));
  const q =
    1 + t * (3.264634027549708 + t * (4.179639057854588 + t * (2.661227845547351 + t * (0.88266187321415 + t *
    (0.14587106030375002 + t * (0.010374989943634883 + t * 0.00021634623442837506))))));
  return p / q;
}`,
    dependsOn: [],
  },
  li: {
    source: `/**
 * Logarithmic integral li(x) = Ei(ln x), NaN for x < 0.
 * Relative error below 6e-14 (that of ln x, magnified for huge x).
 */
function li(x: number): number {
  return Ei(Math.log(x));
}`,
    javascript: `function li(x) {
  return Ei(Math.log(x));
}`,
    dependsOn: ['Ei'],
  },
  lndiv: {
    source: `/** ln(u/v), from the logarithms of u and v where the quotient overflows or vanishes. Maximum error 8 ulp away from u = v. */
function lndiv(u: number, v: number): number {
  const q = u / v;
  if ((q > 1e-290 && q < Infinity) || q < -1e-290 || q !== q || u < 0 !== v < 0) return Math.log(q);
  return Math.log(Math.abs(u)) - Math.log(Math.abs(v));
}`,
    javascript: `function lndiv(u, v) {
  const q = u / v;
  if ((q > 1e-290 && q < Infinity) || q < -1e-290 || q !== q || u < 0 !== v < 0) return Math.log(q);
  return Math.log(Math.abs(u)) - Math.log(Math.abs(v));
}`,
    dependsOn: [],
  },
  lnmul: {
    source: `/** ln(u v), from the logarithms of u and v where the product overflows or vanishes. Maximum error 8 ulp away from u v = 1. */
function lnmul(u: number, v: number): number {
  const p = u * v;
  if ((p > 1e-290 && p < Infinity) || p < -1e-290 || p !== p || u < 0 !== v < 0) return Math.log(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}`,
    javascript: `function lnmul(u, v) {
  const p = u * v;
  if ((p > 1e-290 && p < Infinity) || p < -1e-290 || p !== p || u < 0 !== v < 0) return Math.log(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}`,
    dependsOn: [],
  },
  lnrel: {
    source: `/** ln(x)/(x - 1), and its limit 1 at 1. Maximum error 4 ulp. */
function lnrel(x: number): number {
  return x > 0.6 && x < 1.5 ? log1prel(x - 1) : x === Infinity ? 0 : Math.log(x) / (x - 1);
}`,
    javascript: `function lnrel(x) {
  return x > 0.6 && x < 1.5 ? log1prel(x - 1) : x === Infinity ? 0 : Math.log(x) / (x - 1);
}`,
    dependsOn: ['log1prel'],
  },
  lnrelcurve: {
    source: `/** Curvature of ln(x)/(x - 1). Maximum error 32 ulp. */
function lnrelcurve(x: number): number {
  if (x > 0.6 && x < 2) return log1prelcurve(x - 1);
  return x === Infinity ? 0 : -(1 / x / x + 2 * lnrelslope(x)) / (x - 1);
}`,
    javascript: `function lnrelcurve(x) {
  if (x > 0.6 && x < 2) return log1prelcurve(x - 1);
  return x === Infinity ? 0 : -(1 / x / x + 2 * lnrelslope(x)) / (x - 1);
}`,
    dependsOn: ['lnrelslope', 'log1prelcurve'],
  },
  lnrelslope: {
    source: `/** Slope of ln(x)/(x - 1). Maximum error 16 ulp. */
function lnrelslope(x: number): number {
  if (x > 0.6 && x < 1.5) return log1prelslope(x - 1);
  return x === Infinity ? 0 : (1 / x - Math.log(x) / (x - 1)) / (x - 1);
}`,
    javascript: `function lnrelslope(x) {
  if (x > 0.6 && x < 1.5) return log1prelslope(x - 1);
  return x === Infinity ? 0 : (1 / x - Math.log(x) / (x - 1)) / (x - 1);
}`,
    dependsOn: ['log1prelslope'],
  },
  log1mexp: {
    source: `/** ln(1 - exp(x)) for x < 0 (Maechler 2012). Maximum error 2 ulp. */
function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}`,
    javascript: `function log1mexp(x) {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}`,
    dependsOn: [],
  },
  log1pmul: {
    source: `/** ln(1 + u v), from the logarithms of u and v where their product overflows. Maximum error 2 ulp. */
function log1pmul(u: number, v: number): number {
  const p = u * v;
  if (p < Infinity || u !== u || v !== v) return Math.log1p(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}`,
    javascript: `function log1pmul(u, v) {
  const p = u * v;
  if (p < Infinity || u !== u || v !== v) return Math.log1p(p);
  return Math.log(Math.abs(u)) + Math.log(Math.abs(v));
}`,
    dependsOn: [],
  },
  log1pmx: {
    source: `/** ln(1 + x) - x, by the series of atanh near 0. Maximum error 4 ulp. */
function log1pmx(x: number): number {
  if (!(x > -0.425 && x < 0.4)) return x === Infinity ? -x : Math.log1p(x) - x;
  const r = x / (2 + x);
  const s = r * r;
  let sum = 0;
  for (let k = 29; k >= 3; k -= 2) sum = s * (2 / k + sum);
  return r * (sum - x);
}`,
    javascript: `function log1pmx(x) {
  if (!(x > -0.425 && x < 0.4)) return x === Infinity ? -x : Math.log1p(x) - x;
  const r = x / (2 + x);
  const s = r * r;
  let sum = 0;
  for (let k = 29; k >= 3; k -= 2) sum = s * (2 / k + sum);
  return r * (sum - x);
}`,
    dependsOn: [],
  },
  log1prel: {
    source: `/** ln(1 + x)/x. Maximum error 3 ulp. */
function log1prel(x: number): number {
  return x === 0 ? 1 : x === Infinity ? 0 : Math.log1p(x) / x;
}`,
    javascript: `function log1prel(x) {
  return x === 0 ? 1 : x === Infinity ? 0 : Math.log1p(x) / x;
}`,
    dependsOn: [],
  },
  log1prelcurve: {
    source: `/** Curvature of ln(1 + x)/x, of which every series below has terms of one sign. Maximum error 32 ulp. */
function log1prelcurve(x: number): number {
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
}`,
    javascript: `function log1prelcurve(x) {
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
}`,
    dependsOn: ['log1prelslope'],
  },
  log1prelslope: {
    source: `/** Slope of ln(1 + x)/x. Maximum error 16 ulp. */
function log1prelslope(x: number): number {
  if (x > 0.5 || x < -0.4) return x === Infinity ? 0 : (1 / (1 + x) - Math.log1p(x) / x) / x;
  // derivative of the series of ln(1 + x)/x: the sum of (-1)^k k/(k + 1) x^(k - 1)
  let sum = 0;
  for (let k = 60; k >= 1; k--) sum = k / (k + 1) - x * sum;
  return -sum;
}`,
    javascript: `function log1prelslope(x) {
  if (x > 0.5 || x < -0.4) return x === Infinity ? 0 : (1 / (1 + x) - Math.log1p(x) / x) / x;
  // derivative of the series of ln(1 + x)/x: the sum of (-1)^k k/(k + 1) x^(k - 1)
  let sum = 0;
  for (let k = 60; k >= 1; k--) sum = k / (k + 1) - x * sum;
  return -sum;
}`,
    dependsOn: [],
  },
  log1psq: {
    source: `/** ln(1 + x^2) without overflow. Maximum error 2 ulp. */
function log1psq(x: number): number {
  return Math.abs(x) < 6.7e7 ? Math.log1p(x * x) : 2 * Math.log(Math.abs(x));
}`,
    javascript: `function log1psq(x) {
  return Math.abs(x) < 6.7e7 ? Math.log1p(x * x) : 2 * Math.log(Math.abs(x));
}`,
    dependsOn: [],
  },
  logaddexp: {
    source: `/** ln(exp(u) + exp(v)). Maximum error 2 ulp, of max(|u|, |v|) where the result is near 0. */
function logaddexp(u: number, v: number): number {
  const top = Math.max(u, v);
  return u === v ? u + Math.LN2 : top + Math.log1p(Math.exp(Math.min(u, v) - top));
}`,
    javascript: `function logaddexp(u, v) {
  const top = Math.max(u, v);
  return u === v ? u + Math.LN2 : top + Math.log1p(Math.exp(Math.min(u, v) - top));
}`,
    dependsOn: [],
  },
  logcosh: {
    source: `/** ln(cosh(x)). Maximum error 3 ulp. */
function logcosh(x: number): number {
  const a = Math.abs(x);
  if (a > 1) return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
  const s = Math.sinh(0.5 * a);
  return Math.log1p(2 * s * s);
}`,
    javascript: `function logcosh(x) {
  const a = Math.abs(x);
  if (a > 1) return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
  const s = Math.sinh(0.5 * a);
  return Math.log1p(2 * s * s);
}`,
    dependsOn: [],
  },
  logerfc: {
    source: `/** ln(erfc(x)), finite where erfc vanishes. Maximum error 3 ulp. */
function logerfc(x: number): number {
  return x < 0.5 ? Math.log1p(-erf(x)) : Math.log(erfcx(x)) - x * x;
}`,
    javascript: `function logerfc(x) {
  return x < 0.5 ? Math.log1p(-erf(x)) : Math.log(erfcx(x)) - x * x;
}`,
    dependsOn: ['erf', 'erfcx'],
  },
  logexpm1: {
    source: `/** ln(exp(x) - 1) for x > 0. Maximum error 2 ulp. */
function logexpm1(x: number): number {
  if (x > 36.8) return x;
  return x > 18 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}`,
    javascript: `function logexpm1(x) {
  if (x > 36.8) return x;
  return x > 18 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}`,
    dependsOn: [],
  },
  loghalferfc: {
    source: `/** ln(erfc(x)/2), finite where erfc vanishes and accurate where it is near 2. Maximum error 3 ulp. */
function loghalferfc(x: number): number {
  return x < 0 ? Math.log1p(-0.5 * erfc(-x)) : Math.log(0.5 * erfcx(x)) - x * x;
}`,
    javascript: `function loghalferfc(x) {
  return x < 0 ? Math.log1p(-0.5 * erfc(-x)) : Math.log(0.5 * erfcx(x)) - x * x;
}`,
    dependsOn: ['erfc', 'erfcx'],
  },
  logit: {
    source: `/** ln(x/(1 - x)); near 1/2, where the logarithm would cancel, from 2x - 1, which is exact. Maximum error 3 ulp. */
function logit(x: number): number {
  return x > 0.25 && x < 0.75 ? 2 * Math.atanh(2 * x - 1) : Math.log(x) - Math.log1p(-x);
}`,
    javascript: `function logit(x) {
  return x > 0.25 && x < 0.75 ? 2 * Math.atanh(2 * x - 1) : Math.log(x) - Math.log1p(-x);
}`,
    dependsOn: [],
  },
  logofgamma: {
    source: `/** ln(gamma(x)) where gamma(x) is positive, NaN elsewhere. Maximum error 4 ulp. */
function logofgamma(x: number): number {
  return x < 0 && Math.floor(x) % 2 !== 0 ? NaN : lgamma(x);
}`,
    javascript: `function logofgamma(x) {
  return x < 0 && Math.floor(x) % 2 !== 0 ? NaN : lgamma(x);
}`,
    dependsOn: ['lgamma'],
  },
  logsinh: {
    source: `/** ln(sinh(x)) for x > 0. Maximum error 3 ulp. */
function logsinh(x: number): number {
  return x > 1 ? x + Math.log1p(-Math.exp(-2 * x)) - Math.LN2 : Math.log(Math.sinh(x));
}`,
    javascript: `function logsinh(x) {
  return x > 1 ? x + Math.log1p(-Math.exp(-2 * x)) - Math.LN2 : Math.log(Math.sinh(x));
}`,
    dependsOn: [],
  },
  mod: {
    source: `/** u modulo v with the sign of v, exact: u - v*floor(u/v). */
function mod(u: number, v: number): number {
  const r = u % v;
  return r !== 0 && r < 0 !== v < 0 ? r + v : r;
}`,
    javascript: `function mod(u, v) {
  const r = u % v;
  return r !== 0 && r < 0 !== v < 0 ? r + v : r;
}`,
    dependsOn: [],
  },
  ndtr: {
    source: `/** Normal distribution function, full relative accuracy in the left tail. Maximum error 5 ulp. */
function ndtr(x: number): number {
  const u = -Math.SQRT1_2 * x;
  return u < 0.5 ? 0.5 * erfc(u) : 0.5 * expsq(x, -0.5) * erfcx(u);
}`,
    javascript: `function ndtr(x) {
  const u = -Math.SQRT1_2 * x;
  return u < 0.5 ? 0.5 * erfc(u) : 0.5 * expsq(x, -0.5) * erfcx(u);
}`,
    dependsOn: ['erfc', 'erfcx', 'expsq'],
  },
  nextCheckpoint: {
    source: `/**
 * Where to keep a state on the way from one step of a loop to another, with room for \`free\` more: with binomial
 * distances the fewest steps are taken again (Griewank and Walther 2000, "revolve"). Exact.
 */
function nextCheckpoint(from: number, to: number, free: number): number {
  const steps = to - from + 1;
  let repeats = 0;
  let reach = 1;
  while (reach < steps) {
    repeats++;
    reach = Math.round((reach * (free + 1 + repeats)) / repeats);
  }
  const before = Math.round((reach * repeats) / (free + 1 + repeats));
  const right = Math.round((before * (free + 1)) / (free + repeats));
  return from + Math.max(1, Math.min(before, steps - right));
}`,
    javascript: `function nextCheckpoint(from, to, free) {
  const steps = to - from + 1;
  let repeats = 0;
  let reach = 1;
  while (reach < steps) {
    repeats++;
    reach = Math.round((reach * (free + 1 + repeats)) / repeats);
  }
  const before = Math.round((reach * repeats) / (free + 1 + repeats));
  const right = Math.round((before * (free + 1)) / (free + repeats));
  return from + Math.max(1, Math.min(before, steps - right));
}`,
    dependsOn: [],
  },
  onemsinq: {
    source: `/** 1 - sin(x)/x. Maximum error 4 ulp. */
function onemsinq(x: number): number {
  return x === 0 ? 0 : Math.abs(x) === Infinity ? 1 : sinegap(x) / x;
}`,
    javascript: `function onemsinq(x) {
  return x === 0 ? 0 : Math.abs(x) === Infinity ? 1 : sinegap(x) / x;
}`,
    dependsOn: ['sinegap'],
  },
  over1pmul: {
    source: `/** v/(1 + u v), which is 1/u where the product overflows. Maximum error 8 ulp away from u v = -1. */
function over1pmul(u: number, v: number): number {
  const p = u * v;
  return p === Infinity || p === -Infinity ? 1 / u : v / (1 + p);
}`,
    javascript: `function over1pmul(u, v) {
  const p = u * v;
  return p === Infinity || p === -Infinity ? 1 / u : v / (1 + p);
}`,
    dependsOn: [],
  },
  polygamma: {
    source: `/** The n-th derivative of digamma, for an integer n >= 0 (NaN otherwise) and every real x but the poles. */
function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x);
  if (n < 0 || Math.floor(n) !== n) return NaN;
  let scale = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) scale *= k;
  if (x > 0) return scale * hurwitzZeta(n + 1, x);
  const turn = x - Math.floor(x);
  if (turn === 0) return x === 0 && n % 2 === 1 ? Infinity : NaN;
  // the terms left of 0 are those of the reflected argument, with their sign
  const mirrored = hurwitzZeta(n + 1, 1 - turn) - hurwitzZeta(n + 1, 1 - x);
  return scale * (hurwitzZeta(n + 1, turn) + (n % 2 === 0 ? -mirrored : mirrored));
}`,
    javascript: `function polygamma(n, x) {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x);
  if (n < 0 || Math.floor(n) !== n) return NaN;
  let scale = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) scale *= k;
  if (x > 0) return scale * hurwitzZeta(n + 1, x);
  const turn = x - Math.floor(x);
  if (turn === 0) return x === 0 && n % 2 === 1 ? Infinity : NaN;
  // the terms left of 0 are those of the reflected argument, with their sign
  const mirrored = hurwitzZeta(n + 1, 1 - turn) - hurwitzZeta(n + 1, 1 - x);
  return scale * (hurwitzZeta(n + 1, turn) + (n % 2 === 0 ? -mirrored : mirrored));
}`,
    dependsOn: ['digamma', 'hurwitzZeta', 'trigamma'],
  },
  pow1p: {
    source: `/** (1 + x)^n, accurate for small x and large n. */
function pow1p(x: number, n: number): number {
  return x > -0.5 && x < 0.5 ? Math.exp(n * Math.log1p(x)) : Math.pow(1 + x, n);
}`,
    javascript: `function pow1p(x, n) {
  return x > -0.5 && x < 0.5 ? Math.exp(n * Math.log1p(x)) : Math.pow(1 + x, n);
}`,
    dependsOn: [],
  },
  pow1pm1: {
    source: `/** (1 + x)^n - 1, accurate where that is near 0. */
function pow1pm1(x: number, n: number): number {
  return x > -0.5 && x < 0.5 ? Math.expm1(n * Math.log1p(x)) : powm1(1 + x, n);
}`,
    javascript: `function pow1pm1(x, n) {
  return x > -0.5 && x < 0.5 ? Math.expm1(n * Math.log1p(x)) : powm1(1 + x, n);
}`,
    dependsOn: ['powm1'],
  },
  powExp: {
    source: `/** x^a exp(-x) for x > 0 without overflow on the way. */
function powExp(x: number, a: number): number {
  const direct = Math.pow(x, a) * Math.exp(-x);
  return direct > 1e-290 && direct < 1e300 ? direct : Math.pow(x * Math.exp(-x / a), a);
}`,
    javascript: `function powExp(x, a) {
  const direct = Math.pow(x, a) * Math.exp(-x);
  return direct > 1e-290 && direct < 1e300 ? direct : Math.pow(x * Math.exp(-x / a), a);
}`,
    dependsOn: [],
  },
  powm1: {
    source: `/** x^n - 1, accurate where the power is near 1. Maximum error 4 ulp for n ln(x) of moderate size. */
function powm1(x: number, n: number): number {
  if (x > 0) {
    const t = n * Math.log(x);
    if (t > -1 && t < 1) return Math.expm1(t);
  }
  return Math.pow(x, n) - 1;
}`,
    javascript: `function powm1(x, n) {
  if (x > 0) {
    const t = n * Math.log(x);
    if (t > -1 && t < 1) return Math.expm1(t);
  }
  return Math.pow(x, n) - 1;
}`,
    dependsOn: [],
  },
  root0: {
    source: `/** x^n with the square root for n = 1/2. */
function root0(x: number, n: number): number {
  return n === 0.5 ? Math.sqrt(x) : Math.pow(x, n);
}`,
    javascript: `function root0(x, n) {
  return n === 0.5 ? Math.sqrt(x) : Math.pow(x, n);
}`,
    dependsOn: [],
  },
  saturation: {
    source: `/** u/(1 + u), also where u overflows. Maximum error 2 ulp. */
function saturation(u: number): number {
  return Math.abs(u) <= 1 ? u / (1 + u) : 1 / (1 + 1 / u);
}`,
    javascript: `function saturation(u) {
  return Math.abs(u) <= 1 ? u / (1 + u) : 1 / (1 + 1 / u);
}`,
    dependsOn: [],
  },
  sech2: {
    source: `/** 1/cosh(x)^2. Maximum error 4 ulp. */
function sech2(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  const w = 1 / (1 + e);
  return 4 * e * w * w;
}`,
    javascript: `function sech2(x) {
  const e = Math.exp(-2 * Math.abs(x));
  const w = 1 / (1 + e);
  return 4 * e * w * w;
}`,
    dependsOn: [],
  },
  sigmoid: {
    source: `/** 1/(1 + exp(-x)), full relative accuracy in both tails. Maximum error 2 ulp. */
function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}`,
    javascript: `function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}`,
    dependsOn: [],
  },
  sigmoidrest: {
    source: `/** sigmoid(-x) beside s = sigmoid(x): from s while that keeps its digits. Maximum error 4 ulp. */
function sigmoidrest(x: number, s: number): number {
  return s >= 0.75 ? sigmoid(-x) : x === x ? 1 - s : x;
}`,
    javascript: `function sigmoidrest(x, s) {
  return s >= 0.75 ? sigmoid(-x) : x === x ? 1 - s : x;
}`,
    dependsOn: ['sigmoid'],
  },
  sinPi: {
    source: `/** sin(pi x), exact zeros at the integers. */
function sinPi(x: number): number {
  const turns = x - 2 * Math.round(x / 2);
  const a = Math.abs(turns);
  const value = a > 0.5 ? Math.sin(Math.PI * (1 - a)) : Math.sin(Math.PI * a);
  return turns < 0 ? -value : value;
}`,
    javascript: `function sinPi(x) {
  const turns = x - 2 * Math.round(x / 2);
  const a = Math.abs(turns);
  const value = a > 0.5 ? Math.sin(Math.PI * (1 - a)) : Math.sin(Math.PI * a);
  return turns < 0 ? -value : value;
}`,
    dependsOn: [],
  },
  sinc: {
    source: `/** sin(x)/x, and 1 at 0. Maximum error 2 ulp. */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(x) / x;
}`,
    javascript: `function sinc(x) {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(x) / x;
}`,
    dependsOn: [],
  },
  sinegap: {
    source: `/** x - sin(x). Maximum error 4 ulp. */
function sinegap(x: number): number {
  if (Math.abs(x) > 1) return Math.abs(x) === Infinity ? x : x - Math.sin(x);
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 22; k += 2) {
    term *= -s / (k * (k + 1));
    sum += term;
  }
  return sum;
}`,
    javascript: `function sinegap(x) {
  if (Math.abs(x) > 1) return Math.abs(x) === Infinity ? x : x - Math.sin(x);
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 22; k += 2) {
    term *= -s / (k * (k + 1));
    sum += term;
  }
  return sum;
}`,
    dependsOn: [],
  },
  sinhGap: {
    source: `/** sinh(x) - x by its series, for |x| < 2. */
function sinhGap(x: number): number {
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 28; k += 2) {
    term *= s / (k * (k + 1));
    sum += term;
  }
  return sum;
}`,
    javascript: `function sinhGap(x) {
  const s = x * x;
  let term = (x * s) / 6;
  let sum = term;
  for (let k = 4; k < 28; k += 2) {
    term *= s / (k * (k + 1));
    sum += term;
  }
  return sum;
}`,
    dependsOn: [],
  },
  sinq: {
    source: `/** sin(x)/x, and 1 at 0. Maximum error 2 ulp. */
function sinq(x: number): number {
  return sinc(x);
}`,
    javascript: `function sinq(x) {
  return sinc(x);
}`,
    dependsOn: ['sinc'],
  },
  sinqcurve: {
    source: `/** Curvature of sin(x)/x. Absolute error below 1e-15. */
function sinqcurve(x: number): number {
  return (2 * sphericalj(2, x) - sinc(x)) / 3;
}`,
    javascript: `function sinqcurve(x) {
  return (2 * sphericalj(2, x) - sinc(x)) / 3;
}`,
    dependsOn: ['sinc', 'sphericalj'],
  },
  sinqrest: {
    source: `/** Slope of q = sin(x)/x beside its value: from q while that keeps its digits. Absolute error below 1e-15. */
function sinqrest(x: number, q: number): number {
  return x > 1 || x < -1 ? (Math.cos(x) - q) / x : q === q ? sinqslope(x) : q;
}`,
    javascript: `function sinqrest(x, q) {
  return x > 1 || x < -1 ? (Math.cos(x) - q) / x : q === q ? sinqslope(x) : q;
}`,
    dependsOn: ['sinqslope'],
  },
  sinqslope: {
    source: `/** Slope of sin(x)/x. Absolute error below 1e-15, relative below 1e-15 for |x| < 2. */
function sinqslope(x: number): number {
  return x === 0 ? -x : -sphericalj(1, x);
}`,
    javascript: `function sinqslope(x) {
  return x === 0 ? -x : -sphericalj(1, x);
}`,
    dependsOn: ['sphericalj'],
  },
  softplus: {
    source: `/** ln(1 + exp(x)). Maximum error 2 ulp. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}`,
    javascript: `function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}`,
    dependsOn: [],
  },
  sphericalj: {
    source: `/**
 * Spherical Bessel function j_n(x) for an integer n >= 0 (NaN otherwise). j_0 is sin(x)/x.
 * Absolute error below 1e-15 for n <= 10.
 */
function sphericalj(n: number, x: number): number {
  if (n < 0 || Math.floor(n) !== n) return NaN;
  if (Math.abs(x) === Infinity) return 0;
  if (Math.abs(x) < n + 1.5) {
    let power = 1;
    for (let k = 1; k <= n; k++) power *= x / (2 * k + 1);
    let sum = power;
    for (let k = 1; k < 200; k++) {
      power *= (-0.5 * x * x) / (k * (2 * n + 2 * k + 1));
      sum += power;
      if (Math.abs(power) <= 1e-17 * Math.abs(sum)) break;
    }
    return sum;
  }
  let current = Math.sin(x) / x;
  if (n === 0) return current;
  let next = (current - Math.cos(x)) / x;
  for (let k = 1; k < n; k++) {
    const after = ((2 * k + 1) / x) * next - current;
    current = next;
    next = after;
  }
  return next;
}`,
    javascript: `function sphericalj(n, x) {
  if (n < 0 || Math.floor(n) !== n) return NaN;
  if (Math.abs(x) === Infinity) return 0;
  if (Math.abs(x) < n + 1.5) {
    let power = 1;
    for (let k = 1; k <= n; k++) power *= x / (2 * k + 1);
    let sum = power;
    for (let k = 1; k < 200; k++) {
      power *= (-0.5 * x * x) / (k * (2 * n + 2 * k + 1));
      sum += power;
      if (Math.abs(power) <= 1e-17 * Math.abs(sum)) break;
    }
    return sum;
  }
  let current = Math.sin(x) / x;
  if (n === 0) return current;
  let next = (current - Math.cos(x)) / x;
  for (let k = 1; k < n; k++) {
    const after = ((2 * k + 1) / x) * next - current;
    current = next;
    next = after;
  }
  return next;
}`,
    dependsOn: [],
  },
  sqrt1pm1: {
    source: `/** sqrt(1 + x) - 1, accurate for small x. Maximum error 3 ulp. */
function sqrt1pm1(x: number): number {
  return x === Infinity ? x : x / (1 + Math.sqrt(1 + x));
}`,
    javascript: `function sqrt1pm1(x) {
  return x === Infinity ? x : x / (1 + Math.sqrt(1 + x));
}`,
    dependsOn: [],
  },
  squareModulo4: {
    source: `/** x^2 modulo 4, exact but for the last rounding: the phase pi x^2/2 keeps its digits for large x. */
function squareModulo4(x: number): number {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = x - high;
  return ((high * high) % 4) + ((2 * high * low) % 4) + low * low;
}`,
    javascript: `function squareModulo4(x) {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = x - high;
  return ((high * high) % 4) + ((2 * high * low) % 4) + low * low;
}`,
    dependsOn: [],
  },
  stirlingRest: {
    source: `/** ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi)/2) for x >= 10: what Stirling's formula leaves out. */
function stirlingRest(x: number): number {
  const u = 1 / x / x;
  const p =
    0.08333333333333333 + u * (-0.0027777777777581703 + u * (0.0007936507706496142 + u * (-0.000595228199551434 + u *
    (0.0008398155643382074 + u * -0.0017406005992110837))));
  return p / x;
}`,
    javascript: `function stirlingRest(x) {
  const u = 1 / x / x;
  const p =
    0.08333333333333333 + u * (-0.0027777777777581703 + u * (0.0007936507706496142 + u * (-0.000595228199551434 + u *
    (0.0008398155643382074 + u * -0.0017406005992110837))));
  return p / x;
}`,
    dependsOn: [],
  },
  tanhc: {
    source: `/** tanh(x)/x. Maximum error 3 ulp. */
function tanhc(x: number): number {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.tanh(x) / x;
}`,
    javascript: `function tanhc(x) {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.tanh(x) / x;
}`,
    dependsOn: [],
  },
  tanhccurve: {
    source: `/** Curvature of tanh(x)/x, an even function: near 0 as that of a product of (exp(u) - 1)/u and 1/(1 + exp(u)), u = -2|x|. Absolute error below 2e-15. */
function tanhccurve(x: number): number {
  const u = -2 * Math.abs(x);
  const e = Math.exp(u);
  const s = 1 / (1 + e);
  const q = e * s;
  if (u < -1.2) return u === -Infinity ? 0 : (-2 * (4 * s * q * Math.tanh(x) + tanhcslope(x))) / x;
  return 8 * s * (exprelcurve(u) - 2 * q * exprelslope(u) + exprel(u) * q * (q - s));
}`,
    javascript: `function tanhccurve(x) {
  const u = -2 * Math.abs(x);
  const e = Math.exp(u);
  const s = 1 / (1 + e);
  const q = e * s;
  if (u < -1.2) return u === -Infinity ? 0 : (-2 * (4 * s * q * Math.tanh(x) + tanhcslope(x))) / x;
  return 8 * s * (exprelcurve(u) - 2 * q * exprelslope(u) + exprel(u) * q * (q - s));
}`,
    dependsOn: ['exprel', 'exprelcurve', 'exprelslope', 'tanhcslope'],
  },
  tanhcslope: {
    source: `/** Slope of tanh(x)/x. Maximum error 16 ulp. */
function tanhcslope(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  const sech2 = (4 * e) / (1 + e) / (1 + e);
  if (Math.abs(x) > 0.6) return Math.abs(x) === Infinity ? 0 : (sech2 - Math.tanh(x) / x) / x;
  if (Math.abs(x) < 1e-90) return (-2 / 3) * x;
  // x sech(x)^2 - tanh(x) = (2x - sinh(2x))/(1 + cosh(2x))
  return -(sinhGap(2 * x) / (1 + Math.cosh(2 * x))) / x / x;
}`,
    javascript: `function tanhcslope(x) {
  const e = Math.exp(-2 * Math.abs(x));
  const sech2 = (4 * e) / (1 + e) / (1 + e);
  if (Math.abs(x) > 0.6) return Math.abs(x) === Infinity ? 0 : (sech2 - Math.tanh(x) / x) / x;
  if (Math.abs(x) < 1e-90) return (-2 / 3) * x;
  // x sech(x)^2 - tanh(x) = (2x - sinh(2x))/(1 + cosh(2x))
  return -(sinhGap(2 * x) / (1 + Math.cosh(2 * x))) / x / x;
}`,
    dependsOn: ['sinhGap'],
  },
  tanhslope: {
    source: `/** 1/cosh(x)^2 beside t = tanh(x): from t while that keeps its digits. Maximum error 4 ulp. */
function tanhslope(x: number, t: number): number {
  const u = t * t;
  return u >= 0.8 ? sech2(x) : x === x ? 1 - u : x;
}`,
    javascript: `function tanhslope(x, t) {
  const u = t * t;
  return u >= 0.8 ? sech2(x) : x === x ? 1 - u : x;
}`,
    dependsOn: ['sech2'],
  },
  trigamma: {
    source: `/** Second derivative of ln Gamma(x). Maximum error 4 ulp for x > 0. */
function trigamma(x: number): number {
  if (x <= 0) {
    if (Math.floor(x) === x) return x === 0 ? Infinity : NaN;
    const cosecant = Math.PI / sinPi(x);
    return cosecant * cosecant - trigamma(1 - x);
  }
  let t = x;
  let sum = 0;
  while (t < 10) {
    sum += 1 / (t * t);
    t += 1;
  }
  const u = 1 / t / t;
  const rest =
    0.16666666666666666 + u * (-0.03333333333333333 + u * (0.023809523809523808 + u * (-0.03333333333333333 + u *
    (0.07575757575757576 + u * (-0.2531135531135531 + u * (1.1666666666666667 + u * -7.092156862745098))))));
  return sum + (1 + (0.5 + rest / t) / t) / t;
}`,
    javascript: `function trigamma(x) {
  if (x <= 0) {
    if (Math.floor(x) === x) return x === 0 ? Infinity : NaN;
    const cosecant = Math.PI / sinPi(x);
    return cosecant * cosecant - trigamma(1 - x);
  }
  let t = x;
  let sum = 0;
  while (t < 10) {
    sum += 1 / (t * t);
    t += 1;
  }
  const u = 1 / t / t;
  const rest =
    0.16666666666666666 + u * (-0.03333333333333333 + u * (0.023809523809523808 + u * (-0.03333333333333333 + u *
    (0.07575757575757576 + u * (-0.2531135531135531 + u * (1.1666666666666667 + u * -7.092156862745098))))));
  return sum + (1 + (0.5 + rest / t) / t) / t;
}`,
    dependsOn: ['sinPi'],
  },
  versin: {
    source: `/** 1 - cos(x), accurate for small x. Maximum error 3 ulp. */
function versin(x: number): number {
  const s = Math.sin(0.5 * x);
  return 2 * s * s;
}`,
    javascript: `function versin(x) {
  const s = Math.sin(0.5 * x);
  return 2 * s * s;
}`,
    dependsOn: [],
  },
  versinc: {
    source: `/** (1 - cos(x))/x^2. Maximum error 4 ulp. */
function versinc(x: number): number {
  const half = 0.5 * x;
  const q = Math.abs(x) < 1e-150 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(half) / half;
  return 0.5 * q * q;
}`,
    javascript: `function versinc(x) {
  const half = 0.5 * x;
  const q = Math.abs(x) < 1e-150 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(half) / half;
  return 0.5 * q * q;
}`,
    dependsOn: [],
  },
  versinccurve: {
    source: `/** Curvature of (1 - cos(x))/x^2. Absolute error below 1e-15, relative below 4e-15 for |x| < 1. */
function versinccurve(x: number): number {
  if (Math.abs(x) > 2) return Math.abs(x) === Infinity ? 0 : ((Math.cos(x) - (4 * Math.sin(x)) / x) / x + 6 * (versinc(x) / x)) / x;
  // the sum of (-1)^k 2k (2k - 1) x^(2k - 2)/(2k + 2)!
  let term = -1 / 24;
  let sum = 2 * term;
  for (let k = 2; k < 16; k++) {
    term *= (-x * x) / ((2 * k + 1) * (2 * k + 2));
    sum += 2 * k * (2 * k - 1) * term;
  }
  return sum;
}`,
    javascript: `function versinccurve(x) {
  if (Math.abs(x) > 2) return Math.abs(x) === Infinity ? 0 : ((Math.cos(x) - (4 * Math.sin(x)) / x) / x + 6 * (versinc(x) / x)) / x;
  // the sum of (-1)^k 2k (2k - 1) x^(2k - 2)/(2k + 2)!
  let term = -1 / 24;
  let sum = 2 * term;
  for (let k = 2; k < 16; k++) {
    term *= (-x * x) / ((2 * k + 1) * (2 * k + 2));
    sum += 2 * k * (2 * k - 1) * term;
  }
  return sum;
}`,
    dependsOn: ['versinc'],
  },
  versincslope: {
    source: `/** Slope of (1 - cos(x))/x^2: (x sin(x) - 2 (1 - cos(x)))/x^3. Maximum error 16 ulp. */
function versincslope(x: number): number {
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
}`,
    javascript: `function versincslope(x) {
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
}`,
    dependsOn: [],
  },
  xdivy: {
    source: `/** x/t, and 0 for x = 0 whatever t is (NaN excepted). */
function xdivy(x: number, t: number): number {
  return x === 0 && t === t ? 0 : x / t;
}`,
    javascript: `function xdivy(x, t) {
  return x === 0 && t === t ? 0 : x / t;
}`,
    dependsOn: [],
  },
  xexpy: {
    source: `/** x exp(u), and 0 where the exponential vanishes, however large x is. */
function xexpy(x: number, u: number): number {
  const e = Math.exp(u);
  return e === 0 && x === x ? 0 : x * e;
}`,
    javascript: `function xexpy(x, u) {
  const e = Math.exp(u);
  return e === 0 && x === x ? 0 : x * e;
}`,
    dependsOn: [],
  },
  xlog1py: {
    source: `/** x ln(1 + t), and 0 for x = 0 and t >= -1. */
function xlog1py(x: number, t: number): number {
  return x === 0 && t >= -1 ? 0 : x * Math.log1p(t);
}`,
    javascript: `function xlog1py(x, t) {
  return x === 0 && t >= -1 ? 0 : x * Math.log1p(t);
}`,
    dependsOn: [],
  },
  xlogy: {
    source: `/** x ln(t), and 0 for x = 0 and t >= 0. */
function xlogy(x: number, t: number): number {
  return x === 0 && t >= 0 ? 0 : x * Math.log(t);
}`,
    javascript: `function xlogy(x, t) {
  return x === 0 && t >= 0 ? 0 : x * Math.log(t);
}`,
    dependsOn: [],
  },
  xover1psq: {
    source: `/** x/(1 + x^2) without overflow. Maximum error 2 ulp. */
function xover1psq(x: number): number {
  return Math.abs(x) < 1e150 ? x / (1 + x * x) : 1 / x;
}`,
    javascript: `function xover1psq(x) {
  return Math.abs(x) < 1e150 ? x / (1 + x * x) : 1 / x;
}`,
    dependsOn: [],
  },
};
