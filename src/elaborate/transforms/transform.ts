/** What a constraint transform is, and what several of them need. */
import type { Builder } from '../../ir/build.ts';
import { type Dim } from '../../ir/dim.ts';
import type { AxisIndex, NodeId } from '../../ir/types.ts';
import type { Bound } from '../model.ts';
import type { Pass } from '../pass.ts';
import type { Value } from '../value.ts';

/** A parameter as it is declared. */
export interface Constrained {
  readonly axes: readonly Dim[];
  readonly bounds: readonly Bound[];
}

export interface Refusal {
  readonly reason: string;
}

export interface Transform {
  /** The shape of what the functions take in place of the parameter, or why there is none. */
  free(declared: Constrained, pass: Pass): readonly Dim[] | Refusal;
  /** The parameter, of what the functions take. */
  value(pass: Pass, leaf: Value, declared: Constrained): Value;
  /** ln |det| of the Jacobian of the elements that determine the others. */
  logJacobian(pass: Pass, leaf: Value, declared: Constrained): Value;
}

export const isRefusal = (free: readonly Dim[] | Refusal): free is Refusal => 'reason' in free;

/** Every axis but the last walked whole, the last one from `offset` on. */
export function alongLast(rank: number, offset: number): AxisIndex[] {
  return Array.from({ length: rank }, (_, k) => ({ kind: 'affine', terms: [{ label: k, coef: 1 }], offset: k === rank - 1 ? String(offset) : '0' }));
}

/** out[…, k] = x[…, k - by] for k below `size`, 0 where there is none. */
export function shifted(b: Builder, x: NodeId, by: number, size: Dim): NodeId {
  const shape = b.graph.shape(x);
  return b.view(x, { index: alongLast(shape.length, -by), shape: [...shape.slice(0, -1), size], gathers: [], masked: true });
}

export function sumAll({ algebra }: Pass, value: Value): Value {
  return algebra.sumAxes(value, value.axes.map((_, k) => k));
}
