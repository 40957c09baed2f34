/** An array that one result alone is made of, element by element, is made in the room of that result. */
import type { Edge } from './fuse.ts';
import { constantPoly, sizePoly } from './poly.ts';
import { MOST_LOCALS } from './scalarise.ts';
import { isWhole, plainAxis, type Stage } from './stage.ts';
import { storedPositions, type Placement } from './storage.ts';

/** Gives such stages the target of the stage that reads them. `free`: the target is read by nobody before it is filled. */
export function makeInPlace(stages: readonly Stage[], edges: readonly Edge[], places: ReadonlyMap<Stage, Placement>, free: (stage: Stage) => boolean): void {
  const readers = new Map<Stage, number>();
  for (const e of edges) if (e.value) readers.set(e.from, (readers.get(e.from) ?? 0) + 1);
  for (const stage of stages) {
    if (stage.target === undefined || stage.target.lead.length > 0 || stage.target.place !== undefined || stage.combine !== 'set' || isWhole(stage) || stage.body.kind === 'stack' || !free(stage)) continue;
    const part = edges.find((e) => e.to === stage && e.value && readers.get(e.from) === 1 && fits(e.from, stage, places))?.from;
    if (part !== undefined) part.target = stage.target;
  }
}

/** The producer is a whole array of the same shape, and is read where the result is written. */
function fits(from: Stage, to: Stage, places: ReadonlyMap<Stage, Placement>): boolean {
  const place = places.get(from);
  if (from.target !== undefined || place === undefined || from.shape.length !== to.shape.length || from.shape.some((d, k) => d !== to.shape[k])) return false;
  // a few elements become locals
  if ((constantPoly(sizePoly(from.shape)) ?? Infinity) <= MOST_LOCALS) return false;
  const { kind } = from.body;
  if (kind === 'scan' || kind === 'result' || kind === 'linalg' || storedPositions(from, place).length < from.shape.length) return false;
  return to.reads.every((r) => r.source.kind !== 'stage' || r.source.node !== from.node || r.at.every((p, k) => plainAxis(p) === k));
}
