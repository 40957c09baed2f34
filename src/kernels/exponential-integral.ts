/** The exponential and logarithmic integrals. */
import { gammaincFraction } from './incomplete-gamma.ts';

/** The sum of x^k/(k k!) over k = 1, 2, …: Ei(x) without its logarithm. */
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
}

/**
 * Exponential integral E1(x), the integral of exp(-t)/t from x to infinity; NaN for x < 0.
 * Relative error below 9e-15.
 */
export function E1(x: number): number {
  if (x > 745) return 0;
  if (x > 1) return Math.exp(-x) * gammaincFraction(0, x);
  return -0.5772156649015329 - Math.log(x) - einSeries(-x);
}

/**
 * Exponential integral Ei(x), the principal value of the integral of exp(t)/t from -infinity to x.
 * Relative error below 7e-15, near its zero 0.3725… too.
 */
export function Ei(x: number): number {
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
}

/**
 * Logarithmic integral li(x) = Ei(ln x), NaN for x < 0.
 * Relative error below 6e-14 (that of ln x, magnified for huge x).
 */
export function li(x: number): number {
  return Ei(Math.log(x));
}
