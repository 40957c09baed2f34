/** From constrained values, as people give them, to the unconstrained numbers of `elaborate/transforms.ts`. */
import type { Bound } from '../elaborate/model.ts';
import type { TransformName } from '../elaborate/transforms.ts';
import { limits } from '../elaborate/transforms/elements.ts';
import { choleskyFactor } from '../runtime/dense/cholesky.ts';
import type { Misfit } from '../answer/nested.ts';

export interface Inverse {
  /** whether each number is mapped by itself */
  readonly elementwise: boolean;
  /** Undone for values in a shape, or what is wrong with them. */
  invert(x: Float64Array, shape: readonly number[], bounds: readonly Bound[]): Float64Array | Misfit;
}

function onHalfLine(inverse: (size: number) => number): Inverse {
  return {
    elementwise: true,
    invert(x, _, bounds) {
      const { lower, upper } = limits(bounds);
      return x.map((v) => inverse(lower === undefined && upper !== undefined ? upper - v : v - (lower ?? 0)));
    },
  };
}

function onInterval(inverse: (unit: number) => number, least: number): Inverse {
  return {
    elementwise: true,
    invert(x, _, bounds) {
      const { lower = least, upper = 1 } = limits(bounds);
      return x.map((v) => inverse((v - lower) / (upper - lower)));
    },
  };
}

/** Row by row of the last axis, each with room for as many numbers as it becomes. */
function byRows(shorter: 0 | 1, invertRow: (x: Float64Array, out: Float64Array, bounds: readonly Bound[]) => string | undefined): Inverse {
  return {
    elementwise: false,
    invert(x, shape, bounds) {
      const size = shape.at(-1) ?? 1;
      const rows = x.length / size;
      const out = new Float64Array(rows * (size - shorter));
      for (let r = 0; r < rows; r++) {
        const reason = invertRow(x.subarray(r * size, (r + 1) * size), out.subarray(r * (size - shorter), (r + 1) * (size - shorter)), bounds);
        if (reason !== undefined) return { place: rows > 1 ? `row ${r + 1}` : '', reason };
      }
      return out;
    },
  };
}

/** People type a few digits. */
const ROUNDED = 1e-6;

function invertSimplex(p: Float64Array, out: Float64Array): string | undefined {
  const total = p.reduce((a, b) => a + b, 0);
  if (Math.abs(total - 1) > ROUNDED || p.some((x) => x < 0)) return `${Array.from(p).join(', ')} are no positive numbers that sum to 1`;
  const [root, last] = [Math.sqrt(p.length), p.at(-1) ?? 1];
  let sum = 0;
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.log((p[k] ?? 0) / last);
  const moved = -sum / root / (root - 1);
  for (let k = 0; k < out.length; k++) out[k] = (out[k] ?? 0) + moved;
  return undefined;
}

function invertOrdered(x: Float64Array, out: Float64Array, bounds: readonly Bound[]): string | undefined {
  const { lower } = limits(bounds);
  for (let k = 0; k < x.length; k++) {
    const [before, here] = [k === 0 ? lower : x[k - 1], x[k] ?? 0];
    if (before !== undefined && here < before) return `${Array.from(x).join(', ')} do not rise`;
    out[k] = before === undefined ? here : Math.log(here - before);
  }
  return undefined;
}

/** Each row of a factor is a unit vector: its elements, divided by what is left of the length, are tanh(u). */
function invertFactor(L: Float64Array, n: number): Float64Array | Misfit {
  const out = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    let left = 1;
    for (let j = 0; j < n; j++) {
      const value = L[i * n + j] ?? 0;
      if (j < i) out[at++] = Math.atanh(value / Math.sqrt(left));
      left -= value * value;
      if (j > i && value !== 0) return { place: `row ${i + 1}`, reason: 'there are numbers above the diagonal' };
    }
    if (Math.abs(left) > ROUNDED) return { place: `row ${i + 1}`, reason: 'the squares do not sum to 1' };
  }
  return out;
}

function invertCorrelation(C: Float64Array, n: number): Float64Array | Misfit {
  for (let i = 0; i < n; i++) {
    if (Math.abs((C[i * n + i] ?? 0) - 1) > ROUNDED) return { place: `row ${i + 1}`, reason: 'a correlation matrix has ones on the diagonal' };
    for (let j = 0; j < i; j++) if (Math.abs((C[i * n + j] ?? 0) - (C[j * n + i] ?? 0)) > ROUNDED) return { place: `row ${i + 1}, column ${j + 1}`, reason: 'a correlation matrix is symmetric' };
  }
  const L = new Float64Array(n * n);
  return choleskyFactor(C, n, L) ? invertFactor(L, n) : { place: '', reason: 'the matrix is not positive definite' };
}

const ofMatrix = (invert: (x: Float64Array, n: number) => Float64Array | Misfit): Inverse => ({ elementwise: false, invert: (x, [n = 0]) => invert(x, n) });

export const inverses: Readonly<Record<TransformName, Inverse>> = {
  exp: onHalfLine(Math.log),
  softplus: onHalfLine((x) => x + Math.log(-Math.expm1(-x))),
  sigmoid: onInterval((s) => Math.log(s / (1 - s)), 0),
  tanh: onInterval((s) => Math.atanh(2 * s - 1), -1),
  simplex: byRows(1, invertSimplex),
  ordered: byRows(0, invertOrdered),
  correlation: ofMatrix(invertCorrelation),
  correlation_cholesky: ofMatrix(invertFactor),
};
