/** The gamma function, its logarithm, and the logarithm's derivatives. */

/** Gamma(1 + t) for 0 <= t <= 1: a rational fit. */
function gammaUnit(t: number): number {
  const p =
    1 + t * (0.6002415057562691 + t * (0.2654068538580115 + t * (0.07336528782528412 + t * (0.016853307351683357 + t *
    (0.0026938510238733405 + t * (0.00034769262449229856 + t * 2.796404261653303e-05))))));
  const q =
    1 + t * (1.1774571706578028 + t * (-0.04400241781569876 + t * (-0.2091255948296939 + t * (0.026453251720066486 + t
    * (0.010921025942946593 + t * (-0.0029829409488499855 + t * 0.0002159677556571019))))));
  return p / q;
}

/** ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi)/2) for x >= 10: what Stirling's formula leaves out. */
function stirlingRest(x: number): number {
  const u = 1 / x / x;
  const p =
    0.08333333333333333 + u * (-0.0027777777777581703 + u * (0.0007936507706496142 + u * (-0.000595228199551434 + u *
    (0.0008398155643382074 + u * -0.0017406005992110837))));
  return p / x;
}

/** sin(pi x), exact zeros at the integers. */
function sinPi(x: number): number {
  const turns = x - 2 * Math.round(x / 2);
  const a = Math.abs(turns);
  const value = a > 0.5 ? Math.sin(Math.PI * (1 - a)) : Math.sin(Math.PI * a);
  return turns < 0 ? -value : value;
}

/** Gamma function, NaN at the poles 0, -1, -2, … except 0, where it is signed infinity. Maximum error 5 ulp. */
export function gamma(x: number): number {
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
}

/** ln Gamma(x) / ((x - 1)(x - 2)) at x = 1 + t for 0 <= t <= 3/2: a rational fit; the factors keep both zeros exact. */
function lgammaUnit(t: number): number {
  const p =
    0.5772156649015329 + t * (1.6391465323496937 + t * (1.7673314407099365 + t * (0.9033296522761799 + t *
    (0.22280330494134806 + t * (0.02390847575980654 + t * (0.0008202106135461277 + t * 2.0089238439027132e-06))))));
  const q =
    1 + t * (3.264634027549708 + t * (4.179639057854588 + t * (2.661227845547351 + t * (0.88266187321415 + t *
    (0.14587106030375002 + t * (0.010374989943634883 + t * 0.00021634623442837506))))));
  return p / q;
}

/**
 * ln |Gamma(x)|, inf at the poles. Maximum error 4 ulp for x > 0;
 * for x < 0 an absolute error of the size of ulp(ln |x|) remains near the zeros.
 */
export function lgamma(x: number): number {
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
}

/** Derivative of ln Gamma(x), NaN at the poles. Maximum error 4 ulp for x > 0. */
export function digamma(x: number): number {
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
}

/** Second derivative of ln Gamma(x). Maximum error 4 ulp for x > 0. */
export function trigamma(x: number): number {
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
}

/** Hurwitz zeta: the sum of (x + k)^-s over k = 0, 1, … for s > 1, x > 0, by Euler-Maclaurin. */
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
}

/** The n-th derivative of digamma, for an integer n >= 0 (NaN otherwise) and every real x but the poles. */
export function polygamma(n: number, x: number): number {
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
}

/**
 * ln |B(a, b)|, accurate also where the three log-gammas would cancel.
 * Absolute error below 4e-15 + 1e-15 |value| for a, b > 0.
 */
export function lbeta(a: number, b: number): number {
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (p < 0) return lgamma(a) + lgamma(b) - lgamma(a + b);
  if (q < 10) return Math.log(beta(a, b));
  const rest = stirlingRest(q) - stirlingRest(p + q);
  const share = Math.log1p(-p / (p + q));
  if (p < 10) return lgamma(p) + rest + p - p * Math.log(p + q) + (q - 0.5) * share;
  const logarithm = (p - 0.5) * Math.log(p / (p + q)) + q * share;
  return 0.9189385332046727 - 0.5 * Math.log(q) + stirlingRest(p) + rest + logarithm;
}

/** Gamma(a) Gamma(b) / Gamma(a + b). Maximum error 7 ulp for 0 < a, b < 10; that of exp(lbeta) beyond. */
export function beta(a: number, b: number): number {
  if (Math.max(a, b) >= 10 && Math.min(a, b) > 0) return Math.exp(lbeta(a, b));
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  const sum = p + q;
  const lost = p - (sum - q);
  return gamma(q) * (gamma(p) / gamma(sum)) * (lost === 0 ? 1 : 1 - lost * digamma(sum));
}
