/** Short loops whose inner loops end where they stand are written out: every row then has a length that is known, and needs no loop. */
import type { Local, Program, Stmt } from '../../schedule/types.ts';
import { constantPoly, polyUses } from '../../schedule/poly.ts';
import { writtenOut } from '../../schedule/unroll.ts';
import { bodyOf, eachStmt } from '../../schedule/visit.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** Rows of a triangle, and statements altogether. */
const MOST_ROWS = 16;
const MOST_STATEMENTS = 400;

export function trianglesWrittenOut(program: Program): Program {
  const locals = [...program.locals];
  return { ...program, body: program.body.flatMap((s) => rowsWrittenOut(s, locals)), locals };
}

function rowsWrittenOut(s: Stmt, locals: Local[]): Stmt[] {
  if (s.kind === 'if') return [{ ...s, body: s.body.flatMap((inner) => rowsWrittenOut(inner, locals)) }];
  if (s.kind !== 'for') return [s];
  const [from, to] = [constantPoly(s.from), constantPoly(s.to)];
  if (from !== undefined && to !== undefined && to - from <= MOST_ROWS && (to - from) * statementsIn(s) <= MOST_STATEMENTS && isTriangle(s)) return writtenOut(s, from, to, locals);
  return [{ ...s, body: s.body.flatMap((inner) => rowsWrittenOut(inner, locals)) }];
}

const isTriangle = (loop: Loop): boolean => loop.body.some((s) => s.kind === 'for' && !bodyOf(s).some((inner) => inner.kind === 'for') && (polyUses(s.from, loop.local) || polyUses(s.to, loop.local)));

function statementsIn(s: Stmt): number {
  let count = 0;
  eachStmt([s], () => count++);
  return count;
}
