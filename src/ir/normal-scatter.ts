/** Contractions with what was scattered: Σⱼ (if j == k then g else 0)·fⱼ is g·fₖ, and Σ over a scattered tensor is Σ over its source. */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import { plainLabel, usedGathers, axisLabel } from './normal-view.ts';
import type { AxisIndex, ScatAttr } from './types.ts';

/** Where the labels of a scattered tensor went. */
interface Placement {
  /** the label of the product that each label of the source is now */
  readonly labels: readonly number[];
  /** labels of the product that are gone, with what points to their positions */
  readonly replaced: ReadonlyMap<number, AxisIndex>;
}

/** Replaces scattered factors by their sources, and says whether there were any; the labels that they leave go into `eliminated`. */
export function contractScattered(b: Builder, factors: Operand[], sizes: Dim[], rank: number, eliminated: Set<number>): boolean {
  let contracted = false;
  for (const [at, factor] of factors.entries()) {
    const attr = b.graph.attr(factor.id);
    if (attr.kind !== 'scat' || attr.masked) continue;
    const placement = placementOf(b, factor, attr, rank, sizes);
    const readers = factors.filter((other, k) => k !== at && other.sub.some((label) => placement.replaced.has(label)));
    if (placement.replaced.size === 0 || readers.some((other) => b.graph.attr(other.id).kind === 'scat')) continue;
    const [source = -1, ...gathers] = b.graph.args(factor.id);
    for (const [k, other] of factors.entries()) {
      if (k === at) factors[k] = { id: source, sub: placement.labels };
      else if (readers.includes(other)) factors[k] = readAt(b, other, placement, gathers, sizes);
    }
    for (const label of placement.replaced.keys()) eliminated.add(label);
    contracted = true;
  }
  return contracted;
}

/** Axes that a label of the source walks by itself keep their label; the other summed ones are replaced. */
function placementOf(b: Builder, { id, sub }: Operand, attr: ScatAttr, rank: number, sizes: Dim[]): Placement {
  const shape = b.graph.shape(b.graph.arg(id, 0));
  const walked = new Map<number, number>();
  const replaced = new Map<number, AxisIndex>();
  for (const [axis, index] of attr.index.entries()) {
    const own = sub[axis] ?? -1;
    const label = plainLabel(index);
    if (label !== undefined && shape[label] === attr.shape[axis] && !walked.has(label)) walked.set(label, own);
    else if (own >= rank && sub.indexOf(own) === sub.lastIndexOf(own)) replaced.set(own, index);
    else return { labels: [], replaced: new Map() };
  }
  const labels = shape.map((size, label) => walked.get(label) ?? sizes.push(size) - 1);
  return { labels, replaced };
}

/** Another factor, at the positions that the scattered one was put. */
function readAt(b: Builder, factor: Operand, { labels, replaced }: Placement, gathers: readonly number[], sizes: readonly Dim[]): Operand {
  const sub: number[] = [];
  const local = (label: number): number => (sub.includes(label) ? sub.indexOf(label) : sub.push(label) - 1);
  const ofSource = (label: number): number => local(labels[label] ?? -1);
  const index = factor.sub.map((label): AxisIndex => {
    const place = replaced.get(label);
    if (place === undefined) return axisLabel(local(label));
    return place.kind === 'gather' ? { ...place, sub: place.sub.map(ofSource) } : { ...place, terms: place.terms.map((term) => ({ ...term, label: ofSource(term.label) })) };
  });
  const used = usedGathers(index, gathers);
  return { id: b.view(factor.id, { index: used.index, gathers: used.ids, shape: sub.map((label) => sizes[label] ?? '1'), masked: false }), sub };
}
