/**
 * Loops over data in pieces that threads may share. The statements that walk one length become a loop over pieces, each of
 * which works on its own rows and adds up in room of its own; afterwards the sums of the pieces are added in order. How
 * many pieces there are follows from the length alone, so that results do not depend on who computes what.
 */
import { shiftDim } from '../ir/dim.ts';
import { gather, type Group, type Part } from './gather.ts';
import { addPoly, evaluatePoly, integerPoly, localPoly, multiplyPoly, scalePoly, sizePoly, type LocalId, type Poly } from './poly.ts';
import type { SizeHint } from './prepare.ts';
import type { Buffer, BufferId, Combine, Cut, Expr, Local, MatmulStmt, MatrixOperand, Program, Stmt } from './types.ts';
import { rewriteExpr, rewriteOwn } from './visit.ts';

/** Pieces of the longest loop: enough for the threads of a machine to end at about the same time. */
export const MOST_PIECES = 16;
/** Operations from which a piece is worth handing over: some microseconds. */
const LEAST_PIECE = 20_000;
/** Work of a piece over the elements that are added up after it. */
const WORK_PER_SUM = 8;
/** Lengths of pieces are multiples of this: whole blocks and vectors. */
const BLOCK = 8;
/** Elements between the rooms of two pieces: threads that write to one line of cache wait for each other. */
const APART = 16;

export function inRanges(program: Program, hint: SizeHint): Program {
  const room = { locals: [...program.locals], buffers: [...program.buffers] };
  const body = gather(program, hint).flatMap((item) => (item.kind === 'statement' ? [item.statement] : new Ranges(room, item, hint).statements()));
  return { ...program, ...room, body };
}

const NEUTRAL = { add: 0, multiply: 1, max: -Infinity, min: Infinity } as const;

/** An array of which every piece has its own. */
interface Copies {
  readonly buffer: BufferId;
  /** from the room of one piece to that of the next */
  readonly stride: Poly;
  /** of one room */
  readonly length: Poly;
}

class Ranges {
  readonly room: { readonly locals: Local[]; readonly buffers: Buffer[] };
  readonly group: Group;
  readonly cut: Cut;
  readonly piece: LocalId;
  readonly start: LocalId;
  readonly end: LocalId;
  readonly copies = new Map<BufferId, Copies>();
  readonly sums: readonly (readonly [buffer: BufferId, combine: keyof typeof NEUTRAL])[];
  /** locals that the loops add to, with the local that a piece has instead */
  readonly parts = new Map<LocalId, LocalId>();

  constructor(room: Ranges['room'], group: Group, hint: SizeHint) {
    this.room = room;
    this.group = group;
    [this.piece, this.start, this.end] = [this.#local('piece'), this.#local('start'), this.#local('end')];
    this.sums = [...group.uses].flatMap(([buffer, use]) => (use.kind === 'sum' && use.combine !== 'set' ? [[buffer, use.combine] as const] : []));
    for (const [buffer, use] of group.uses) if (use.kind === 'sum' || use.kind === 'own') this.copies.set(buffer, this.#copiesOf(buffer));
    for (const [local] of group.sums) this.parts.set(local, this.#local(this.room.locals[local]?.hint ?? 'sum'));
    const summed = this.sums.reduce((n, [buffer]) => n + evaluatePoly(sizePoly(room.buffers[buffer]?.shape ?? []), hint, () => 1), 0);
    const grain = Math.max(LEAST_PIECE, WORK_PER_SUM * summed) / group.work;
    this.cut = { grain: Math.min(BLOCK * Math.ceil(grain / BLOCK), 65536), most: MOST_PIECES };
  }

  #local(hint: string): LocalId {
    this.room.locals.push({ hint, named: false });
    return this.room.locals.length - 1;
  }
  #scratch(name: string, shape: Buffer['shape']): BufferId {
    const id = this.room.buffers.length;
    this.room.buffers.push({ id, use: 'scratch', name, shape, element: 'real' });
    return id;
  }
  #copiesOf(buffer: BufferId): Copies {
    const { name = '', shape = [] } = this.room.buffers[buffer] ?? {};
    const [first = '1', ...others] = shape;
    const own = [shiftDim(first, APART), ...others];
    return { buffer: this.#scratch(name, [String(MOST_PIECES), ...own]), stride: sizePoly(own), length: sizePoly(shape) };
  }

  statements(): Stmt[] {
    const { group, cut, piece, start, end } = this;
    const pieces = this.#local('pieces');
    const sums = group.sums.size === 0 ? undefined : this.#scratch('sum', [String(MOST_PIECES), String(Math.max(APART, group.sums.size))]);
    const boundary = (at: Poly): Expr => ({ kind: 'boundary', poly: group.length, piece: at, cut });
    const body: Stmt[] = [
      { kind: 'let', local: start, value: boundary(localPoly(piece)) },
      { kind: 'let', local: end, value: boundary(addPoly(localPoly(piece), integerPoly(1))) },
      ...[...group.sums].map(([local, combine]): Stmt => ({ kind: 'var', local: this.parts.get(local) ?? local, value: { kind: 'number', value: NEUTRAL[combine] } })),
      ...this.sums.filter(([buffer]) => !group.products.has(buffer)).map(([buffer, combine]) => this.#filled(buffer, NEUTRAL[combine])),
      ...group.parts.map((part) => this.#part(part)),
      ...[...group.sums.keys()].map((local, k): Stmt => ({ kind: 'store', buffer: sums ?? -1, index: this.#sumAt(localPoly(piece), k), combine: 'set', value: { kind: 'local', id: this.parts.get(local) ?? local } })),
    ];
    return [
      ...group.before,
      { kind: 'let', local: pieces, value: { kind: 'pieces', poly: group.length, cut } },
      { kind: 'for', local: piece, from: [], to: localPoly(pieces), direction: 'forward', apart: { length: group.length, work: group.work }, body },
      ...[...group.sums].map(([local, combine], k) => this.#joinLocal(local, combine, sums ?? -1, k, pieces)),
      ...this.sums.flatMap(([buffer, combine]) => this.#joinArray(buffer, combine, pieces)),
      ...group.after,
    ];
  }
  #sumAt(piece: Poly, k: number): Poly {
    return addPoly(scalePoly(piece, Math.max(APART, this.group.sums.size)), integerPoly(k));
  }
  #joinLocal(local: LocalId, combine: Combine, sums: BufferId, k: number, pieces: LocalId): Stmt {
    const p = this.#local('piece');
    return { kind: 'for', local: p, from: [], to: localPoly(pieces), direction: 'forward', body: [{ kind: 'assign', local, combine, value: { kind: 'load', buffer: sums, index: this.#sumAt(localPoly(p), k) } }] };
  }
  #joinArray(buffer: BufferId, combine: Combine, pieces: LocalId): Stmt[] {
    const copies = this.copies.get(buffer);
    if (copies === undefined) return [];
    const [p, e] = [this.#local('piece'), this.#local('e')];
    const value: Expr = { kind: 'load', buffer: copies.buffer, index: addPoly(multiplyPoly(copies.stride, localPoly(p)), localPoly(e)) };
    const add: Stmt = { kind: 'for', local: e, from: [], to: copies.length, direction: 'forward', body: [{ kind: 'store', buffer, index: localPoly(e), combine, value }] };
    return [
      ...(this.group.products.has(buffer) ? [{ kind: 'fill', buffer, value: 0 } as const] : []),
      { kind: 'for', local: p, from: [], to: localPoly(pieces), direction: 'forward', body: [add] },
    ];
  }

  // ---- the work of one piece ---------------------------------------------------------------------------------

  #part({ statement: s, along }: Part): Stmt {
    if (s.kind === 'for') return { ...s, from: localPoly(this.start), to: localPoly(this.end), body: s.body.map((inner) => this.#own(inner)) };
    const rows = addPoly(localPoly(this.end), scalePoly(localPoly(this.start), -1));
    const moved = (o: MatrixOperand, by: Poly): MatrixOperand => ({ ...o, offset: addPoly(o.offset, multiplyPoly(by, localPoly(this.start))) });
    if (along === 'rows') return { ...s, left: moved(s.left, s.left.row), rows, at: addPoly(s.at, multiplyPoly(s.columns, localPoly(this.start))) };
    return this.#placed({ ...s, left: moved(s.left, s.left.column), right: moved(s.right, s.right.row), inner: rows });
  }
  #placed(s: MatmulStmt): MatmulStmt {
    const copies = this.copies.get(s.result);
    return copies === undefined ? s : { ...s, result: copies.buffer, at: addPoly(s.at, multiplyPoly(copies.stride, localPoly(this.piece))) };
  }
  /** The statement with the arrays and sums of the piece in place of those of all. */
  #own(s: Stmt): Stmt {
    if (s.kind === 'fill' && this.copies.has(s.buffer)) return this.#filled(s.buffer, s.value);
    const own = rewriteOwn(s, (e) => rewriteExpr(e, (x) => (x.kind === 'load' ? { ...x, ...this.#element(x.buffer, x.index) } : x)), (p) => p);
    if (own.kind === 'store') return { ...own, ...this.#element(own.buffer, own.index) };
    if (own.kind === 'assign') return { ...own, local: this.parts.get(own.local) ?? own.local };
    return own.kind === 'for' || own.kind === 'if' ? { ...own, body: own.body.map((inner) => this.#own(inner)) } : own;
  }
  #element(buffer: BufferId, index: Poly): { readonly buffer: BufferId; readonly index: Poly } {
    const copies = this.copies.get(buffer);
    return copies === undefined ? { buffer, index } : { buffer: copies.buffer, index: addPoly(multiplyPoly(copies.stride, localPoly(this.piece)), index) };
  }
  #filled(buffer: BufferId, value: number): Stmt {
    const { length } = this.copies.get(buffer) ?? { length: [] };
    const e = this.#local('e');
    const store: Stmt = { kind: 'store', ...this.#element(buffer, localPoly(e)), combine: 'set', value: { kind: 'number', value } };
    return { kind: 'for', local: e, from: [], to: length, direction: 'forward', body: [store] };
  }
}
