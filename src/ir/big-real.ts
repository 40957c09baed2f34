/**
 * Real numbers to about 57 decimal digits, for constants that are to be rounded once: mantissa times a power of two, and how
 * many of its bits hold. Small on purpose; the oracle of `verify/extended/` shares nothing with it.
 */
import type { Rational } from './rational.ts';

/** m·2^e; the error is below 2^error. */
export interface BigReal {
  readonly m: bigint;
  readonly e: number;
  readonly error: number;
}

export const ONE: BigReal = { m: 1n, e: 0, error: -Infinity };
const TWO: BigReal = { ...ONE, m: 2n };

const BITS = 192;

const bitLength = (m: bigint): number => {
  const hex = (m < 0n ? -m : m).toString(16);
  return m === 0n ? 0 : 4 * (hex.length - 1) + Math.floor(Math.log2(Number.parseInt(hex[0] ?? '1', 16))) + 1;
};
const shifted = (m: bigint, by: number): bigint => (by >= 0 ? m << BigInt(by) : m >> BigInt(-by));

/** The sum of two errors, or one of them. */
const worse = (a: number, b: number): number => Math.max(a, b) + 1;

/** At most BITS bits: what is cut off is an error. */
function rounded(m: bigint, e: number, error: number): BigReal {
  const excess = bitLength(m) - BITS;
  return excess <= 0 ? { m, e, error } : { m: shifted(m, -excess), e: e + excess, error: worse(error, e + excess) };
}

export function fromRational({ num, den }: Rational): BigReal {
  if (den === 1n) return rounded(num, 0, -Infinity);
  const by = BITS + bitLength(den) - bitLength(num);
  return rounded(shifted(num, by) / den, -by, -by);
}

/** |x| < 2^top */
const top = (x: BigReal): number => bitLength(x.m) + x.e;

export function multiply(x: BigReal, y: BigReal): BigReal {
  return rounded(x.m * y.m, x.e + y.e, worse(x.error + top(y), y.error + top(x)));
}

export function add(x: BigReal, y: BigReal): BigReal {
  const e = Math.max(Math.min(x.e, y.e), Math.max(top(x), top(y)) - 2 * BITS);
  return rounded(shifted(x.m, x.e - e) + shifted(y.m, y.e - e), e, worse(worse(x.error, y.error), e));
}

/** 1/x of a number other than 0. */
function reciprocal(x: BigReal): BigReal {
  const by = BITS + bitLength(x.m);
  return rounded((1n << BigInt(by)) / x.m, -by - x.e, worse(x.error - 2 * (top(x) - 1), -by - x.e));
}

/** √x of a positive number. */
export function squareRoot(x: BigReal): BigReal {
  const even = 2 * Math.ceil((2 * BITS - bitLength(x.m)) / 2) + (x.e % 2 === 0 ? 0 : 1);
  const m = shifted(x.m, even);
  let root = 1n << BigInt(Math.ceil(bitLength(m) / 2));
  for (let next = (root + m / root) >> 1n; next < root; next = (root + m / root) >> 1n) root = next;
  const e = (x.e - even) / 2;
  return rounded(root, e, worse(x.error - (top(x) >> 1), e));
}

/** eˣ: the series of x/2ᵏ, squared k times; undefined far outside the doubles. */
export function exp(x: BigReal): BigReal | undefined {
  return top(x) > 12 ? undefined : expOfModerate(x);
}

function expOfModerate(x: BigReal): BigReal {
  const halvings = Math.max(top(x) + 8, 0);
  const guard = BITS + 2 * halvings;
  const small = shifted(x.m, x.e - halvings + guard);
  const one = 1n << BigInt(guard);
  let sum = one;
  for (let term = one, k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * small) >> BigInt(guard)) / k;
    sum += term;
  }
  let result: BigReal = { m: sum, e: -guard, error: worse(x.error - halvings, 8 - guard) };
  for (let k = 0; k < halvings; k++) {
    const square = result.m * result.m;
    const excess = bitLength(square) - guard;
    result = { m: shifted(square, -excess), e: 2 * result.e + excess, error: worse(result.error + top(result) + 1, 2 * result.e + excess) };
  }
  return rounded(result.m, result.e, result.error);
}

/** ln x of a positive number, by Halley's method from the double. */
export function ln(x: BigReal): BigReal {
  const bits = bitLength(x.m);
  let y = fromDouble(Math.log(Number(shifted(x.m, 60 - bits))) + (x.e + bits - 60) * Math.LN2);
  for (let step = 0; step < 2; step++) {
    const power = expOfModerate(y);
    const difference = add(x, negate(power));
    if (difference.m === 0n) break;
    const correction = multiply(multiply(difference, reciprocal(add(x, power))), TWO);
    const next = add(y, correction);
    y = { ...next, error: -Infinity };
  }
  // each step has three times the digits of the one before; what is left is the error of exp and of x
  return { ...y, error: worse(x.error - top(x) + 1, worse(top(y), 0) + 16 - BITS) };
}

export const negate = (x: BigReal): BigReal => ({ ...x, m: -x.m });

/** Of a double of ordinary size. */
function fromDouble(x: number): BigReal {
  const e = Math.floor(Math.log2(Math.abs(x) || 1)) - 60;
  return { m: BigInt(x / 2 ** e), e, error: -Infinity };
}

/** x to a rational power; undefined where that is no real number or too long a product. */
export function power(x: BigReal, { num, den }: Rational): BigReal | undefined {
  if (x.m === 0n) return undefined;
  if (den === 1n && (num < 0n ? -num : num) <= 64n) return integerPower(x, Number(num));
  if (x.m < 0n) return undefined;
  if (den === 2n && (num < 0n ? -num : num) <= 64n) return integerPower(squareRoot(x), Number(num));
  return exp(multiply(ln(x), fromRational({ num, den })));
}

function integerPower(x: BigReal, n: number): BigReal {
  let result = ONE;
  for (let k = 0; k < Math.abs(n); k++) result = multiply(result, x);
  return n < 0 ? reciprocal(result) : result;
}

/** 16·atan(1/5) - 4·atan(1/239) */
export function pi(): BigReal {
  const guard = BITS + 16;
  const m = 16n * arctangentOfReciprocal(5n, guard) - 4n * arctangentOfReciprocal(239n, guard);
  return rounded(m, -guard, 10 - guard);
}

function arctangentOfReciprocal(n: bigint, bits: number): bigint {
  let sum = 0n;
  for (let power = (1n << BigInt(bits)) / n, k = 1n; power !== 0n; power /= -(n * n), k += 2n) sum += power / k;
  return sum;
}

/** The nearest double, where the digits that hold decide it. */
export function nearestDouble(x: BigReal): number | undefined {
  if (x.m === 0n) return x.error === -Infinity ? 0 : undefined;
  const margin = Number.isFinite(x.error) ? 1n << BigInt(Math.max(x.error - x.e, 0)) : 0n;
  const [below, above] = [x.m - margin, x.m + margin].map((m) => toDouble(m, x.e));
  return below === above ? below : undefined;
}

function toDouble(m: bigint, e: number): number {
  const size = m < 0n ? -m : m;
  const sign = m < 0n ? -1 : 1;
  // subnormal numbers have fewer bits
  const excess = Math.max(bitLength(size) - 53, -1074 - e);
  if (excess <= 0) return sign * Number(size) * 2 ** e;
  const half = 1n << BigInt(excess - 1);
  const kept = size >> BigInt(excess);
  const rest = size - (kept << BigInt(excess));
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  const exponent = e + excess;
  const value = Number(up ? kept + 1n : kept);
  return sign * (exponent < -1022 ? value * 2 ** -1022 * 2 ** (exponent + 1022) : value * 2 ** Math.min(exponent, 971) * 2 ** Math.max(exponent - 971, 0));
}
