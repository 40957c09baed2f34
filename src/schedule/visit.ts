/** Walking and rewriting loop programs. Expressions are short by construction; statements nest as deep as loops. */
import type { LocalId, Poly } from './poly.ts';
import type { BufferId, Expr, MatrixOperand, Program, Stmt } from './types.ts';

export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'number': case 'local': case 'index': case 'multiple': case 'pieces': case 'boundary': case 'load': return [];
    case 'arithmetic': return [e.left, e.right];
    case 'negate': return [e.arg];
    case 'op': case 'call': return e.args;
  }
}

export function eachExpr(e: Expr, visit: (e: Expr) => void): void {
  visit(e);
  for (const child of children(e)) eachExpr(child, visit);
}

/** The expression with its parts replaced from the leaves up. */
export function rewriteExpr(e: Expr, f: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'number': case 'local': case 'index': case 'multiple': case 'pieces': case 'boundary': case 'load': return f(e);
    case 'arithmetic': return f({ ...e, left: rewriteExpr(e.left, f), right: rewriteExpr(e.right, f) });
    case 'negate': return f({ ...e, arg: rewriteExpr(e.arg, f) });
    case 'op': return f({ ...e, args: e.args.map((a) => rewriteExpr(a, f)) });
    case 'call': return f({ ...e, args: e.args.map((a) => rewriteExpr(a, f)) });
  }
}

/** The expressions that a statement itself evaluates, not those of statements inside it. */
export function ownExprs(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case 'let': case 'var': case 'assign': case 'store': return [s.value];
    case 'if': return [s.when];
    case 'fill': case 'copy': case 'for': case 'linalg': case 'matmul': return [];
  }
}

/** The polynomials that a statement itself evaluates. */
export function ownPolys(s: Stmt): readonly Poly[] {
  switch (s.kind) {
    case 'store': return [s.index];
    case 'for': return [s.from, s.to];
    case 'copy': return [s.toOffset, s.fromOffset, s.length];
    case 'linalg': return s.sizes;
    case 'matmul': return [s.rows, s.columns, s.inner, s.at, ...[s.left, s.right].flatMap((o) => [o.offset, o.row, o.column])];
    case 'let': case 'var': case 'assign': case 'fill': case 'if': return [];
  }
}

export function bodyOf(s: Stmt): readonly Stmt[] {
  return s.kind === 'for' || s.kind === 'if' ? s.body : [];
}

export function eachStmt(statements: readonly Stmt[], visit: (s: Stmt) => void): void {
  for (const s of statements) {
    visit(s);
    eachStmt(bodyOf(s), visit);
  }
}

/** One statement with its own expressions and polynomials replaced; bodies stay. */
export function rewriteOwn(s: Stmt, expr: (e: Expr) => Expr, poly: (p: Poly) => Poly): Stmt {
  switch (s.kind) {
    case 'let': case 'var': case 'assign': return { ...s, value: expr(s.value) };
    case 'store': return { ...s, index: poly(s.index), value: expr(s.value) };
    case 'if': return { ...s, when: expr(s.when) };
    case 'for': return { ...s, from: poly(s.from), to: poly(s.to) };
    case 'copy': return { ...s, toOffset: poly(s.toOffset), fromOffset: poly(s.fromOffset), length: poly(s.length) };
    case 'linalg': return { ...s, sizes: s.sizes.map(poly) };
    case 'matmul': {
      const operand = (o: MatrixOperand): MatrixOperand => ({ ...o, offset: poly(o.offset), row: poly(o.row), column: poly(o.column) });
      return { ...s, left: operand(s.left), right: operand(s.right), rows: poly(s.rows), columns: poly(s.columns), inner: poly(s.inner), at: poly(s.at) };
    }
    case 'fill': return s;
  }
}

export function polysOf(e: Expr): Poly[] {
  const polys: Poly[] = [];
  eachExpr(e, (x) => {
    polys.push(...leafPolys(x));
  });
  return polys;
}
/** Of an expression itself, without what is inside it. */
export function leafPolys(e: Expr): readonly Poly[] {
  switch (e.kind) {
    case 'index': case 'multiple': case 'pieces': return [e.poly];
    case 'boundary': return [e.poly, e.piece];
    case 'load': return [e.index];
    default: return [];
  }
}

/** The locals that statements define, bodies included. */
export function definedIn(statements: readonly Stmt[]): Set<LocalId> {
  const found = new Set<LocalId>();
  eachStmt(statements, (s) => {
    if (s.kind === 'let' || s.kind === 'var' || s.kind === 'for') found.add(s.local);
  });
  return found;
}

export interface Touched {
  readonly buffersRead: Set<BufferId>;
  readonly buffersWritten: Set<BufferId>;
  readonly localsRead: Set<LocalId>;
  readonly localsWritten: Set<LocalId>;
}

/** What a program touches besides one of its loops. */
export function touchedBeside(program: Program, loop: Stmt): Touched {
  const rest = (statements: readonly Stmt[]): Stmt[] => statements.filter((s) => s !== loop).map((s) => (s.kind === 'for' || s.kind === 'if' ? { ...s, body: rest(s.body) } : s));
  return touched({ kind: 'if', when: program.result ?? { kind: 'number', value: 0 }, body: rest(program.body) });
}

/** Everything a statement reads and writes, bodies included. */
export function touched(s: Stmt): Touched {
  const t: Touched = { buffersRead: new Set(), buffersWritten: new Set(), localsRead: new Set(), localsWritten: new Set() };
  eachStmt([s], (inner) => {
    for (const e of ownExprs(inner)) readBy(e, t);
    for (const p of ownPolys(inner)) readByPoly(p, t);
    if (inner.kind === 'store') {
      t.buffersWritten.add(inner.buffer);
      if (inner.combine !== 'set') t.buffersRead.add(inner.buffer);
    } else if (inner.kind === 'fill') {
      t.buffersWritten.add(inner.buffer);
    } else if (inner.kind === 'copy') {
      t.buffersWritten.add(inner.to);
      t.buffersRead.add(inner.from);
    } else if (inner.kind === 'assign' || inner.kind === 'let' || inner.kind === 'var') {
      t.localsWritten.add(inner.local);
    } else if (inner.kind === 'for' && inner.replay !== undefined) {
      for (const b of [inner.replay.positions, ...inner.replay.states.map((s) => s.kept)]) t.buffersWritten.add(b);
    } else if (inner.kind === 'matmul') {
      for (const o of [inner.left, inner.right]) t.buffersRead.add(o.buffer);
      t.buffersWritten.add(inner.result);
    } else if (inner.kind === 'linalg') {
      for (const b of inner.args) t.buffersRead.add(b);
      for (const b of inner.scratch) t.buffersWritten.add(b);
      if (inner.result.kind === 'buffer') t.buffersWritten.add(inner.result.buffer);
      else t.localsWritten.add(inner.result.local);
    }
  });
  return t;
}

export function readBy(e: Expr, t: Pick<Touched, 'buffersRead' | 'localsRead'>): void {
  eachExpr(e, (x) => {
    if (x.kind === 'local') t.localsRead.add(x.id);
    if (x.kind === 'load') t.buffersRead.add(x.buffer);
    for (const p of leafPolys(x)) readByPoly(p, t);
  });
}
function readByPoly(p: Poly, t: Pick<Touched, 'localsRead'>): void {
  for (const m of p) for (const local of m.locals) t.localsRead.add(local);
}
