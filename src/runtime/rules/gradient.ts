/** What is done to a gradient before, and to the parameters after, a first-order step. */
import { norm, scale } from '../vector.ts';

/** Shortens `g` to `longest` when it is longer: Pascanu, Mikolov, Bengio, ICML (2013), algorithm 1. Returns the length before. */
export function clipNorm(g: Float64Array, longest: number): number {
  const length = norm(g);
  if (length > longest) scale(g, longest / length);
  return length;
}

/** Limits every component to [-largest, largest]. */
export function clipComponents(g: Float64Array, largest: number): void {
  for (let i = 0; i < g.length; i++) g[i] = Math.min(Math.max(g[i]!, -largest), largest);
}

/** The proximal step of threshold·‖x‖₁: Donoho, IEEE Transactions on Information Theory 41 (1995). Elements below the threshold become 0. */
export function softThreshold(out: Float64Array, x: Float64Array, threshold: number, from = 0, to: number = x.length): void {
  for (let i = from; i < to; i++) {
    const xi = x[i]!;
    out[i] = xi > threshold ? xi - threshold : xi < -threshold ? xi + threshold : 0;
  }
}
