/**
 * Where each stage keeps its value. An axis whose loop the stage shares with every reader needs no storage:
 * what is left is a local, a row, or the whole array.
 */
import { invariant } from '../diagnostics/internal.ts';
import type { Edge, LoopNode, Tree } from './fuse.ts';
import { reducedAxes, type Stage } from './stage.ts';

export interface Placement {
  /** loops around the stage, outermost first */
  readonly loops: readonly LoopNode[];
  /** number of outer loops shared with every reader */
  shared: number;
  /** the outermost loop that reduces, as an index into `loops`; its length when none does */
  readonly reduces: number;
}

export function placements(trees: readonly Tree[], edges: readonly Edge[]): Map<Stage, Placement> {
  const places = new Map<Stage, Placement>();
  const walk = (nodes: readonly Tree[], loops: readonly LoopNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'loop') walk(node.body, [...loops, node]);
      else places.set(node.stage, { loops, shared: node.stage.target === undefined ? loops.length : 0, reduces: reducesAt(node.stage, loops) });
    }
  };
  walk(trees, []);
  for (const edge of edges) {
    if (!edge.value) continue;
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    invariant(from && to, 'schedule', 'a stage was not placed');
    from.shared = Math.min(from.shared, commonLoops(from.loops, to.loops));
  }
  return places;
}

function reducesAt(stage: Stage, loops: readonly LoopNode[]): number {
  const reduced = reducedAxes(stage);
  const at = loops.findIndex((loop) => reduced.includes(loop.axisOf.get(stage) ?? -1));
  return at < 0 ? loops.length : at;
}

export function commonLoops(a: readonly LoopNode[], b: readonly LoopNode[]): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}

/** Positions of the value that need storage: those not walked by a shared loop. */
export function storedPositions(stage: Stage, place: Placement): number[] {
  return stage.axisAt.map((_, position) => position).filter((position) => {
    const axis = stage.axisAt[position];
    const loop = axis === undefined ? -1 : place.loops.findIndex((l) => l.axisOf.get(stage) === axis);
    return loop < 0 || loop >= place.shared;
  });
}
