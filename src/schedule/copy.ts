/** Copies of statements with locals of their own: what unrolling and blocking repeat. */
import { addPoly, substitutePoly, type LocalId, type Poly } from './poly.ts';
import type { Buffer, BufferId, Expr, Local, Stmt } from './types.ts';
import { rewriteExpr, rewriteOwn } from './visit.ts';

/** Room for what a transformation adds. */
export interface Room {
  readonly locals: Local[];
  readonly buffers: Buffer[];
}

/** What a copy of a block puts in the place of what. */
export interface Replacement {
  /** loop variables with their value */
  readonly poly: ReadonlyMap<LocalId, Poly>;
  /** locals defined in the copy */
  readonly renamed: Map<LocalId, LocalId>;
  /** arrays in which the copy has a part of its own, and where it begins */
  readonly starts: ReadonlyMap<BufferId, Poly>;
}

/** A replacement that renames and does nothing else. */
export const renaming = (renamed: Map<LocalId, LocalId>): Replacement => ({ poly: new Map(), renamed, starts: new Map() });

export function copyBlock(statements: readonly Stmt[], r: Replacement, locals: Local[]): Stmt[] {
  return statements.map((s) => copyStatement(s, r, locals));
}

/** A new local for one that the block defines. */
export function defineCopy(local: LocalId, r: Replacement, locals: Local[]): LocalId {
  const made = locals.length;
  locals.push(locals[local] ?? { hint: 'value', named: false });
  r.renamed.set(local, made);
  return made;
}

export function copyStatement(s: Stmt, r: Replacement, locals: Local[]): Stmt {
  const own = rewriteOwn(s, (e) => replaceExpr(e, r), (p) => replacePoly(p, r));
  const define = (local: LocalId): LocalId => defineCopy(local, r, locals);
  switch (own.kind) {
    case 'let': case 'var': return { ...own, local: define(own.local) };
    case 'assign': return { ...own, local: r.renamed.get(own.local) ?? own.local };
    case 'for': {
      const local = define(own.local);
      return { ...own, local, body: copyBlock(own.body, r, locals) };
    }
    case 'if': return { ...own, body: copyBlock(own.body, r, locals) };
    case 'linalg': return own.result.kind === 'local' ? { ...own, result: { kind: 'local', local: define(own.result.local) } } : own;
    case 'store': return { ...own, index: startingAt(r.starts.get(own.buffer), own.index) };
    case 'copy': return { ...own, fromOffset: startingAt(r.starts.get(own.from), own.fromOffset), toOffset: startingAt(r.starts.get(own.to), own.toOffset) };
    // all parts are filled at once
    case 'fill': case 'matmul': return own;
  }
}

const startingAt = (start: Poly | undefined, index: Poly): Poly => (start === undefined ? index : addPoly(start, index));

export function replacePoly(p: Poly, r: Replacement): Poly {
  let result = p;
  for (const [local, by] of r.poly) result = substitutePoly(result, local, by);
  const renames = result.some((m) => m.locals.some((l) => r.renamed.has(l)));
  if (!renames) return result;
  return result.map((m) => ({ ...m, locals: m.locals.map((l) => r.renamed.get(l) ?? l).sort((a, b) => a - b) }));
}

export function replaceExpr(e: Expr, r: Replacement): Expr {
  return rewriteExpr(e, (x) => {
    switch (x.kind) {
      case 'local': return { ...x, id: r.renamed.get(x.id) ?? x.id };
      case 'index': case 'multiple': case 'pieces': return { ...x, poly: replacePoly(x.poly, r) };
      case 'boundary': return { ...x, poly: replacePoly(x.poly, r), piece: replacePoly(x.piece, r) };
      case 'load': return { ...x, index: startingAt(r.starts.get(x.buffer), replacePoly(x.index, r)) };
      default: return x;
    }
  });
}
