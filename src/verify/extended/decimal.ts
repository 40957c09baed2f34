/**
 * The arithmetic of the oracle: decimal.js at 46 digits. Only `verify/extended/` imports it, and everything
 * in there is loaded when a verdict needs it: a one-liner never does.
 */
import { Decimal } from 'decimal.js';

export type Real = Decimal;
export type Arithmetic = typeof Decimal;
/** A scalar operation in decimals. */
export type Operation = (...x: Real[]) => Real;

/** Enough for differences of the fourth order; each digit more costs every test. */
export const DIGITS = 46;

/** An arithmetic of its own: decimal.js keeps the precision in the constructor, and the default one is not ours. */
export function arithmetic(digits: number): Arithmetic {
  return Decimal.clone({ precision: Math.ceil(digits), rounding: Decimal.ROUND_HALF_EVEN, maxE: 9e15, minE: -9e15, defaults: true });
}

export const R: Arithmetic = arithmetic(DIGITS);
export const zero: Real = new R(0);
export const one: Real = new R(1);
export const nan: Real = new R(Number.NaN);
export const infinity: Real = new R(Infinity);
export const pi = (): Real => R.acos(-1);
/** Computed when it is first asked for, and then kept: the value depends on nothing. */
export function lazily<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

/** Euler's constant by Brent and McMillan's method: Σ (nᵏ/k!)² (Hₖ − ln n) / Σ (nᵏ/k!)², off by e^(−4n). */
export const euler = lazily((): Real => {
  const wide = arithmetic(300);
  const n = 140;
  let weight = new wide(1);
  let harmonic = wide.ln(n).neg();
  let above = harmonic;
  let below = weight;
  for (let k = 1; k < 5 * n; k++) {
    weight = weight.times(n * n).div(k * k);
    harmonic = harmonic.plus(new wide(1).div(k));
    above = above.plus(weight.times(harmonic));
    below = below.plus(weight);
  }
  return new (arithmetic(230))(above.div(below)).plus(0);
});

/** The double itself: decimal.js would read its shortest decimal text, which is another number. */
export function exactly(x: number): Real {
  if (!Number.isFinite(x) || x === 0) return new R(x);
  if (Number.isInteger(x)) return new R(BigInt(x).toString());
  let exponent = 0;
  let mantissa = x;
  for (; !Number.isInteger(mantissa); mantissa *= 2) exponent++;
  const wide = arithmetic(120);
  return new R(new wide(mantissa).div(new wide(2).pow(exponent)));
}

/** Computes with other digits and goes back: where a formula cancels, what 46 digits say is compared with what more say. */
export function withDigits<T>(digits: number, compute: () => T): T {
  const before = R.precision;
  R.set({ precision: digits });
  try {
    return compute();
  } finally {
    R.set({ precision: before });
  }
}

export const truth = (b: boolean): Real => (b ? one : zero);
export const unary = (f: (x: Real) => Real): Operation => (x = nan) => f(x);
export const binary = (f: (x: Real, y: Real) => Real): Operation => (x = nan, y = nan) => f(x, y);

/** Rounded back to the digits that the oracle keeps. */
export function rounded(x: Real): Real {
  return new R(x).plus(zero);
}

/** Σ terms from the first on, until they no longer matter; `next` makes term n from term n − 1. */
export function series(first: Real, next: (term: Real, n: number) => Real): Real {
  let term = first;
  let sum = first;
  const digits = (first.constructor as Arithmetic).precision;
  let small = 0;
  for (let n = 1; n < 20_000 && small < 3; n++) {
    term = next(term, n);
    sum = sum.plus(term);
    // a single small term may be an accident of alternation
    small = term.isZero() || term.e < sum.e - digits ? small + 1 : 0;
  }
  return sum;
}

/** Σ of an asymptotic series, stopped at its smallest term. */
export function asymptotic(first: Real, next: (term: Real, n: number) => Real): Real {
  let term = first;
  let sum = first;
  for (let n = 1; n < 2_000; n++) {
    const following = next(term, n);
    if (following.abs().gte(term.abs())) break;
    term = following;
    sum = sum.plus(term);
    if (term.isZero() || term.e < sum.e - (first.constructor as Arithmetic).precision) break;
  }
  return sum;
}
