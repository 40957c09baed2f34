/**
 * Whether chains agree and what their draws are worth: Vehtari, Gelman, Simpson, Carpenter, Bürkner, Bayesian Analysis
 * 16 (2021), in the form of the R package posterior. Everything takes the draws of one quantity, an array for each
 * chain, and gives NaN for draws that are not finite or all the same.
 */
import { normalQuantile } from './normal-quantile.ts';

export type Chains = readonly Float64Array[];

/** R̂ of the draws split in halves: the larger of that of their ranks and that of the ranks of their distances from the median. */
export function rHat(chains: Chains): number {
  if (!varied(chains)) return Number.NaN;
  const halves = split(chains);
  const middle = quantile(chains, 0.5);
  const folded = halves.map((c) => c.map((x) => Math.abs(x - middle)));
  return Math.max(ratioOfVariances(rankNormalised(halves)), ratioOfVariances(rankNormalised(folded)));
}

/** Effective sample size in the bulk of the distribution: of its ranks. */
export function essBulk(chains: Chains): number {
  return varied(chains) ? effectiveSize(rankNormalised(split(chains))) : Number.NaN;
}

/** Effective sample size in the tails: the smaller one of those of the 5 % and the 95 % quantile. */
export function essTail(chains: Chains): number {
  if (!varied(chains)) return Number.NaN;
  return Math.min(...[0.05, 0.95].map((p) => {
    const limit = quantile(chains, p);
    return effectiveSize(split(chains.map((c) => c.map((x) => (x <= limit ? 1 : 0)))));
  }));
}

/** Effective sample size for the mean. */
export function essMean(chains: Chains): number {
  return varied(chains) ? effectiveSize(split(chains)) : Number.NaN;
}

/** Monte Carlo standard error of the mean. */
export function mcseMean(chains: Chains): number {
  return Math.sqrt(variance(pooled(chains)) / essMean(chains));
}

/** Monte Carlo standard error of the standard deviation: Kenney and Keeping (1951), section 7.8, by the delta method. */
export function mcseSd(chains: Chains): number {
  const centre = mean(pooled(chains));
  const squares = chains.map((c) => c.map((x) => (x - centre) ** 2));
  const second = mean(pooled(squares));
  const fourth = mean(pooled(squares).map((s) => s * s));
  return Math.sqrt((fourth - second * second) / essMean(squares) / second / 4);
}

/** Energy Bayesian fraction of missing information of one chain: Betancourt, arXiv:1604.00695. Below 0.3 the momenta do not reach the tails. */
export function energyFraction(energy: Float64Array): number {
  const centre = mean(energy);
  let steps = 0;
  let spread = 0;
  for (let i = 0; i < energy.length; i++) {
    spread += (energy[i]! - centre) ** 2;
    if (i > 0) steps += (energy[i]! - energy[i - 1]!) ** 2;
  }
  return steps / spread;
}

/** Quantile of all draws, R's type 7. */
export function quantile(chains: Chains, p: number): number {
  const sorted = pooled(chains).sort();
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  return below + (at - low) * ((sorted[low + 1] ?? below) - below);
}

export function mean(x: Float64Array): number {
  let sum = 0;
  for (const xi of x) sum += xi;
  return sum / x.length;
}

/** With n - 1. */
export function variance(x: Float64Array): number {
  const centre = mean(x);
  let sum = 0;
  for (const xi of x) sum += (xi - centre) ** 2;
  return sum / (x.length - 1);
}

export function pooled(chains: Chains): Float64Array {
  const all = new Float64Array(chains.reduce((n, c) => n + c.length, 0));
  let at = 0;
  for (const c of chains) {
    all.set(c, at);
    at += c.length;
  }
  return all;
}

function varied(chains: Chains): boolean {
  const first = chains[0]?.[0];
  return chains.every((c) => c.every((x) => Number.isFinite(x))) && chains.some((c) => c.some((x) => x !== first));
}

/** Halves; a middle draw is left out. */
function split(chains: Chains): Float64Array[] {
  return chains.flatMap((c) => {
    const half = Math.floor(c.length / 2);
    return [c.slice(0, half), c.slice(c.length - half)];
  });
}

/** Φ⁻¹ of the fractional ranks among all draws, ties at their mean rank. */
function rankNormalised(chains: Chains): Float64Array[] {
  const all = pooled(chains);
  const order = Array.from(all.keys()).sort((a, b) => all[a]! - all[b]!);
  const scores = new Float64Array(all.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && all[order[to]!] === all[order[from]!]) to++;
    const score = normalQuantile(((from + 1 + to) / 2 - 3 / 8) / (all.length + 1 / 4));
    for (let k = from; k < to; k++) scores[order[k]!] = score;
    from = to;
  }
  let at = 0;
  return chains.map((c) => scores.subarray(at, (at += c.length)));
}

function ratioOfVariances(chains: Chains): number {
  const n = chains[0]?.length ?? 0;
  const between = n * variance(Float64Array.from(chains, mean));
  const within = mean(Float64Array.from(chains, variance));
  return Math.sqrt((between / within + n - 1) / n);
}

/** Geyer's initial monotone sequence over all chains: Statistical Science 7 (1992). */
function effectiveSize(chains: Chains): number {
  const n = chains[0]?.length ?? 0;
  if (n < 3 || !varied(chains)) return Number.NaN;
  const means = chains.map(mean);
  const covariance = (lag: number): number => mean(Float64Array.from(chains, (c, k) => autocovariance(c, means[k]!, lag)));
  const within = (covariance(0) * n) / (n - 1);
  const total = (within * (n - 1)) / n + (chains.length > 1 ? variance(Float64Array.from(means)) : 0);
  const correlation = (lag: number): number => 1 - (within - covariance(lag)) / total;
  const rho: number[] = [];
  let lag = 0;
  let [even, odd] = [1, correlation(1)];
  while (even + odd > 0 && lag < n - 5) {
    rho.push(even, odd);
    lag += 2;
    [even, odd] = [correlation(lag), correlation(lag + 1)];
  }
  for (let t = 2; t + 1 < rho.length; t += 2) {
    const before = rho[t - 2]! + rho[t - 1]!;
    if (rho[t]! + rho[t + 1]! > before) rho[t] = rho[t + 1] = before / 2;
  }
  const size = chains.length * n;
  // with antithetic chains the even term of the first pair that is left out improves the estimate
  const time = -1 + 2 * rho.reduce((sum, r) => sum + r, 0) + Math.max(0, even);
  return size / Math.max(time, 1 / Math.log10(size));
}

function autocovariance(x: Float64Array, centre: number, lag: number): number {
  let sum = 0;
  for (let i = lag; i < x.length; i++) sum += (x[i]! - centre) * (x[i - lag]! - centre);
  return sum / x.length;
}
