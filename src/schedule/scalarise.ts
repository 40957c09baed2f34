/**
 * Small scratch arrays whose every access is at a known place become locals, and locals that are assigned in
 * a straight line become one constant per assignment.
 */
import { fold } from './fold.ts';
import { addPoly, constantPoly, integerPoly, sizePoly, type LocalId } from './poly.ts';
import { arithmetic } from './scalar.ts';
import { core } from '../ops/core.ts';
import type { Buffer, BufferId, Combine, Expr, Local, Program, Stmt } from './types.ts';
import { bodyOf, eachExpr, eachStmt, ownExprs, rewriteExpr, rewriteOwn, touched } from './visit.ts';

/** Elements of an array that may become locals. */
export const MOST_LOCALS = 32;

export function scalarise(program: Program): Program {
  const expanded = { ...program, body: expandBlock(program, program.body) };
  const cells = new Cells(expanded);
  if (cells.buffers.size === 0) return singleAssignment(expanded);
  const body = declare(expanded, cells, cells.block(expanded.body));
  const result = program.result === undefined ? {} : { result: cells.expr(program.result) };
  return singleAssignment({ ...expanded, locals: cells.locals, body, ...result });
}

function smallLength(b: Buffer | undefined): number | undefined {
  const n = b === undefined ? undefined : constantPoly(sizePoly(b.shape));
  return n !== undefined && n <= MOST_LOCALS ? n : undefined;
}

/** Fills and copies of a few elements, one by one. */
function expandBlock(program: Program, statements: readonly Stmt[]): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (s.kind === 'for' || s.kind === 'if') return [{ ...s, body: expandBlock(program, s.body) }];
    if (s.kind === 'fill' && program.buffers[s.buffer]?.use === 'scratch') {
      const n = smallLength(program.buffers[s.buffer]);
      if (n === undefined) return [s];
      return Array.from({ length: n }, (_, k) => ({ kind: 'store', buffer: s.buffer, index: integerPoly(k), combine: 'set', value: { kind: 'number', value: s.value } }));
    }
    const length = s.kind === 'copy' ? constantPoly(s.length) : undefined;
    if (s.kind !== 'copy' || length === undefined || length > MOST_LOCALS) return [s];
    return Array.from({ length }, (_, k) => {
      const value: Expr = { kind: 'load', buffer: s.from, index: addPoly(s.fromOffset, integerPoly(k)) };
      return { kind: 'store', buffer: s.to, index: addPoly(s.toOffset, integerPoly(k)), combine: 'set', value };
    });
  });
}

/** The locals that stand for the cells of small arrays. */
class Cells {
  readonly buffers = new Set<BufferId>();
  readonly locals: Local[];
  readonly #local = new Map<string, LocalId>();

  constructor(program: Program) {
    this.locals = [...program.locals];
    const banned = new Set<BufferId>();
    const note = (buffer: BufferId, constant: boolean): void => {
      if (constant && program.buffers[buffer]?.use === 'scratch' && smallLength(program.buffers[buffer]) !== undefined) this.buffers.add(buffer);
      else banned.add(buffer);
    };
    const look = (e: Expr): void => eachExpr(e, (x) => {
      if (x.kind === 'load') note(x.buffer, constantPoly(x.index) !== undefined);
    });
    eachStmt(program.body, (s) => {
      ownExprs(s).forEach(look);
      if (s.kind === 'store') note(s.buffer, constantPoly(s.index) !== undefined);
      if (s.kind === 'fill') note(s.buffer, false);
      if (s.kind === 'copy') [s.from, s.to].forEach((b) => note(b, false));
      if (s.kind === 'for') for (const state of s.replay?.states ?? []) if (state.kind === 'array') note(state.buffer, false);
      if (s.kind === 'linalg' || s.kind === 'matmul') for (const b of [...touched(s).buffersRead, ...touched(s).buffersWritten]) note(b, false);
    });
    if (program.result !== undefined) look(program.result);
    for (const b of banned) this.buffers.delete(b);
    for (const buffer of this.buffers) {
      const b = program.buffers[buffer];
      for (let k = 0; k < (smallLength(b) ?? 0); k++) {
        this.#local.set(`${buffer}.${k}`, this.locals.length);
        this.locals.push({ hint: `${b?.name ?? 'x'}${k + 1}`, named: false });
      }
    }
  }
  get made(): ReadonlySet<LocalId> {
    return new Set(this.#local.values());
  }
  cell(buffer: BufferId, index: number): LocalId | undefined {
    return this.#local.get(`${buffer}.${index}`);
  }
  expr(e: Expr): Expr {
    return rewriteExpr(e, (x) => {
      const id = x.kind === 'load' ? this.cell(x.buffer, constantPoly(x.index) ?? -1) : undefined;
      return id === undefined ? x : { kind: 'local', id };
    });
  }
  block(statements: readonly Stmt[]): Stmt[] {
    return statements.map((s): Stmt => {
      const own = rewriteOwn(s, (e) => this.expr(e), (p) => p);
      if (own.kind === 'for' || own.kind === 'if') return { ...own, body: this.block(own.body) };
      const local = own.kind === 'store' ? this.cell(own.buffer, constantPoly(own.index) ?? -1) : undefined;
      return own.kind === 'store' && local !== undefined ? { kind: 'assign', local, combine: own.combine, value: own.value } : own;
    });
  }
}

/** Declares each cell in the innermost block that contains all its uses. */
function declare(program: Program, cells: Cells, body: readonly Stmt[]): Stmt[] {
  const used = program.result === undefined ? new Set<LocalId>() : touched({ kind: 'if', when: cells.expr(program.result), body: [] }).localsRead;
  return declareBlock(body, new Set(cells.made), used);
}

function declareBlock(statements: readonly Stmt[], pending: ReadonlySet<LocalId>, outside: ReadonlySet<LocalId>): Stmt[] {
  const first = new Map<LocalId, number>();
  const last = new Map<LocalId, number>();
  const uses = statements.map((s) => {
    const t = touched(s);
    return new Set([...t.localsRead, ...t.localsWritten].filter((l) => pending.has(l)));
  });
  uses.forEach((set, k) => {
    for (const l of set) {
      if (!first.has(l)) first.set(l, k);
      last.set(l, k);
    }
  });
  const here = new Set([...pending].filter((l) => first.has(l) && (outside.has(l) || first.get(l) !== last.get(l) || bodyOf(statements[first.get(l) ?? 0] ?? NONE).length === 0)));
  const rest = new Set([...pending].filter((l) => !here.has(l)));
  const declared = new Set<LocalId>();
  return statements.flatMap((s, k): Stmt[] => {
    const out: Stmt[] = [];
    let statement = s;
    if (s.kind === 'for' || s.kind === 'if') {
      const inner = new Set([...(uses[k] ?? [])].filter((l) => rest.has(l)));
      if (inner.size > 0) statement = { ...s, body: declareBlock(s.body, inner, new Set()) };
    }
    for (const local of uses[k] ?? []) {
      if (!here.has(local) || declared.has(local)) continue;
      declared.add(local);
      if (s.kind === 'assign' && s.local === local && s.combine === 'set') return [...out, { kind: 'var', local, value: s.value }];
      out.push({ kind: 'var', local, value: { kind: 'number', value: 0 } });
    }
    return [...out, statement];
  });
}
const NONE: Stmt = { kind: 'fill', buffer: -1, value: 0 };

// ---- one constant per assignment --------------------------------------------------------------------

/** `var`s assigned only in their own block become constants; a structural zero disappears in what it is added to. */
export function singleAssignment(program: Program): Program {
  const locals = [...program.locals];
  const current = new Map<LocalId, Expr>();
  const mutable = new Set<LocalId>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'assign') mutable.add(s.local);
  });
  const body = assignBlock(program.body, { locals, current, mutable });
  return { ...program, locals, body, ...(program.result === undefined ? {} : { result: fold(replaceLocals(program.result, current)) }) };
}

interface Versions {
  readonly locals: Local[];
  /** the present value of each straight variable */
  readonly current: Map<LocalId, Expr>;
  readonly mutable: ReadonlySet<LocalId>;
}

function assignBlock(statements: readonly Stmt[], v: Versions): Stmt[] {
  const { locals, current } = v;
  const deep = new Set<LocalId>();
  for (const s of statements) if (s.kind === 'for' || s.kind === 'if') for (const local of touched(s).localsWritten) deep.add(local);
  const straight = new Set<LocalId>();
  for (const s of statements) if (s.kind === 'var' && !deep.has(s.local)) straight.add(s.local);
  return statements.map((s): Stmt[] => {
    const own = rewriteOwn(s, (e) => fold(replaceLocals(e, current)), (p) => p);
    if (own.kind === 'for' || own.kind === 'if') return [{ ...own, body: assignBlock(own.body, v) }];
    if (own.kind === 'let' && own.value.kind === 'number') {
      current.set(own.local, own.value);
      return [];
    }
    if (own.kind !== 'var' && own.kind !== 'assign') return [own];
    if (!straight.has(own.local)) return [own];
    const before = current.get(own.local);
    const value = own.kind === 'var' || before === undefined ? own.value : fold(combined(own.combine, before, own.value));
    if (value.kind === 'number' || (value.kind === 'local' && !v.mutable.has(value.id))) {
      current.set(own.local, value);
      return [];
    }
    const local = own.kind === 'var' ? own.local : locals.length;
    if (local === locals.length) locals.push(locals[own.local] ?? { hint: 'value', named: false });
    current.set(own.local, { kind: 'local', id: local });
    return [{ kind: 'let', local, value }];
  }).flat();
}

function combined(combine: Combine, before: Expr, value: Expr): Expr {
  switch (combine) {
    case 'set': return value;
    case 'add': return arithmetic('+', before, value);
    case 'multiply': return arithmetic('*', before, value);
    case 'max': case 'min': {
      const none = combine === 'max' ? -Infinity : Infinity;
      return before.kind === 'number' && before.value === none ? value : { kind: 'op', op: core[combine], args: [before, value] };
    }
  }
}

function replaceLocals(e: Expr, current: ReadonlyMap<LocalId, Expr>): Expr {
  return current.size === 0 ? e : rewriteExpr(e, (x) => (x.kind === 'local' ? current.get(x.id) ?? x : x));
}
