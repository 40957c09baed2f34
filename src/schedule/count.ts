/** The exact number of arithmetic operations a program runs, and of elements it reads and writes: each + - * / and each operation at its row's cost. */
import { invariant } from '../diagnostics/internal.ts';
import { core } from '../ops/core.ts';
import { rowOf, type OpName } from '../ops/table.ts';
import { exprKey } from './draft.ts';
import { evaluatePoly, polyUses, sizePoly, type LocalId, type Poly } from './poly.ts';
import { replaySteps } from './replay-steps.ts';
import type { BufferId, Expr, LinalgKernel, Program, Replay, Stmt } from './types.ts';
import { bodyOf, eachExpr, eachStmt, ownExprs, ownPolys, touched } from './visit.ts';

/** At given sizes. Offsets, comparisons of positions and copies are not counted; kernels by their leading terms. */
export function countOperations(program: Program, sizes: ReadonlyMap<string, number>, costOf: (op: OpName) => number = rowCost): number {
  return new Counting(sizes, (s, integer) => statementOperations(s, integer, costOf)).block(program.body) + (program.result === undefined ? 0 : operationsOf(program.result, costOf));
}

/** Elements of arrays that are read and written, at given sizes; kernels by the arrays they go through. */
export function countAccesses(program: Program, sizes: ReadonlyMap<string, number>): number {
  const length = (buffer: BufferId, integer: (p: Poly) => number): number => integer(sizePoly(program.buffers[buffer]?.shape ?? []));
  return new Counting(sizes, (s, integer) => {
    let n = 0;
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      if (x.kind === 'load') n++;
    });
    switch (s.kind) {
      case 'store': return n + (s.combine === 'set' ? 1 : 2);
      case 'fill': return length(s.buffer, integer);
      case 'copy': return 2 * integer(s.length);
      case 'linalg': return [...touched(s).buffersRead, ...touched(s).buffersWritten].reduce((sum, b) => sum + length(b, integer), 0);
      case 'matmul': return integer(s.rows) * integer(s.inner) + integer(s.inner) * integer(s.columns) + integer(s.rows) * integer(s.columns);
      default: return n;
    }
  }).block(program.body);
}

/** What the platform computes for a row: 1, or the operations of its kernel. */
function rowCost(op: OpName): number {
  const row = rowOf(op);
  return row.kind === 'primitive' ? row.cost : 1;
}

/** A sign is free: it becomes a subtraction or the sign of a constant. */
function operationsOf(e: Expr, costOf: (op: OpName) => number): number {
  let n = 0;
  eachExpr(e, (x) => {
    if (x.kind === 'arithmetic' || x.kind === 'call') n++;
    if (x.kind === 'op') n += costOf(x.op);
  });
  return n;
}

/** What a statement itself does, without those inside it. */
type OwnCount = (s: Stmt, integer: (p: Poly) => number) => number;

function statementOperations(s: Stmt, integer: (p: Poly) => number, costOf: (op: OpName) => number): number {
  let n = 0;
  for (const e of ownExprs(s)) n += operationsOf(e, costOf);
  if ((s.kind === 'assign' || s.kind === 'store') && s.combine !== 'set') n++;
  if (s.kind === 'linalg') n += kernelOperations(s.kernel, s.sizes.map(integer));
  if (s.kind === 'matmul') n += 2 * integer(s.rows) * integer(s.columns) * integer(s.inner);
  return n;
}

class Counting {
  readonly sizes: ReadonlyMap<string, number>;
  readonly locals = new Map<LocalId, number>();
  readonly own: OwnCount;

  constructor(sizes: ReadonlyMap<string, number>, own: OwnCount) {
    this.sizes = sizes;
    this.own = own;
  }
  integer(p: Poly): number {
    return evaluatePoly(p, (name) => this.sizes.get(name) ?? Number.NaN, (local) => this.locals.get(local) ?? Number.NaN);
  }
  block(statements: readonly Stmt[]): number {
    let total = 0;
    let before: { readonly s: Stmt; readonly n: number } | undefined;
    for (const s of statements) {
      const n = this.statement(s);
      // of two answers to one question the dearer is counted
      total += before !== undefined && isOtherwise(before.s, s) ? Math.max(n - before.n, 0) : n;
      before = { s, n };
    }
    return total;
  }
  statement(s: Stmt): number {
    const n = this.own(s, (p) => this.integer(p));
    if (s.kind === 'if') return n + this.block(s.body);
    return s.kind === 'for' ? n + this.loop(s) : n;
  }
  /** Bodies whose loops do not depend on this one are counted once. */
  loop(s: Extract<Stmt, { kind: 'for' }>): number {
    const from = this.integer(s.from);
    const trips = Math.ceil(Math.max(this.integer(s.to) - from, 0) / (s.step ?? 1));
    if (s.replay !== undefined) return this.replay(s, s.replay, trips);
    let varies = false;
    eachStmt(s.body, (inner) => {
      if (inner.kind === 'for' && ownPolys(inner).some((p) => polyUses(p, s.local))) varies = true;
    });
    if (!varies) return trips * this.block(bodyOf(s));
    return this.each(s, from, trips);
  }
  /** Steps that are taken again, and the rest of the body once a step. */
  replay(s: Extract<Stmt, { kind: 'for' }>, { step, slots }: Replay, trips: number): number {
    const steps = s.body.find((inner) => inner.kind === 'for' && inner.local === step);
    const again = steps === undefined ? 0 : replaySteps(trips, slots) * this.block(bodyOf(steps));
    return again + trips * this.block(s.body.filter((inner) => inner !== steps));
  }
  each(s: Extract<Stmt, { kind: 'for' }>, from: number, trips: number): number {
    let total = 0;
    for (let k = from; k < from + trips; k++) {
      this.locals.set(s.local, k);
      total += this.block(s.body);
    }
    return total;
  }
}

/** Runs where the statement before it does not. */
function isOtherwise(before: Stmt, s: Stmt): boolean {
  return before.kind === 'if' && s.kind === 'if' && s.when.kind === 'op' && s.when.op === core.not && s.when.args.map(exprKey).join() === exprKey(before.when);
}

function kernelOperations(kernel: LinalgKernel, [n = 0, m = n]: readonly number[]): number {
  switch (kernel) {
    case 'cholesky': return Math.round(n ** 3 / 3 + n ** 2 / 2);
    case 'choleskyAdjoint': return Math.round((2 / 3) * n ** 3 + 2 * n ** 2);
    case 'solveLower': case 'solveLowerTransposed': return n * n * m;
    case 'choleskyInverse': return Math.round((2 / 3) * n ** 3 + n ** 2);
    case 'lu': return Math.round((2 / 3) * n ** 3);
    case 'luSolve': case 'luSolveTransposed': return 2 * n * n * m;
    case 'luInverse': return Math.round((4 / 3) * n ** 3);
    case 'luLogDeterminant': case 'luDeterminant': return 2 * n;
    case 'gram': return n * (n + 1) * m;
    case 'weightedGram': return n * (n + 2) * m;
    default: invariant(false, 'schedule', 'no count for a kernel');
  }
}
