/** How well the data determine the parameters of a least-squares fit. Bates and Watts, Nonlinear Regression Analysis (1988), section 2.3. */
import { PivotedQr } from '../dense/qr.ts';
import { invertUpper } from '../dense/triangular.ts';
import { checkRange, RuntimeError } from '../error.ts';
import type { LeastSquaresResult } from './levenberg-marquardt.ts';
import { studentQuantile } from './student.ts';

export interface FitStatistics {
  /** observations less parameters */
  readonly degreesOfFreedom: number;
  /** ‖r‖² */
  readonly residualSumOfSquares: number;
  /** s = √(‖r‖² / degrees of freedom) */
  readonly residualDeviation: number;
  /** s² (JᵀJ)⁻¹, n×n row-major; Infinity on the diagonal when the data do not determine the parameters */
  readonly covariance: Float64Array;
  /** square roots of its diagonal */
  readonly standardErrors: Float64Array;
  /** Bounds of the interval that holds parameter i with probability `level` (0.95 when left out), by Student's t. */
  interval(i: number, level?: number): readonly [low: number, high: number];
}

/**
 * Covariance, standard errors and intervals at the solution of a fit (Bates and Watts 1988, section 2.3), from R of the
 * Jacobian, so that JᵀJ is never formed.
 */
export function fitStatistics({ x, residuals, jacobian }: Pick<LeastSquaresResult, 'x' | 'residuals' | 'jacobian'>): FitStatistics {
  const n = x.length;
  const degreesOfFreedom = residuals.length - n;
  if (degreesOfFreedom <= 0) throw new RuntimeError('too-few-observations', `${residuals.length} residuals leave no degree of freedom for ${n} parameters`);
  const residualSumOfSquares = residuals.reduce((sum, r) => sum + r * r, 0);
  const covariance = inverseOfNormalMatrix(jacobian, residuals.length, n);
  const variance = residualSumOfSquares / degreesOfFreedom;
  for (let i = 0; i < covariance.length; i++) covariance[i]! *= variance;
  const standardErrors = new Float64Array(n).map((_, i) => Math.sqrt(covariance[i * n + i]!));
  return {
    degreesOfFreedom,
    residualSumOfSquares,
    residualDeviation: Math.sqrt(variance),
    covariance,
    standardErrors,
    interval(i, level = 0.95) {
      checkRange('level', level, 0, 1);
      const half = studentQuantile(level, degreesOfFreedom) * standardErrors[i]!;
      return [x[i]! - half, x[i]! + half];
    },
  };
}

/** (JᵀJ)⁻¹ = P R⁻¹ R⁻ᵀ Pᵀ, with the columns of J scaled to length one first. */
function inverseOfNormalMatrix(jacobian: Float64Array, m: number, n: number): Float64Array {
  const lengths = new Float64Array(n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) lengths[j] = Math.hypot(lengths[j]!, jacobian[i * n + j]!);
  const qr = new PivotedQr(m, n);
  qr.factor(jacobian.map((value, k) => value / (lengths[k % n] || 1)));
  const R = new Float64Array(n * n);
  qr.copyR(R);
  const inverse = new Float64Array(n * n);
  // pivots fall: the last one says whether some combination of columns is nothing but rounding errors
  const deficient = Math.abs(R[n * n - 1]!) <= m * Number.EPSILON * Math.abs(R[0]!);
  if (deficient || !invertUpper(R, n)) {
    for (let i = 0; i < n; i++) inverse[i * n + i] = Infinity;
    return inverse;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = Math.max(i, j); k < n; k++) sum += R[k * n + i]! * R[k * n + j]!;
      const [p, q] = [qr.pivots[i]!, qr.pivots[j]!];
      inverse[p * n + q] = sum / (lengths[p]! * lengths[q]!);
    }
  }
  return inverse;
}
