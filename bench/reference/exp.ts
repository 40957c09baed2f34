/**
 * exp as the references write it out in hot loops: a table of 64 steps and a polynomial of degree five, 1.3 ulp.
 * Arguments beyond ±708 must be clamped before.
 */
export const STEPS: Float64Array = Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
/** 2^(k - 1100) */
export const POWERS: Float64Array = Float64Array.from({ length: 2124 }, (_, k) => 2 ** (k - 1100));

/** Small enough to be inlined by V8. */
export function exp(x: number): number {
  const k = x * 92.33248261689366 + 6755399441055744 - 6755399441055744;
  const r = x - k * 0.010830417275428772 - k * 7.420820373486988e-9;
  const i = k | 0;
  const s = POWERS[(i >> 6) + 1100]! * STEPS[i & 63]!;
  const r2 = r * r;
  return s + s * (r + r2 * (0.4999999999998506 + r * 0.16666666666664534 + r2 * (0.041666707403338075 + r * 0.008333339152857227)));
}
