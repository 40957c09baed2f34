/**
 * The eight schools without sampling. Given tau, the effects and mu are normal; what is left is one integral over tau,
 * by the trapezoidal rule in ln tau.
 */
export const eightSchools = { y: Float64Array.of(28, 8, -3, 7, -1, 1, 18, 12), s: Float64Array.of(15, 10, 16, 11, 9, 11, 10, 18) };

export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Mean and standard deviation of mu, tau and theta[0..7], for mu ~ Normal(0, 5), tau ~ HalfCauchy(0, 5). */
export function exactEightSchools(): ReadonlyMap<string, Moments> {
  const names = ['mu', 'tau', ...Array.from(eightSchools.y, (_, j) => `theta[${j}]`)];
  const first = new Float64Array(names.length);
  const second = new Float64Array(names.length);
  let total = 0;
  for (let u = -16; u <= 9; u += 1 / 256) {
    const { weight, means, squares } = given(Math.exp(u));
    total += weight;
    means.forEach((m, k) => (first[k]! += weight * m));
    squares.forEach((m, k) => (second[k]! += weight * m));
  }
  return new Map(names.map((name, k) => {
    const mean = first[k]! / total;
    return [name, { mean, sd: Math.sqrt(second[k]! / total - mean * mean) }];
  }));
}

/** The weight of tau, and first and second moments of all quantities given tau. */
function given(tau: number): { weight: number; means: number[]; squares: number[] } {
  const { y, s } = eightSchools;
  // y[j] is normal around mu with variance tau² + s[j]²; with the prior, mu is normal
  let precision = 1 / 25;
  let weighted = 0;
  let log = 0;
  for (let j = 0; j < y.length; j++) {
    const v = tau * tau + s[j]! * s[j]!;
    precision += 1 / v;
    weighted += y[j]! / v;
    log -= 0.5 * (Math.log(v) + (y[j]! * y[j]!) / v);
  }
  const mu = weighted / precision;
  log += 0.5 * mu * weighted - 0.5 * Math.log(precision) - Math.log1p((tau * tau) / 25);
  const means = [mu, tau];
  const squares = [mu * mu + 1 / precision, tau * tau];
  for (let j = 0; j < y.length; j++) {
    const v = s[j]! * s[j]!;
    const share = (tau * tau) / (tau * tau + v);
    const mean = mu + share * (y[j]! - mu);
    means.push(mean);
    squares.push(mean * mean + share * v + (1 - share) ** 2 / precision);
  }
  // tau itself is the Jacobian of ln tau
  return { weight: tau * Math.exp(log), means, squares };
}
