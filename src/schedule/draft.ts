/** A program while it is being made: buffers, locals, and blocks of statements that share equal values. */
import { invariant } from '../diagnostics/internal.ts';
import type { Dim } from '../ir/dim.ts';
import { localPoly, polyKey, type LocalId, type Poly } from './poly.ts';
import type { Arithmetic, Buffer, BufferId, BufferUse, Expr, Local, MatrixGuard, Stmt } from './types.ts';

export class ProgramDraft {
  readonly buffers: Buffer[] = [];
  readonly locals: Local[] = [];
  readonly guards: MatrixGuard[] = [];
  /** arrays that loops keep: over their steps, or the states of a replay */
  readonly histories: BufferId[] = [];
  /** nesting depth of the block that defines a local */
  readonly #depthOf: number[] = [];

  buffer(use: BufferUse, name: string, shape: readonly Dim[], element: Buffer['element'] = 'real'): BufferId {
    const id = this.buffers.length;
    this.buffers.push({ id, use, name, shape, element });
    return id;
  }
  shape(buffer: BufferId): readonly Dim[] {
    const found = this.buffers[buffer];
    invariant(found, 'schedule', `no buffer ${buffer}`);
    return found.shape;
  }
  local(hint: string, depth: number, named = false): LocalId {
    this.locals.push({ hint, named });
    this.#depthOf.push(depth);
    return this.locals.length - 1;
  }
  /** The position of the guard, equal ones once. */
  guard(guard: MatrixGuard): number {
    const known = this.guards.findIndex((g) => g.kind === guard.kind && g.matrix === guard.matrix && g.name === guard.name);
    return known >= 0 ? known : this.guards.push(guard) - 1;
  }
  depthOf(local: LocalId): number {
    return this.#depthOf[local] ?? 0;
  }
}

/** Statements of one loop body. */
export interface Block {
  readonly statements: Stmt[];
  /** locals that hold a value already computed in this block, by the value's text */
  readonly known: Map<string, LocalId>;
}

export const newBlock = (): Block => ({ statements: [], known: new Map() });

export function exprKey(e: Expr): string {
  switch (e.kind) {
    // -0 and 0 differ
    case 'number': return Object.is(e.value, -0) ? '-0' : String(e.value);
    case 'local': return `$${e.id}`;
    case 'index': return `i(${polyKey(e.poly)})`;
    case 'multiple': return `m(${polyKey(e.poly)},${e.of})`;
    case 'pieces': return `p(${polyKey(e.poly)},${e.cut.grain},${e.cut.most})`;
    case 'boundary': return `p(${polyKey(e.poly)},${e.cut.grain},${e.cut.most})[${polyKey(e.piece)}]`;
    case 'load': return `b${e.buffer}[${polyKey(e.index)}]`;
    case 'arithmetic': return arithmeticKey(e.op, exprKey(e.left), exprKey(e.right));
    case 'negate': return `-${exprKey(e.arg)}`;
    case 'op': return `${e.op}(${e.args.map(exprKey).join(',')})`;
    case 'call': return `${e.name}'${e.orders.join('.')}(${e.args.map(exprKey).join(',')})`;
  }
}

/** Sums and products commute, in doubles too. */
const arithmeticKey = (op: Arithmetic, left: string, right: string): string =>
  (op === '+' || op === '*') && right < left ? `(${right}${op}${left})` : `(${left}${op}${right})`;

/** The blocks that are open while statements are made, outermost first. */
export class Emitter {
  readonly draft: ProgramDraft;
  readonly blocks: Block[];
  /** depth of the first block: loops of an enclosing scan count */
  readonly base: number;

  constructor(draft: ProgramDraft, base: number) {
    this.draft = draft;
    this.base = base;
    this.blocks = [newBlock()];
  }
  get depth(): number {
    return this.base + this.blocks.length - 1;
  }
  #block(depth: number): Block {
    const block = this.blocks[Math.max(depth - this.base, 0)];
    invariant(block, 'schedule', `no open block at depth ${depth}`);
    return block;
  }
  push(statement: Stmt): void {
    this.#block(this.depth).statements.push(statement);
  }
  /** Opens the body of a loop; `close` returns what was put in it. */
  open(): void {
    this.blocks.push(newBlock());
  }
  close(): Stmt[] {
    const block = this.blocks.pop();
    invariant(block, 'schedule', 'no open block');
    return block.statements;
  }

  /** Deepest block that the value needs. */
  depthOf(e: Expr): number {
    switch (e.kind) {
      case 'number': return this.base;
      case 'local': return this.draft.depthOf(e.id);
      case 'index': case 'multiple': case 'pieces': return this.polyDepth(e.poly);
      case 'boundary': return Math.max(this.polyDepth(e.poly), this.polyDepth(e.piece));
      case 'load': return this.polyDepth(e.index);
      case 'arithmetic': return Math.max(this.depthOf(e.left), this.depthOf(e.right));
      case 'negate': return this.depthOf(e.arg);
      case 'op': case 'call': return Math.max(this.base, ...e.args.map((a) => this.depthOf(a)));
    }
  }
  polyDepth(p: Poly): number {
    let depth = this.base;
    for (const m of p) for (const local of m.locals) depth = Math.max(depth, this.draft.depthOf(local));
    return depth;
  }

  /** A local that holds the value, made in the block at `depth` unless an open block has it already. */
  bind(value: Expr, hint: string, depth = this.depthOf(value), named = false): Expr {
    if (value.kind === 'number' || (!named && this.isName(value))) return value;
    const at = Math.max(depth, this.base);
    const key = exprKey(value);
    for (let d = at; d >= this.base; d--) {
      const found = this.#block(d).known.get(key);
      if (found !== undefined) return { kind: 'local', id: found };
    }
    const local = this.draft.local(hint, at, named);
    const block = this.#block(at);
    block.statements.push({ kind: 'let', local, value });
    block.known.set(key, local);
    return { kind: 'local', id: local };
  }
  /** Nothing is gained by another name: locals and scalar inputs. */
  isName(value: Expr): boolean {
    return value.kind === 'local' || (value.kind === 'load' && this.draft.shape(value.buffer).length === 0);
  }
  integer(value: Expr, hint: string): Poly {
    const bound = this.bind(value, hint);
    invariant(bound.kind === 'local', 'schedule', 'a position that is no local');
    return localPoly(bound.id);
  }
}
