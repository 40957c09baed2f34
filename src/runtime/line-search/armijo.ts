import type { LineSearch } from './line.ts';

/**
 * Sufficient decrease by backtracking with safeguarded quadratic interpolation: Armijo, Pacific J. Math. 16 (1966);
 * Nocedal and Wright, Numerical Optimization (2nd edition, 2006), section 3.5.
 */
export function armijo(decrease = 1e-4, limit = 60): LineSearch {
  return (line, firstStep) => {
    let step = firstStep;
    for (let trial = 0; trial < limit; trial++) {
      line.evaluate(step);
      if (line.judged <= line.startValue + decrease * step * line.startSlope) return true;
      const curvature = line.judged - line.startValue - step * line.startSlope;
      const interpolated = (-0.5 * line.startSlope * step * step) / curvature;
      step = Number.isFinite(interpolated) ? Math.min(Math.max(interpolated, 0.1 * step), 0.5 * step) : 0.1 * step;
    }
    return false;
  };
}
