/** Whole arrays as arguments of stages that run as a whole. */
import { invariant } from '../diagnostics/internal.ts';
import { plainRead } from './access.ts';
import type { Lowering } from './lower.ts';
import { flatOffset, sizePoly, ZERO, type Poly } from './poly.ts';
import type { Access } from './stage.ts';
import type { BufferId } from './types.ts';

export interface Slice {
  readonly buffer: BufferId;
  readonly lead: readonly Poly[];
}

/** The array that an argument is. */
export function sliceOf(low: Lowering, found: Access, rank: number): Slice {
  const read = plainRead(found, rank);
  invariant(read && read.source.kind !== 'value', 'schedule', 'an argument that is no array');
  if (read.source.kind === 'buffer') {
    const lead = read.at.slice(0, read.at.length - rank).map((p) => (p.kind === 'affine' ? p.offset : ZERO));
    return { buffer: read.source.buffer, lead };
  }
  const from = low.byNode.get(read.source.node);
  const array = from === undefined ? undefined : low.homes.get(from)?.array;
  invariant(array, 'schedule', `%${read.source.node} is not an array`);
  return array;
}

export function offsetOf(low: Lowering, slice: Slice): Poly {
  const shape = low.emit.draft.shape(slice.buffer);
  return flatOffset(shape, [...slice.lead, ...shape.slice(slice.lead.length).map(() => ZERO)]);
}

export function copySlice(low: Lowering, to: Slice, from: Slice): void {
  const shape = low.emit.draft.shape(to.buffer).slice(to.lead.length);
  low.emit.push({ kind: 'copy', to: to.buffer, toOffset: offsetOf(low, to), from: from.buffer, fromOffset: offsetOf(low, from), length: sizePoly(shape) });
}

/** Kernels take whole buffers: a slice is copied out first. */
export function asBuffer(low: Lowering, slice: Slice, name: string): BufferId {
  if (slice.lead.length === 0) return slice.buffer;
  const { draft } = low.emit;
  const buffer = draft.buffer('scratch', name, draft.shape(slice.buffer).slice(slice.lead.length));
  copySlice(low, { buffer, lead: [] }, slice);
  return buffer;
}
