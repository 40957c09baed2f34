/** The upper incomplete gamma function and the exponential integrals E_n. */
import { gamma } from './gamma.ts';

/** x^a exp(-x) for x > 0 without overflow on the way. */
function powExp(x: number, a: number): number {
  const direct = Math.pow(x, a) * Math.exp(-x);
  return direct > 1e-290 && direct < 1e300 ? direct : Math.pow(x * Math.exp(-x / a), a);
}

/** Gamma(a, x) / (x^a exp(-x)) for x > 0 by Legendre's continued fraction (modified Lentz). */
export function gammaincFraction(a: number, x: number): number {
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
}

/** Gamma(a, x) for -1/2 <= a <= 1/2 and small x: the poles of Gamma(a) and x^a/a are cancelled by hand. */
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
}

/**
 * Upper incomplete gamma function, the integral of t^(a-1) exp(-t) from x to infinity, for x >= 0 and every real a;
 * for x < 0 only a positive integer a gives a real number. Relative error below 2e-14 for |a| <= 20 (1e-12 for x < 0).
 */
export function gammainc(a: number, x: number): number {
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
}

/**
 * Exponential integral E_n(x), the integral of exp(-x t)/t^n from 1 to infinity: x > 0 for every real n, x < 0 for
 * n = 0, -1, -2, … Relative error below 2e-14 for |n| <= 20.
 */
export function expint(n: number, x: number): number {
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
}
