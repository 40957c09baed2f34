/** A continued fraction with complex elements, in real arithmetic and without allocation. */

/**
 * Let h = 1/(b0 + a1/(b1 + a2/(b2 + …))) with b_k = 1 + k step + i imaginary and a_k = -k (square k - linear), by the
 * modified Lentz method. The result is Re(h) weight + Im(h) weight2: with a cosine and a sine a rotated part of h.
 */
export function complexFraction(
  imaginary: number,
  step: number,
  square: number,
  linear: number,
  weight: number,
  weight2: number,
): number {
  const size = 1 + imaginary * imaginary;
  let b = 1;
  let dr = 1 / size;
  let di = -imaginary / size;
  // c is infinite in the first step
  let cr = 1;
  let ci = 0;
  let inverse = 0;
  let hr = dr;
  let hi = di;
  for (let k = 1; k < 500; k++) {
    const a = -k * (square * k - linear);
    b += step;
    const er = a * dr + b;
    const ei = a * di + imaginary;
    const e2 = er * er + ei * ei;
    dr = er / e2;
    di = -ei / e2;
    const nextR = b + a * cr * inverse;
    ci = imaginary - a * ci * inverse;
    cr = nextR;
    inverse = 1 / (cr * cr + ci * ci);
    const fr = cr * dr - ci * di;
    const fi = cr * di + ci * dr;
    const r = hr * fr - hi * fi;
    hi = hr * fi + hi * fr;
    hr = r;
    if (Math.abs(fr - 1) + Math.abs(fi) < 3e-16) break;
  }
  return hr * weight + hi * weight2;
}
