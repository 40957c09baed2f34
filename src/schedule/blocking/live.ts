/** How many doubles are in flight when iterations of a loop run side by side. */
import { polyUses, type LocalId } from '../poly.ts';
import type { Program, Stmt } from '../types.ts';
import { eachExpr, eachStmt, ownExprs } from '../visit.ts';
import type { Loop } from './independent.ts';

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
  for (const s of body) {
    if (s.kind !== 'assign') continue;
    uses.set(s.local, 2);
  }
  let each = 0;
  for (const [local, n] of uses) {
    if (integers.has(local)) continue;
    if (!inside.has(local)) shared.add(`$${local}`);
    else if (!here.has(local) || n > 1) each++;
  }
  return shared.size + count * each;
}

function definedIn(statements: readonly Stmt[]): Set<LocalId> {
  const found = new Set<LocalId>();
  eachStmt(statements, (s) => {
    if (s.kind === 'let' || s.kind === 'var') found.add(s.local);
  });
  return found;
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
