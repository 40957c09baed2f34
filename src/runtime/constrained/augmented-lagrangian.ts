/**
 * Constraints by an augmented Lagrangian: Hestenes, JOTA 4 (1969); Powell (1969); Rockafellar, SIAM J. Control 12
 * (1974) for inequalities; the loop of multipliers, penalties and tolerances is that of Birgin and Martínez, Practical
 * Augmented Lagrangian Methods (2014), algorithm 4.1. GENO solves the same class in the same way (Laue, Mitterreiter,
 * Giesen, NeurIPS 2019).
 */
import { checkLength, checkRange, startingPoint } from '../error.ts';
import type { Constraints, Objective } from '../problem.ts';
import { converged, stopRules } from '../result.ts';
import type { Monitor, Result, Status, StopOptions } from '../result.ts';
import { maxNorm } from '../vector.ts';
import { Box } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { lbfgsb } from './lbfgsb.ts';

export interface AugmentedLagrangianOptions extends StopOptions {
  /** c(x) = 0 */
  readonly equalities?: Constraints;
  /** c(x) ≤ 0 */
  readonly inequalities?: Constraints;
  readonly bounds?: Bounds;
  /** largest violation of a constraint, 1e-8 when left out */
  readonly constraintTolerance?: number;
  /** first penalty, 10 when left out */
  readonly penalty?: number;
  /** rounds of multipliers, 100 when left out; `maxIterations` is for each round */
  readonly maxRounds?: number;
}

export interface ConstrainedResult extends Result {
  /** largest violation of a constraint */
  readonly violation: number;
  readonly equalityMultipliers: Float64Array;
  /** not negative; positive only where the constraint is active */
  readonly inequalityMultipliers: Float64Array;
  readonly rounds: number;
}

/**
 * Minimises under constraints c(x) = 0, c(x) ≤ 0 and bounds, by an augmented Lagrangian (Birgin and Martínez 2014,
 * algorithm 4.1); rounds end when no constraint is violated by more than `constraintTolerance`, else with `infeasible`.
 * `monitor` counts the iterations of all rounds and sees the value of the objective alone.
 */
export function augmentedLagrangian(objective: Objective, start: ArrayLike<number>, options: AugmentedLagrangianOptions): ConstrainedResult {
  const { constraintTolerance = 1e-8, penalty = 10, maxRounds = 100, bounds = {} } = options;
  checkRange('constraintTolerance', constraintTolerance, 0, Infinity);
  checkRange('penalty', penalty, Number.MIN_VALUE, Infinity);
  const { gradientTolerance } = stopRules(options);
  const lagrangian = new Lagrangian(objective, options, penalty);
  const x = startingPoint(start, objective.dimension);
  new Box(bounds, x.length).project(x);
  let iterations = 0;
  let rounds = 0;
  let before = Infinity;
  let inner: Result;
  let status: Status = 'max-iterations';
  do {
    // early rounds need not be exact: the multipliers are not yet
    const tolerance = Math.max(gradientTolerance, 0.1 ** (rounds + 2));
    inner = lbfgsb(lagrangian, x, bounds, { ...options, gradientTolerance: tolerance, monitor: monitorFrom(iterations, lagrangian, options.monitor) });
    x.set(inner.x);
    iterations += inner.iterations;
    rounds++;
    if (inner.status === 'not-finite' || inner.status === 'stopped') return lagrangian.result(inner, inner.status, x, iterations, rounds);
    const progress = lagrangian.updateMultipliers(x);
    // the line search ends where rounding errors of the penalty hide the decrease: that is as exact as it gets
    const exact = tolerance === gradientTolerance && (inner.converged || inner.status === 'line-search-failed');
    if (progress <= constraintTolerance && exact) status = inner.converged ? inner.status : 'converged-value';
    else if (progress > 0.5 * before && !lagrangian.raisePenalty()) status = 'infeasible';
    before = progress;
  } while (status === 'max-iterations' && rounds < maxRounds);
  return lagrangian.result(inner, status, x, iterations, rounds);
}

function monitorFrom(before: number, lagrangian: Lagrangian, monitor: Monitor | undefined): Monitor {
  return (progress) => (progress.iteration === 0 && before > 0 ? undefined : monitor?.({ ...progress, iteration: before + progress.iteration, value: lagrangian.objectiveValue }));
}

const LARGEST_PENALTY = 1e12;

class Lagrangian implements Objective {
  readonly dimension: number;
  readonly #objective: Objective;
  readonly #equalities: Constraints | undefined;
  readonly #inequalities: Constraints | undefined;
  readonly #c: Float64Array;
  readonly #d: Float64Array;
  readonly #u: Float64Array;
  readonly #w: Float64Array;
  readonly #lambda: Float64Array;
  readonly #mu: Float64Array;
  readonly #product: Float64Array;
  #penalty: number;
  #evaluations = 0;
  /** at the point of the last call */
  objectiveValue = Number.NaN;

  constructor(objective: Objective, constraints: Pick<AugmentedLagrangianOptions, 'equalities' | 'inequalities'>, penalty: number) {
    this.dimension = objective.dimension;
    this.#objective = objective;
    this.#equalities = constraints.equalities;
    this.#inequalities = constraints.inequalities;
    const [p, q] = [constraints.equalities?.count ?? 0, constraints.inequalities?.count ?? 0];
    this.#c = new Float64Array(p);
    this.#u = new Float64Array(p);
    this.#lambda = new Float64Array(p);
    this.#d = new Float64Array(q);
    this.#w = new Float64Array(q);
    this.#mu = new Float64Array(q);
    this.#product = new Float64Array(objective.dimension);
    this.#penalty = penalty;
  }

  /** f + Σ (λᵢcᵢ + ρ/2 cᵢ²) + Σ (max(0, μⱼ + ρdⱼ)² − μⱼ²)/(2ρ) */
  valueGradient(x: Float64Array, g: Float64Array): number {
    const rho = this.#penalty;
    let value = this.#objective.valueGradient(x, g);
    this.objectiveValue = value;
    this.#evaluations++;
    if (this.#equalities !== undefined) {
      this.#equalities.values(x, this.#c);
      for (let i = 0; i < this.#c.length; i++) {
        const c = this.#c[i]!;
        value += this.#lambda[i]! * c + 0.5 * rho * c * c;
        this.#u[i] = this.#lambda[i]! + rho * c;
      }
      this.#addProduct(this.#equalities, x, this.#u, g);
    }
    if (this.#inequalities !== undefined) {
      this.#inequalities.values(x, this.#d);
      for (let j = 0; j < this.#d.length; j++) {
        const w = Math.max(0, this.#mu[j]! + rho * this.#d[j]!);
        value += (w * w - this.#mu[j]! * this.#mu[j]!) / (2 * rho);
        this.#w[j] = w;
      }
      this.#addProduct(this.#inequalities, x, this.#w, g);
    }
    return value;
  }

  #addProduct(constraints: Constraints, x: Float64Array, u: Float64Array, g: Float64Array): void {
    constraints.jacobianTransposed(x, u, this.#product);
    checkLength('product', this.#product, g.length);
    for (let i = 0; i < g.length; i++) g[i]! += this.#product[i]!;
  }

  /** First-order update of the multipliers; returns the largest violation of feasibility and complementarity. */
  updateMultipliers(x: Float64Array): number {
    const rho = this.#penalty;
    let worst = 0;
    this.#equalities?.values(x, this.#c);
    this.#inequalities?.values(x, this.#d);
    for (let i = 0; i < this.#c.length; i++) {
      worst = Math.max(worst, Math.abs(this.#c[i]!));
      this.#lambda[i]! += rho * this.#c[i]!;
    }
    for (let j = 0; j < this.#d.length; j++) {
      worst = Math.max(worst, Math.abs(Math.max(this.#d[j]!, -this.#mu[j]! / rho)));
      this.#mu[j] = Math.max(0, this.#mu[j]! + rho * this.#d[j]!);
    }
    return worst;
  }

  /** False when the penalty is already so large that a violation means that there is no feasible point nearby. */
  raisePenalty(): boolean {
    if (this.#penalty >= LARGEST_PENALTY) return false;
    this.#penalty *= 10;
    return true;
  }

  result(inner: Result, status: Status, x: Float64Array, iterations: number, rounds: number): ConstrainedResult {
    const value = this.#objective.valueGradient(x, this.#product);
    let violation = maxNorm(this.#c);
    for (let j = 0; j < this.#d.length; j++) violation = Math.max(violation, this.#d[j]!);
    return {
      status,
      converged: converged(status),
      x,
      value,
      gradientNorm: inner.gradientNorm,
      iterations,
      evaluations: this.#evaluations,
      violation,
      equalityMultipliers: this.#lambda,
      inequalityMultipliers: this.#mu,
      rounds,
    };
  }
}
