/**
 * Locals used once move into their use, when nothing in between changes what they read: straight-line code
 * in use order, without a name for every sum. Names that the user gave stay.
 */
import type { LocalId } from './poly.ts';
import type { BufferId, Expr, Program, Stmt } from './types.ts';
import { children, eachExpr, eachStmt, ownExprs, ownPolys, polysOf, readBy, rewriteExpr, rewriteOwn, touched, type Touched } from './visit.ts';

/** Operations in one expression: longer ones are hard to read, and deep ones a danger to recursive readers. */
const LONGEST = 9;

interface Uses {
  readonly count: Map<LocalId, number>;
  /** used inside an offset or a bound, where only a local can stand */
  readonly inPoly: Set<LocalId>;
}

export function inlineOnce(program: Program): Program {
  const uses = usesOf(program);
  const inlined = (local: LocalId): boolean => !(program.locals[local]?.named ?? false) && uses.count.get(local) === 1 && !uses.inPoly.has(local);
  const rewrite = new Inlining(uses, inlined);
  const body = rewrite.block(program.body, program.result);
  return { ...program, body, ...(rewrite.result === undefined ? {} : { result: rewrite.result }) };
}

function usesOf(program: Program): Uses {
  const uses: Uses = { count: new Map(), inPoly: new Set() };
  const note = (e: Expr): void => {
    eachExpr(e, (x) => {
      if (x.kind === 'local') uses.count.set(x.id, (uses.count.get(x.id) ?? 0) + 1);
    });
    for (const p of polysOf(e)) for (const m of p) for (const local of m.locals) uses.inPoly.add(local);
  };
  eachStmt(program.body, (s) => {
    ownExprs(s).forEach(note);
    for (const p of ownPolys(s)) for (const m of p) for (const local of m.locals) uses.inPoly.add(local);
  });
  if (program.result !== undefined) note(program.result);
  forgetUnused(program, uses);
  return uses;
}

const isUnused = ({ count, inPoly }: Uses, local: LocalId): boolean => !count.has(local) && !inPoly.has(local);

/** What only unused values use is unused as well. */
function forgetUnused(program: Program, uses: Uses): void {
  const values = new Map<LocalId, Expr>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'let') values.set(s.local, s.value);
  });
  const waiting = [...values.keys()].filter((local) => isUnused(uses, local));
  for (let local = waiting.pop(); local !== undefined; local = waiting.pop()) {
    const value = values.get(local);
    if (value === undefined) continue;
    eachExpr(value, (x) => {
      if (x.kind !== 'local') return;
      const left = (uses.count.get(x.id) ?? 1) - 1;
      if (left > 0) uses.count.set(x.id, left);
      else uses.count.delete(x.id);
      if (isUnused(uses, x.id)) waiting.push(x.id);
    });
  }
}

interface Pending {
  readonly statement: Extract<Stmt, { kind: 'let' }>;
  readonly size: number;
  readonly reads: Pick<Touched, 'buffersRead' | 'localsRead'>;
}

class Inlining {
  readonly uses: Uses;
  readonly candidate: (local: LocalId) => boolean;
  result: Expr | undefined;

  constructor(uses: Uses, candidate: (local: LocalId) => boolean) {
    this.uses = uses;
    this.candidate = candidate;
  }

  block(statements: readonly Stmt[], result?: Expr): Stmt[] {
    const pending = new PendingLets();
    const out: Stmt[] = [];
    for (const s of statements) {
      if (s.kind === 'for' || s.kind === 'if') {
        const inside = touched(s);
        for (const local of inside.localsRead) pending.flush(local, out);
        pending.clobber(inside, out);
        const own = this.own(s, pending, out);
        out.push(own.kind === 'for' || own.kind === 'if' ? { ...own, body: this.block(own.body) } : own);
        continue;
      }
      if (s.kind === 'let' && isUnused(this.uses, s.local)) continue;
      const next = this.own(s, pending, out);
      if (next.kind === 'let' && this.candidate(next.local)) {
        pending.add(next);
        continue;
      }
      // what the statement changes must not be read later by a let from before it
      if (next.kind !== 'let' && next.kind !== 'var') pending.clobber(touched(next), out);
      out.push(next);
    }
    if (result !== undefined) this.result = this.substitute(result, pending, out);
    pending.flushAll(out);
    return out;
  }

  own(s: Stmt, pending: PendingLets, out: Stmt[]): Stmt {
    return rewriteOwn(s, (e) => this.substitute(e, pending, out), (p) => p);
  }
  /** Puts pending values in, smallest first in place, until the expression is long enough. */
  substitute(e: Expr, pending: PendingLets, out: Stmt[]): Expr {
    let size = operations(e);
    return rewriteExpr(e, (x) => {
      if (x.kind !== 'local') return x;
      const found = pending.get(x.id);
      if (found === undefined) return x;
      if (size + found.size > LONGEST) {
        pending.flush(x.id, out);
        return x;
      }
      size += found.size;
      pending.take(x.id);
      return found.statement.value;
    });
  }
}

export function operations(e: Expr): number {
  let n = 0;
  eachExpr(e, (x) => {
    if (children(x).length > 0 && x.kind !== 'negate') n++;
  });
  return n;
}

/** Lets that wait for their use, found by what they read. */
class PendingLets {
  readonly #lets = new Map<LocalId, Pending>();
  readonly #byBuffer = new Map<BufferId, Set<LocalId>>();
  readonly #byLocal = new Map<LocalId, Set<LocalId>>();

  get(local: LocalId): Pending | undefined {
    return this.#lets.get(local);
  }
  add(statement: Extract<Stmt, { kind: 'let' }>): void {
    const reads = { buffersRead: new Set<BufferId>(), localsRead: new Set<LocalId>() };
    readBy(statement.value, reads);
    this.#lets.set(statement.local, { statement, size: operations(statement.value), reads });
    for (const b of reads.buffersRead) setOf(this.#byBuffer, b).add(statement.local);
    for (const l of reads.localsRead) setOf(this.#byLocal, l).add(statement.local);
  }
  take(local: LocalId): Pending | undefined {
    const found = this.#lets.get(local);
    if (found === undefined) return undefined;
    this.#lets.delete(local);
    for (const b of found.reads.buffersRead) this.#byBuffer.get(b)?.delete(local);
    for (const l of found.reads.localsRead) this.#byLocal.get(l)?.delete(local);
    return found;
  }
  flush(local: LocalId, out: Stmt[]): void {
    const found = this.take(local);
    if (found !== undefined) out.push(found.statement);
  }
  flushAll(out: Stmt[]): void {
    for (const local of [...this.#lets.keys()]) this.flush(local, out);
  }
  clobber(t: Touched, out: Stmt[]): void {
    for (const b of t.buffersWritten) for (const local of [...(this.#byBuffer.get(b) ?? [])].sort((x, y) => x - y)) this.flush(local, out);
    for (const l of t.localsWritten) for (const local of [...(this.#byLocal.get(l) ?? [])].sort((x, y) => x - y)) this.flush(local, out);
  }
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  return set;
}
