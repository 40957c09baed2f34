/**
 * Terms that differ only along short axes of fixed size (the three coordinates of a point, the two of an
 * image) are one block: each element once, the sum of what reached it.
 */
import type { Builder } from '../ir/build.ts';
import { constantDim, type Dim } from '../ir/dim.ts';
import { axisKey } from '../ir/graph.ts';
import { axisLabel } from '../ir/normal-view.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { fixAxes } from '../autodiff/fix.ts';
import { mergeLikeTerms, type Placed } from './placed.ts';

/** An axis longer than this is a loop, never written out. */
const LONGEST_AXIS = 16;
/** A block of more elements stays a sum of terms. */
const LARGEST_BLOCK = 64;
/** A block that misses no more than this part is stored whole, with zeros: one regular loop. */
const MOST_ZEROS = 0.25;

/** The same sum with terms over one set of loops joined into blocks. */
export function joinBlocks(b: Builder, terms: readonly Placed[], shape: readonly Dim[]): readonly Placed[] {
  const short = shape.map((d) => (constantDim(d) ?? Infinity) <= LONGEST_AXIS);
  const groups = new Map<string, Outline[]>();
  for (const term of terms) {
    const outline = outlineOf(b, term, short);
    const group = groups.get(outline.key);
    if (group === undefined) groups.set(outline.key, [outline]);
    else group.push(outline);
  }
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group.map((o) => o.term) : joined(b, group, shape)));
}

/** A term as loops over its long labels, and the short axes that can be written out. */
interface Outline {
  readonly term: Placed;
  readonly key: string;
  /** axes of the whole that no loop over a long label reaches */
  readonly axes: readonly number[];
  /** labels that occur on such axes only */
  readonly labels: readonly number[];
}

function outlineOf(b: Builder, term: Placed, short: readonly boolean[]): Outline {
  const sizes = b.graph.shape(term.value);
  const long = new Set(term.index.flatMap((axis, k) => (short[k] === true ? [] : labelsIn(axis))));
  // a short axis that follows a long label belongs to the loop
  const free = (axis: AxisIndex, k: number): boolean => short[k] === true && axis.kind === 'affine' && labelsIn(axis).every((l) => !long.has(l));
  for (const [k, axis] of term.index.entries()) if (axis.kind === 'gather' && short[k] === true) for (const l of axis.sub) long.add(l);
  const axes = term.index.flatMap((axis, k) => (free(axis, k) ? [k] : []));
  const labels = sizes.map((_, l) => l).filter((l) => !long.has(l));
  const order = [...long].sort((x, y) => x - y);
  const key = term.index.map((axis, k) => (axes.includes(k) ? '*' : positionKey(term, axis, order))).join(';');
  return { term, key: `${key}|${order.map((l) => sizes[l] ?? '').join(',')}|${String(term.masked)}`, axes, labels };
}

const labelsIn = (axis: AxisIndex): readonly number[] => (axis.kind === 'gather' ? axis.sub : axis.terms.map((t) => t.label));

function positionKey(term: Placed, axis: AxisIndex, order: readonly number[]): string {
  const renamed = relabel(axis, (l) => order.indexOf(l));
  return axis.kind === 'gather' ? `%${term.gathers[axis.arg - 1] ?? -1}${axisKey(renamed)}` : axisKey(renamed);
}

function relabel(axis: AxisIndex, rename: (label: number) => number): AxisIndex {
  return axis.kind === 'gather' ? { ...axis, sub: axis.sub.map(rename) } : { ...axis, terms: axis.terms.map((t) => ({ ...t, label: rename(t.label) })) };
}

/** Every element of the group by itself, then one block when few are missing. */
function joined(b: Builder, group: readonly Outline[], shape: readonly Dim[]): readonly Placed[] {
  const [first] = group;
  const count = group.reduce((n, o) => n + o.labels.reduce((m, l) => m * (constantDim(b.graph.shape(o.term.value)[l] ?? '') ?? Infinity), 1), 0);
  if (first === undefined || count > LARGEST_BLOCK) return group.map((o) => o.term);
  const elements = mergeLikeTerms(b, group.flatMap((o) => writtenOut(b, o)));
  const sizes = first.axes.map((k) => constantDim(shape[k] ?? '') ?? Infinity);
  const whole = sizes.reduce((a, c) => a * c, 1);
  return whole - elements.length <= MOST_ZEROS * whole ? [blockOf(b, elements, first.axes, sizes)] : elements;
}

function writtenOut(b: Builder, { term, labels }: Outline): Placed[] {
  const shape = b.graph.shape(term.value);
  let made: Map<number, number>[] = [new Map()];
  for (const l of labels) {
    const size = constantDim(shape[l] ?? '') ?? 0;
    made = made.flatMap((at) => Array.from({ length: size }, (_, k) => new Map([...at, [l, k]])));
  }
  const rest = shape.map((_, l) => l).filter((l) => !labels.includes(l));
  return made.map((at) => ({
    ...term, value: fixAxes(b, term.value, at), index: term.index.map((axis) => relabel(withFixed(axis, at), (l) => rest.indexOf(l))),
  }));
}

function withFixed(axis: AxisIndex, at: ReadonlyMap<number, number>): AxisIndex {
  if (axis.kind === 'gather' || !axis.terms.some((t) => at.has(t.label))) return axis;
  const offset = axis.terms.reduce((sum, t) => sum + t.coef * (at.get(t.label) ?? 0), Number(axis.offset));
  return { kind: 'affine', terms: axis.terms.filter((t) => !at.has(t.label)), offset: String(offset) };
}

/** The elements stacked: the value has the axes of the loops, then those of the block. */
function blockOf(b: Builder, elements: readonly Placed[], axes: readonly number[], sizes: readonly number[]): Placed {
  const offsets = (e: Placed): number[] => axes.map((k) => { const axis = e.index[k]; return axis?.kind === 'affine' ? Number(axis.offset) : 0; });
  const rank = (e: Placed): number => offsets(e).reduce((at, o, k) => at * (sizes[k] ?? 1) + o, 0);
  const [first] = elements;
  if (first === undefined) throw new RangeError('a block of no elements');
  const byRank = new Map(elements.map((e) => [rank(e), e.value]));
  const zero = b.zero(b.graph.shape(first.value));
  let level: NodeId[] = Array.from({ length: sizes.reduce((n, size) => n * size, 1) }, (_, k) => byRank.get(k) ?? zero);
  for (const size of [...sizes].reverse()) {
    level = Array.from({ length: level.length / size }, (_, k) => b.stack(level.slice(k * size, (k + 1) * size)));
  }
  const [stacked = -1] = level;
  const loops = b.graph.shape(first.value).length;
  const total = loops + axes.length;
  const value = b.permute(stacked, Array.from({ length: total }, (_, k) => (k < loops ? axes.length + k : k - loops)));
  const index = first.index.map((axis, k) => (axes.includes(k) ? axisLabel(loops + axes.indexOf(k)) : axis));
  return { ...first, value, index };
}

