/**
 * The body of a loop with more values in flight than there are registers, in an order with fewer: a machine keeps the
 * rest in memory and fetches it again. The result that needs least of what is still to be computed comes first.
 */
import { REGISTERS } from './blocking/live.ts';
import { addPoly, scalePoly, type LocalId, type Poly } from './poly.ts';
import type { BufferId, Program, Stmt } from './types.ts';
import { touched, type Touched } from './visit.ts';

export function relievePressure(program: Program): Program {
  const body = program.body.map((s) => inBlocks(s));
  return body.every((s, k) => s === program.body[k]) ? program : { ...program, body };
}

function inBlocks(s: Stmt): Stmt {
  if (s.kind !== 'for' && s.kind !== 'if') return s;
  const body = s.body.some((inner) => inner.kind === 'for' || inner.kind === 'if') ? s.body.map(inBlocks) : relieved(s.body);
  return body === s.body || body.every((inner, k) => inner === s.body[k]) ? s : { ...s, body };
}

/** Ends of a block times its statements: what is looked at grows with their product. */
const LARGEST = 200_000;

function relieved(block: readonly Stmt[]): readonly Stmt[] {
  const reads = block.map(touched);
  const before = excess(block, reads);
  if (before === 0 || !isFree(block, reads)) return block;
  const order = leastFirst(block, reads);
  if (order === undefined) return block;
  const pick = <T>(list: readonly T[]): T[] => order.flatMap((k) => list[k] ?? []);
  const after = pick(block);
  return excess(after, pick(reads)) < before ? after : block;
}

/** Values in flight beyond the registers, added up over the statements. */
function excess(block: readonly Stmt[], reads: readonly Touched[]): number {
  const made = new Map<LocalId, number>();
  const last = new Map<LocalId, number>();
  block.forEach((s, k) => {
    if (s.kind === 'let') made.set(s.local, k);
    for (const local of reads[k]?.localsRead ?? []) last.set(local, k);
  });
  const change = new Array<number>(block.length + 1).fill(0);
  for (const [local, from] of made) {
    const to = last.get(local) ?? from;
    change[from] = (change[from] ?? 0) + 1;
    change[to] = (change[to] ?? 0) - 1;
  }
  let live = 0;
  return change.reduce((sum, d) => sum + Math.max(0, (live += d) - REGISTERS), 0);
}

/** Values and results only; results are read by nothing else here, and no two of them are the same place. */
function isFree(block: readonly Stmt[], reads: readonly Touched[]): boolean {
  const places = new Map<BufferId, Poly[]>();
  const loaded = new Set<BufferId>();
  const assigned = new Set<LocalId>();
  for (const [k, s] of block.entries()) {
    if (s.kind === 'store') {
      places.set(s.buffer, [...(places.get(s.buffer) ?? []), s.index]);
    } else if (s.kind === 'assign') {
      if (assigned.has(s.local)) return false;
      assigned.add(s.local);
    } else if (s.kind !== 'let') {
      return false;
    }
    if (s.kind !== 'store' || s.combine === 'set') for (const buffer of reads[k]?.buffersRead ?? []) loaded.add(buffer);
  }
  const isRead = (local: LocalId): boolean => reads.some((t) => t.localsRead.has(local));
  return [...places].every(([buffer, at]) => !loaded.has(buffer) && areApart(at)) && ![...assigned].some(isRead);
}

/** Offsets that differ by numbers. */
function areApart([first, ...rest]: readonly Poly[]): boolean {
  if (first === undefined) return true;
  const distances = rest.map((p) => {
    const [only, ...more] = addPoly(p, scalePoly(first, -1));
    return only !== undefined && more.length === 0 && only.locals.length === 0 && only.sizes.length === 0 ? only.coef : 0;
  });
  return distances.every((d, k) => d !== 0 && distances.indexOf(d) === k);
}

/** The statements that each result still needs, as they stood, for the result that needs fewest of them; and so on. */
function leastFirst(block: readonly Stmt[], reads: readonly Touched[]): number[] | undefined {
  const made = new Map(block.flatMap((s, k) => (s.kind === 'let' ? [[s.local, k] as const] : [])));
  const needs = reads.map((t) => [...t.localsRead].flatMap((local) => made.get(local) ?? []));
  const ends = block.flatMap((s, k) => (s.kind === 'let' ? [] : [k]));
  if (ends.length * block.length > LARGEST) return undefined;
  const cones = ends.map((end) => coneOf(end, needs));
  const left = cones.map((cone) => cone.length);
  const wanted = block.map((): number[] => []);
  cones.forEach((cone, which) => cone.forEach((k) => wanted[k]?.push(which)));
  const order: number[] = [];
  const done = new Set<number>();
  for (let which = smallest(left); which !== undefined; which = smallest(left)) {
    for (const k of cones[which] ?? []) {
      if (done.has(k)) continue;
      done.add(k);
      order.push(k);
      for (const other of wanted[k] ?? []) left[other] = (left[other] ?? 0) - 1;
    }
  }
  // what no result needs stands where it was last
  return [...order, ...block.keys()].filter((k, at) => at < order.length || !done.has(k));
}

/** The first of the smallest that are not 0. */
function smallest(counts: readonly number[]): number | undefined {
  let best: number | undefined;
  counts.forEach((n, which) => {
    if (n > 0 && (best === undefined || n < (counts[best] ?? 0))) best = which;
  });
  return best;
}

/** A statement and all it needs, in order. */
function coneOf(end: number, needs: readonly (readonly number[])[]): number[] {
  const cone = new Set([end]);
  for (const k of cone) for (const need of needs[k] ?? []) cone.add(need);
  return [...cone].sort((a, b) => a - b);
}
