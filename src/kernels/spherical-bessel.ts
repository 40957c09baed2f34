/** sin(x)/x and the spherical Bessel functions that its derivatives are. */

/** sin(x)/x, and 1 at 0. Maximum error 2 ulp. */
export function sinc(x: number): number {
  return x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(x) / x;
}

/**
 * Spherical Bessel function j_n(x) for an integer n >= 0 (NaN otherwise). j_0 is sin(x)/x.
 * Absolute error below 1e-15 for n <= 10.
 */
export function sphericalj(n: number, x: number): number {
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
}
