/** Draws from a log density by Hamiltonian Monte Carlo, in several chains that tell whether they agree. */
import { checkCount, checkRange, RuntimeError, startingPoint } from '../error.ts';
import { Random } from '../random.ts';
import { runChain } from './chain.ts';
import type { Chain } from './chain.ts';
import type { MetricKind } from './metric.ts';
import { checkDimension, quantitiesOf } from './target.ts';
import type { Quantities, Target } from './target.ts';

/** What a progress function sees. */
export interface SamplingProgress {
  /** from 0 */
  readonly chain: number;
  /** iterations done in this chain, warm-up included */
  readonly iteration: number;
  readonly iterations: number;
  /** so far, in this phase of this chain */
  readonly divergences: number;
}

/** Components, undefined where any will do. */
export type StartingPoint = ArrayLike<number | undefined>;

export interface SampleOptions {
  /** `nuts` when left out */
  readonly method?: 'nuts' | 'hmc';
  /** 4 when left out */
  readonly chains?: number;
  /** iterations that find step and metric, and are not kept: 1,000 when left out */
  readonly warmup?: number;
  /** draws of each chain, 1,000 when left out */
  readonly draws?: number;
  /** same seed, same draws, on every platform; 1 when left out */
  readonly seed?: number;
  /** `diagonal` when left out; `dense` for strong correlations */
  readonly metric?: MetricKind;
  /** mean acceptance that the step is chosen for, 0.9 when left out, where eight schools hardly ever diverge; more means smaller steps and fewer divergences */
  readonly targetAcceptance?: number;
  /** a trajectory has at most 2ⁿ steps; 10 when left out */
  readonly maxTreeDepth?: number;
  /** of `hmc`: mean length of a trajectory, π/2 when left out, a quarter turn of a normal density */
  readonly integrationTime?: number;
  /** a starting point for all chains, or one for each; what is undefined, or left out, is random */
  readonly start?: StartingPoint | readonly StartingPoint[];
  /** random starts are uniform within this distance of 0 in each component; 2 when left out */
  readonly startRadius?: number;
  /** what is kept of each draw; the components when left out */
  readonly quantities?: Quantities;
  readonly progress?: (progress: SamplingProgress) => void;
}

export interface Samples {
  readonly names: readonly string[];
  readonly chains: readonly Chain[];
  readonly method: 'nuts' | 'hmc';
  readonly warmup: number;
  /** draws of each chain */
  readonly draws: number;
  readonly seed: number;
  /** the deepest tree that was allowed */
  readonly maxTreeDepth: number;
  /** draw `d` of quantity `name` in every chain is `column(name)[chain][d]` */
  column(name: string): Float64Array[];
}

/**
 * Draws from a log density by Hamiltonian Monte Carlo, in several chains one after the other. One seed gives the same
 * draws on every platform. Throws `RuntimeError`: `bad-start` where the density is not finite, `bad-option` for the rest.
 */
export function sample(target: Target, options: SampleOptions = {}): Samples {
  const { method = 'nuts', chains = 4, warmup = 1000, draws = 1000, seed = 1, metric = 'diagonal', targetAcceptance = 0.9, maxTreeDepth = 10, integrationTime = Math.PI / 2, startRadius = 2 } = options;
  checkDimension(target);
  checkWhole('chains', chains, 1, 1000);
  checkWhole('draws', draws, 1, Infinity);
  checkCount('warmup', warmup);
  checkRange('targetAcceptance', targetAcceptance, 0.01, 0.999_999);
  checkWhole('maxTreeDepth', maxTreeDepth, 1, 24);
  checkRange('integrationTime', integrationTime, Number.MIN_VALUE, Infinity);
  checkRange('startRadius', startRadius, 0, Infinity);
  const starts = startsOf(options.start, target.dimension, chains);
  const quantities = quantitiesOf(target, options.quantities);
  // every chain has a generator of its own, seeded by one for all: chains do not depend on how many there are
  const seeds = new Random(seed);
  const done = starts.map((start, chain) => {
    const progress = (iteration: number, divergences: number): void => options.progress?.({ chain, iteration, iterations: warmup + draws, divergences });
    return runChain({ target, quantities, method, warmup, draws, metric, targetAcceptance, maxDepth: maxTreeDepth, integrationTime, start, startRadius, progress }, new Random(seeds.word()));
  });
  const column = (name: string): Float64Array[] => columnOf(name, quantities.names, done);
  return { names: quantities.names, chains: done, method, warmup, draws, seed, maxTreeDepth, column };
}

export function checkWhole(name: string, value: number, least: number, most: number): void {
  checkCount(name, value);
  checkRange(name, value, least, most);
}

/** For each chain; components that are random are NaN. */
function startsOf(start: SampleOptions['start'], n: number, chains: number): Float64Array[] {
  if (start === undefined) return Array.from({ length: chains }, () => new Float64Array(n).fill(Number.NaN));
  const each: (number | undefined | StartingPoint)[] = Array.from<number | undefined | StartingPoint>(start);
  const one = each.flatMap((x) => (typeof x === 'object' ? [] : [x]));
  if (one.length === each.length) return Array.from({ length: chains }, () => pointOf(one, n));
  const points = each.flatMap((x) => (typeof x === 'object' ? [pointOf(x, n)] : []));
  if (points.length !== chains || each.length !== chains) throw new RuntimeError('bad-start', `${points.length} starting points for ${chains} chains`);
  return points;
}

function pointOf(start: StartingPoint, n: number): Float64Array {
  const values = Array.from(start);
  const given = startingPoint(values.map((x) => x ?? 0), n);
  return given.map((x, i) => (values[i] === undefined ? Number.NaN : x));
}

export function columnOf(name: string, names: readonly string[], chains: readonly Pick<Chain, 'draws'>[]): Float64Array[] {
  const k = names.indexOf(name);
  if (k < 0) throw new RuntimeError('bad-option', `there is no quantity ${name} among ${names.join(', ')}`);
  return chains.map(({ draws }) => Float64Array.from({ length: draws.length / names.length }, (_, d) => draws[d * names.length + k]!));
}
