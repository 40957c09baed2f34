/** Short loops of known length are written out: the elements of a small vector then become locals. */
import { constantPoly, integerPoly, substitutePoly, type LocalId, type Poly } from './poly.ts';
import type { Expr, Local, Program, Stmt } from './types.ts';
import { bodyOf, rewriteExpr, rewriteOwn } from './visit.ts';

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
    return steps.flatMap((k) => copyBlock(body, { poly: new Map([[s.local, integerPoly(k)]]), renamed: new Map() }, locals));
  });
}

function count(statements: readonly Stmt[]): number {
  return statements.reduce((n, s) => n + 1 + count(bodyOf(s)), 0);
}

interface Replacement {
  /** loop variables with their value */
  readonly poly: ReadonlyMap<LocalId, Poly>;
  /** locals defined in the copy */
  readonly renamed: Map<LocalId, LocalId>;
}

function copyBlock(statements: readonly Stmt[], r: Replacement, locals: Local[]): Stmt[] {
  return statements.map((s) => copyStatement(s, r, locals));
}

function copyStatement(s: Stmt, r: Replacement, locals: Local[]): Stmt {
  const own = rewriteOwn(s, (e) => replaceExpr(e, r), (p) => replacePoly(p, r));
  const define = (local: LocalId): LocalId => {
    const made = locals.length;
    locals.push(locals[local] ?? { hint: 'value', named: false });
    r.renamed.set(local, made);
    return made;
  };
  switch (own.kind) {
    case 'let': case 'var': return { ...own, local: define(own.local) };
    case 'assign': return { ...own, local: r.renamed.get(own.local) ?? own.local };
    case 'for': {
      const local = define(own.local);
      return { ...own, local, body: copyBlock(own.body, r, locals) };
    }
    case 'if': return { ...own, body: copyBlock(own.body, r, locals) };
    case 'linalg': return own.result.kind === 'local' ? { ...own, result: { kind: 'local', local: define(own.result.local) } } : own;
    case 'store': case 'fill': case 'copy': case 'matmul': return own;
  }
}

function replacePoly(p: Poly, r: Replacement): Poly {
  let result = p;
  for (const [local, by] of r.poly) result = substitutePoly(result, local, by);
  const renames = result.some((m) => m.locals.some((l) => r.renamed.has(l)));
  if (!renames) return result;
  return result.map((m) => ({ ...m, locals: m.locals.map((l) => r.renamed.get(l) ?? l).sort((a, b) => a - b) }));
}

function replaceExpr(e: Expr, r: Replacement): Expr {
  return rewriteExpr(e, (x) => {
    switch (x.kind) {
      case 'local': return { ...x, id: r.renamed.get(x.id) ?? x.id };
      case 'index': return { ...x, poly: replacePoly(x.poly, r) };
      case 'load': return { ...x, index: replacePoly(x.index, r) };
      default: return x;
    }
  });
}
