/** The article's two programs, and every optimiser with rates that suit both. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proximalGradient } from '../../src/runtime/composite/proximal-gradient.ts';
import { l1 } from '../../src/runtime/composite/regularisers.ts';
import { lbfgsb } from '../../src/runtime/constrained/lbfgsb.ts';
import { descend } from '../../src/runtime/descend.ts';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { newtonCg } from '../../src/runtime/directions/newton-cg.ts';
import { newton } from '../../src/runtime/directions/newton.ts';
import { steepestDescent } from '../../src/runtime/directions/steepest.ts';
import { gaussNewton } from '../../src/runtime/least-squares/gauss-newton.ts';
import { levenbergMarquardt } from '../../src/runtime/least-squares/levenberg-marquardt.ts';
import type { PackedObjective } from '../../src/runtime/pack.ts';
import type { BatchedObjective, HessianObjective, LeastSquares, ProductObjective } from '../../src/runtime/problem.ts';
import type { Monitor, Result } from '../../src/runtime/result.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { trustRegionCg, trustRegionDogleg } from '../../src/runtime/trust-region.ts';
import { root } from '../support/sources.ts';
import { curvedObjectiveOf, functionsOf, leastSquaresOf, objectiveOf, type Fields, type Functions } from './support.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

export const line = read<{ X: number[]; y: number[]; lr: number; epochs: number; trace_after_update: [number, number, number, number][]; final: { w: number; b: number } }>('samples/data/linear-regression.json');
/** A sample with the derivatives that methods of second order and of least squares ask for: L = ½‖r‖². */
const sample = (name: string, prediction: string, wrt: string): string =>
  `${readFileSync(join(root, `samples/article/${name}.diff`), 'utf8')}\nr = √(2/N)*(y - ${prediction})\nderive hessian of L wrt ${wrt}\nderive hvp of L wrt ${wrt}\nderive value, jacobian of r wrt ${wrt}`;

interface Forms {
  readonly objective: PackedObjective<Fields> & HessianObjective & ProductObjective;
  readonly residuals: LeastSquares;
}
const formsOf = (f: Functions, data: Readonly<Record<string, Float64Array>>): Forms => ({ objective: curvedObjectiveOf(f, data), residuals: leastSquaresOf(f, 'r', data) });

const regressionForms = formsOf(functionsOf(sample('linear-regression', 'ŷ', 'w, b'), { N: line.X.length }), { x: Float64Array.from(line.X), y: Float64Array.from(line.y) });
export const regression = regressionForms.objective;

export const network = read<{ N: number; D: number; H: number; X: number[][]; y: number[]; lr: number; epochs: number; init: { W1: number[][]; b1: number[]; W2: number[]; b2: number[] }; loss_trace: [number, number][]; final_loss: number }>('samples/data/mlp.json');
const observations = { X: Float64Array.from(network.X.flat()), y: Float64Array.from(network.y) };
const networkForms = formsOf(functionsOf(sample('mlp', 'z2', 'W1, b1, W2, b2'), { N: network.N, D: network.D, H: network.H }), observations);
export const loss = networkForms.objective;
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

type Run = (forms: Forms, from: ArrayLike<number>, monitor: Monitor) => Result;
const byRule = (rule: RuleMaker, rate: number): Run => ({ objective }, from, monitor) => descend(objective, from, { rule, rate, maxIterations: 20_000, monitor });

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
  'steepest descent': ({ objective }, from, monitor) => steepestDescent(objective, from, { monitor, maxIterations: 20_000 }),
  'conjugate gradients': ({ objective }, from, monitor) => conjugateGradient(objective, from, { monitor, maxIterations: 20_000 }),
  'L-BFGS': ({ objective }, from, monitor) => lbfgs(objective, from, { monitor, maxIterations: 20_000 }),
  'L-BFGS-B': ({ objective }, from, monitor) => lbfgsb(objective, from, {}, { monitor }),
  FISTA: ({ objective }, from, monitor) => proximalGradient(objective, l1(0), from, { monitor, maxIterations: 20_000 }),
  Newton: ({ objective }, from, monitor) => newton(objective, from, { monitor }),
  dogleg: ({ objective }, from, monitor) => trustRegionDogleg(objective, from, { monitor }),
  'Newton-CG': ({ objective }, from, monitor) => newtonCg(objective, from, { monitor }),
  'trust region CG': ({ objective }, from, monitor) => trustRegionCg(objective, from, { monitor }),
  'Levenberg-Marquardt': ({ residuals }, from, monitor) => levenbergMarquardt(residuals, from, { monitor, radiusFactor: 0.1 }),
  'Gauss-Newton': ({ residuals }, from, monitor) => gaussNewton(residuals, from, { monitor }),
};

/** What every optimiser is asked for, and who ends elsewhere: full steps of Newton and Gauss-Newton saturate the hidden units, and there it is flat. */
export const programs: readonly { readonly name: string; readonly forms: Forms; readonly from: ArrayLike<number>; readonly target: number; readonly elsewhere: readonly string[] }[] = [
  { name: 'linear regression', forms: regressionForms, from: [0, 0], target: 0.0801, elsewhere: [] },
  { name: 'network', forms: networkForms, from: start, target: 0.3, elsewhere: ['Newton', 'Gauss-Newton'] },
];
