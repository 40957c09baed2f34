/** Points of a model's domain in decimals: the doubles themselves, and functions nobody knows with all their digits. */
import type { SamplePoint } from '../sample.ts';
import { exactly, pi, R, type Real } from './decimal.ts';
import type { ExtendedEnvironment, ExtendedOpaque } from './evaluate.ts';

export function extend(point: SamplePoint): ExtendedEnvironment {
  const decimals = (value: ArrayLike<number> | number): Real[] => (typeof value === 'number' ? [value] : Array.from(value)).map(exactly);
  return {
    sizes: point.sizes,
    inputs: new Map([...point.inputs].map(([name, value]) => [name, decimals(value)])),
    opaques: new Map([...point.waves].map(([name, wave]): [string, ExtendedOpaque] => [name, (orders, args) => {
      const order = orders.reduce((x, y) => x + y, 0);
      const slope = (k: number): Real => exactly(wave.slopes[k] ?? 1);
      const angle = args.reduce((sum, x, k) => sum.plus(slope(k).times(x)), exactly(wave.phase)).plus(pi().times(order).div(2));
      return orders.reduce((p, n, k) => p.times(slope(k).pow(n)), new R(1)).times(angle.sin());
    }])),
    doubleOnly: new Set(),
  };
}
