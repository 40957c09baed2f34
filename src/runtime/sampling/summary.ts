/** What draws say about each quantity, and whether they can be trusted. */
import { energyFraction, essBulk, essTail, mcseMean, mcseSd, mean, pooled, quantile, rHat, variance } from './diagnostics.ts';
import { columnOf } from './sample.ts';
import type { Samples } from './sample.ts';

export interface SummaryRow {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  /** Monte Carlo standard errors of mean and standard deviation */
  readonly mcseMean: number;
  readonly mcseSd: number;
  readonly q5: number;
  readonly median: number;
  readonly q95: number;
  readonly essBulk: number;
  readonly essTail: number;
  readonly rHat: number;
}

/**
 * - `divergent`: trajectories ran away, so there is a region that the chains do not explore
 * - `max-depth`: trajectories were cut off; the draws are right, but cost more than they need
 * - `low-energy-fraction`: the momenta do not reach the tails
 * - `r-hat`: the chains do not agree
 * - `few-effective`: too few effective draws for the figures to mean much
 * - `constant`: a quantity that never changed, or is not finite
 */
export type WarningCode = 'divergent' | 'max-depth' | 'low-energy-fraction' | 'r-hat' | 'few-effective' | 'constant';

export interface SamplingWarning {
  readonly code: WarningCode;
  readonly message: string;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly chains: number;
  /** draws of each chain */
  readonly draws: number;
  readonly divergences: number;
  /** draws whose tree was cut off at the greatest depth */
  readonly saturated: number;
  /** for each chain */
  readonly energyFraction: readonly number[];
  readonly acceptance: readonly number[];
  readonly stepSize: readonly number[];
  /** calls of the density, warm-up included */
  readonly evaluations: number;
  readonly warnings: readonly SamplingWarning[];
}

/** Figures of one quantity from the draws of each chain. */
export function summariseDraws(name: string, chains: readonly Float64Array[]): SummaryRow {
  const all = pooled(chains);
  return {
    name, mean: mean(all), sd: Math.sqrt(variance(all)), mcseMean: mcseMean(chains), mcseSd: mcseSd(chains),
    q5: quantile(chains, 0.05), median: quantile(chains, 0.5), q95: quantile(chains, 0.95),
    essBulk: essBulk(chains), essTail: essTail(chains), rHat: rHat(chains),
  };
}

/** Mean, spread, quantiles and diagnostics of every quantity, and warnings about what is wrong with the draws. */
export function summarise(samples: Samples): Summary {
  const { chains, names, draws } = samples;
  const rows = names.map((name) => summariseDraws(name, columnOf(name, names, chains)));
  const count = (test: (chain: Samples['chains'][number], k: number) => boolean): number => chains.reduce((n, c) => n + c.depth.reduce((m, _, k) => m + (test(c, k) ? 1 : 0), 0), 0);
  const facts = {
    rows, chains: chains.length, draws,
    divergences: count((c, k) => c.divergent[k] === 1),
    saturated: samples.method === 'nuts' ? count((c, k) => c.depth[k] === samples.maxTreeDepth) : 0,
    energyFraction: chains.map((c) => energyFraction(c.energy)),
    acceptance: chains.map((c) => mean(c.acceptance)),
    stepSize: chains.map((c) => c.stepSize),
    evaluations: chains.reduce((n, c) => n + c.evaluations, 0),
  };
  return { ...facts, warnings: warningsOf(facts, samples) };
}

/** Limits of Vehtari et al. (2021) and of Stan. */
const LARGEST_R_HAT = 1.01;
const FEWEST_PER_CHAIN = 100;
const LOWEST_ENERGY_FRACTION = 0.3;

function warningsOf(facts: Omit<Summary, 'warnings'>, { chains, draws, maxTreeDepth }: Samples): SamplingWarning[] {
  const warnings: SamplingWarning[] = [];
  const warn = (code: WarningCode, message: string): void => void warnings.push({ code, message });
  const total = chains.length * draws;
  if (facts.divergences > 0) warn('divergent', `${facts.divergences} of ${total} trajectories diverged: part of the density is not explored, and the figures may be wrong. Raise the target acceptance, or write the model in other variables (a funnel: theta = mu + tau*eta)`);
  if (facts.saturated > 0) warn('max-depth', `${facts.saturated} of ${total} trajectories were cut off at ${2 ** maxTreeDepth - 1} steps: the figures are right but dear; scales or correlations are extreme, try a dense metric`);
  const low = facts.energyFraction.flatMap((e, k) => (e < LOWEST_ENERGY_FRACTION ? [`chain ${k + 1}: ${e.toFixed(2)}`] : []));
  if (low.length > 0) warn('low-energy-fraction', `the energy fraction is below ${LOWEST_ENERGY_FRACTION} (${low.join(', ')}): the tails may not be explored`);
  const constant = facts.rows.filter((r) => Number.isNaN(r.rHat)).map((r) => r.name);
  if (constant.length > 0) warn('constant', `${listed(constant)} never changed or ${constant.length === 1 ? 'is' : 'are'} not finite`);
  const apart = facts.rows.filter((r) => r.rHat > LARGEST_R_HAT);
  const worst = apart.reduce<SummaryRow | undefined>((w, r) => (w === undefined || r.rHat > w.rHat ? r : w), undefined);
  if (worst !== undefined) warn('r-hat', `the chains do not agree on ${listed(apart.map((r) => r.name))} (R-hat up to ${worst.rHat.toFixed(3)} for ${worst.name}, at most ${LARGEST_R_HAT} is wanted): draw longer chains`);
  const few = facts.rows.filter((r) => Math.min(r.essBulk, r.essTail) < FEWEST_PER_CHAIN * chains.length);
  if (few.length > 0) warn('few-effective', `fewer than ${FEWEST_PER_CHAIN} effective draws for each chain of ${listed(few.map((r) => r.name))}: draw longer chains`);
  return warnings;
}

function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

const COLUMNS = ['', 'mean', 'mcse', 'sd', '5%', '50%', '95%', 'ess bulk', 'ess tail', 'R-hat'];

/** The rows as a table of text, numbers at the right. */
export function summaryTable(rows: readonly SummaryRow[]): string {
  const cells = rows.map((r) => [r.name, figure(r.mean), figure(r.mcseMean, 2), figure(r.sd), figure(r.q5), figure(r.median), figure(r.q95), whole(r.essBulk), whole(r.essTail), Number.isNaN(r.rHat) ? '-' : r.rHat.toFixed(3)]);
  return textTable(COLUMNS, cells);
}

/** Names at the left, everything else at the right of its column. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((title, k) => rows.reduce((w, row) => Math.max(w, row[k]!.length), title.length));
  const line = (row: readonly string[]): string => row.map((cell, k) => (k === 0 ? cell.padEnd(width[k]!) : cell.padStart(width[k]!))).join('  ').trimEnd();
  return [head, ...rows].map((row) => `${line(row)}\n`).join('');
}

/** A number with as many digits as a table needs. */
export function figure(x: number, digits = 4): string {
  if (Number.isNaN(x)) return '-';
  const size = Math.abs(x);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? x.toExponential(digits - 1) : String(Number(x.toPrecision(digits)));
}

const whole = (x: number): string => (Number.isNaN(x) ? '-' : String(Math.round(x)));
