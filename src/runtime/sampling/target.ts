/** What is sampled, and what is kept of each draw. */
import { RuntimeError } from '../error.ts';
import type { Objective } from '../problem.ts';

/** A log density up to a constant, with its gradient: the value of `valueGradient` is the log density itself, not its negative. */
export interface Target extends Objective {
  /** the name of component i; packed objectives have it */
  componentName?(i: number): string;
}

/** Numbers computed from a draw: parameters on their own scale, predictions. */
export interface Quantities {
  readonly names: readonly string[];
  /** Writes one number for each name. */
  compute(x: Float64Array, out: Float64Array): void;
}

export function nameOf(target: Target, i: number): string {
  return target.componentName?.(i) ?? `x[${i}]`;
}

/** Without quantities the components themselves are kept. */
export function quantitiesOf(target: Target, quantities: Quantities | undefined): Quantities {
  return quantities ?? { names: Array.from({ length: target.dimension }, (_, i) => nameOf(target, i)), compute: (x, out) => out.set(x) };
}

/** Why a chain cannot start at `x`, in words; undefined when it can. */
export function startProblem(target: Target, x: Float64Array, density: number, g: Float64Array): string | undefined {
  const at = (): string => Array.from(x.subarray(0, 6), (xi, i) => `${nameOf(target, i)} = ${xi.toPrecision(4)}`).join(', ') + (x.length > 6 ? ', …' : '');
  if (!Number.isFinite(density)) return `the log density is ${density} at ${at()}`;
  const wrong = g.findIndex((gi) => !Number.isFinite(gi));
  return wrong < 0 ? undefined : `the derivative of the log density with respect to ${nameOf(target, wrong)} is ${g[wrong]} at ${at()}`;
}

export function checkDimension(target: Target): void {
  if (!(Number.isInteger(target.dimension) && target.dimension > 0)) throw new RuntimeError('bad-dimension', `the log density has ${target.dimension} variables: there is nothing to sample`);
}
