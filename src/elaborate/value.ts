/**
 * What an expression stands for while it is being elaborated: a node whose leading axes are free indices
 * (`x[i]` inside `sum[i]`) and whose remaining axes are the tensor's own.
 */
import type { Dim } from '../ir/dim.ts';
import type { Element, NodeId } from '../ir/types.ts';

/** An index variable with its range. The size may become known only at its first use on an axis. */
export class Label {
  readonly name: string;
  /** creation order: labels of a value are sorted by it, so equal terms get equal nodes */
  readonly id: number;
  /** the number of positions */
  size: Dim | undefined;
  /** the first position as the user counts */
  readonly first: Dim;
  /** its range was written down */
  readonly explicit: boolean;

  constructor(name: string, id: number, first: Dim, size: Dim | undefined, explicit: boolean) {
    this.name = name;
    this.id = id;
    this.first = first;
    this.size = size;
    this.explicit = explicit;
  }
}

export interface Value {
  readonly node: NodeId;
  /** free indices: the leading axes of the node, sorted by id */
  readonly labels: readonly Label[];
  /** the tensor's own axes */
  readonly axes: readonly Dim[];
  /** `x'` of a vector is a row: matters to `*` only */
  readonly form: 'column' | 'row';
  readonly element: Element;
  /** positions in an axis of this size */
  readonly of?: Dim;
}

/** Nothing when a mistake below has been reported already: whoever meets it stays silent. */
export type Result = Value | undefined;

export function plainValue(node: NodeId, axes: readonly Dim[], labels: readonly Label[] = []): Value {
  return { node, labels, axes, form: 'column', element: 'real' };
}

export function conditionValue(node: NodeId, axes: readonly Dim[], labels: readonly Label[]): Value {
  return { node, labels, axes, form: 'column', element: 'bool' };
}

/** `scalar`, `vector[N]`, `row vector[N]`, `matrix[N, D]`, `tensor[A, B, C]`. */
export function describeShape(axes: readonly Dim[], form: Value['form'] = 'column'): string {
  const sizes = axes.map(readableDim);
  switch (axes.length) {
    case 0: return 'a scalar';
    case 1: return `${form === 'row' ? 'a row vector' : 'a vector'}[${sizes.join(', ')}]`;
    case 2: return `a matrix[${sizes.join(', ')}]`;
    default: return `a tensor[${sizes.join(', ')}]`;
  }
}

export function describe(value: Value): string {
  if (value.element === 'bool') return value.axes.length === 0 ? 'a condition' : `conditions[${value.axes.map(readableDim).join(', ')}]`;
  if (value.element === 'index') return 'a position';
  return describeShape(value.axes, value.form);
}

/** Sizes still to be inferred have no name yet. */
export const readableDim = (dim: Dim): string => (dim.startsWith(FLEXIBLE) ? '?' : dim);
/** Marks a size that unification may still bind. */
export const FLEXIBLE = '?';
