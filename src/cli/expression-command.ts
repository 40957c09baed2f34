/** `diffc EXPR`: how it was read, its value and derivatives, numbers at a point. */
import { conditionOf, type Condition } from '../answer/condition.ts';
import { Formula } from '../answer/library.ts';
import { numbersAt, type Numbers } from '../answer/numbers.ts';
import { placedNumbers } from '../answer/nested.ts';
import { ask, type Derivative, type Question } from '../answer/question.ts';
import { simplifyAnswer } from '../answer/simplify.ts';
import { answerText, typedNodes } from '../answer/text.ts';
import { printStatement } from '../ast/print-statements.ts';
import type { Statement } from '../ast/types.ts';
import { elaborateLine, refuseInto, type ReadOptions } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import { reportLimit } from '../diagnostics/limit.ts';
import type { Source } from '../diagnostics/span.ts';
import type { DeclaredShape } from '../elaborate/pass.ts';
import { isMatrixKind, KINDS } from '../elaborate/kinds.ts';
import type { DeriveKind, Model } from '../elaborate/model.ts';
import { withWideSums } from '../elaborate/wide-sums.ts';
import { parseLine } from '../frontends/math/parse.ts';
import { printGraph } from '../ir/text.ts';
import type { NodeId } from '../ir/types.ts';
import { printNode, type NotationName } from '../print/print.ts';
import { definedSomewhere } from '../verify/defined.ts';
import type { Arguments } from './arguments.ts';
import { claimLine } from './claim-text.ts';
import { answerObjects } from './derived-objects.ts';
import { readPoint } from './point-text.ts';
import { STAGES } from './flags.ts';
import { choice, choices, numberOf, readNames, reportUnused } from './subject.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

type Format = 'json' | 'text';
const MOST_VARIABLES = 1000;

interface Request {
  readonly format: Format;
  readonly notation: NotationName;
  readonly order: number;
  /** these instead of the gradient */
  readonly kinds: readonly DeriveKind[] | undefined;
  /** names of the directions of order n */
  readonly along: readonly string[];
  /** only the elements that can differ from zero */
  readonly sparse: boolean;
  readonly wrt: readonly string[] | undefined;
  readonly at: ReadonlyMap<string, unknown> | undefined;
  readonly after: (typeof STAGES)[number] | undefined;
  readonly mode: 'math' | 'matrix';
}

export async function expressionCommand([first]: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(args);
  const bag = new Bag();
  if (first === undefined) {
    bag.report('missing-flag-value', undefined, { flag: 'diffc', expected: 'an expression' });
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  if (first.endsWith('.diff')) {
    bag.report('file-as-expression', undefined, { path: first });
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  const text = first === '-' ? new TextDecoder().decode(terminal.readStdin()).replace(/\r?\n$/, '') : first;
  return answerLine({ name: '<expression>', text }, [], args, terminal);
}

const formatOf = (args: Arguments): Format => (args.flags.has('json') ? 'json' : 'text');

/** Answers a line. The statements `before` define what it may use, and are no part of the answer. */
export async function answerLine(line: Source, before: readonly Statement[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const bag = new Bag();
  const format = formatOf(args);
  const request = readRequest(format, args, bag);
  if (request === undefined) {
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  const ok = await answer(request, before, parseLine(line, bag), terminal, bag).catch((error: unknown) => reportLimit(error, bag));
  if (ok === true && !bag.hasErrors) return 0;
  reportFailure(terminal, format, bag.diagnostics);
  return 1;
}

/** Undefined when the flags make no sense; the input itself is judged later. */
function readRequest(format: Format, args: Arguments, bag: Bag): Request | undefined {
  const { flags } = args;
  const kinds = choices(args, 'derive', KINDS);
  const along = readNames(args, 'along', bag) ?? [];
  if (along.length > 0 && kinds?.includes('derivative') !== true) bag.report('bad-flag-value', undefined, { flag: '--along', value: along.join(','), expected: '`--derive derivative --order N` beside it' });
  const wrong = along.find((name) => !NAME.test(name));
  if (wrong !== undefined) bag.report('bad-flag-value', undefined, { flag: '--along', value: wrong, expected: 'a name such as `v`' });
  const sparse = flags.has('using');
  if (sparse && kinds?.every(isMatrixKind) !== true) bag.report('bad-flag-value', undefined, { flag: '--using', value: flags.get('using') ?? '', expected: '`--derive` with `jacobian`, `hessian` or `gauss_newton` beside it' });
  const at = flags.get('at');
  const values = at === undefined ? undefined : readPoint(at, 'at', bag);
  const wrt = readNames(args, 'wrt', bag);
  if (bag.hasErrors) return undefined;
  const notation: NotationName = flags.has('latex') ? 'latex' : flags.has('unicode') ? 'unicode' : 'ascii';
  return { format, notation, order: numberOf(args, 'order') ?? 1, kinds, along, sparse, wrt, at: values, after: choice(args, 'after', STAGES), mode: flags.has('matrix') ? 'matrix' : 'math' };
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

async function answer(request: Request, before: readonly Statement[], statements: readonly Statement[], terminal: Terminal, bag: Bag): Promise<boolean> {
  const canonical = statements.map((s) => printStatement(withWideSums(s).statement)).join('; ');
  if (request.after === 'parse' && !bag.hasErrors) {
    terminal.write(request.format === 'json' ? `${toJson({ ok: true, version: 1, stage: 'parse', text: canonical })}\n` : `${canonical}\n`);
    return true;
  }
  if (bag.hasErrors) return false;
  const model = elaborateLine([...before, ...statements], readOptions(request), bag);
  if (model === undefined || bag.hasErrors || model.answer === undefined) return false;
  const found = model.answer;
  switch (found.kind) {
    case 'explanation':
      terminal.write(request.format === 'json' ? `${toJson({ ok: true, version: 1, expression: canonical, explanation: found.text, diagnostics: [] })}\n` : `${canonical}\n  ${found.text}\n`);
      return true;
    case 'check': {
      // 46-digit arithmetic is needed here only
      const { answerClaim } = await import('./claim-answer.ts');
      return answerClaim(model, found.check, canonical, request.format, terminal, bag);
    }
    case 'value': case 'function': case 'derivative': return answerValue(request, model, canonical, terminal, bag);
  }
}

function readOptions(request: Request): ReadOptions {
  const declarations = new Map<string, DeclaredShape>();
  for (const [name, value] of request.at ?? []) {
    const flat = placedNumbers(value);
    if ('shape' in flat) declarations.set(name, flat.shape.map(() => undefined));
  }
  return { mode: request.mode, declarations, ...(request.wrt !== undefined && { wrt: request.wrt }) };
}

function answerValue(request: Request, model: Model, canonical: string, terminal: Terminal, bag: Bag): boolean | Promise<boolean> {
  const found = model.answer;
  if (found === undefined || found.kind === 'check' || found.kind === 'explanation') return false;
  if (!knownVariables(request, model, bag)) return false;
  const condition = found.kind === 'value' && request.after === undefined ? conditionOf(model, found.node) : undefined;
  if (condition !== undefined) return answerCondition(request, condition, canonical, terminal);
  if (request.wrt === undefined && model.inputs.length > MOST_VARIABLES) {
    bag.report('too-large', undefined, { what: `a line with ${model.inputs.length} variables`, most: `${MOST_VARIABLES} are differentiated by at once` }, { hint: 'name those to differentiate by: `--wrt x,y`' });
    return false;
  }
  const name = found.kind === 'derivative' ? undefined : found.name;
  const order = isWholeAnswer(request, model) ? 0 : request.order;
  const asked = ask(model, found.node, name, { order, ...(request.wrt !== undefined && { wrt: request.wrt }) }, refuseInto(bag));
  if (request.after === 'elaborate') return showGraph(request, model, [asked.value], terminal);
  const roots = (q: Question): NodeId[] => [q.value, ...q.gradient.map((d) => d.node), ...q.higher.map((d) => d.node)];
  if (request.after === 'differentiate') return showGraph(request, model, roots(asked), terminal);
  const question = simplifyAnswer(model, asked);
  if (request.after === 'simplify') return showGraph(request, model, roots(question), terminal);
  if (bag.hasErrors) return false;
  if (request.kinds !== undefined) return (request.sparse ? showSparse : showObjects)(request, model, question, canonical, request.kinds, terminal, bag);
  const point = request.at ?? (isNumber(model) ? new Map<string, unknown>() : undefined);
  if (point === undefined && !definedSomewhere(model, found.node)) bag.report('never-defined', undefined, { what: `\`${canonical}\`` });
  if (question.unread > 0) bag.report('too-long-to-read', undefined, { count: question.unread });
  const numbers = point && numbersAt(model, question, point, bag);
  if (bag.hasErrors) return false;
  if (request.format === 'json') writeJson(model, question, canonical, numbers, terminal, bag);
  else writeText(request, model, question, canonical, numbers, terminal, bag);
  return true;
}

/** Nothing to differentiate by: what is asked for is the number. */
const isNumber = (model: Model): boolean => model.answer?.kind !== 'derivative' && model.inputs.length + model.dims.length + model.opaques.length === 0;

/** A derivative that was typed is printed without its own derivative, unless that is asked for. */
const isWholeAnswer = (request: Request, model: Model): boolean =>
  model.answer?.kind === 'derivative' && request.wrt === undefined && request.order === 1 && request.at === undefined && request.format === 'text' && request.after === undefined && request.kinds === undefined;

/** What `--derive` asks for, in compressed rows. */
async function showSparse(request: Request, model: Model, question: Question, canonical: string, kinds: readonly DeriveKind[], terminal: Terminal, bag: Bag): Promise<boolean> {
  // modules are made here only
  const { answerSparse, sparseJson, sparseLines } = await import('./sparse-answer.ts');
  const [typed = question.value] = typedNodes(model, question);
  const isJson = request.format === 'json';
  const answers = answerSparse(new Formula(model, question.value, question.shown, typed), { ...request, kinds, notation: isJson ? 'ascii' : request.notation }, bag);
  if (answers === undefined) return false;
  const notes = model.notes.map((n) => n.text);
  if (isJson) terminal.write(`${toJson({ ok: true, version: 1, expression: canonical, variables: question.variables, derived: answers.map(sparseJson), notes, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  else {
    terminal.write(`${[canonical, ...notes.map((n) => `  note: ${n}`), ...answers.flatMap(sparseLines)].join('\n')}\n`);
    printDiagnostics(terminal, bag.diagnostics);
  }
  return true;
}

function showObjects(request: Request, model: Model, question: Question, canonical: string, kinds: readonly DeriveKind[], terminal: Terminal, bag: Bag): boolean {
  const answers = answerObjects(model, question, { ...request, kinds, notation: request.format === 'json' ? 'ascii' : request.notation }, bag);
  if (answers === undefined) return false;
  if (request.format === 'json') {
    const objects = answers.objects.map(({ kind, by, text, number }) => ({ kind, by, text, ...(number !== undefined && { numeric: number }) }));
    terminal.write(`${toJson({ ok: true, version: 1, expression: canonical, variables: question.variables, directions: answers.directions, derived: objects, notes: model.notes.map((n) => n.text), diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
    return true;
  }
  const lines = [canonical, ...model.notes.map((n) => `  note: ${n.text}`)];
  for (const o of answers.objects) lines.push(`  ${o.label} = ${o.text}`);
  for (const o of answers.objects) if (o.number !== undefined) lines.push(`  ${o.label} ${toText(o.number)}`);
  terminal.write(`${lines.join('\n')}\n`);
  printDiagnostics(terminal, bag.diagnostics);
  return true;
}

/** A comparison has no derivative worth printing: an equation may hold for all values, anything else is a condition. */
function answerCondition(request: Request, condition: Condition, canonical: string, terminal: Terminal): boolean {
  const line = condition.kind === 'identity' ? claimLine(condition.verdict) : 'a condition: it holds for some values and not for others';
  const verdict = condition.kind === 'identity' ? condition.verdict.kind : 'condition';
  if (request.format === 'json') terminal.write(`${toJson({ ok: true, version: 1, expression: canonical, verdict, detail: line, diagnostics: [] })}\n`);
  else terminal.write(`${canonical}\n  ${line}\n`);
  return true;
}

function knownVariables(request: Request, model: Model, bag: Bag): boolean {
  for (const name of request.wrt ?? []) {
    if (model.inputs.some((i) => i.name === name)) continue;
    reportUnused(name, model, bag);
  }
  return !bag.hasErrors;
}

function showGraph(request: Request, model: Model, roots: readonly NodeId[], terminal: Terminal): boolean {
  const text = printGraph(model.graph, roots);
  terminal.write(request.format === 'json' ? `${toJson({ ok: true, version: 1, stage: request.after, text })}\n` : `${text}\n`);
  return true;
}

function writeJson(model: Model, question: Question, canonical: string, numbers: Numbers | undefined, terminal: Terminal, bag: Bag): void {
  const like = typedNodes(model, question);
  const text = (node: NodeId): string => printNode(model.graph, node, { notation: 'ascii', like, counting: model.counting });
  const table = (list: readonly Derivative[]): Record<string, string> => plainObject(list.map((d) => [d.by.join(','), text(d.shown)]));
  terminal.write(`${toJson({
    ok: true, version: 1, expression: canonical, variables: question.variables, value: text(question.shown), gradient: table(question.gradient),
    ...(question.higher.length > 0 && { higher: table(question.higher) }),
    ...(numbers !== undefined && { numeric: {
      value: numbers.value, gradient: plainObject([...numbers.gradient]),
      ...(numbers.higher.size > 0 && { higher: plainObject([...numbers.higher]) }),
    } }),
    notes: model.notes.map((n) => n.text),
    diagnostics: jsonDiagnostics(bag.diagnostics),
  })}\n`);
}

/** An object without a prototype: a variable may be called `__proto__`. */
function plainObject<V>(entries: readonly (readonly [string, V])[]): Record<string, V> {
  const object: Record<string, V> = {};
  for (const [name, value] of entries) Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

function writeText(request: Request, model: Model, question: Question, canonical: string, numbers: Numbers | undefined, terminal: Terminal, bag: Bag): void {
  const print = answerText(model, question, request.notation);
  const lines = [canonical, ...model.notes.map((n) => `  note: ${n.text}`)];
  if (model.answer?.kind === 'derivative') lines.push(`  = ${print(question.shown)}`);
  for (const d of [...question.gradient, ...question.higher]) lines.push(`  ${derivativeSymbol(d.by, request.notation)} = ${print(d.shown)}`);
  if (numbers !== undefined) {
    lines.push(`  value ${toText(numbers.value)}`);
    for (const [by, value] of [...numbers.gradient, ...numbers.higher]) lines.push(`  ${derivativeSymbol(by.split(','), 'ascii')} ${toText(value)}`);
  }
  terminal.write(`${lines.join('\n')}\n`);
  printDiagnostics(terminal, bag.diagnostics);
}

const toText = (value: unknown): string => (typeof value === 'number' ? String(value) : toJson(value));

/** `d/dx`, `d²/dx dy` in the notation asked for. */
function derivativeSymbol(by: readonly string[], notation: NotationName): string {
  const n = by.length;
  switch (notation) {
    case 'ascii': return `d${n > 1 ? `^${n}` : ''}/${by.map((v) => `d${v}`).join(' ')}`;
    case 'unicode': return `∂${n > 1 ? superscript(n) : ''}/${by.map((v) => `∂${v}`).join('')}`;
    case 'latex': return `\\frac{\\partial${n > 1 ? `^{${n}}` : ''}}{${by.map((v) => `\\partial ${v}`).join(' ')}}`;
  }
}

const superscript = (n: number): string => Array.from(String(n), (c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? c).join('');
