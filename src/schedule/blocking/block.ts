/**
 * Loops over data in blocks of two or four iterations: what the iterations share is read and written once, and sums
 * do not wait for one another. Only loops that do most of the work are written twice, and only as wide as
 * the values in flight fit the registers.
 */
import type { Room } from '../copy.ts';
import { bodyOf, eachExpr, eachStmt, ownExprs, rewriteExpr, rewriteOwn, touched, touchedBeside } from '../visit.ts';
import { constantPoly, polyUses, type LocalId, type Poly } from '../poly.ts';
import type { SizeHint } from '../prepare.ts';
import type { Buffer, Expr, Local, Program, Stmt } from '../types.ts';
import { handedRound, independence, type Loop } from './independent.ts';
import { nestWrittenOut, writtenLength, writtenOut } from '../unroll.ts';
import { isDear, workOf } from './work.ts';
import { jam } from './jam.ts';
import { liveValues, REGISTERS } from './live.ts';
import { inPhases, isCall } from './phases.ts';

/** A loop with less than this part of the work is not written out several times. */
const HOT = 0.1;
/** Functions in a loop with less than this part of the work stay those of the platform: faster forms bring their tables. */
const WARM = 0.03;
/** Fixed loops that are shorter are no data. */
const LEAST_LENGTH = 32;
/** Statements of a block. */
const LARGEST = 240;

/** `outer`: innermost loops stay as they are, for a target that takes their steps together by itself. */
export type Blocks = 'all' | 'outer';

/** `apart`: functions that the target evaluates best in loops of their own. */
export function blockLoops(program: Program, hint: SizeHint, blocks: Blocks = 'all', apart: ReadonlySet<string> = new Set()): Program {
  const room = { locals: [...program.locals] as Local[], buffers: [...program.buffers] as Buffer[] };
  const work = workOf(program.body, hint);
  const blocking: Blocking = { program: { ...program, ...room }, room, hint, hot: HOT * work, warm: WARM * work, blocks, apart, left: { statements: LARGEST_NESTS } };
  const body = blockIn(blocking, program.body);
  return { ...program, ...room, body };
}

interface Blocking {
  /** as it was, with room for what is added */
  readonly program: Program;
  readonly room: Room;
  readonly hint: SizeHint;
  /** work from which a loop is taken in blocks, and from which its functions are called often */
  readonly hot: number;
  readonly warm: number;
  readonly blocks: Blocks;
  readonly apart: ReadonlySet<string>;
  /** what loops written out may still add */
  readonly left: { statements: number };
}

function blockIn(blocking: Blocking, statements: readonly Stmt[]): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    const work = s.kind === 'for' ? workOf([s], blocking.hint) : 0;
    if (s.kind !== 'for' || work < blocking.warm) return [s];
    const loop = isData(s) ? { ...s, body: inBestForm(blocking, s).body.map(often) } : s;
    if (work < blocking.hot) return [isData(s) ? loop : { ...s, body: blockIn(blocking, s.body) }];
    if (blocking.blocks === 'outer' && !s.body.some(hasLoop)) return [loop];
    return blocked(blocking, loop, s) ?? [{ ...loop, body: blockIn(blocking, loop.body) }];
  });
}

const isData = (loop: Loop): boolean => (constantPoly(loop.to) ?? LEAST_LENGTH) >= LEAST_LENGTH;

/** Calls that may stay among other work: V8 puts about five such functions into a caller, one for four iterations and the rest. */
const TOGETHER = 1;

function callsIn({ apart }: Blocking, statements: readonly Stmt[]): number {
  let calls = 0;
  eachStmt(statements, (s) => {
    if (isCall(s, apart)) calls++;
  });
  return calls;
}

/** With the loops inside in phases, where they call many functions or more iterations then fit the registers. */
function inBestForm(blocking: Blocking, loop: Loop): Loop {
  const { program, room } = blocking;
  const calls = callsIn(blocking, loop.body);
  if (calls === 0) return loop;
  const buffers = room.buffers.length;
  const apart = { ...loop, body: takenApart(blocking, loop.body) };
  if (calls > TOGETHER || (widthOf(program, apart) ?? 1) > (widthOf(program, loop) ?? 1)) return apart;
  room.buffers.length = buffers;
  return loop;
}

/** Loops inside a loop over data in phases. */
function takenApart(blocking: Blocking, statements: readonly Stmt[]): Stmt[] {
  const { program, apart, room } = blocking;
  return statements.flatMap((s): Stmt[] => {
    if (s.kind !== 'for') return [s];
    const phases = s.body.some((inner) => isCall(inner, apart)) ? inPhases(program, s, touchedBeside(program, s), apart, room) : undefined;
    return phases ?? [{ ...s, body: takenApart(blocking, s.body) }];
  });
}

/** The statement with its functions marked as called often. */
function often(s: Stmt): Stmt {
  const own = rewriteOwn(s, (e) => rewriteExpr(e, (x) => (x.kind === 'op' ? { ...x, often: true } : x)), (p) => p);
  return own.kind === 'for' || own.kind === 'if' ? { ...own, body: own.body.map(often) } : own;
}

function blocked(blocking: Blocking, loop: Loop, original: Loop): Stmt[] | undefined {
  const { program, room } = blocking;
  if (loop.apart !== undefined || loop.step !== undefined || !isData(loop) || !pays(loop)) return undefined;
  const width = widthOf(program, loop);
  const handed = handedRound(loop);
  const free = width === undefined ? undefined : independence(program, loop, touchedBeside(program, original), handed);
  if (width === undefined || free === undefined) return undefined;
  const jammed = jam(loop, width, free.own, room, handed);
  return blocking.blocks === 'outer' ? jammed : jammed.map((s) => (s.kind === 'for' && s.step !== undefined ? { ...s, body: shortWrittenOut(blocking, pairsIn(blocking, s, trianglesWrittenOut(room, s.body))) } : s));
}

/** Loops with ever shorter loops inside have none: what a loop costs does not shrink with its steps. Nor have short ones beside them, which then hand over values in locals. */
function trianglesWrittenOut(room: Room, statements: readonly Stmt[]): Stmt[] {
  const beside = statements.some((s) => isTriangle(room, s));
  return statements.flatMap((s): Stmt[] => {
    if (s.kind !== 'for') return [s];
    const most = isTriangle(room, s) ? LARGEST_TRIANGLE : beside ? LARGEST_BESIDE : 0;
    return writtenLength(room, [s], most) <= most ? nestWrittenOut(s, room.locals) : [{ ...s, body: trianglesWrittenOut(room, s.body) }];
  });
}
function isTriangle(room: Room, s: Stmt): boolean {
  let varies = false;
  eachStmt(bodyOf(s), (inner) => {
    if (s.kind === 'for' && inner.kind === 'for' && (polyUses(inner.from, s.local) || polyUses(inner.to, s.local))) varies = true;
  });
  return varies && writtenLength(room, [s], LARGEST_TRIANGLE) <= LARGEST_TRIANGLE;
}
/** Statements of such loops, before those used once move into their use. */
const LARGEST_TRIANGLE = 600;
const LARGEST_BESIDE = 128;

/** How many iterations fit. */
function widthOf(program: Program, loop: Loop): number | undefined {
  return [4, 2].find((n) => n * statementsIn(loop.body) <= LARGEST && innermost(loop).every((body) => liveValues(program, loop, body, n) <= REGISTERS));
}

/**
 * Short loops of a block that add have no loop of their own: each array is looked up once for all their steps. Nor have short ones
 * around them, as long as the function stays short enough for V8: what all their steps read then stands in locals.
 */
function shortWrittenOut(blocking: Blocking, statements: readonly Stmt[]): Stmt[] {
  const { room: { locals }, left } = blocking;
  return statements.flatMap((s): Stmt[] => {
    if (s.kind !== 'for') return [s];
    const nest = s.body.some(hasLoop);
    const loop = nest ? { ...s, body: shortWrittenOut(blocking, s.body) } : s;
    const [from, to] = [constantPoly(s.from), constantPoly(s.to)];
    if (from === undefined || to === undefined || loop.body.some(hasLoop) || loop.body.flatMap(ownExprs).some(isDear)) return [loop];
    const length = ((to - from) / (s.step ?? 1)) * statementsIn(loop.body);
    if (nest ? length > left.statements : length > LARGEST_WRITTEN_OUT || !adds(loop)) return [loop];
    if (nest) left.statements -= length;
    return writtenOut(loop, from, to, locals);
  });
}
const adds = ({ body }: Loop): boolean => body.some((s) => s.kind === 'assign' || (s.kind === 'store' && s.combine === 'add'));
/** Statements of a short loop, before those used once move into their use. */
const LARGEST_WRITTEN_OUT = 128;
/** Of all loops around short ones: a quarter of what V8 optimises in one function. */
const LARGEST_NESTS = 1500;

/** Innermost loops of a block take two steps at once: a step is short, and each array is looked up once for both. */
function pairsIn(blocking: Blocking, block: Loop, statements: readonly Stmt[]): Stmt[] {
  const { program, room } = blocking;
  return statements.flatMap((s): Stmt[] => {
    if (s.kind !== 'for') return [s];
    if (s.body.some(hasLoop)) return [{ ...s, body: pairsIn(blocking, block, s.body) }];
    const length = constantPoly(s.to) ?? LEAST_STEPS;
    if (!adds(s) || statementsIn(s.body) > LARGEST_STEP || s.from.length > 0 || length < LEAST_STEPS || s.body.flatMap(ownExprs).some(isDear) || liveValues(program, s, s.body, 2) > REGISTERS) return [s];
    const free = independence(program, s, touched(block));
    return free === undefined ? [s] : jam(s, 2, free.own, room);
  });
}
/** Statements of a step that is short. */
const LARGEST_STEP = 16;
/** Shorter loops are left. */
const LEAST_STEPS = 8;

/** The bodies that run most often. */
function innermost(loop: Loop): (readonly Stmt[])[] {
  const found: (readonly Stmt[])[] = [];
  eachStmt([loop], (s) => {
    if (s.kind === 'for' && !s.body.some(hasLoop)) found.push(s.body);
  });
  return found;
}
const hasLoop = (s: Stmt): boolean => s.kind === 'for' || bodyOf(s).some(hasLoop);

/** Some innermost body adds to what several iterations share, or reads it, and is not all calls of functions. */
function pays(loop: Loop): boolean {
  return innermost(loop).some((body) => {
    const exprs = body.flatMap(ownExprs);
    if (exprs.some(isDear)) return false;
    if (body !== loop.body && exprs.flatMap(polysIn).some((index) => isNeighbour(index, loop.local))) return true;
    const moves = movedBy(loop);
    const shares = (index: Poly): boolean => !index.some((m) => m.locals.some((l) => moves.has(l)));
    return body.some((s) => s.kind === 'assign' || (s.kind === 'store' && s.combine !== 'set' && shares(s.index))) && (body !== loop.body || body.some((s) => s.kind === 'assign'));
  });
}

/** Iterations read neighbours, which an inner loop reaches by long strides: A[j, i] beside A[i, j]. */
function isNeighbour(index: Poly, local: LocalId): boolean {
  const unit = index.some((m) => m.locals.length === 1 && m.locals[0] === local && m.sizes.length === 0 && m.coef === 1);
  const moving = index.filter((m) => m.locals.length > 0 && !m.locals.includes(local));
  return unit && moving.length > 0 && moving.every((m) => m.sizes.length > 0);
}

/** The loop variable and the integers made from it. */
function movedBy(loop: Loop): Set<LocalId> {
  const moved = new Set([loop.local]);
  eachStmt(loop.body, (s) => {
    if (s.kind === 'let' && polysIn(s.value).some((p) => [...moved].some((l) => polyUses(p, l)))) moved.add(s.local);
  });
  return moved;
}
function polysIn(e: Expr): Poly[] {
  const found: Poly[] = [];
  eachExpr(e, (x) => {
    if (x.kind === 'load') found.push(x.index);
    if (x.kind === 'index') found.push(x.poly);
  });
  return found;
}

function statementsIn(body: readonly Stmt[]): number {
  let n = 0;
  eachStmt(body, () => n++);
  return n;
}
