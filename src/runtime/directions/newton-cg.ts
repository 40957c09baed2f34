import { moreThuente } from '../line-search/more-thuente.ts';
import type { WolfeOptions } from '../line-search/more-thuente.ts';
import { checkCount } from '../error.ts';
import { lineSearchMethod } from '../line-search-method.ts';
import type { ProductObjective } from '../problem.ts';
import type { Result, StopOptions } from '../result.ts';
import { addScaled, dot, negate, norm } from '../vector.ts';

export interface NewtonCgOptions extends StopOptions {
  /** conjugate gradient steps for one direction, twice the dimension when left out */
  readonly maxInner?: number;
  readonly wolfe?: WolfeOptions;
}

/**
 * Hessian-free Newton: the direction by conjugate gradients on products H v, stopped at negative curvature and when
 * accurate enough. Dembo and Steihaug, Mathematical Programming 26 (1983); Nocedal and Wright (2006), algorithm 7.1.
 * With products of Gauss-Newton's matrix it is Martens, "Deep learning via Hessian-free optimization", ICML (2010).
 */
export function newtonCg(objective: ProductObjective, start: ArrayLike<number>, options: NewtonCgOptions = {}): Result {
  const n = objective.dimension;
  const { maxInner = 2 * n } = options;
  checkCount('maxInner', maxInner);
  const r = new Float64Array(n);
  const p = new Float64Array(n);
  const Hp = new Float64Array(n);
  return lineSearchMethod(
    objective,
    start,
    {
      direction(x, g, d) {
        const length = norm(g);
        const enough = Math.min(0.5, Math.sqrt(length)) * length;
        d.fill(0);
        r.set(g);
        negate(p, g);
        let rr = dot(r, r);
        for (let k = 0; k < maxInner && Math.sqrt(rr) > enough; k++) {
          objective.hessianProduct(x, p, Hp);
          const curvature = dot(p, Hp);
          if (!(curvature > 2 ** -52 * dot(p, p) * 1e-4)) {
            if (k === 0) negate(d, g);
            return;
          }
          const step = rr / curvature;
          addScaled(d, step, p);
          addScaled(r, step, Hp);
          const before = rr;
          rr = dot(r, r);
          for (let i = 0; i < n; i++) p[i] = (rr / before) * p[i]! - r[i]!;
        }
      },
      firstStep: () => 1,
      learn: () => undefined,
      forget: () => false,
    },
    moreThuente(options.wolfe),
    options,
  );
}
