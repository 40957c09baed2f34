import { moreThuente } from '../line-search/more-thuente.ts';
import type { WolfeOptions } from '../line-search/more-thuente.ts';
import { armijo } from '../line-search/armijo.ts';
import type { Objective } from '../problem.ts';
import { cautiousStep, lineSearchMethod } from '../line-search-method.ts';
import type { Result, StopOptions } from '../result.ts';
import { negate } from '../vector.ts';

export interface SteepestDescentOptions extends StopOptions {
  /** 'wolfe' when left out */
  readonly search?: 'armijo' | 'wolfe';
  readonly wolfe?: WolfeOptions;
}

/** Steepest descent with a line search: Cauchy, Comptes Rendus 25 (1847); Nocedal and Wright (2006), section 3.3. */
export function steepestDescent(objective: Objective, start: ArrayLike<number>, options: SteepestDescentOptions = {}): Result {
  let slopeBefore = 0;
  const search = options.search === 'armijo' ? armijo() : moreThuente({ curvature: 0.1, ...options.wolfe });
  return lineSearchMethod(
    objective,
    start,
    {
      direction: (_x, g, d) => negate(d, g),
      firstStep(line, iteration) {
        // the first-order change is taken to be that of the step before: Nocedal and Wright, equation (3.60)
        const step = iteration === 0 || line.step === 0 ? cautiousStep(line.gradient) : (line.step * slopeBefore) / line.startSlope;
        slopeBefore = line.startSlope;
        return options.search === 'armijo' ? 2 * step : step;
      },
      learn: () => undefined,
      forget: () => false,
    },
    search,
    options,
  );
}
