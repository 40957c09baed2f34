/**
 * Loops whose pieces threads share. The body becomes a function of the piece, which finds in memory what the loop knows:
 * addresses, scalars and locals. Threads run it in instances of their own over the same memory.
 */
import type { LocalId } from '../../schedule/poly.ts';
import type { BufferId, Stmt } from '../../schedule/types.ts';
import { definedIn, eachStmt, ownExprs, eachExpr, touched } from '../../schedule/visit.ts';
import { Frame } from './frame.ts';
import type { ValueType } from './opcodes.ts';
import type { Library } from './library.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** Bytes of a value that is handed over. */
export const HANDED_BYTES = 8;
/** The parameters of a function of a piece. */
const [PIECE, THREAD] = [0, 1];

const MEMORY_OF = { i32: ['i32.load', 'i32.store'], f32: ['f32.load', 'f32.store'], f64: ['f64.load', 'f64.store'] } as const;

interface Handed {
  readonly type: 'i32' | 'f32' | 'f64';
  /** the local that holds it outside */
  readonly outside: number;
  readonly take: (inside: number) => void;
}

/** The call that has all pieces of the loop done; `emit` makes the statements of its body. */
export function emitShared(frame: Frame, loop: Loop, emit: (frame: Frame, body: readonly Stmt[]) => void): void {
  const { apart } = loop;
  if (apart === undefined) return;
  const { code, around } = frame;
  const parameters = new Map<BufferId, number>();
  const locals = new Map<LocalId, number>();
  const handed = handedTo(frame, loop, parameters, locals);
  const range = around.range(handed.length);
  const base = code.local('i32');
  code.entry(base, around.global('at', range.place));
  const inside = range.code.local('i32');
  range.code.entry(inside, around.global('at', range.place));
  handed.forEach(({ type, outside, take }, k) => {
    const [load, store] = MEMORY_OF[type];
    code.get(base).get(outside).access(store, HANDED_BYTES * k);
    const own = range.code.local(type);
    range.code.get(inside).access(load, HANDED_BYTES * k).set(own);
    take(own);
  });
  const body = new Frame(range.code, frame.program, frame, parameters, around, THREAD);
  for (const [id, local] of locals) body.locals.set(id, local);
  body.locals.set(loop.local, PIECE);
  emit(body, loop.body);
  code.i32(range.number);
  frame.integer(loop.to);
  frame.integer(apart.length);
  code.op('f64.convert_i32_s').f64(apart.work).op('f64.mul').call(range.share);
}

function handedTo(frame: Frame, loop: Loop, parameters: Map<BufferId, number>, locals: Map<LocalId, number>): Handed[] {
  const used = touched(loop);
  const own = definedIn([loop]);
  const arrays = [...frame.parameters].filter(([buffer]) => used.buffersRead.has(buffer) || used.buffersWritten.has(buffer)).map(([buffer, outside]): Handed => (
    { type: frame.isScalar(buffer) ? frame.element.name : 'i32', outside, take: (inside) => void parameters.set(buffer, inside) }));
  const values = [...used.localsRead].filter((id) => !own.has(id)).map((id): Handed => (
    { type: frame.isInteger(id) ? 'i32' : numberType(frame.lanesOf(id).number), outside: frame.localOf(id), take: (inside) => void locals.set(id, inside) }));
  return [...arrays, ...values];
}

const numberType = (type: ValueType): 'f32' | 'f64' => (type === 'f32' ? 'f32' : 'f64');

/** Functions of JavaScript, other than those of `Math`, that shared loops would call: threads do not have them. */
export function lentToLoops(library: Library, body: readonly Stmt[]): string[] {
  const lent = new Set<string>();
  eachStmt(body, (loop) => {
    if (loop.kind !== 'for' || loop.apart === undefined) return;
    eachStmt(loop.body, (s) => {
      for (const e of ownExprs(s)) eachExpr(e, (x) => {
        if (x.kind === 'op') for (const name of library.lenders(x.op)) if (!name.startsWith('Math.') && name !== 'remainder') lent.add(name);
      });
    });
  });
  return [...lent];
}
