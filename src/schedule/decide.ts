/**
 * A condition that much of a loop body asks is asked once: the rest of the body is written for either answer, and
 * what an answer leaves out is gone. For targets that run one iteration at a time.
 */
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import { copyBlock, renaming } from './copy.ts';
import { exprKey } from './draft.ts';
import { fold } from './fold.ts';
import type { LocalId } from './poly.ts';
import { number } from './scalar.ts';
import { singleAssignment } from './scalarise.ts';
import type { Expr, Local, Program, Stmt } from './types.ts';
import { eachExpr, ownExprs, rewriteExpr, rewriteOwn } from './visit.ts';

/** Selections that are worth writing the rest of a body twice. */
const LEAST_SELECTIONS = 12;
/** Statements that are written twice. */
const LONGEST_REST = 600;

export function decideOnce(program: Program): Program {
  const locals = [...program.locals];
  const body = program.body.map((s) => inLoops(s, locals));
  return locals.length === program.locals.length ? program : singleAssignment({ ...program, locals, body });
}

function inLoops(s: Stmt, locals: Local[]): Stmt {
  if (s.kind === 'if') return { ...s, body: s.body.map((inner) => inLoops(inner, locals)) };
  if (s.kind !== 'for') return s;
  return { ...s, body: decided(s.body.map((inner) => inLoops(inner, locals)), locals) };
}

/** The body with the condition asked that most of its selections ask. */
function decided(body: readonly Stmt[], locals: Local[]): readonly Stmt[] {
  const asked = new Map<LocalId, number>();
  for (const s of body) {
    if (s.kind === 'for' || s.kind === 'if' || s.kind === 'linalg' || s.kind === 'matmul') return body;
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      const local = conditionOf(x);
      if (local !== undefined) asked.set(local, (asked.get(local) ?? 0) + 1);
    });
  }
  const [most] = [...asked].sort(([, a], [, b]) => b - a);
  const at = body.findIndex((s) => s.kind === 'let' && s.local === most?.[0]);
  const asks = body[at];
  if (most === undefined || asks?.kind !== 'let' || most[1] < LEAST_SELECTIONS || body.length - at > LONGEST_REST) return body;
  const condition: Expr = { kind: 'local', id: asks.local };
  const rest = body.slice(at + 1);
  const branch = (answer: boolean): Stmt[] => rest.map((s) => rewriteOwn(s, (e) => fold(rewriteExpr(e, (x) => answered(x, asks, answer))), (p) => p));
  return [
    ...body.slice(0, at + 1),
    { kind: 'if', when: condition, body: branch(true) },
    { kind: 'if', when: { kind: 'op', op: core.not, args: [condition] }, body: copyBlock(branch(false), renaming(new Map()), locals) },
  ];
}

/** A selection that asks the condition, and a comparison that its answer decides. */
function answered(e: Expr, asks: Extract<Stmt, { kind: 'let' }>, answer: boolean): Expr {
  if (e.kind !== 'op') return e;
  if (conditionOf(e) === asks.local) return e.args[answer ? 1 : 2] ?? e;
  const [own, known] = [RELATIONS.get(e.op), asks.value.kind === 'op' ? RELATIONS.get(asks.value.op) : undefined];
  if (own === undefined || known === undefined || asks.value.kind !== 'op' || e.args.map(exprKey).join() !== asks.value.args.map(exprKey).join()) return e;
  const left = [...ALL_RELATIONS].filter((r) => known.includes(r) === answer);
  if (left.every((r) => own.includes(r))) return number(1);
  return left.some((r) => own.includes(r)) ? e : number(0);
}

/** How two numbers may stand to each other; `?`: one of them is NaN. */
const ALL_RELATIONS = '<=>?';
/** The relations in which a comparison holds. */
const RELATIONS: ReadonlyMap<OpName, string> = new Map([[core.lt, '<'], [core.le, '<='], [core.eq, '='], [core.ge, '>='], [core.gt, '>']]);

/** The local that a selection asks. */
function conditionOf(e: Expr): LocalId | undefined {
  const [condition] = e.kind === 'op' && e.op === core.where ? e.args : [];
  return condition?.kind === 'local' ? condition.id : undefined;
}
