/** Short loops of known length are written out: the elements of a small vector then become locals. */
import { copyBlock, renaming } from './copy.ts';
import { fold } from './fold.ts';
import { constantPoly, integerPoly, sizePoly } from './poly.ts';
import type { Local, Program, Stmt } from './types.ts';
import { bodyOf } from './visit.ts';

interface Limits {
  readonly iterations: number;
  /** of everything a written-out loop becomes, before values used once move into their use */
  readonly statements: number;
}
/** A loop among others. */
const AMONG_OTHERS: Limits = { iterations: 4, statements: 128 };
/** All loops of a program, which then is a straight line. */
const WHOLE: Limits = { iterations: 32, statements: 400 };

export function unroll(program: Program): Program {
  const locals = [...program.locals];
  const whole = straightLength(program, program.body) <= WHOLE.statements;
  const body = unrollBlock(program.body, locals, whole ? WHOLE : AMONG_OTHERS);
  if (whole) nameElements({ ...program, locals, body }, locals);
  return { ...program, locals, body };
}

/** x3 for what a loop called x_i. */
function nameElements(program: Program, locals: Local[]): void {
  for (const s of program.body) {
    if (s.kind !== 'let' || s.value.kind !== 'load' || (locals[s.local]?.named ?? true)) continue;
    const buffer = program.buffers[s.value.buffer];
    const at = constantPoly(s.value.index);
    if (buffer?.shape.length === 1 && at !== undefined) locals[s.local] = { hint: `${buffer.name}${at + 1}`, named: false };
  }
}

/** Statements that are left when every loop is written out; infinitely many where a bound is open. */
function straightLength(program: Program, statements: readonly Stmt[]): number {
  const own = (s: Stmt): number | undefined => {
    switch (s.kind) {
      case 'fill': return constantPoly(sizePoly(program.buffers[s.buffer]?.shape ?? []));
      case 'copy': return constantPoly(s.length);
      case 'linalg': case 'matmul': return undefined;
      case 'for': {
        const [from, to] = [constantPoly(s.from), constantPoly(s.to)];
        return from === undefined || to === undefined ? undefined : Math.max(to - from, 0) * straightLength(program, s.body);
      }
      case 'if': return 1 + straightLength(program, s.body);
      case 'let': case 'var': case 'assign': case 'store': return 1;
    }
  };
  return statements.reduce((total, s) => total + (own(s) ?? Infinity), 0);
}

function unrollBlock(statements: readonly Stmt[], locals: Local[], limits: Limits): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (s.kind === 'if') return [{ ...s, body: unrollBlock(s.body, locals, limits) }];
    if (s.kind !== 'for') return [s];
    const body = unrollBlock(s.body, locals, limits);
    const from = constantPoly(s.from);
    const to = constantPoly(s.to);
    if (from === undefined || to === undefined || to - from > limits.iterations || (to - from) * count(body) > limits.statements) return [{ ...s, body }];
    return writtenOut({ ...s, body }, from, to, locals);
  });
}

/** The steps of a loop from and to numbers, one after the other. */
export function writtenOut(loop: Extract<Stmt, { kind: 'for' }>, from: number, to: number, locals: Local[]): Stmt[] {
  const { step = 1 } = loop;
  const positions = Array.from({ length: Math.max(Math.ceil((to - from) / step), 0) }, (_, k) => (loop.direction === 'forward' ? from + k * step : to - 1 - k));
  return positions.flatMap((k) => decided(copyBlock(loop.body, { ...renaming(new Map()), poly: new Map([[loop.local, integerPoly(k)]]) }, locals)));
}

/** Conditions of positions that are numbers now, as of what lies outside of an array. */
function decided(statements: readonly Stmt[]): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (s.kind === 'for') return [{ ...s, body: decided(s.body) }];
    if (s.kind !== 'if') return [s];
    const [when, body] = [fold(s.when), decided(s.body)];
    if (when.kind !== 'number') return [{ ...s, body }];
    return when.value !== 0 ? body : [];
  });
}

function count(statements: readonly Stmt[]): number {
  return statements.reduce((n, s) => n + 1 + count(bodyOf(s)), 0);
}
