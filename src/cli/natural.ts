/** Parameters declared with `via`: emitted functions take unconstrained numbers, people give and read the constrained ones. */
import { invariant } from '../diagnostics/internal.ts';
import type { Input } from '../elaborate/model.ts';
import { limits } from '../elaborate/transforms.ts';

interface Transform {
  /** from the whole line to (0, ∞), or to (0, 1) */
  readonly forward: (u: number) => number;
  readonly inverse: (x: number) => number;
  readonly slope: (u: number) => number;
  readonly unit: boolean;
}

const logistic = (u: number): number => 1 / (1 + Math.exp(-u));
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  exp: { forward: Math.exp, inverse: Math.log, slope: Math.exp, unit: false },
  softplus: { forward: (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))), inverse: (x) => x + Math.log(-Math.expm1(-x)), slope: logistic, unit: false },
  sigmoid: { forward: logistic, inverse: (x) => Math.log(x / (1 - x)), slope: (u) => logistic(u) * logistic(-u), unit: true },
  tanh: { forward: (u) => 0.5 + 0.5 * Math.tanh(u), inverse: (x) => Math.atanh(2 * x - 1), slope: (u) => 0.5 / Math.cosh(u) ** 2, unit: true },
};

export interface Natural {
  /** from what the function takes to what people read */
  readonly forward: (u: number) => number;
  readonly inverse: (x: number) => number;
  /** the derivative of `forward` */
  readonly slope: (u: number) => number;
}

const identity: Natural = { forward: (u) => u, inverse: (x) => x, slope: () => 1 };

/** The same map as `elaborate/transforms.ts` puts into the graph. */
export function naturalOf({ via, bounds }: Input): Natural {
  if (via === undefined) return identity;
  const transform = TRANSFORMS[via.transform];
  invariant(transform !== undefined, 'fit', `there is no transform ${via.transform}`);
  const { lower, upper } = limits(bounds);
  const { forward, inverse, slope, unit } = transform;
  if (unit) {
    const low = lower ?? (via.transform === 'tanh' ? -1 : 0);
    const width = (upper ?? 1) - low;
    return { forward: (u) => low + width * forward(u), inverse: (x) => inverse((x - low) / width), slope: (u) => width * slope(u) };
  }
  if (lower === undefined && upper !== undefined) return { forward: (u) => upper - forward(u), inverse: (x) => inverse(upper - x), slope: (u) => -slope(u) };
  const low = lower ?? 0;
  return { forward: (u) => low + forward(u), inverse: (x) => inverse(x - low), slope };
}
