/** Penalties known by their proximal operators: Parikh and Boyd, "Proximal algorithms", Foundations and Trends in Optimization 1 (2014), chapter 6. */
import { checkLength, checkRange } from '../error.ts';
import type { Regulariser } from '../problem.ts';
import { Box } from '../constrained/bounds.ts';
import type { Bounds } from '../constrained/bounds.ts';

/** weight·Σ|xᵢ|; `weights` are per component, 0 for an intercept. */
export function l1(weight: number, weights?: ArrayLike<number>): Regulariser {
  return elasticNet(weight, 0, weights);
}

/** Σ wᵢ (l1·|xᵢ| + l2/2·xᵢ²): Zou and Hastie, JRSS B 67 (2005). */
export function elasticNet(l1Weight: number, l2Weight: number, weights?: ArrayLike<number>): Regulariser {
  checkRange('l1', l1Weight, 0, Infinity);
  checkRange('l2', l2Weight, 0, Infinity);
  const at = (i: number): number => (weights === undefined ? 1 : weights[i]!);
  return {
    value(x) {
      if (weights !== undefined) checkLength('weights', weights, x.length);
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += at(i) * (l1Weight * Math.abs(x[i]!) + 0.5 * l2Weight * x[i]! * x[i]!);
      return sum;
    },
    prox(x, step, out) {
      for (let i = 0; i < x.length; i++) {
        const threshold = step * at(i) * l1Weight;
        const xi = x[i]!;
        const shrunk = xi > threshold ? xi - threshold : xi < -threshold ? xi + threshold : 0;
        out[i] = shrunk / (1 + step * at(i) * l2Weight);
      }
    },
  };
}

/** 0 inside a box and infinite outside: proximal gradient becomes projected gradient. */
export function withinBounds(bounds: Bounds, dimension: number): Regulariser {
  const box = new Box(bounds, dimension);
  return {
    value: (x) => (x.every((xi, i) => xi >= box.lower[i]! && xi <= box.upper[i]!) ? 0 : Infinity),
    prox(x, _step, out) {
      if (out !== x) out.set(x);
      box.project(out);
    },
  };
}
