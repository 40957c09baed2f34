/** Sine and cosine integrals, circular and hyperbolic. */
import { complexFraction } from './complex-fraction.ts';
import { Ei } from './exponential-integral.ts';

/** Sine integral, the integral of sin(t)/t from 0 to x. Relative error below 1e-15. */
export function Si(x: number): number {
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
}

/**
 * Cosine integral, minus the integral of cos(t)/t from x to infinity; NaN for x < 0.
 * Relative error below 1e-14; absolute 3e-16 near its zeros.
 */
export function Ci(x: number): number {
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
}

/** Hyperbolic sine integral, the integral of sinh(t)/t from 0 to x. Relative error below 3e-15. */
export function Shi(x: number): number {
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
}

/** Hyperbolic cosine integral (Ei(x) - E1(x))/2; NaN for x < 0. Relative error below 6e-15 off its zero 0.5238… */
export function Chi(x: number): number {
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
}
