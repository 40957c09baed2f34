/** Statements of a loop program as lines of text. */
import { invariant } from '../../diagnostics/internal.ts';
import type { LocalId } from '../../schedule/poly.ts';
import { constantPoly } from '../../schedule/poly.ts';
import type { Combine, Expr, LinalgStmt, MatmulStmt, MatrixOperand, Program, Stmt } from '../../schedule/types.ts';
import { children, eachExpr, eachStmt, ownExprs } from '../../schedule/visit.ts';
import { arrayCalls } from './array-calls.ts';
import { core } from '../../ops/core.ts';
import { conditionArguments, conditionText, expressionText, isConditional, nameOfLocal, polyText, type Vocabulary } from './expression.ts';
import { identifier, Names } from './names.ts';
import { replayLines, replayParts } from './replay.ts';

export interface Printing {
  readonly program: Program;
  readonly vocabulary: Omit<Vocabulary, 'local' | 'isCondition'>;
  /** locals used as conditions only */
  readonly conditions: ReadonlySet<LocalId>;
  /** names of locals so far; a local is named where it is defined */
  readonly locals: Map<LocalId, string>;
}

const STEP = '  ';

export function statementLines(p: Printing, statements: readonly Stmt[], names: Names, indent: string): string[] {
  const lines: string[] = [];
  const v: Vocabulary = { ...p.vocabulary, local: (id) => nameOfLocal(p.locals.get(id), id), isCondition: (id) => p.conditions.has(id) };
  const line = (text: string): void => void lines.push(indent + text);
  const define = (id: LocalId): string => {
    const name = names.claim(identifier(p.program.locals[id]?.hint ?? 'value'));
    p.locals.set(id, name);
    return name;
  };
  const nested = (body: readonly Stmt[], inner: Names): void => void lines.push(...statementLines(p, body, inner, indent + STEP));
  for (const [k, s] of statements.entries()) {
    switch (s.kind) {
      case 'let': {
        const value = p.conditions.has(s.local) ? conditionText(v, s.value) : expressionText(v, s.value);
        line(`const ${define(s.local)}${p.conditions.has(s.local) ? '' : annotation(v, s.value)} = ${value};`);
        break;
      }
      case 'var': {
        const value = expressionText(v, s.value);
        line(`let ${define(s.local)}${annotation(v, s.value)} = ${value};`);
        break;
      }
      case 'assign': line(combineText(v.local(s.local), v.local(s.local), s.combine, v, s.value)); break;
      case 'store': {
        const target = v.isScalar(s.buffer) ? v.cell(s.buffer) : `${v.buffer(s.buffer)}[${polyText(v, s.index)}]`;
        const read = v.isScalar(s.buffer) ? target : v.dialect.element(v.buffer(s.buffer), polyText(v, s.index));
        line(combineText(target, read, s.combine, v, s.value));
        break;
      }
      case 'fill': line(`${v.buffer(s.buffer)}.fill(${s.value});`); break;
      case 'copy': line(copyText(v, s)); break;
      case 'for': {
        const calls = arrayCalls(p.program, v, s);
        if (calls !== undefined) {
          for (const text of calls) line(text);
          break;
        }
        const inner = new Names(names);
        const name = inner.claim(loopName(p, s.local, inner));
        p.locals.set(s.local, name);
        const parts = s.replay === undefined ? undefined : replayParts(s);
        if (parts !== undefined) {
          const step = inner.claim(loopName(p, parts.steps.local, inner));
          p.locals.set(parts.steps.local, step);
          const print = (body: readonly Stmt[], depth: number): string[] => statementLines(p, body, inner, STEP.repeat(depth));
          for (const text of replayLines(v, s, parts, name, step, inner, print)) line(text);
          break;
        }
        line(s.direction === 'forward'
          ? `for (let ${name} = ${polyText(v, s.from)}; ${name} < ${polyText(v, s.to)}; ${s.step === undefined ? `${name}++` : `${name} += ${s.step}`}) {`
          : `for (let ${name} = ${polyText(v, s.to)} - 1; ${name} >= ${polyText(v, s.from)}; ${name}--) {`);
        nested(s.body, inner);
        line('}');
        break;
      }
      case 'if':
        if (isOtherwise(s, statements[k - 1])) lines[lines.length - 1] = `${indent}} else {`;
        else line(`if (${conditionText(v, s.when)}) {`);
        nested(s.body, new Names(names));
        line('}');
        break;
      case 'matmul': line(matmulText(v, s)); break;
      case 'linalg': for (const text of linalgLines(v, s, define, names)) line(text); break;
    }
  }
  return lines;
}

/** Whether a statement is for when the condition of the one before, a constant, does not hold. */
function isOtherwise({ when }: Extract<Stmt, { kind: 'if' }>, before: Stmt | undefined): boolean {
  const [denied] = when.kind === 'op' && when.op === core.not ? when.args : [];
  return denied?.kind === 'local' && before?.kind === 'if' && before.when.kind === 'local' && before.when.id === denied.id;
}

/** Constants made by a comparison and wanted only as conditions: they hold true or false. */
export function conditionLocals(program: Program, body: readonly Stmt[]): Set<LocalId> {
  const found = new Set<LocalId>();
  const asNumber = new Set<LocalId>();
  const look = (e: Expr): void => {
    const wanted = new Set(conditionArguments(e));
    for (const child of children(e)) {
      if (child.kind === 'local' && !wanted.has(child)) asNumber.add(child.id);
      look(child);
    }
  };
  eachStmt(body, (s) => {
    if (s.kind === 'let' && isConditional(s.value)) found.add(s.local);
    for (const e of ownExprs(s)) {
      if (e.kind === 'local' && s.kind !== 'if') asNumber.add(e.id);
      look(e);
    }
  });
  if (program.result?.kind === 'local') asNumber.add(program.result.id);
  if (program.result !== undefined) look(program.result);
  for (const local of asNumber) found.delete(local);
  return found;
}

/** TypeScript follows what is assigned to `a[0]` through loops, and gives up on a type that depends on itself. */
function annotation(v: Vocabulary, value: Expr): string {
  let fixed = false;
  eachExpr(value, (e) => {
    if (e.kind === 'load' && !v.isScalar(e.buffer) && constantPoly(e.index) !== undefined) fixed = true;
  });
  return fixed ? v.dialect.typed('number') : '';
}

/** n inside n is m; then i, j, k. */
function loopName(p: Printing, local: LocalId, names: Names): string {
  const hint = identifier(p.program.locals[local]?.hint ?? 'i');
  return [hint, ...ALTERNATIVES].find((name) => !names.has(name)) ?? hint;
}
const ALTERNATIVES = ['i', 'j', 'k', 'l', 'm'];

/** `target = value`, `target += value`: an element written in a compound assignment is read as well. */
function combineText(target: string, read: string, combine: Combine, v: Vocabulary, value: Expr): string {
  switch (combine) {
    case 'set': return `${target} = ${expressionText(v, value)};`;
    case 'add': return value.kind === 'negate' ? `${read} -= ${expressionText(v, value.arg)};` : `${read} += ${expressionText(v, value)};`;
    case 'multiply': return `${read} *= ${expressionText(v, value)};`;
    case 'max': case 'min': return `${target} = Math.${combine}(${read}, ${expressionText(v, value)});`;
  }
}

function copyText(v: Vocabulary, s: Extract<Stmt, { kind: 'copy' }>): string {
  const from = v.buffer(s.from);
  const whole = constantPoly(s.fromOffset) === 0 && constantPoly(s.toOffset) === 0;
  if (whole) return `${v.buffer(s.to)}.set(${from});`;
  return `${v.kernel('copyElements')}(${[from, polyText(v, s.fromOffset), v.buffer(s.to), polyText(v, s.toOffset), polyText(v, s.length)].join(', ')});`;
}

function matmulText(v: Vocabulary, s: MatmulStmt): string {
  invariant(s.at.length === 0, 'emit', 'JavaScript shares no products between threads');
  const operand = (o: MatrixOperand): string[] => [v.buffer(o.buffer), ...[o.offset, o.row, o.column].map((p) => polyText(v, p))];
  const sizes = [s.rows, s.columns, s.inner].map((p) => polyText(v, p));
  return `${v.kernel('matmul')}(${[...operand(s.left), ...operand(s.right), v.buffer(s.result), ...sizes, String(s.scale)].join(', ')});`;
}

/** A kernel, and what it says about its matrix. */
function linalgLines(v: Vocabulary, s: LinalgStmt, define: (id: LocalId) => string, names: Names): string[] {
  const name = v.kernel(s.kernel);
  const args = s.args.map(v.buffer);
  const sizes = s.sizes.map((n) => polyText(v, n));
  const inputs = [...args, ...(s.result.kind === 'buffer' ? [v.buffer(s.result.buffer)] : []), ...s.scratch.map(v.buffer), ...sizes];
  const call = `${name}(${inputs.join(', ')})`;
  if (s.result.kind === 'local') {
    const result = define(s.result.local);
    const lines = [`const ${result} = ${call};`];
    if (s.guard === undefined) return lines;
    const sign = names.claim('info');
    return [...lines, `const ${sign} = Number.isNaN(${result}) ? -1 : 0;`, ...v.status(sign, s.guard)];
  }
  if (s.guard === undefined) return [`${call};`];
  const info = names.claim('info');
  if (s.kernel !== 'solveLower' && s.kernel !== 'solveLowerTransposed') return [`const ${info} = ${call};`, ...v.status(info, s.guard)];
  return [`${call};`, `const ${info} = ${v.kernel('singularTriangle')}(${args[0] ?? ''}, ${sizes[0] ?? ''});`, ...v.status(info, s.guard)];
}
