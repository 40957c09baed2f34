/**
 * Trust regions: Nocedal and Wright (2006), algorithm 4.1, with two ways to minimise the model inside the region,
 * dogleg on a matrix and truncated conjugate gradients on products.
 */
import { ModifiedCholesky } from './dense/cholesky.ts';
import { checkRange, startingPoint } from './error.ts';
import { NOISE } from './line-search/line.ts';
import type { HessianObjective, Objective, ProductObjective } from './problem.ts';
import { converged, stopReason, stopRules } from './result.ts';
import type { Result, Status, StopOptions } from './result.ts';
import { addScaled, dot, maxNorm, negate, norm, pointAlong } from './vector.ts';

export interface TrustRegionOptions extends StopOptions {
  /** 1 when left out */
  readonly firstRadius?: number;
  /** 1e10 when left out */
  readonly largestRadius?: number;
}

/** Minimises gᵀp + ½ pᵀHp over ‖p‖ ≤ radius. */
interface Model {
  /** The Hessian at `x` from now on. */
  moveTo(x: Float64Array): void;
  /** Writes the step into `p` and Hp into `Hp`. */
  solve(g: Float64Array, radius: number, p: Float64Array, Hp: Float64Array): void;
}

/**
 * Powell's dogleg, in: Numerical Methods for Nonlinear Algebraic Equations (1970); Nocedal and Wright, section 4.1.
 * An indefinite Hessian is made positive definite for the Newton step by Gill, Murray and Wright's Cholesky factors.
 */
export function trustRegionDogleg(objective: HessianObjective, start: ArrayLike<number>, options: TrustRegionOptions = {}): Result {
  return trustRegion(objective, start, new Dogleg(objective), options);
}

/** Steihaug, SIAM J. Numerical Analysis 20 (1983); Nocedal and Wright, algorithm 7.2. */
export function trustRegionCg(objective: ProductObjective, start: ArrayLike<number>, options: TrustRegionOptions = {}): Result {
  return trustRegion(objective, start, new Steihaug(objective), options);
}

function trustRegion(objective: Objective, start: ArrayLike<number>, model: Model, options: TrustRegionOptions): Result {
  const { firstRadius = 1, largestRadius = 1e10 } = options;
  checkRange('firstRadius', firstRadius, Number.MIN_VALUE, largestRadius);
  const rules = stopRules(options);
  const n = objective.dimension;
  const x = startingPoint(start, n);
  const trial = new Float64Array(n);
  const g = new Float64Array(n);
  const trialGradient = new Float64Array(n);
  const p = new Float64Array(n);
  const Hp = new Float64Array(n);
  let evaluations = 1;
  let radius = firstRadius;
  const progress = { iteration: 0, value: objective.valueGradient(x, g), gradientNorm: maxNorm(g), x };
  let status: Status | undefined = stopReason(rules, progress, Infinity, Infinity, 0, evaluations);
  if (status === undefined) model.moveTo(x);
  while (status === undefined) {
    model.solve(g, radius, p, Hp);
    pointAlong(trial, x, 1, p);
    const value = objective.valueGradient(trial, trialGradient);
    evaluations++;
    progress.iteration++;
    const before = progress.value;
    const length = norm(p);
    const predicted = -dot(g, p) - 0.5 * dot(p, Hp);
    const ratio = agreement(before, value, predicted, dot(g, p), dot(trialGradient, p));
    if (!(ratio >= 0.25)) radius = 0.25 * length;
    else if (ratio > 0.75 && length >= 0.99 * radius) radius = Math.min(2 * radius, largestRadius);
    const accepted = ratio > 1e-4 && Number.isFinite(value);
    if (accepted) {
      x.set(trial);
      g.set(trialGradient);
      progress.value = value;
      progress.gradientNorm = maxNorm(g);
      model.moveTo(x);
    }
    status = stopReason(rules, progress, accepted ? before : Infinity, accepted ? length : Infinity, norm(x), evaluations);
    // a region below the spacing of numbers holds no other point
    if (status === undefined && !accepted && radius <= 2 ** -52 * Math.max(norm(x), 1e-300)) status = 'converged-step';
  }
  return { status, converged: converged(status), x, value: progress.value, gradientNorm: progress.gradientNorm, iterations: progress.iteration, evaluations };
}

/** Actual over predicted decrease; where values differ by rounding errors only, the actual one comes from the slopes. */
function agreement(before: number, value: number, predicted: number, slope: number, trialSlope: number): number {
  const noise = NOISE * Math.abs(before);
  const actual = Math.abs(before - value) <= noise && predicted <= noise ? -0.5 * (slope + trialSlope) : before - value;
  return actual / predicted;
}

class Dogleg implements Model {
  readonly #objective: HessianObjective;
  readonly #H: Float64Array;
  readonly #cholesky: ModifiedCholesky;
  readonly #newton: Float64Array;
  readonly #product: Float64Array;

  constructor(objective: HessianObjective) {
    const n = objective.dimension;
    this.#objective = objective;
    this.#H = new Float64Array(n * n);
    this.#cholesky = new ModifiedCholesky(n);
    this.#newton = new Float64Array(n);
    this.#product = new Float64Array(n);
  }

  moveTo(x: Float64Array): void {
    this.#objective.hessian(x, this.#H);
    this.#cholesky.factor(this.#H);
  }

  solve(g: Float64Array, radius: number, p: Float64Array, Hp: Float64Array): void {
    const newton = this.#newton;
    negate(newton, g);
    this.#cholesky.solve(newton);
    if (norm(newton) <= radius) p.set(newton);
    else {
      const length = norm(g);
      this.#multiply(g, this.#product);
      const curvature = dot(g, this.#product);
      const cauchy = curvature > 0 ? (length * length) / curvature : Infinity;
      negate(p, g);
      if (cauchy * length >= radius) for (let i = 0; i < p.length; i++) p[i]! *= radius / length;
      else {
        for (let i = 0; i < p.length; i++) {
          p[i]! *= cauchy;
          newton[i]! -= p[i]!;
        }
        addScaled(p, toBoundary(p, newton, radius), newton);
      }
    }
    this.#multiply(p, Hp);
  }

  #multiply(v: Float64Array, out: Float64Array): void {
    const n = v.length;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += this.#H[i * n + j]! * v[j]!;
      out[i] = sum;
    }
  }
}

class Steihaug implements Model {
  readonly #objective: ProductObjective;
  readonly #x: Float64Array;
  readonly #r: Float64Array;
  readonly #d: Float64Array;
  readonly #Hd: Float64Array;

  constructor(objective: ProductObjective) {
    const n = objective.dimension;
    this.#objective = objective;
    this.#x = new Float64Array(n);
    this.#r = new Float64Array(n);
    this.#d = new Float64Array(n);
    this.#Hd = new Float64Array(n);
  }

  moveTo(x: Float64Array): void {
    this.#x.set(x);
  }

  solve(g: Float64Array, radius: number, p: Float64Array, Hp: Float64Array): void {
    const r = this.#r;
    const d = this.#d;
    const length = norm(g);
    const enough = Math.min(0.5, Math.sqrt(length)) * length;
    p.fill(0);
    Hp.fill(0);
    r.set(g);
    negate(d, g);
    let rr = dot(r, r);
    for (let k = 0; k < 2 * p.length && Math.sqrt(rr) > enough; k++) {
      this.#objective.hessianProduct(this.#x, d, this.#Hd);
      const curvature = dot(d, this.#Hd);
      const step = rr / curvature;
      let leaves = !(curvature > 0);
      if (!leaves) {
        addScaled(p, step, d);
        leaves = norm(p) >= radius;
        if (leaves) addScaled(p, -step, d);
      }
      if (leaves) {
        const rest = toBoundary(p, d, radius);
        addScaled(p, rest, d);
        addScaled(Hp, rest, this.#Hd);
        return;
      }
      addScaled(Hp, step, this.#Hd);
      addScaled(r, step, this.#Hd);
      const before = rr;
      rr = dot(r, r);
      for (let i = 0; i < d.length; i++) d[i] = (rr / before) * d[i]! - r[i]!;
    }
  }
}

/** The t ≥ 0 with ‖p + t d‖ = radius, for ‖p‖ ≤ radius. */
function toBoundary(p: Float64Array, d: Float64Array, radius: number): number {
  const a = dot(d, d);
  const b = dot(p, d);
  const c = Math.max(0, radius * radius - dot(p, p));
  const root = Math.sqrt(b * b + a * c);
  return b > 0 ? c / (b + root) : (root - b) / a;
}
