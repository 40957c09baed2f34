/** How many doubles are in flight when iterations of a loop run side by side. */
import { polyUses, type LocalId } from '../poly.ts';
import type { Program, Stmt } from '../types.ts';
import { definedIn, eachExpr, eachStmt, ownExprs } from '../visit.ts';
import type { Loop } from './independent.ts';

/** V8 keeps fifteen doubles in registers. */
export const REGISTERS = 15;

/** In an innermost `body` of the loop, with `count` iterations of the loop at once. */
export function liveValues(program: Program, loop: Loop, body: readonly Stmt[], count: number): number {
  const inside = definedIn(loop.body);
  const here = definedIn(body);
  const uses = new Map<LocalId, number>();
  const shared = new Set<string>();
  const integers = integersOf(loop);
  for (const e of body.flatMap(ownExprs)) {
    eachExpr(e, (x) => {
      if (x.kind === 'local') uses.set(x.id, (uses.get(x.id) ?? 0) + 1);
      if (x.kind !== 'load') return;
      if (program.buffers[x.buffer]?.shape.length === 0) shared.add(`#${x.buffer}`);
    });
  }
  const written = new Set(body.flatMap((s) => (s.kind === 'assign' ? [s.local] : [])));
  let each = widest(body, (local) => here.has(local) && !integers.has(local) && (uses.get(local) ?? 0) > 1);
  for (const local of new Set([...uses.keys(), ...written])) {
    if (integers.has(local) || here.has(local)) continue;
    if (inside.has(local)) each++;
    else shared.add(`$${local}`);
  }
  return shared.size + count * each;
}

/** The most locals of a block that are made and still wanted at one of its statements; one used at once is never in the way. */
function widest(body: readonly Stmt[], counts: (local: LocalId) => boolean): number {
  const last = new Map<LocalId, number>();
  const made = new Map<LocalId, number>();
  body.forEach((s, k) => {
    if (s.kind === 'let' || s.kind === 'var') made.set(s.local, k);
    eachStmt([s], (inner) => ownExprs(inner).forEach((e) => eachExpr(e, (x) => { if (x.kind === 'local') last.set(x.id, k); })));
  });
  const change = new Array<number>(body.length + 1).fill(0);
  for (const [local, from] of made) {
    const to = last.get(local) ?? from;
    if (!counts(local) || to <= from + 1) continue;
    change[from] = (change[from] ?? 0) + 1;
    change[to] = (change[to] ?? 0) - 1;
  }
  let live = 0;
  return change.reduce((most, d) => Math.max(most, (live += d)), 0);
}

/** Loop variables, and locals that stand in offsets. */
function integersOf(loop: Loop): Set<LocalId> {
  const found = new Set<LocalId>();
  eachStmt([loop], (s) => {
    if (s.kind === 'for') found.add(s.local);
    if (s.kind === 'let' && s.value.kind === 'index' && s.value.poly.some((m) => m.locals.length > 0) && polyUses(s.value.poly, loop.local)) found.add(s.local);
  });
  return found;
}
