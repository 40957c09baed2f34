/**
 * Exact rationals. Every number the user types stays exact until emission: 0.1 is 1/10.
 * Always reduced, denominator positive, so equality is field equality.
 */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

export const ZERO: Rational = { num: 0n, den: 1n };
export const ONE: Rational = { num: 1n, den: 1n };
export const MINUS_ONE: Rational = { num: -1n, den: 1n };
export const HALF: Rational = { num: 1n, den: 2n };

export function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** num/den in lowest terms. The caller guarantees den ≠ 0. */
export function rational(num: bigint, den: bigint): Rational {
  if (den === 1n) return num === 1n ? ONE : num === 0n ? ZERO : { num, den };
  const g = gcd(num, den);
  const sign = den < 0n ? -1n : 1n;
  return { num: (sign * num) / g, den: (sign * den) / g };
}

export const integer = (n: number | bigint): Rational => rational(BigInt(n), 1n);

/** Decimal text such as `12`, `.5`, `1e-3`, `1/2` to the exact rational it denotes; undefined when it is not a number. */
export function parseRational(text: string): Rational | undefined {
  const fraction = /^(-?\d+)\/(\d+)$/.exec(text);
  if (fraction) {
    const den = BigInt(fraction[2] ?? '1');
    return den === 0n ? undefined : rational(BigInt(fraction[1] ?? '0'), den);
  }
  const m = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m || (m[2] === '' && (m[3] ?? '') === '')) return undefined;
  const digits = (m[2] ?? '') + (m[3] ?? '');
  const exponent = Number(m[4] ?? '0') - (m[3] ?? '').length;
  // beyond every double and every sane formula: refuse rather than build a number of a million digits
  if (Math.abs(exponent) > 5000) return undefined;
  const unsigned = BigInt(digits);
  const num = m[1] === '-' ? -unsigned : unsigned;
  return exponent >= 0 ? rational(num * 10n ** BigInt(exponent), 1n) : rational(num, 10n ** BigInt(-exponent));
}

export const isZero = (a: Rational): boolean => a.num === 0n;
export const isOne = (a: Rational): boolean => a === ONE || (a.num === 1n && a.den === 1n);
export const isInteger = (a: Rational): boolean => a.den === 1n;
export const isNegative = (a: Rational): boolean => a.num < 0n;
export const equal = (a: Rational, b: Rational): boolean => a === b || (a.num === b.num && a.den === b.den);

export function add(a: Rational, b: Rational): Rational {
  if (a.num === 0n) return b;
  if (b.num === 0n) return a;
  return a.den === b.den ? rational(a.num + b.num, a.den) : rational(a.num * b.den + b.num * a.den, a.den * b.den);
}
export const negate = (a: Rational): Rational => ({ num: -a.num, den: a.den });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export function multiply(a: Rational, b: Rational): Rational {
  if (isOne(a)) return b;
  if (isOne(b)) return a;
  return rational(a.num * b.num, a.den * b.den);
}
/** a⁻¹; the caller guarantees a ≠ 0. */
export const invert = (a: Rational): Rational => rational(a.den, a.num);

/** aⁿ for an integer n, or undefined when a = 0 and n < 0 or the result would have more than about 64 digits. */
export function power(a: Rational, n: bigint): Rational | undefined {
  if (n === 0n) return ONE;
  if (a.num === 0n) return n > 0n ? ZERO : undefined;
  const k = n < 0n ? -n : n;
  if (a.den === 1n && (a.num === 1n || a.num === -1n)) return a.num === 1n || k % 2n === 0n ? ONE : MINUS_ONE;
  const digits = BigInt(Math.max(a.num.toString().length, a.den.toString().length));
  if (digits * k > 80n) return undefined;
  const raised: Rational = { num: a.num ** k, den: a.den ** k };
  return n < 0n ? invert(raised) : raised;
}

function integerRoot(n: bigint, k: bigint): bigint | undefined {
  if (n < 0n) return undefined;
  if (n < 2n) return n;
  let x = 1n << (BigInt(n.toString(2).length) / k + 1n);
  for (;;) {
    const y = ((k - 1n) * x + n / x ** (k - 1n)) / k;
    if (y >= x) break;
    x = y;
  }
  return x ** k === n ? x : undefined;
}

/** The exact k-th root of a ≥ 0, or undefined when it is irrational. */
export function exactRoot(a: Rational, k: bigint): Rational | undefined {
  const num = integerRoot(a.num, k);
  const den = num === undefined ? undefined : integerRoot(a.den, k);
  return num === undefined || den === undefined ? undefined : rational(num, den);
}

export function compare(a: Rational, b: Rational): number {
  const d = a.num * b.den - b.num * a.den;
  return d < 0n ? -1 : d > 0n ? 1 : 0;
}

/** `3`, `-1/2`: parses back with `parseRational`. */
export const formatRational = (a: Rational): string => (a.den === 1n ? a.num.toString() : `${a.num}/${a.den}`);

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The double nearest to a (ties to even), by long division in integers: correctly rounded over the whole range. */
export function toNumber(a: Rational): number {
  const negative = a.num < 0n;
  const num = negative ? -a.num : a.num;
  if (num <= SAFE && a.den <= SAFE) return Number(a.num) / Number(a.den);
  const magnitude = roundQuotient(num, a.den);
  return negative ? -magnitude : magnitude;
}

function roundQuotient(num: bigint, den: bigint): number {
  const bits = (n: bigint): number => n.toString(2).length;
  // scale so that the quotient has 64 or 65 bits, keep a sticky bit: Number() of it then rounds once, correctly
  let shift = 64 - (bits(num) - bits(den));
  // subnormal results have fewer bits: never produce more than 2^-1074 resolution
  shift = Math.min(shift, 1074 + 2);
  const scaled = shift >= 0 ? num << BigInt(shift) : num;
  const divisor = shift >= 0 ? den : den << BigInt(-shift);
  let q = scaled / divisor;
  if (scaled % divisor !== 0n) q |= 1n;
  const value = Number(q);
  // two steps keep 2^-shift representable
  return shift > 1000 ? (value * 2 ** -1000) * 2 ** (1000 - shift) : value * 2 ** -shift;
}
