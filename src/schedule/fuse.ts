/**
 * Stages to loop nests. A stage joins the loop of its producers when it reads them at the loop's own
 * position; then the loop runs once and what passes between them needs no array along that axis.
 * The outermost loop is the batch of the data: a loss becomes one pass over the rows.
 */
import { invariant } from '../diagnostics/internal.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import type { SizeHint } from './prepare.ts';
import { isWhole, plainAxis, type Position, type Stage } from './stage.ts';
import type { BufferId } from './types.ts';
import { MOST_WRITTEN_OUT } from './unroll.ts';

export type Tree = StageNode | LoopNode;
export interface StageNode {
  readonly kind: 'stage';
  readonly stage: Stage;
}
export interface LoopNode {
  readonly kind: 'loop';
  readonly size: Dim;
  /** which axis of each member this loop walks */
  readonly axisOf: ReadonlyMap<Stage, number>;
  readonly body: readonly Tree[];
}

/** Stage `from` must run before `to`. */
export interface Edge {
  readonly from: Stage;
  readonly to: Stage;
  /** the axis of `to` that walks in step with an axis of `from`; undefined: `to` needs it finished */
  readonly inStep: (axisOfFrom: number) => number | undefined;
  /** `to` reads the value, as opposed to overwriting what `from` reads */
  readonly value: boolean;
}

export function edgesOf(stages: readonly Stage[], producer: (stage: Stage, read: Stage['reads'][number]) => Stage | undefined, overwritten: (stage: Stage) => BufferId | undefined): Edge[] {
  const edges: Edge[] = [];
  const readers = new Map<BufferId, { stage: Stage; at: readonly Position[] }[]>();
  for (const stage of stages) {
    for (const read of stage.reads) {
      const from = producer(stage, read);
      if (from !== undefined) edges.push({ from, to: stage, inStep: readInStep(from, stage, read.at), value: true });
      if (read.source.kind !== 'buffer') continue;
      const list = readers.get(read.source.buffer) ?? [];
      list.push({ stage, at: read.at });
      readers.set(read.source.buffer, list);
    }
  }
  for (const stage of stages) {
    const buffer = overwritten(stage);
    if (buffer === undefined) continue;
    for (const reader of readers.get(buffer) ?? []) {
      if (reader.stage !== stage) edges.push({ from: reader.stage, to: stage, inStep: overwriteInStep(stage, reader.at), value: false });
    }
  }
  return edges;
}

function readInStep(from: Stage, to: Stage, at: readonly Position[]): Edge['inStep'] {
  const map = new Map<number, number>();
  if (!isWhole(from) && !isWhole(to)) {
    for (const [k, axis] of from.axisAt.entries()) {
      const place = at[k];
      const own = place === undefined ? undefined : plainAxis(place);
      if (axis !== undefined && own !== undefined && from.axes[axis] === to.axes[own]) map.set(axis, own);
    }
  }
  return (axis) => map.get(axis);
}

function overwriteInStep(to: Stage, at: readonly Position[]): Edge['inStep'] {
  const map = new Map<number, number>();
  for (const [k, place] of at.entries()) {
    const axis = plainAxis(place);
    const own = to.axisAt[k];
    if (axis !== undefined && own !== undefined) map.set(axis, own);
  }
  return (axis) => map.get(axis);
}

// ---- one level ------------------------------------------------------------------------------------

interface Group {
  /** position among the groups of the level; fractions leave room in between */
  order: number;
  readonly size: Dim;
  readonly axisOf: Map<Stage, number>;
}

/** A stage that still has `open` axes to be walked at this level. */
type Open = ReadonlyMap<Stage, readonly number[]>;

export function fuse(stages: readonly Stage[], edges: readonly Edge[], hint: SizeHint): Tree[] {
  const open = new Map<Stage, readonly number[]>(stages.map((s) => [s, s.axes.map((_, axis) => axis)]));
  return level(stages, edges, open, hint);
}

function level(stages: readonly Stage[], edges: readonly Edge[], open: Open, hint: SizeHint): Tree[] {
  const incoming = groupEdges(edges, (e) => e.to);
  const outgoing = groupEdges(edges, (e) => e.from);
  const placed = place(stages, incoming, open, hint);
  sink(stages, placed, incoming, outgoing, open);
  return assemble(stages, placed, edges, open, hint);
}

function groupEdges(edges: readonly Edge[], key: (e: Edge) => Stage): Map<Stage, Edge[]> {
  const map = new Map<Stage, Edge[]>();
  for (const e of edges) {
    const list = map.get(key(e));
    if (list === undefined) map.set(key(e), [e]);
    else list.push(e);
  }
  return map;
}

interface Placed {
  /** the loop a stage is in */
  readonly groupOf: Map<Stage, Group>;
  /** for a stage without open axes: it runs after the group with this order */
  readonly after: Map<Stage, number>;
  groups: Group[];
}

const START = -1;

function place(stages: readonly Stage[], incoming: ReadonlyMap<Stage, readonly Edge[]>, open: Open, hint: SizeHint): Placed {
  const placed: Placed = { groupOf: new Map(), after: new Map(), groups: [] };
  for (const stage of stages) {
    const axes = open.get(stage) ?? [];
    const before = incoming.get(stage) ?? [];
    let last = START;
    for (const e of before) last = Math.max(last, placed.groupOf.get(e.from)?.order ?? placed.after.get(e.from) ?? START);
    if (axes.length === 0) {
      placed.after.set(stage, last);
      continue;
    }
    const joined = joinGroup(placed, stage, axes, before, last, hint);
    if (joined === undefined) openGroup(placed, stage, axes, last, hint);
  }
  return placed;
}

/** Groups far back are not searched: compile time stays linear. */
const SEARCHED = 24;
/** Loops that are at least as heavy are passes over data, which are worth sharing whatever is kept. */
const DATA = 100;
/** Sizes within this factor of the heaviest are alike: which of them is outside is a matter of order. */
const OUTERMOST = 0.1;

function joinGroup(placed: Placed, stage: Stage, axes: readonly number[], before: readonly Edge[], last: number, hint: SizeHint): Group | undefined {
  const heaviest = Math.max(...axes.map((a) => weightOf(stage.axes[a] ?? '1', hint)));
  const first = placed.groups.findIndex((g) => g.order >= last);
  if (first < 0) return undefined;
  for (const group of placed.groups.slice(first, first + SEARCHED)) {
    // a pass over the data is never put inside a loop over something smaller
    if (weightOf(group.size, hint) < heaviest * OUTERMOST) continue;
    const axis = axisInGroup(placed, group, stage, axes, before);
    if (axis === undefined || (weightOf(group.size, hint) < DATA && (constantDim(group.size) ?? Infinity) > MOST_WRITTEN_OUT && scattersSums(stage, axis, axes))) continue;
    group.axisOf.set(stage, axis);
    placed.groupOf.set(stage, group);
    return group;
  }
  return undefined;
}

/** Whether a sum over this axis would be kept for each position of the others, and read and written in every step: in a loop of its own it is one local. */
function scattersSums(stage: Stage, axis: number, open: readonly number[]): boolean {
  return !stage.axisAt.includes(axis) && open.some((other) => stage.axisAt.includes(other));
}

/** The axis of the stage that would walk the group's loop, if every producer in the group is read in step. */
function axisInGroup(placed: Placed, group: Group, stage: Stage, axes: readonly number[], before: readonly Edge[]): number | undefined {
  let needed: number | undefined;
  for (const e of before) {
    const after = placed.after.get(e.from);
    if (after !== undefined && after >= group.order) return undefined;
    if (placed.groupOf.get(e.from) !== group) continue;
    const axis = inStepWith(e, group);
    if (axis === undefined || (needed !== undefined && needed !== axis)) return undefined;
    needed = axis;
  }
  const candidates = needed === undefined ? axes : axes.filter((a) => a === needed);
  return candidates.find((a) => stage.axes[a] === group.size);
}

function inStepWith(e: Edge, group: Group): number | undefined {
  const axis = group.axisOf.get(e.from);
  return axis === undefined ? undefined : e.inStep(axis);
}

function openGroup(placed: Placed, stage: Stage, axes: readonly number[], last: number, hint: SizeHint): void {
  const weight = (axis: number): number => weightOf(stage.axes[axis] ?? '1', hint);
  const heaviest = Math.max(...axes.map(weight));
  // the value's own order, except that a batch goes outside and a small constant inside
  const axis = axes.find((a) => weight(a) >= heaviest * OUTERMOST) ?? 0;
  const at = placed.groups.findIndex((g) => g.order > last);
  const next = at < 0 ? undefined : placed.groups[at];
  const previous = at < 0 ? placed.groups[placed.groups.length - 1] : placed.groups[at - 1];
  const low = previous?.order ?? START;
  const order = next === undefined ? low + 1 : (low + next.order) / 2;
  // between two groups there is room for about fifty more; the rest go to the end
  const fits = next === undefined || (order > low && order < next.order);
  const end = (placed.groups[placed.groups.length - 1]?.order ?? START) + 1;
  const group: Group = { order: fits ? order : end, size: stage.axes[axis] ?? '1', axisOf: new Map([[stage, axis]]) };
  if (fits && at >= 0) placed.groups.splice(at, 0, group);
  else placed.groups.push(group);
  placed.groupOf.set(stage, group);
}

/** Small constant extents go inside (they are unrolled), batches of data outside. */
function weightOf(size: Dim, hint: SizeHint): number {
  const { base } = readDim(size);
  return base === undefined ? 0 : hint(base);
}

/** A stage that only a later group uses moves there, so that its value needs no array; users are looked at first. */
function sink(stages: readonly Stage[], placed: Placed, incoming: ReadonlyMap<Stage, readonly Edge[]>, outgoing: ReadonlyMap<Stage, readonly Edge[]>, open: Open): void {
  for (const stage of [...stages].reverse()) {
    const group = placed.groupOf.get(stage);
    const users = outgoing.get(stage) ?? [];
    if (group === undefined || users.length === 0 || stage.target !== undefined) continue;
    const goal = commonGroup(placed, users);
    if (goal === undefined || goal === group || goal.size !== group.size) continue;
    const axis = (open.get(stage) ?? []).find((a) => stage.axes[a] === goal.size && users.every((e) => {
      const walked = goal.axisOf.get(e.to);
      return walked !== undefined && e.inStep(a) === walked;
    }));
    if (axis === undefined || leavesLocals(stage, group, goal, placed, incoming, outgoing)) continue;
    group.axisOf.delete(stage);
    goal.axisOf.set(stage, axis);
    placed.groupOf.set(stage, goal);
  }
  placed.groups = placed.groups.filter((g) => g.axisOf.size > 0);
}

function commonGroup(placed: Placed, users: readonly Edge[]): Group | undefined {
  let goal: Group | undefined;
  for (const e of users) {
    const group = placed.groupOf.get(e.to);
    if (group === undefined || (goal !== undefined && goal !== group)) return undefined;
    goal = group;
  }
  return goal;
}

/** Whether moving a stage would make a producer that was local to the old loop an array. */
function leavesLocals(stage: Stage, group: Group, goal: Group, placed: Placed, incoming: ReadonlyMap<Stage, readonly Edge[]>, outgoing: ReadonlyMap<Stage, readonly Edge[]>): boolean {
  return (incoming.get(stage) ?? []).some((e) => e.value && placed.groupOf.get(e.from) === group
    && (outgoing.get(e.from) ?? []).some((u) => u.to !== stage && placed.groupOf.get(u.to) !== goal)
    && (outgoing.get(e.from) ?? []).every((u) => placed.groupOf.get(u.to) === group));
}

/** Loops and lone stages in order, each loop with the level inside it. */
function assemble(stages: readonly Stage[], placed: Placed, edges: readonly Edge[], open: Open, hint: SizeHint): Tree[] {
  const members = new Map<Group, Stage[]>(placed.groups.map((g) => [g, []]));
  const lone = new Map<number, Stage[]>();
  for (const stage of stages) {
    const group = placed.groupOf.get(stage);
    if (group !== undefined) {
      members.get(group)?.push(stage);
      continue;
    }
    const after = placed.after.get(stage) ?? START;
    const list = lone.get(after);
    if (list === undefined) lone.set(after, [stage]);
    else list.push(stage);
  }
  const inner = new Map<Group, Edge[]>(placed.groups.map((g) => [g, []]));
  for (const e of edges) {
    const group = placed.groupOf.get(e.from);
    if (group !== undefined && group === placed.groupOf.get(e.to)) inner.get(group)?.push(e);
  }
  const stageNodes = (order: number): Tree[] => (lone.get(order) ?? []).map((stage) => ({ kind: 'stage', stage }));
  const trees = stageNodes(START);
  for (const group of placed.groups) {
    const inside = members.get(group) ?? [];
    const rest = new Map<Stage, readonly number[]>(inside.map((s) => [s, (open.get(s) ?? []).filter((a) => a !== group.axisOf.get(s))]));
    invariant(inside.length > 0, 'schedule', 'an empty loop');
    trees.push({ kind: 'loop', size: group.size, axisOf: group.axisOf, body: level(inside, inner.get(group) ?? [], rest, hint) }, ...stageNodes(group.order));
  }
  return trees;
}
