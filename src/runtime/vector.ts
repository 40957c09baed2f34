/** Loops over dense vectors. */

/** aᵀ b */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** y += a·x */
export function addScaled(y: Float64Array, a: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!;
}

/** out = x + a·d */
export function pointAlong(out: Float64Array, x: Float64Array, a: number, d: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + a * d[i]!;
}

/** x *= a */
export function scale(x: Float64Array, a: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= a;
}

/** out = -x */
export function negate(out: Float64Array, x: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
}

/** out = a - b */
export function subtract(out: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
}

/** Largest absolute component; NaN when one is NaN. */
export function maxNorm(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}

/** Length of x[from..to), without overflow or underflow on the way. */
export function norm(x: Float64Array, from = 0, to: number = x.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]! * x[i]!;
  // squares below 1e-280 have lost digits, those above 1e308 are infinite
  return sum > 1e-280 && sum < Infinity ? Math.sqrt(sum) : scaledNorm(x, from, to);
}

function scaledNorm(x: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (let i = from; i < to; i++) sum += (x[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** ‖a - b‖ */
export function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

/** Index of the first element that is NaN or infinite, -1 when there is none. */
export function firstNotFinite(x: Float64Array): number {
  // the difference with itself is NaN for what is not finite
  for (let i = 0; i < x.length; i++) if (x[i]! - x[i]! !== 0) return i;
  return -1;
}
