/**
 * Calls of one function that do not wait for each other, as iterations side by side leave them: their arguments go through
 * the function as one vector.
 */
import { core } from '../../ops/core.ts';
import type { OpName } from '../../ops/table.ts';
import type { LocalId } from '../../schedule/poly.ts';
import type { Expr, Stmt } from '../../schedule/types.ts';
import { children, ownExprs, rewriteOwn, touched } from '../../schedule/visit.ts';
import { emitExpr } from './expression.ts';
import type { Frame } from './frame.ts';

type Call = Extract<Stmt, { kind: 'let' }> & { readonly value: Extract<Expr, { kind: 'op' }> };

/** Calls for the lanes of a vector. */
export interface Together {
  readonly kind: 'together';
  readonly op: OpName;
  readonly calls: readonly Call[];
}

/** How far up a call may move: looking further costs more than it finds. */
const WINDOW = 64;

/** The statements, with calls that can be made at once in the place of the first of them. */
export function callsTogether(frame: Frame, statements: readonly Stmt[]): (Stmt | Together)[] {
  const counts = new Map<OpName, number>();
  for (const s of statements) for (const e of ownExprs(s)) eachCertain(e, (x) => {
    if (x.kind === 'op' && takesVectors(frame, x.op)) counts.set(x.op, (counts.get(x.op) ?? 0) + 1);
  });
  const repeated = new Set([...counts].flatMap(([op, count]) => (count > 1 ? [op] : [])));
  if (repeated.size === 0) return [...statements];
  const out: (Stmt | Gathering)[] = [];
  const open = new Map<OpName, number>();
  for (const s of statements.flatMap((t) => callsNamed(frame, repeated, t))) {
    if (!isCall(s, repeated)) {
      out.push(s);
      continue;
    }
    const { op } = s.value;
    const at = open.get(op);
    const gathering = at === undefined ? undefined : out[at];
    if (at !== undefined && gathering?.kind === 'gathering' && gathering.calls.length < frame.element.width && movesUp(s, out, at)) gathering.calls.push(s);
    else {
      open.set(op, out.length);
      out.push({ kind: 'gathering', op, calls: [s] });
    }
  }
  return out.flatMap((s): (Stmt | Together)[] => (s.kind !== 'gathering' ? [s] : s.calls.length === 1 ? s.calls : [{ ...s, kind: 'together' }]));
}

interface Gathering {
  readonly kind: 'gathering';
  readonly op: OpName;
  readonly calls: Call[];
}

const isCall = (s: Stmt, ops: ReadonlySet<OpName>): s is Call => s.kind === 'let' && s.value.kind === 'op' && ops.has(s.value.op);

/** A function that is more than instructions, and whose vectors need not be taken apart. */
const takesVectors = ({ library }: Frame, op: OpName): boolean => library.callsFunctions(op) && library.lenders(op).length === 0;

/** Every part that is computed whatever comes: not the sides of a choice. */
function eachCertain(e: Expr, visit: (x: Expr) => void): void {
  visit(e);
  if (e.kind === 'op' && e.op === core.where) return;
  for (const child of children(e)) eachCertain(child, visit);
}

/** The statement with a name for each call in it, made before it. */
function callsNamed(frame: Frame, ops: ReadonlySet<OpName>, s: Stmt): Stmt[] {
  if (s.kind !== 'let' && s.kind !== 'var' && s.kind !== 'assign' && s.kind !== 'store') return [s];
  if (s.kind !== 'store' && frame.integers.has(s.local)) return [s];
  const before: Stmt[] = [];
  const named = (e: Expr, isWhole: boolean): Expr => {
    if (e.kind !== 'op' && e.kind !== 'arithmetic' && e.kind !== 'negate') return e;
    if (e.kind === 'op' && e.op === core.where) return e;
    const inside: Expr = e.kind === 'op' ? { ...e, args: e.args.map((arg) => named(arg, false)) } : e.kind === 'negate' ? { ...e, arg: named(e.arg, false) } : { ...e, left: named(e.left, false), right: named(e.right, false) };
    if (isWhole || e.kind !== 'op' || !ops.has(e.op)) return inside;
    const local = frame.fresh();
    before.push({ kind: 'let', local, value: inside });
    return { kind: 'local', id: local };
  };
  const whole = rewriteOwn(s, (e) => named(e, s.kind === 'let'), (p) => p);
  return [...before, whole];
}

/** Nothing from the place on changes what the call reads. */
function movesUp(call: Call, out: readonly (Stmt | Gathering)[], at: number): boolean {
  if (out.length - at > WINDOW) return false;
  const { localsRead, buffersRead } = touched(call);
  return out.slice(at).every((s) => (s.kind === 'gathering' ? s.calls : [s]).every((t) => {
    const { localsWritten, buffersWritten } = touched(t);
    return ![...localsWritten].some((l) => localsRead.has(l)) && ![...buffersWritten].some((b) => buffersRead.has(b));
  }));
}

export function emitTogether(frame: Frame, { op, calls }: Together): void {
  const { code, element, library } = frame;
  const [first] = calls;
  const packed = (first?.value.args ?? []).map((_, k): number => {
    const vector = code.local('v128');
    calls.forEach(({ value }, lane) => {
      emitExpr(frame.reading(), value.args[k] ?? { kind: 'number', value: 0 });
      if (lane === 0) code.op(element.splat);
      else code.lane(element.replace, lane);
    });
    code.set(vector);
    return vector;
  });
  const args = packed.map((_, k): Expr => ({ kind: 'local', id: k }));
  emitExpr({ ...frame.reading(), lanes: library.vector, local: (k: LocalId) => void code.get(packed[k] ?? 0) }, { kind: 'op', op, args });
  const results = code.local('v128');
  code.set(results);
  calls.forEach(({ local }, lane) => code.get(results).lane(element.extract, lane).set(frame.define(local)));
}
