/** Packed problems in the forms that other libraries take. */
import { checkLength, RuntimeError } from './error.ts';
import type { Objective } from './problem.ts';

/** A curve y = f(x; θ) that an emitted module evaluates for all x at once. */
export interface Curve {
  /** number of parameters */
  readonly dimension: number;
  /** the x that `evaluate` computes at */
  readonly x: ArrayLike<number>;
  /** Writes f(xᵢ; θ) and the Jacobian, row-major with one row for each x. */
  evaluate(parameters: Float64Array, values: Float64Array, jacobian: Float64Array): void;
}

/** The callbacks of `ml-levenberg-marquardt` 5.1. */
export interface MlLevenbergMarquardt {
  /** `levenbergMarquardt(data, parameterizedFunction, …)` */
  readonly parameterizedFunction: (parameters: readonly number[]) => (x: number) => number;
  /** option `jacobianFunction`: the partial derivatives at x, one for each parameter */
  readonly jacobianFunction: (parameters: readonly number[]) => (x: number) => number[];
}

/**
 * A curve for `ml-levenberg-marquardt`, which asks for one x at a time: all values and derivatives are computed when
 * it comes with new parameters. It may ask only for the x of the curve.
 */
export function forMlLevenbergMarquardt(curve: Curve): MlLevenbergMarquardt {
  const { dimension: n } = curve;
  const m = curve.x.length;
  const rowOf = new Map(Array.from({ length: m }, (_, i) => [curve.x[i]!, i]));
  const at = new Float64Array(n).fill(Number.NaN);
  const values = new Float64Array(m);
  const jacobian = new Float64Array(m * n);
  const prepare = (parameters: readonly number[]): void => {
    checkLength('parameters', parameters, n);
    if (at.every((value, i) => value === parameters[i])) return;
    at.set(parameters);
    curve.evaluate(at, values, jacobian);
  };
  const rowAt = (x: number): number => {
    const row = rowOf.get(x);
    if (row === undefined) throw new RuntimeError('bad-dimension', `${x} is not among the ${m} values of x of the curve`);
    return row;
  };
  return {
    parameterizedFunction: (parameters) => {
      const own = parameters.slice();
      return (x) => {
        prepare(own);
        return values[rowAt(x)]!;
      };
    },
    jacobianFunction: (parameters) => {
      const own = parameters.slice();
      return (x) => {
        prepare(own);
        const row = rowAt(x) * n;
        return Array.from(jacobian.subarray(row, row + n));
      };
    },
  };
}

/** An objective for `conjugateGradient` and the other gradient methods of `fmin`: f(X, fxprime) fills fxprime and returns f. */
export function forFmin(objective: Objective): (X: readonly number[], fxprime?: number[]) => number {
  const x = new Float64Array(objective.dimension);
  const g = new Float64Array(objective.dimension);
  return (X, fxprime) => {
    checkLength('X', X, x.length);
    x.set(X);
    const value = objective.valueGradient(x, g);
    if (fxprime !== undefined) for (let i = 0; i < g.length; i++) fxprime[i] = g[i]!;
    return value;
  };
}

/** A log density with its gradient, as samplers of other libraries take it. */
export interface LogDensity {
  readonly dimension: number;
  readonly logDensity: (x: readonly number[]) => number;
  readonly gradLogDensity: (x: readonly number[]) => number[];
  /** both at once, into `gradient` */
  readonly logDensityGradient: (x: Float64Array, gradient: Float64Array) => number;
}

/** A log density from an objective that is one (`'log-density'`) or its negative (`'negative'`). */
export function forSamplers(objective: Objective, kind: 'log-density' | 'negative'): LogDensity {
  const sign = kind === 'negative' ? -1 : 1;
  const { dimension } = objective;
  const x = new Float64Array(dimension);
  const g = new Float64Array(dimension);
  const logDensityGradient = (at: Float64Array, gradient: Float64Array): number => {
    const value = objective.valueGradient(at, gradient);
    if (sign < 0) for (let i = 0; i < dimension; i++) gradient[i] = -gradient[i]!;
    return sign * value;
  };
  const evaluate = (at: readonly number[]): number => {
    checkLength('x', at, dimension);
    x.set(at);
    return logDensityGradient(x, g);
  };
  return {
    dimension,
    logDensity: evaluate,
    gradLogDensity: (at) => {
      evaluate(at);
      return Array.from(g);
    },
    logDensityGradient,
  };
}
