/** Dense row-major tensors and walking their index spaces, for the reference interpreter. */
import type { Sub } from './types.ts';

export interface Tensor {
  readonly shape: readonly number[];
  /** row-major */
  readonly data: Float64Array;
}

/** How far one step of each label moves in a tensor of this shape; repeated labels add up (a diagonal). */
export function stridesOf(shape: readonly number[], sub: Sub, labels: number): number[] {
  const strides = new Array<number>(labels).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const label = sub[axis] ?? 0;
    strides[label] = (strides[label] ?? 0) + stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Visits all label values, last label fastest, with the flat offset into each argument and the visit's number. */
export function walkLabels(sizes: readonly number[], strides: readonly (readonly number[])[], visit: (at: readonly number[], n: number) => void): void {
  const total = sizes.reduce((a, b) => a * b, 1);
  const counters = new Array<number>(sizes.length).fill(0);
  const at = new Array<number>(strides.length).fill(0);
  for (let n = 0; n < total; n++) {
    visit(at, n);
    for (let label = sizes.length - 1; label >= 0; label--) {
      const size = sizes[label] ?? 1;
      const next = (counters[label] ?? 0) + 1;
      const wrap = next === size;
      counters[label] = wrap ? 0 : next;
      for (let k = 0; k < at.length; k++) at[k] = (at[k] ?? 0) + (strides[k]?.[label] ?? 0) * (wrap ? 1 - size : 1);
      if (!wrap) break;
    }
  }
}
