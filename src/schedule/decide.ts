/**
 * A condition that much of a loop body asks is asked once: the rest of the body is written for either answer, and
 * what an answer leaves out is gone. For loops that run one iteration at a time.
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
import { eachExpr, eachStmt, ownExprs, rewriteExpr, rewriteOwn } from './visit.ts';

/** Selections that are worth writing the rest of a body twice. */
const LEAST_SELECTIONS = 12;
/** Statements that are written twice. */
const LONGEST_REST = 1000;

/** `gathering`: those whose places other arrays name; targets with vectors take several steps of the others at once. */
export type DecidedLoops = 'all' | 'gathering';

export function decideOnce(program: Program, loops: DecidedLoops): Program {
  const locals = [...program.locals];
  const isDecided = (body: readonly Stmt[]): boolean => loops === 'all' || gathers(program, body);
  const body = program.body.map((s) => inLoops(s, locals, isDecided));
  return locals.length === program.locals.length ? program : singleAssignment({ ...program, locals, body });
}

/** Whether statements read or write at places that an array names. */
export function gathers({ buffers }: Program, body: readonly Stmt[]): boolean {
  return body.some((s) => s.kind === 'let' && s.value.kind === 'load' && buffers[s.value.buffer]?.element === 'index');
}

function inLoops(s: Stmt, locals: Local[], isDecided: (body: readonly Stmt[]) => boolean): Stmt {
  if (s.kind !== 'if' && s.kind !== 'for') return s;
  const body = s.body.map((inner) => inLoops(inner, locals, isDecided));
  return { ...s, body: s.kind === 'for' && isDecided(body) ? decided(body, locals) : body };
}

/** The body with the condition asked that most of its selections ask. */
function decided(body: readonly Stmt[], locals: Local[]): readonly Stmt[] {
  const asked = new Map<LocalId, number>();
  let whole = true;
  eachStmt(body, (s) => {
    if (s.kind === 'if' || s.kind === 'linalg' || s.kind === 'matmul') whole = false;
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      const local = conditionOf(x);
      if (local !== undefined) asked.set(local, (asked.get(local) ?? 0) + 1);
    });
  });
  const [most] = [...asked].sort(([, a], [, b]) => b - a);
  const at = body.findIndex((s) => s.kind === 'let' && s.local === most?.[0]);
  const asks = body[at];
  if (!whole || most === undefined || asks?.kind !== 'let' || most[1] < LEAST_SELECTIONS) return body;
  const rest = body.slice(at + 1);
  if (lengthOf(rest) > LONGEST_REST) return body;
  const condition: Expr = { kind: 'local', id: asks.local };
  return [
    ...body.slice(0, at + 1),
    { kind: 'if', when: condition, body: answeredBlock(rest, { asks, answer: true, numbers: new Map() }) },
    { kind: 'if', when: { kind: 'op', op: core.not, args: [condition] }, body: copyBlock(answeredBlock(rest, { asks, answer: false, numbers: new Map() }), renaming(new Map()), locals) },
  ];
}

function lengthOf(statements: readonly Stmt[]): number {
  let n = 0;
  eachStmt(statements, () => n++);
  return n;
}

interface Answer {
  readonly asks: Extract<Stmt, { kind: 'let' }>;
  readonly answer: boolean;
  /** locals that are numbers then; what is multiplied by a zero of a branch not taken goes too */
  readonly numbers: Map<LocalId, Expr>;
}

function answeredBlock(statements: readonly Stmt[], answer: Answer): Stmt[] {
  return statements.map((s) => {
    const own = rewriteOwn(s, (e) => fold(rewriteExpr(e, (x) => answered(x, answer))), (p) => p);
    if (own.kind === 'let' && own.value.kind === 'number') answer.numbers.set(own.local, own.value);
    return own.kind === 'for' ? { ...own, body: answeredBlock(own.body, answer) } : own;
  });
}

/** A selection that asks the condition, what compares the same and is decided by the answer, and what became a number. */
function answered(e: Expr, { asks, answer, numbers }: Answer): Expr {
  if (e.kind === 'local') return numbers.get(e.id) ?? e;
  if (e.kind !== 'op') return e;
  if (conditionOf(e) === asks.local) return e.args[answer ? 1 : 2] ?? e;
  const left = relationsLeft(e.args, asks.value, answer);
  if (left === undefined) return e;
  const [first = e, second = e] = e.args;
  if (e.op === core.max || e.op === core.min) {
    const [above, below] = [left.every((r) => '>='.includes(r)), left.every((r) => '<='.includes(r))];
    return above || below ? (above === (e.op === core.max) ? first : second) : e;
  }
  const own = RELATIONS.get(e.op);
  if (own === undefined) return e;
  if (left.every((r) => own.includes(r))) return number(1);
  return left.some((r) => own.includes(r)) ? e : number(0);
}

/** How two numbers can stand to each other after the answer; undefined when the question was about others. */
function relationsLeft([one, other]: readonly Expr[], question: Expr, answer: boolean): readonly string[] | undefined {
  const known = question.kind === 'op' ? RELATIONS.get(question.op) : undefined;
  const [first, second] = question.kind === 'op' ? question.args : [];
  if (known === undefined || one === undefined || other === undefined || first === undefined || second === undefined || exprKey(one) !== exprKey(first)) return undefined;
  const left = [...ALL_RELATIONS].filter((r) => known.includes(r) === answer);
  if (exprKey(other) === exprKey(second)) return left;
  if (other.kind !== 'number' || second.kind !== 'number') return undefined;
  // from x and c to x and another number: what is above c is above all that is less
  const [certain, open] = other.value < second.value ? ['>=', '<'] : ['<=', '>'];
  return [...ALL_RELATIONS].filter((r) => left.some((l) => (open === l ? r !== '?' : certain.includes(l) ? r === certain[0] : r === l)));
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
