import { ModifiedCholesky } from '../dense/cholesky.ts';
import { moreThuente } from '../line-search/more-thuente.ts';
import type { WolfeOptions } from '../line-search/more-thuente.ts';
import { lineSearchMethod } from '../line-search-method.ts';
import type { HessianObjective } from '../problem.ts';
import type { Result, StopOptions } from '../result.ts';
import { negate } from '../vector.ts';

export interface NewtonOptions extends StopOptions {
  readonly wolfe?: WolfeOptions;
}

/** Newton's method with a line search and a Hessian made positive definite: Gill and Murray, Mathematical Programming 7 (1974); Nocedal and Wright (2006), algorithm 3.2. */
export function newton(objective: HessianObjective, start: ArrayLike<number>, options: NewtonOptions = {}): Result {
  const n = objective.dimension;
  const H = new Float64Array(n * n);
  const cholesky = new ModifiedCholesky(n);
  return lineSearchMethod(
    objective,
    start,
    {
      direction(x, g, d) {
        objective.hessian(x, H);
        cholesky.factor(H);
        negate(d, g);
        cholesky.solve(d);
      },
      firstStep: () => 1,
      learn: () => undefined,
      forget: () => false,
    },
    moreThuente(options.wolfe),
    options,
  );
}
