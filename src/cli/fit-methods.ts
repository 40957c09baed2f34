/** The methods of `diffc fit`: what each needs and how it is run. */
import { augmentedLagrangian, type ConstrainedResult } from '../runtime/constrained/augmented-lagrangian.ts';
import { lbfgsb } from '../runtime/constrained/lbfgsb.ts';
import type { Bounds } from '../runtime/constrained/bounds.ts';
import { descend } from '../runtime/descend.ts';
import { conjugateGradient } from '../runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../runtime/directions/lbfgs.ts';
import { newtonCg } from '../runtime/directions/newton-cg.ts';
import { newton } from '../runtime/directions/newton.ts';
import { steepestDescent } from '../runtime/directions/steepest.ts';
import { gaussNewton } from '../runtime/least-squares/gauss-newton.ts';
import { levenbergMarquardt, type LeastSquaresResult } from '../runtime/least-squares/levenberg-marquardt.ts';
import type { Constraints, HessianObjective, LeastSquares, Objective, ProductObjective } from '../runtime/problem.ts';
import type { Monitor, Result } from '../runtime/result.ts';
import type { RuleMaker } from '../runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../runtime/rules/rules.ts';
import { trustRegionCg, trustRegionDogleg } from '../runtime/trust-region.ts';
import { CONSTRAINT_TOLERANCE } from './fit-constraints.ts';
import type { OPTIMIZERS } from './flags.ts';

export interface RunOptions {
  readonly maxIterations: number;
  readonly rate: number;
  readonly bounds: Bounds;
  readonly equalities: Constraints;
  readonly inequalities: Constraints;
  readonly monitor: Monitor;
}

export type Optimizer = (typeof OPTIMIZERS)[number];

export type RunResult = Result | LeastSquaresResult | ConstrainedResult;

interface Common {
  /** for the report */
  readonly title: string;
  readonly first?: true;
  /** what every point that it ends at keeps; a method without it is free */
  readonly keeps?: 'bounds' | 'constraints';
}
/** What it asks of the model, and the call. */
export type Method = Common & (
  | { readonly needs: 'residuals'; readonly run: (problem: LeastSquares, start: Float64Array, options: RunOptions) => LeastSquaresResult }
  | { readonly needs: 'gradient'; readonly run: (problem: Objective, start: Float64Array, options: RunOptions) => Result | ConstrainedResult }
  | { readonly needs: 'hessian'; readonly run: (problem: HessianObjective, start: Float64Array, options: RunOptions) => Result }
  | { readonly needs: 'hvp'; readonly run: (problem: ProductObjective, start: Float64Array, options: RunOptions) => Result }
);

/** Relative to the value, as far as doubles go: people give losses on every scale. */
const tolerances = { valueTolerance: 1e-15, gradientTolerance: 1e-8 };
const stop = ({ maxIterations, monitor }: RunOptions) => ({ ...tolerances, maxIterations, monitor });

const byRule = (title: string, rule: RuleMaker): Method => ({
  title, needs: 'gradient', first: true,
  run: (problem, start, { maxIterations, monitor, rate }) => descend(problem, start, { rule, rate, maxIterations, monitor, gradientTolerance: 1e-8, stepTolerance: 1e-14 }),
});

export const methods: Readonly<Record<Optimizer, Method>> = {
  lm: { title: 'Levenberg-Marquardt', needs: 'residuals', run: (p, x, { maxIterations, monitor }) => levenbergMarquardt(p, x, { maxIterations, monitor }) },
  'gauss-newton': { title: 'Gauss-Newton', needs: 'residuals', run: (p, x, { maxIterations, monitor }) => gaussNewton(p, x, { maxIterations, monitor, stepTolerance: 1e-14 }) },
  lbfgs: { title: 'L-BFGS', needs: 'gradient', run: (p, x, o) => lbfgs(p, x, stop(o)) },
  lbfgsb: { title: 'L-BFGS-B', needs: 'gradient', keeps: 'bounds', run: (p, x, o) => lbfgsb(p, x, o.bounds, stop(o)) },
  'augmented-lagrangian': { title: 'augmented Lagrangian', needs: 'gradient', keeps: 'constraints', run: (p, x, o) => augmentedLagrangian(p, x, { ...stop(o), constraintTolerance: CONSTRAINT_TOLERANCE, bounds: o.bounds, equalities: o.equalities, inequalities: o.inequalities }) },
  cg: { title: 'conjugate gradients', needs: 'gradient', run: (p, x, o) => conjugateGradient(p, x, stop(o)) },
  'steepest-descent': { title: 'steepest descent', needs: 'gradient', run: (p, x, o) => steepestDescent(p, x, stop(o)) },
  newton: { title: 'Newton', needs: 'hessian', run: (p, x, o) => newton(p, x, stop(o)) },
  'trust-region': { title: 'trust region, dogleg', needs: 'hessian', run: (p, x, o) => trustRegionDogleg(p, x, stop(o)) },
  'newton-cg': { title: 'Newton-CG', needs: 'hvp', run: (p, x, o) => newtonCg(p, x, stop(o)) },
  'trust-region-cg': { title: 'trust region, conjugate gradients', needs: 'hvp', run: (p, x, o) => trustRegionCg(p, x, stop(o)) },
  sgd: byRule('gradient descent', sgd()), momentum: byRule('momentum', momentum()), nesterov: byRule('Nesterov', nesterov()), adagrad: byRule('AdaGrad', adagrad()),
  rmsprop: byRule('RMSProp', rmsprop()), adam: byRule('Adam', adam()), adamw: byRule('AdamW', adamw()), amsgrad: byRule('AMSGrad', amsgrad()),
};
