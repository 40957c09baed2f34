/** The Lambert W function. */

/**
 * Principal branch of Lambert W: the w >= -1 with w exp(w) = x, NaN for x < -1/e.
 * Relative error below 4e-15.
 */
export function lambertw(x: number): number {
  if (x === 0 || x === Infinity) return x;
  // distance to the branch point -1/e, which takes two doubles
  const gap = x + 0.36787944117144233 - 1.2428753672788363e-17;
  if (gap < -5e-17) return NaN;
  const p = Math.sqrt(5.43656365691809 * Math.max(gap, 0));
  let w = 0;
  if (p < 0.6) {
    w =
      -1 + p * (1 + p * (-0.3333333333333333 + p * (0.1527777777777778 + p * (-0.07962962962962963 +
      p * (0.0445023148148148 + p * (-0.02598471487360376 + p * (0.01563563253233392 + p * (-0.009616892024299432 +
      p * 0.006014543252956118))))))));
    if (p < 0.03) return w;
  } else if (x < 0.5) {
    w = x * (1 - x + 1.5 * x * x);
  } else if (x < 3) {
    w = x / (1 + 0.6 * x);
  } else {
    const logarithm = Math.log(x);
    w = logarithm - Math.log(logarithm);
  }
  // Newton's method on w + ln w = ln x (Iacono and Boyd 2017): quadratic, so a change of 1e-9 is the last
  for (let k = 0; k < 12; k++) {
    const next = (w / (1 + w)) * (1 + Math.log(x / w));
    const change = Math.abs(next - w);
    w = next;
    if (change <= 1e-9 * Math.abs(w)) break;
  }
  return w;
}
