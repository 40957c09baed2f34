/** Normal form of indexing and its transpose; see `ViewAttr`, `ScatAttr`. */
import type { Builder } from './build.ts';
import { readDim, shiftDim, writeDim, type Dim } from './dim.ts';
import * as Q from './rational.ts';
import type { AxisIndex, NodeId } from './types.ts';

export interface ViewSpec {
  /** one entry per axis of the viewed tensor (view) or of the result (scat) */
  readonly index: readonly AxisIndex[];
  readonly shape: readonly Dim[];
  /** index arrays of the gathers, argument 1 onwards */
  readonly gathers: readonly NodeId[];
  readonly masked: boolean;
}

/** `label` alone, running over the whole axis. */
export const axisLabel = (label: number): AxisIndex => ({ kind: 'affine', terms: [{ label, coef: 1 }], offset: '0' });
/** A fixed 0-based position, possibly symbolic (`N-1`). */
export const axisAt = (offset: Dim): AxisIndex => ({ kind: 'affine', terms: [], offset });

/** The label that walks the axis by itself. */
export function plainLabel(axis: AxisIndex): number | undefined {
  if (axis.kind !== 'affine' || axis.offset !== '0' || axis.terms.length !== 1) return undefined;
  const [term] = axis.terms;
  return term?.coef === 1 ? term.label : undefined;
}

export function viewOf(b: Builder, id: NodeId, spec: ViewSpec): NodeId {
  return viewOfConstant(b, id, spec)
    ?? viewAsRelabeling(b, id, spec)
    ?? viewOfRelabeling(b, id, spec)
    ?? viewOfStack(b, id, spec)
    ?? viewOfView(b, id, spec)
    ?? b.graph.intern({ kind: 'view', index: spec.index, shape: spec.shape, masked: spec.masked }, [id, ...spec.gathers]);
}

function viewOfConstant(b: Builder, id: NodeId, spec: ViewSpec): NodeId | undefined {
  const c = b.constantOf(id);
  if (c === undefined || (spec.masked && !Q.isZero(c))) return undefined;
  return b.fill(c, spec.shape);
}

/** Every axis walked whole by a label of its own: a transposition, a diagonal or a broadcast. */
function viewAsRelabeling(b: Builder, id: NodeId, spec: ViewSpec): NodeId | undefined {
  const from = b.graph.shape(id);
  const sub: number[] = [];
  for (const [axis, index] of spec.index.entries()) {
    const label = plainLabel(index);
    if (label === undefined || spec.shape[label] !== from[axis]) return undefined;
    sub.push(label);
  }
  return b.ein(Q.ONE, [{ id, sub }], spec.shape);
}

/** Indexing a transposed or scaled tensor indexes the tensor itself. */
function viewOfRelabeling(b: Builder, id: NodeId, spec: ViewSpec): NodeId | undefined {
  const attr = b.graph.attr(id);
  const sub = attr.kind === 'ein' ? attr.subs[0] : undefined;
  if (attr.kind !== 'ein' || sub === undefined || attr.subs.length !== 1 || attr.sums.length > 0 || spec.masked) return undefined;
  const index = sub.map((label) => spec.index[label]);
  if (!index.every((axis) => axis !== undefined)) return undefined;
  const gathers = usedGathers(index, spec.gathers);
  const inner = b.view(b.graph.arg(id, 0), { ...spec, index: gathers.index, gathers: gathers.ids });
  return b.scale(attr.coef, inner);
}

/** Drops index arrays that no axis reads any more. */
export function usedGathers(index: readonly AxisIndex[], ids: readonly NodeId[]): { index: AxisIndex[]; ids: NodeId[] } {
  const kept: NodeId[] = [];
  const position = new Map<number, number>();
  const renumbered = index.map((axis): AxisIndex => {
    if (axis.kind !== 'gather') return axis;
    let arg = position.get(axis.arg);
    if (arg === undefined) {
      kept.push(ids[axis.arg - 1] ?? -1);
      arg = kept.length;
      position.set(axis.arg, arg);
    }
    return { ...axis, arg };
  });
  return { index: renumbered, ids: kept };
}

/** Element k of a literal is its k-th argument. */
function viewOfStack(b: Builder, id: NodeId, spec: ViewSpec): NodeId | undefined {
  const attr = b.graph.attr(id);
  const [first, ...rest] = spec.index;
  if (attr.kind !== 'stack' || first?.kind !== 'affine' || first.terms.length > 0) return undefined;
  const { base, offset } = readDim(first.offset);
  if (base !== undefined || offset < 0 || offset >= b.graph.arity(id)) return undefined;
  return b.view(b.graph.arg(id, offset), { ...spec, index: rest });
}

/** a[e][f] = a[e∘f] when the outer index stays inside and both are affine. */
function viewOfView(b: Builder, id: NodeId, spec: ViewSpec): NodeId | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'view' || spec.masked || b.graph.arity(id) > 1 || spec.gathers.length > 0) return undefined;
  const composed = attr.index.map((axis) => composeAxis(axis, spec.index));
  if (!composed.every((axis) => axis !== undefined)) return undefined;
  return b.view(b.graph.arg(id, 0), { index: composed, shape: spec.shape, gathers: [], masked: attr.masked });
}

function composeAxis(axis: AxisIndex, outer: readonly AxisIndex[]): AxisIndex | undefined {
  if (axis.kind !== 'affine') return undefined;
  const terms = new Map<number, number>();
  let offset: Dim = axis.offset;
  for (const { label, coef } of axis.terms) {
    const inner = outer[label];
    if (inner === undefined || inner.kind !== 'affine') return undefined;
    for (const t of inner.terms) terms.set(t.label, (terms.get(t.label) ?? 0) + coef * t.coef);
    const sum = addScaled(offset, inner.offset, coef);
    if (sum === undefined) return undefined;
    offset = sum;
  }
  return { kind: 'affine', terms: [...terms].filter(([, coef]) => coef !== 0).sort((x, y) => x[0] - y[0]).map(([label, coef]) => ({ label, coef })), offset };
}

/** a + coef·b as a size, when it is still one symbol plus an integer. */
function addScaled(a: Dim, b: Dim, coef: number): Dim | undefined {
  const y = readDim(b);
  if (y.base === undefined) return shiftDim(a, coef * y.offset);
  const x = readDim(a);
  if (x.base !== undefined || coef !== 1) return undefined;
  return writeDim({ base: y.base, offset: x.offset + y.offset });
}

export function scatOf(b: Builder, g: NodeId, spec: ViewSpec): NodeId {
  if (b.isZero(g)) return b.zero(spec.shape);
  const relabeled = scatAsRelabeling(b, g, spec);
  if (relabeled !== undefined) return relabeled;
  const split = splitScale(b, g);
  if (split !== undefined) return b.scale(split.coef, b.scat(split.id, spec));
  return b.graph.intern({ kind: 'scat', index: spec.index, shape: spec.shape, masked: spec.masked }, [g, ...spec.gathers]);
}

function splitScale(b: Builder, g: NodeId): { coef: Q.Rational; id: NodeId } | undefined {
  const constant = b.constantOf(g);
  if (constant !== undefined) return Q.isOne(constant) ? undefined : { coef: constant, id: b.fill(Q.ONE, b.graph.shape(g)) };
  const attr = b.graph.attr(g);
  if (attr.kind !== 'ein' || Q.isOne(attr.coef) || attr.subs.length === 0) return undefined;
  return { coef: attr.coef, id: b.scale(Q.invert(attr.coef), g) };
}

/** Whole axes with labels of their own: a transposition; labels that no axis carries are summed. */
function scatAsRelabeling(b: Builder, g: NodeId, spec: ViewSpec): NodeId | undefined {
  const labels = b.graph.shape(g);
  const axisOf = new Map<number, number>();
  for (const [axis, index] of spec.index.entries()) {
    const label = plainLabel(index);
    if (label === undefined || axisOf.has(label) || labels[label] !== spec.shape[axis]) return undefined;
    axisOf.set(label, axis);
  }
  const sums: Dim[] = [];
  const sub = labels.map((size, label) => {
    const axis = axisOf.get(label);
    if (axis !== undefined) return axis;
    sums.push(size);
    return spec.shape.length + sums.length - 1;
  });
  return b.ein(Q.ONE, [{ id: g, sub }], spec.shape, sums);
}
