/** One chain: a start, a warm-up that finds step and metric, then draws. */
import { RuntimeError } from '../error.ts';
import type { Random } from '../random.ts';
import { metricOf } from './metric.ts';
import type { MetricKind } from './metric.ts';
import { Hamiltonian, Point } from './phase-space.ts';
import { StaticHmc } from './hmc.ts';
import { Nuts } from './nuts.ts';
import { adaptationWindows, DualAveraging } from './step-size.ts';
import { startProblem } from './target.ts';
import type { Quantities, Target } from './target.ts';
import type { Transition } from './transition.ts';

/** The draws of one chain and what happened in each step. */
export interface Chain {
  /** draws one after the other, one number for each quantity */
  readonly draws: Float64Array;
  /** log density of each draw */
  readonly logDensity: Float64Array;
  readonly acceptance: Float64Array;
  /** energies of the states with their momenta */
  readonly energy: Float64Array;
  readonly depth: Int32Array;
  readonly leapfrogs: Int32Array;
  /** 1 for a draw whose trajectory diverged */
  readonly divergent: Uint8Array;
  /** the step after warm-up */
  readonly stepSize: number;
  /** M⁻¹ after warm-up: n values of its diagonal, or n×n */
  readonly inverseMetric: Float64Array;
  /** calls of the density, warm-up included */
  readonly evaluations: number;
}

export interface ChainPlan {
  readonly target: Target;
  readonly quantities: Quantities;
  readonly method: 'nuts' | 'hmc';
  readonly warmup: number;
  readonly draws: number;
  readonly metric: MetricKind;
  readonly targetAcceptance: number;
  readonly maxDepth: number;
  readonly integrationTime: number;
  /** NaN in a component: random, within this distance of 0 */
  readonly start: Float64Array;
  readonly startRadius: number;
  /** told after every iteration */
  readonly progress: (iteration: number, divergences: number) => void;
}

export function runChain(plan: ChainPlan, random: Random): Chain {
  const n = plan.target.dimension;
  const hamiltonian = new Hamiltonian(plan.target, metricOf(plan.metric, n));
  const z = new Point(n);
  start(plan, hamiltonian, z, random);
  const transition: Transition = plan.method === 'nuts' ? new Nuts(hamiltonian, random, n, plan.maxDepth) : new StaticHmc(hamiltonian, random, n, plan.integrationTime);
  const stepSize = warmUp(plan, hamiltonian, transition, z, random);
  const chain = room(plan);
  const row = new Float64Array(plan.quantities.names.length);
  let divergences = 0;
  for (let k = 0; k < plan.draws; k++) {
    transition.move(z, stepSize);
    const { report } = transition;
    plan.quantities.compute(z.q, row);
    chain.draws.set(row, k * row.length);
    chain.logDensity[k] = z.density;
    chain.acceptance[k] = report.acceptance;
    chain.energy[k] = report.energy;
    chain.depth[k] = report.depth;
    chain.leapfrogs[k] = report.leapfrogs;
    if (report.divergent) {
      chain.divergent[k] = 1;
      divergences++;
    }
    plan.progress(plan.warmup + k + 1, divergences);
  }
  return { ...chain, stepSize, inverseMetric: hamiltonian.metric.inverse, evaluations: hamiltonian.evaluations };
}

function room({ draws: k, quantities }: ChainPlan): Omit<Chain, 'stepSize' | 'inverseMetric' | 'evaluations'> {
  return {
    draws: new Float64Array(k * quantities.names.length), logDensity: new Float64Array(k), acceptance: new Float64Array(k), energy: new Float64Array(k),
    depth: new Int32Array(k), leapfrogs: new Int32Array(k), divergent: new Uint8Array(k),
  };
}

/** As many random points are tried as in Stan. */
const MOST_STARTS = 100;

function start({ target, start: given, startRadius }: ChainPlan, hamiltonian: Hamiltonian, z: Point, random: Random): void {
  const fixed = !given.some(Number.isNaN);
  let problem: string | undefined;
  for (let k = 0; k < (fixed ? 1 : MOST_STARTS); k++) {
    for (const [i, x] of given.entries()) z.q[i] = Number.isNaN(x) ? startRadius * (2 * random.uniform() - 1) : x;
    const density = target.valueGradient(z.q, z.g);
    problem = startProblem(target, z.q, density, z.g);
    if (problem === undefined) {
      hamiltonian.evaluate(z);
      return;
    }
  }
  const tried = fixed ? 'the starting point cannot be used' : `none of ${MOST_STARTS} random starting points can be used`;
  throw new RuntimeError('bad-start', `${tried}: ${problem}`);
}

/** Returns the step to sample with. */
function warmUp(plan: ChainPlan, hamiltonian: Hamiltonian, transition: Transition, z: Point, random: Random): number {
  const { metric } = hamiltonian;
  const windows = adaptationWindows(plan.warmup);
  const averaging = new DualAveraging(plan.targetAcceptance);
  averaging.restart(reasonableStep(hamiltonian, z, 1, random));
  let divergences = 0;
  for (let k = 0; k < plan.warmup; k++) {
    transition.move(z, averaging.step);
    averaging.update(transition.report.acceptance);
    if (metric.moments !== undefined && k >= windows.start && k < plan.warmup - windows.end) {
      metric.moments.add(z.q);
      if (windows.ends.has(k)) {
        metric.adapt();
        averaging.restart(reasonableStep(hamiltonian, z, averaging.settled(), random));
      }
    }
    if (transition.report.divergent) divergences++;
    plan.progress(k + 1, divergences);
  }
  return averaging.settled();
}

/** Doubled or halved until one step changes the energy by about ln 0.8: Hoffman and Gelman (2014), algorithm 4. */
function reasonableStep(hamiltonian: Hamiltonian, z: Point, first: number, random: Random): number {
  const trial = new Point(z.q.length);
  const gain = (step: number): number => {
    hamiltonian.kick(z, random);
    trial.copy(z);
    const before = trial.energy();
    hamiltonian.leapfrog(trial, step);
    const change = before - trial.energy();
    return Number.isNaN(change) ? -Infinity : change;
  };
  const enough = Math.log(0.8);
  const up = gain(first) > enough;
  let step = first;
  while (step > 1e-300 && step < 1e7) {
    const next = up ? 2 * step : step / 2;
    const passes = gain(next) > enough;
    if (up && !passes) return step;
    step = next;
    if (!up && passes) return step;
  }
  return first;
}
