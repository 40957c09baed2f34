/** L-BFGS-B: Byrd, Lu, Nocedal, Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput. 16 (1995). */
import { checkRange, startingPoint } from '../error.ts';
import { cautiousStep } from '../line-search-method.ts';
import { Line } from '../line-search/line.ts';
import { moreThuente } from '../line-search/more-thuente.ts';
import type { LbfgsOptions } from '../directions/lbfgs.ts';
import type { Objective } from '../problem.ts';
import { converged, stopReason, stopRules } from '../result.ts';
import type { Result, Status } from '../result.ts';
import { distance, norm, subtract } from '../vector.ts';
import { Box } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { QuadraticModel } from './cauchy.ts';
import { CompactMatrix } from './compact.ts';

/**
 * L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995): minimises within bounds. Every point that is evaluated lies within them. The gradient that tolerances and the
 * result speak of is the projected one.
 */
export function lbfgsb(objective: Objective, start: ArrayLike<number>, bounds: Bounds, options: LbfgsOptions = {}): Result {
  const { memory = 10 } = options;
  checkRange('memory', memory, 1, 1000);
  const n = objective.dimension;
  const box = new Box(bounds, n);
  const rules = stopRules(options);
  const B = new CompactMatrix(n, memory);
  const model = new QuadraticModel(box, B, memory);
  const line = new Line({
    dimension: n,
    valueGradient(x, g) {
      // x + step·d may miss the bound it ends at by a rounding error
      box.project(x);
      return objective.valueGradient(x, g);
    },
  });
  const search = moreThuente(options.wolfe);
  const shortSearch = moreThuente({ ...options.wolfe, longest: 1 });
  const gBefore = new Float64Array(n);
  line.evaluateStart(startingPoint(start, n));
  const progress = { iteration: 0, value: line.value, gradientNorm: box.projectedNorm(line.point, line.gradient), x: line.point };
  let status: Status | undefined = stopReason(rules, progress, Infinity, Infinity, 0, line.evaluations);
  while (status === undefined) {
    gBefore.set(line.gradient);
    model.minimise(line.point, line.gradient);
    subtract(line.direction, model.target, line.point);
    line.begin();
    // the first direction is a plain projected step; inside the box it may be lengthened
    const first = B.pairs === 0 ? Math.min(1, cautiousStep(line.gradient) / Math.max(norm(line.direction) / norm(line.gradient), 1e-300)) : 1;
    const found = line.startSlope < 0 && (box.longestStep(line.x, line.direction) > 1e10 ? search : shortSearch)(line, first);
    if (!found) {
      line.evaluate(0);
      if (!B.forget()) status = 'line-search-failed';
      continue;
    }
    progress.iteration++;
    B.learn(line.x, line.point, gBefore, line.gradient);
    progress.value = line.value;
    progress.gradientNorm = box.projectedNorm(line.point, line.gradient);
    status = stopReason(rules, progress, line.startValue, distance(line.x, line.point), norm(line.point), line.evaluations);
  }
  return { status, converged: converged(status), x: line.point, value: line.value, gradientNorm: progress.gradientNorm, iterations: progress.iteration, evaluations: line.evaluations };
}
