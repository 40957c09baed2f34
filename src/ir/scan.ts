/**
 * Making closed loops from open bodies. While a body is being built its carries and sequence elements are
 * placeholder leaves and it may use any outer node; `closeScan` turns placeholders into params and every
 * maximal outer node into an explicit capture. Equal loops then are equal nodes.
 */
import type { Builder } from './build.ts';
import type { Dim } from './dim.ts';
import { matrixKind } from './symmetry.ts';
import type { ScanAttr, NodeId } from './types.ts';
import { dependents, reachable, substitute } from './walk.ts';

export interface OpenScan {
  readonly length: Dim;
  readonly direction: ScanAttr['direction'];
  readonly carries: readonly { readonly placeholder: NodeId; readonly init: NodeId; readonly next: NodeId }[];
  /** `placeholder` stands for one element (leading axis dropped) of `value` */
  readonly sequences: readonly { readonly placeholder: NodeId; readonly value: NodeId }[];
  /** stands for the 0-based step number */
  readonly step?: NodeId;
  readonly ys: readonly NodeId[];
}

export function closeScan(b: Builder, open: OpenScan): NodeId {
  const roots = [...open.carries.map((c) => c.next), ...open.ys];
  const order = reachable(b.graph, roots);
  const bound = new Map<NodeId, NodeId>();
  open.carries.forEach((c, k) => bound.set(c.placeholder, b.param('carry', k, b.graph.shape(c.placeholder))));
  open.sequences.forEach((s, k) => bound.set(s.placeholder, paramLike(b, 'sequence', k, s.placeholder)));
  if (open.step !== undefined) bound.set(open.step, b.param('step', 0, []));

  const inner = dependents(b.graph, order, new Set(bound.keys()));
  const captures: NodeId[] = [];
  const isRoot = new Set(roots);
  const capture = (id: NodeId): void => {
    if (inner.has(id) || bound.has(id) || isFree(b, id)) return;
    bound.set(id, paramLike(b, 'capture', captures.length, id));
    captures.push(id);
  };
  for (const id of order) {
    if (inner.has(id)) for (const arg of b.graph.args(id)) capture(arg);
    else if (isRoot.has(id)) capture(id);
  }
  const closed = substitute(b, roots, bound);
  return b.scan({
    length: open.length, direction: open.direction,
    inits: open.carries.map((c) => c.init), sequences: open.sequences.map((s) => s.value), captures,
    next: closed.slice(0, open.carries.length), ys: closed.slice(open.carries.length),
  });
}

const paramLike = (b: Builder, role: 'sequence' | 'capture', index: number, node: NodeId): NodeId =>
  b.param(role, index, b.graph.shape(node), matrixKind(b, node, b.graph.shape(node)));

/** Stands for one element of a sequence. */
export function elementOf(b: Builder, sequence: NodeId): NodeId {
  const shape = b.graph.shape(sequence).slice(1);
  return b.placeholder(shape, matrixKind(b, sequence, shape));
}

/** Constants cost nothing to repeat inside the body. */
function isFree(b: Builder, id: NodeId): boolean {
  const { kind } = b.graph.attr(id);
  return kind === 'const' || kind === 'dim' || kind === 'iota' || kind === 'delta' || b.constantOf(id) !== undefined;
}

export interface BodyValues {
  readonly carries: readonly NodeId[];
  readonly sequences: readonly NodeId[];
  /** in place of the captured nodes themselves */
  readonly captures?: readonly NodeId[];
  readonly step: NodeId;
}

/** The body of a scan over given outer nodes: params replaced by what they stand for. */
export function openScan(b: Builder, scan: NodeId, values: BodyValues): { next: NodeId[]; ys: NodeId[] } {
  const attr = b.graph.attr(scan);
  if (attr.kind !== 'scan') throw new TypeError(`%${scan} is not a scan`);
  const args = [...b.graph.args(scan)];
  const captured = values.captures ?? args.slice(attr.carries + attr.sequences);
  const roots = [...attr.next, ...attr.ys];
  const replacement = new Map<NodeId, NodeId>();
  for (const id of reachable(b.graph, roots)) {
    const param = b.graph.attr(id);
    if (param.kind !== 'param') continue;
    const value = param.role === 'carry' ? values.carries[param.index]
      : param.role === 'sequence' ? values.sequences[param.index]
      : param.role === 'step' ? values.step : captured[param.index];
    if (value !== undefined) replacement.set(id, value);
  }
  const opened = substitute(b, roots, replacement);
  return { next: opened.slice(0, attr.carries), ys: opened.slice(attr.carries) };
}
