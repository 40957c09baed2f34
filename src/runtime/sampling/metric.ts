/**
 * Euclidean metrics: the momentum is normal with covariance M, the kinetic energy ½ pᵀM⁻¹p. M⁻¹ is the covariance of
 * the posterior as far as it is known (Betancourt, arXiv:1701.02434, section 4.2).
 */
import { choleskyFactor } from '../dense/cholesky.ts';
import type { Random } from '../random.ts';
import { Covariances, Variances } from './moments.ts';
import type { Moments } from './moments.ts';

export type MetricKind = 'unit' | 'diagonal' | 'dense';

export interface Metric {
  readonly kind: MetricKind;
  /** M⁻¹: n values of its diagonal, or n×n */
  readonly inverse: Float64Array;
  /** Writes M⁻¹ p. */
  velocity(p: Float64Array, out: Float64Array): void;
  /** Draws p from N(0, M). */
  draw(random: Random, p: Float64Array): void;
  /** What estimates M⁻¹ from draws; undefined when nothing is adapted. */
  readonly moments: Moments | undefined;
  /** Takes the estimate of `moments` and forgets it. */
  adapt(): void;
}

export function metricOf(kind: MetricKind, n: number): Metric {
  return kind === 'dense' ? new DenseMetric(n) : new DiagonalMetric(n, kind);
}

class DiagonalMetric implements Metric {
  readonly kind: MetricKind;
  readonly inverse: Float64Array;
  readonly moments: Moments | undefined;

  constructor(n: number, kind: 'unit' | 'diagonal') {
    this.kind = kind;
    this.inverse = new Float64Array(n).fill(1);
    this.moments = kind === 'unit' ? undefined : new Variances(n);
  }

  velocity(p: Float64Array, out: Float64Array): void {
    for (let i = 0; i < p.length; i++) out[i] = this.inverse[i]! * p[i]!;
  }

  draw(random: Random, p: Float64Array): void {
    for (let i = 0; i < p.length; i++) p[i] = random.normal() / Math.sqrt(this.inverse[i]!);
  }

  adapt(): void {
    this.moments?.regularised(this.inverse);
    this.moments?.reset();
  }
}

class DenseMetric implements Metric {
  readonly kind: MetricKind = 'dense';
  readonly inverse: Float64Array;
  readonly moments: Moments;
  readonly #n: number;
  /** L of M⁻¹ = L Lᵀ, lower triangle row-major */
  readonly #factor: Float64Array;

  constructor(n: number) {
    this.#n = n;
    this.inverse = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.inverse[i * n + i] = 1;
    this.#factor = this.inverse.slice();
    this.moments = new Covariances(n);
  }

  velocity(p: Float64Array, out: Float64Array): void {
    const n = this.#n;
    const A = this.inverse;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0, at = i * n; j < n; j++, at++) sum += A[at]! * p[j]!;
      out[i] = sum;
    }
  }

  /** p = L⁻ᵀ z has covariance (L Lᵀ)⁻¹ = M. */
  draw(random: Random, p: Float64Array): void {
    const n = this.#n;
    const L = this.#factor;
    for (let i = 0; i < n; i++) p[i] = random.normal();
    for (let i = n - 1; i >= 0; i--) {
      const x = p[i]! / L[i * n + i]!;
      p[i] = x;
      for (let j = 0; j < i; j++) p[j]! -= L[i * n + j]! * x;
    }
  }

  adapt(): void {
    const before = this.inverse.slice();
    this.moments.regularised(this.inverse);
    this.moments.reset();
    // draws of a chain that ran away have no covariance that could be used: the metric stays
    if (!choleskyFactor(this.inverse, this.#n, this.#factor)) {
      this.inverse.set(before);
      choleskyFactor(this.inverse, this.#n, this.#factor);
    }
  }
}
