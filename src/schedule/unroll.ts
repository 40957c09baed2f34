/** Short loops of known length are written out: the elements of a small vector then become locals. */
import { copyBlock } from './copy.ts';
import { constantPoly, integerPoly } from './poly.ts';
import type { Local, Program, Stmt } from './types.ts';
import { bodyOf } from './visit.ts';

/** Iterations, and statements of everything a written-out loop becomes. */
const LONGEST = 4;
const LARGEST = 128;

export function unroll(program: Program): Program {
  const locals = [...program.locals];
  const body = unrollBlock(program.body, locals);
  return { ...program, locals, body };
}

function unrollBlock(statements: readonly Stmt[], locals: Local[]): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (s.kind === 'if') return [{ ...s, body: unrollBlock(s.body, locals) }];
    if (s.kind !== 'for') return [s];
    const body = unrollBlock(s.body, locals);
    const from = constantPoly(s.from);
    const to = constantPoly(s.to);
    if (from === undefined || to === undefined || to - from > LONGEST || (to - from) * count(body) > LARGEST) return [{ ...s, body }];
    const steps = Array.from({ length: Math.max(to - from, 0) }, (_, k) => (s.direction === 'forward' ? from + k : to - 1 - k));
    return steps.flatMap((k) => copyBlock(body, { poly: new Map([[s.local, integerPoly(k)]]), renamed: new Map(), arrays: new Map() }, locals));
  });
}

function count(statements: readonly Stmt[]): number {
  return statements.reduce((n, s) => n + 1 + count(bodyOf(s)), 0);
}
