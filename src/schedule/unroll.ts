/** Short loops of known length are written out: the elements of a small vector then become locals. */
import { copyBlock, renaming } from './copy.ts';
import { fold } from './fold.ts';
import { constantPoly, integerPoly, polyUses, sizePoly, substitutePoly, type LocalId, type Poly } from './poly.ts';
import { MOST_LOCALS } from './scalarise.ts';
import type { BufferId, Local, Program, Stmt } from './types.ts';
import { bodyOf, eachExpr, eachStmt, ownExprs, touched } from './visit.ts';

interface Limits {
  readonly iterations: number;
  /** of everything a written-out loop becomes, before values used once move into their use */
  readonly statements: number;
}
/** Longer loops among others stay loops. */
export const MOST_WRITTEN_OUT = 4;
/** A loop among others. */
const AMONG_OTHERS: Limits = { iterations: MOST_WRITTEN_OUT, statements: 128 };
/** A loop over the elements of a small vector that is written element by element: the vector then needs no array. */
const OVER_VECTOR: Limits = { iterations: MOST_LOCALS, statements: 128 };
/** All loops of a program, which then is a straight line. */
const WHOLE: Limits = { iterations: 32, statements: 400 };

export function unroll(program: Program): Program {
  const locals = [...program.locals];
  const whole = writtenLength(program, program.body, WHOLE.statements) <= WHOLE.statements;
  const vectors = smallVectors(program);
  const limitsOf = (loop: Loop): Limits => (whole ? WHOLE : walksOne(loop, vectors) ? OVER_VECTOR : AMONG_OTHERS);
  const body = unrollBlock(program.body, locals, limitsOf);
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

type Loop = Extract<Stmt, { kind: 'for' }>;

/** Scratch arrays of a few elements, all of them written one at a time. */
function smallVectors({ buffers, body }: Program): Set<BufferId> {
  const vectors = new Set(buffers.filter((b) => b.use === 'scratch' && b.shape.length === 1 && (constantPoly(sizePoly(b.shape)) ?? Infinity) <= MOST_LOCALS).map((b) => b.id));
  eachStmt(body, (s) => {
    if (s.kind === 'for' || s.kind === 'if' || (s.kind === 'store' && constantPoly(s.index) !== undefined)) return;
    for (const buffer of touched(s).buffersWritten) vectors.delete(buffer);
  });
  return vectors;
}

/** Whether a loop reads one of the vectors at its own place. */
function walksOne(loop: Loop, vectors: ReadonlySet<BufferId>): boolean {
  return loop.body.some((s) => ownExprs(s).some((e) => {
    let found = false;
    eachExpr(e, (x) => {
      if (x.kind === 'load' && vectors.has(x.buffer) && polyUses(x.index, loop.local)) found = true;
    });
    return found;
  }));
}

function unrollBlock(statements: readonly Stmt[], locals: Local[], limitsOf: (loop: Loop) => Limits): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (s.kind === 'if') return [{ ...s, body: unrollBlock(s.body, locals, limitsOf) }];
    if (s.kind !== 'for') return [s];
    const limits = limitsOf(s);
    const body = unrollBlock(s.body, locals, limitsOf);
    const from = constantPoly(s.from);
    const to = constantPoly(s.to);
    if (from === undefined || to === undefined || to - from > limits.iterations || (to - from) * count(body) > limits.statements) return [{ ...s, body }];
    const steps = writtenOut({ ...s, body }, from, to, locals);
    // loops inside whose bounds were positions of this one
    return body.some((inner) => inner.kind === 'for') ? unrollBlock(steps, locals, limitsOf) : steps;
  });
}

/** The steps of a loop from and to numbers, one after the other. */
export function writtenOut(loop: Loop, from: number, to: number, locals: Local[]): Stmt[] {
  const { step = 1 } = loop;
  const positions = Array.from({ length: Math.max(Math.ceil((to - from) / step), 0) }, (_, k) => (loop.direction === 'forward' ? from + k * step : to - 1 - k));
  return positions.flatMap((k) => decided(copyBlock(loop.body, { ...renaming(new Map()), poly: new Map([[loop.local, integerPoly(k)]]) }, locals)));
}

/** The same with the loops inside it whose bounds are numbers then. */
export function nestWrittenOut(loop: Extract<Stmt, { kind: 'for' }>, locals: Local[]): Stmt[] {
  const [from, to] = [constantPoly(loop.from), constantPoly(loop.to)];
  if (from === undefined || to === undefined) return [loop];
  return writtenOut(loop, from, to, locals).flatMap((s) => (s.kind === 'for' ? nestWrittenOut(s, locals) : [s]));
}

/** Statements that are left when every loop is written out; infinitely many where a bound is open or there are more than `most`. */
export function writtenLength({ buffers }: Pick<Program, 'buffers'>, statements: readonly Stmt[], most: number, at: ReadonlyMap<LocalId, Poly> = new Map()): number {
  let total = 0;
  for (const s of statements) {
    if (s.kind === 'for') {
      const [from, to] = [s.from, s.to].map((p) => constantPoly([...at].reduce((q, [local, by]) => substitutePoly(q, local, by), p)));
      if (from === undefined || to === undefined) return Infinity;
      for (let k = from; k < to && total <= most; k += s.step ?? 1) total += writtenLength({ buffers }, s.body, most, new Map([...at, [s.local, integerPoly(k)]]));
    } else if (s.kind === 'fill') total += constantPoly(sizePoly(buffers[s.buffer]?.shape ?? [])) ?? Infinity;
    else if (s.kind === 'copy') total += constantPoly(s.length) ?? Infinity;
    else total += s.kind === 'linalg' || s.kind === 'matmul' ? Infinity : 1 + writtenLength({ buffers }, bodyOf(s), most, at);
    if (total > most) return Infinity;
  }
  return total;
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
