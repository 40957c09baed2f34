/** Points with momentum, and their motion. */
import type { Objective } from '../problem.ts';
import type { Random } from '../random.ts';
import { dot } from '../vector.ts';
import type { Metric } from './metric.ts';

/** A point of phase space, with what is known there. */
export class Point {
  readonly q: Float64Array;
  readonly p: Float64Array;
  /** M⁻¹ p */
  readonly velocity: Float64Array;
  /** gradient of the log density at q */
  readonly g: Float64Array;
  /** M⁻¹ g */
  readonly acceleration: Float64Array;
  density = -Infinity;

  constructor(n: number) {
    this.q = new Float64Array(n);
    this.p = new Float64Array(n);
    this.velocity = new Float64Array(n);
    this.g = new Float64Array(n);
    this.acceleration = new Float64Array(n);
  }

  copy(other: Point): void {
    this.q.set(other.q);
    this.p.set(other.p);
    this.velocity.set(other.velocity);
    this.g.set(other.g);
    this.acceleration.set(other.acceleration);
    this.density = other.density;
  }

  /** H = -log density + ½ pᵀM⁻¹p */
  energy(): number {
    return 0.5 * dot(this.p, this.velocity) - this.density;
  }
}

/** The log density with a metric. */
export class Hamiltonian {
  readonly metric: Metric;
  readonly #density: Objective;
  /** calls of the density with its gradient */
  evaluations = 0;

  constructor(density: Objective, metric: Metric) {
    this.#density = density;
    this.metric = metric;
  }

  /** Density and gradient at `z.q`; what is no number, or infinitely dense, counts as impossible. */
  evaluate(z: Point): void {
    this.evaluations++;
    const value = this.#density.valueGradient(z.q, z.g);
    z.density = value < Infinity ? value : -Infinity;
  }

  /** A fresh momentum at `z`. */
  kick(z: Point, random: Random): void {
    this.metric.draw(random, z.p);
    this.metric.velocity(z.p, z.velocity);
    this.metric.velocity(z.g, z.acceleration);
  }

  /**
   * One leapfrog step. The velocity is carried along instead of being made of p twice: with a dense metric a step
   * costs one product of a matrix and a vector.
   */
  leapfrog(z: Point, step: number): void {
    const { q, p, velocity, g, acceleration } = z;
    const half = 0.5 * step;
    for (let i = 0; i < q.length; i++) {
      p[i]! += half * g[i]!;
      const v = velocity[i]! + half * acceleration[i]!;
      velocity[i] = v;
      q[i]! += step * v;
    }
    this.evaluate(z);
    this.metric.velocity(g, acceleration);
    for (let i = 0; i < q.length; i++) {
      p[i]! += half * g[i]!;
      velocity[i]! += half * acceleration[i]!;
    }
  }
}
