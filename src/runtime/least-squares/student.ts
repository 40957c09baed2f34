/** Quantiles of Student's t distribution, for confidence intervals. */

/** t with P(|T| ≤ t) = `level` for `freedom` degrees of freedom; bisection and Newton's method on the tail probability. */
export function studentQuantile(level: number, freedom: number): number {
  const tail = 1 - level;
  let low = 0;
  let high = 1;
  while (tailProbability(high, freedom) > tail) {
    low = high;
    high *= 2;
  }
  for (let iteration = 0; iteration < 200 && high - low > 4e-16 * high; iteration++) {
    const middle = 0.5 * (low + high);
    if (tailProbability(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** P(|T| > t), the incomplete beta function I_{ν/(ν+t²)}(ν/2, 1/2). */
function tailProbability(t: number, freedom: number): number {
  return incompleteBeta(0.5 * freedom, 0.5, freedom / (freedom + t * t), (t * t) / (freedom + t * t));
}

/** I_x(a, b) with y = 1 − x, by Lentz's continued fraction: Numerical Recipes (3rd edition, 2007), section 6.4. */
function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, y)) / b;
}

function betaFraction(a: number, b: number, x: number): number {
  const floor = 1e-300;
  let c = 1;
  let d = 1 / (Math.abs(1 - ((a + b) * x) / (a + 1)) < floor ? floor : 1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d, floor);
    c = guarded(1 + even / c, floor);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d, floor);
    c = guarded(1 + odd / c, floor);
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

const guarded = (x: number, floor: number): number => (Math.abs(x) < floor ? floor : x);

/** ln Γ(x) for x > 0: Stirling's series after shifting the argument above 10. */
function logGamma(x: number): number {
  let shift = 1;
  while (x < 10) {
    shift *= x;
    x += 1;
  }
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
}
