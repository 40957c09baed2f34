/** The article's two programs, and every optimiser with rates that suit both. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { descend } from '../../src/runtime/descend.ts';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { steepestDescent } from '../../src/runtime/directions/steepest.ts';
import type { BatchedObjective, Objective } from '../../src/runtime/problem.ts';
import type { Monitor, Result } from '../../src/runtime/result.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { root } from '../support/sources.ts';
import { functionsOf, objectiveOf } from './support.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

export const line = read<{ X: number[]; y: number[]; lr: number; epochs: number; trace_after_update: [number, number, number, number][]; final: { w: number; b: number } }>('samples/data/linear-regression.json');
export const regression = objectiveOf(functionsOf(readFileSync(join(root, 'samples/article/linear-regression.diff'), 'utf8'), { N: line.X.length }), { x: Float64Array.from(line.X), y: Float64Array.from(line.y) });

export const network = read<{ N: number; D: number; H: number; X: number[][]; y: number[]; lr: number; epochs: number; init: { W1: number[][]; b1: number[]; W2: number[]; b2: number[] }; loss_trace: [number, number][]; final_loss: number }>('samples/data/mlp.json');
const observations = { X: Float64Array.from(network.X.flat()), y: Float64Array.from(network.y) };
const mlp = functionsOf(readFileSync(join(root, 'samples/article/mlp.diff'), 'utf8'), { N: network.N, D: network.D, H: network.H });
export const loss = objectiveOf(mlp, observations);
const { init } = network;
export const start = loss.flatten({ W1: Float64Array.from(init.W1.flat()), b1: Float64Array.from(init.b1), W2: Float64Array.from(init.W2), b2: init.b2[0]! });

/** The same network on ten batches of ten rows. */
export const batched = ((): BatchedObjective => {
  const size = network.N / 10;
  const part = functionsOf(readFileSync(join(root, 'samples/article/mlp.diff'), 'utf8'), { N: size, D: network.D, H: network.H });
  const parts = Array.from({ length: 10 }, (_, k) =>
    objectiveOf(part, { X: observations.X.slice(k * size * network.D, (k + 1) * size * network.D), y: observations.y.slice(k * size, (k + 1) * size) }));
  return { dimension: start.length, batches: 10, valueGradient: (x, g, batch) => parts[batch]!.valueGradient(x, g) };
})();

/** Stops at the first epoch with the loss. */
export const until = (target: number): Monitor => ({ value }) => (value <= target ? 'stop' : undefined);

type Run = (objective: Objective, from: ArrayLike<number>, monitor: Monitor) => Result;
const byRule = (rule: RuleMaker, rate: number): Run => (objective, from, monitor) => descend(objective, from, { rule, rate, maxIterations: 20_000, monitor });

/** One rate for both programs. */
export const optimisers: Readonly<Record<string, Run>> = {
  'gradient descent': byRule(sgd(), 0.02),
  momentum: byRule(momentum(), 0.005),
  Nesterov: byRule(nesterov(), 0.005),
  AdaGrad: byRule(adagrad(), 0.5),
  RMSProp: byRule(rmsprop(), 0.001),
  Adam: byRule(adam(), 0.02),
  AdamW: byRule(adamw({ weightDecay: 1e-4 }), 0.02),
  AMSGrad: byRule(amsgrad(), 0.02),
  'steepest descent': (objective, from, monitor) => steepestDescent(objective, from, { monitor, maxIterations: 20_000 }),
  'conjugate gradients': (objective, from, monitor) => conjugateGradient(objective, from, { monitor, maxIterations: 20_000 }),
  'L-BFGS': (objective, from, monitor) => lbfgs(objective, from, { monitor, maxIterations: 20_000 }),
};

/** What every optimiser is asked for. */
export const programs: readonly { readonly name: string; readonly objective: Objective; readonly from: ArrayLike<number>; readonly target: number }[] = [
  { name: 'linear regression', objective: regression, from: [0, 0], target: 0.0801 },
  { name: 'network', objective: loss, from: start, target: 0.3 },
];
