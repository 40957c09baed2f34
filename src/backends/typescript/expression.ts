/** Expressions as text, with the parentheses that precedence asks for and no others. */
import { invariant } from '../../diagnostics/internal.ts';
import type { PrimitiveRow } from '../../ops/schema.ts';
import { rowOf } from '../../ops/table.ts';
import type { OpName } from '../../ops/table.ts';
import type { LocalId, Monomial, Poly } from '../../schedule/poly.ts';
import type { BufferId, Expr } from '../../schedule/types.ts';
import { FAST } from './fast-functions.ts';
import type { Dialect } from './dialect.ts';

/** A program that reads what it has not defined is a defect of the scheduler. */
export function nameOfLocal(name: string | undefined, id: LocalId): string {
  invariant(name !== undefined, 'emit', `local ${id} is read where it is not defined`);
  return name;
}

/** How expressions of one function reach what they speak of. */
export interface Vocabulary {
  readonly dialect: Dialect;
  readonly local: (id: LocalId) => string;
  readonly isOffset: (id: LocalId) => boolean;
  /** holds true or false, not 1 or 0 */
  readonly isCondition: (id: LocalId) => boolean;
  readonly size: (symbol: string) => string;
  /** an array, or the local of a scalar cell */
  readonly buffer: (id: BufferId) => string;
  readonly isScalar: (id: BufferId) => boolean;
  /** where a scalar cell is written */
  readonly cell: (id: BufferId) => string;
  readonly call: (name: string, orders: readonly number[]) => string;
  /** notes that a kernel is needed */
  readonly kernel: (name: string) => string;
  /** statements that keep what a kernel says about its matrix */
  readonly status: (value: string, guard: number) => readonly string[];
}

/** Binding strength: text of a level may stand where that level or a lower one is asked for. */
const LEVEL = { conditional: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, unary: 6, atom: 7 } as const;
type Level = (typeof LEVEL)[keyof typeof LEVEL];

interface Text {
  readonly text: string;
  readonly level: Level;
}

const atom = (text: string): Text => ({ text, level: LEVEL.atom });
const at = (t: Text, level: Level): string => (t.level >= level ? t.text : `(${t.text})`);

export function expressionText(v: Vocabulary, e: Expr): string {
  return print(v, e).text;
}

/** Where a truth value is wanted. */
export function conditionText(v: Vocabulary, e: Expr): string {
  return condition(v, e).text;
}

function print(v: Vocabulary, e: Expr): Text {
  switch (e.kind) {
    case 'number': return numberText(e.value);
    case 'local': return atom(v.local(e.id));
    case 'index': return polyLevel(v, e.poly);
    case 'multiple': return { text: `${polyText(v, e.poly)} - (${polyFactor(v, e.poly)} % ${e.of})`, level: LEVEL.sum };
    case 'pieces': case 'boundary': invariant(false, 'emit', 'JavaScript shares no loops between threads');
    case 'load': return atom(v.isScalar(e.buffer) ? v.buffer(e.buffer) : v.dialect.element(v.buffer(e.buffer), polyText(v, e.index)));
    case 'negate': {
      const arg = print(v, e.arg);
      // -2 * x rather than -(2 * x): the sign of a product is exact wherever it stands
      if (arg.level === LEVEL.product && !arg.text.startsWith('-')) return { text: `-${arg.text}`, level: LEVEL.product };
      return { text: `-${at(arg, LEVEL.atom)}`, level: LEVEL.unary };
    }
    case 'arithmetic': return printArithmetic(v, e);
    case 'op': {
      const fast = e.often === true ? FAST.get(e.op) : undefined;
      return fast === undefined ? printOperation(v, e.op, e.args) : call(v, fast, e.args);
    }
    case 'call': return atom(`${v.call(e.name, e.orders)}(${e.args.map((a) => print(v, a).text).join(', ')})`);
  }
}

function printArithmetic(v: Vocabulary, e: Extract<Expr, { kind: 'arithmetic' }>): Text {
  const level = e.op === '+' || e.op === '-' ? LEVEL.sum : LEVEL.product;
  const right = print(v, e.right);
  // `a - -b` and `a + -b` read badly, and `a--b` is something else
  const rightText = right.text.startsWith('-') ? `(${right.text})` : at(right, e.op === '+' || e.op === '*' ? sameRight(e) : ((level + 1) as Level));
  return { text: `${at(print(v, e.left), level)} ${e.op} ${rightText}`, level };
}

/** a + (b + c) keeps its parentheses: floating-point addition is not associative. */
function sameRight(e: Extract<Expr, { kind: 'arithmetic' }>): Level {
  return e.op === '+' ? LEVEL.product : LEVEL.unary;
}

function numberText(x: number): Text {
  if (x === Math.PI) return atom('Math.PI');
  if (x === -Math.PI) return { text: '-Math.PI', level: LEVEL.unary };
  if (Object.is(x, -0)) return { text: '-0', level: LEVEL.unary };
  return { text: String(x), level: x < 0 ? LEVEL.unary : LEVEL.atom };
}

// ---- offsets ----------------------------------------------------------------------------------------

export function polyText(v: Vocabulary, p: Poly): string {
  return polyLevel(v, p).text;
}

/** A polynomial as a factor: `(N - 1)`. */
export function polyFactor(v: Vocabulary, p: Poly): string {
  return at(polyLevel(v, p), LEVEL.unary);
}

function polyLevel(v: Vocabulary, p: Poly): Text {
  const rank = (m: Monomial): number => (m.coef < 0 ? 2 : m.locals.some(v.isOffset) ? 0 : 1);
  const [first, ...rest] = [...p].sort((a, b) => rank(a) - rank(b));
  if (first === undefined) return atom('0');
  const start = monomialText(v, first);
  if (rest.length === 0) return start;
  const text = rest.reduce((sum, m) => `${sum} ${m.coef < 0 ? '-' : '+'} ${monomialText(v, { ...m, coef: Math.abs(m.coef) }).text}`, start.text);
  return { text, level: LEVEL.sum };
}

function monomialText(v: Vocabulary, m: Monomial): Text {
  const names = [...m.locals.map(v.local), ...m.sizes.map(v.size)];
  const size = Math.abs(m.coef);
  const factors = size === 1 && names.length > 0 ? names : [String(size), ...names];
  const text = factors.join(' * ');
  if (m.coef < 0) return { text: `-${text}`, level: factors.length > 1 ? LEVEL.product : LEVEL.unary };
  return { text, level: factors.length > 1 ? LEVEL.product : LEVEL.atom };
}

// ---- operations: spelt by their rows -------------------------------------------------------------------

function primitiveRow(op: OpName): PrimitiveRow {
  const row = rowOf(op);
  invariant(row.kind === 'primitive', 'emit', `${op} was not expanded`);
  return row;
}

const call = (v: Vocabulary, kernel: string, args: readonly Expr[]): Text => atom(`${v.kernel(kernel)}(${args.map((a) => print(v, a).text).join(', ')})`);

function printOperation(v: Vocabulary, op: OpName, args: readonly Expr[]): Text {
  const { ts } = primitiveRow(op);
  if ('kernel' in ts) return call(v, ts.kernel, args);
  return fill(v, op, ts.inline, args);
}

/** Whether a value is spelt as a condition where one is wanted. */
export function isConditional(e: Expr): boolean {
  if (e.kind !== 'op') return false;
  const { ts } = primitiveRow(e.op);
  return 'inline' in ts && ts.condition !== undefined;
}

/** The arguments of an operation that are wanted as conditions. */
export function conditionArguments(e: Expr): readonly Expr[] {
  if (e.kind !== 'op') return [];
  const row = primitiveRow(e.op);
  return e.args.filter((_, k) => row.domain[row.args[k] ?? ''] === 'boolean');
}

function condition(v: Vocabulary, e: Expr): Text {
  if (e.kind === 'local' && v.isCondition(e.id)) return atom(v.local(e.id));
  if (e.kind === 'op') {
    const { ts } = primitiveRow(e.op);
    if ('inline' in ts && ts.condition !== undefined) return fill(v, e.op, ts.condition, e.args);
  }
  return { text: `${at(print(v, e), LEVEL.sum)} !== 0`, level: LEVEL.comparison };
}

/** Puts arguments into a row's spelling; each gets parentheses only where its neighbours bind tighter. */
function fill(v: Vocabulary, op: OpName, spelling: string, args: readonly Expr[]): Text {
  const row = primitiveRow(op);
  const template = stripParentheses(spelling);
  const text = template.replace(/\{(\w+)\}/g, (hole: string, name: string, position: number) => {
    const k = row.args.indexOf(name);
    const arg = args[k];
    invariant(arg, 'emit', `${op} has no argument ${name}`);
    const printed = row.domain[name] === 'boolean' ? condition(v, arg) : print(v, arg);
    return at(printed, levelBetween(template.slice(0, position), template.slice(position + hole.length)));
  });
  return { text, level: levelOf(template) };
}

/** `(1 / {x})` → `1 / {x}`; the parentheses come back where needed. */
function stripParentheses(spelling: string): string {
  if (!spelling.startsWith('(')) return spelling;
  let depth = 0;
  for (let k = 0; k < spelling.length; k++) {
    depth += spelling[k] === '(' ? 1 : spelling[k] === ')' ? -1 : 0;
    if (depth === 0) return k === spelling.length - 1 ? spelling.slice(1, -1) : spelling;
  }
  return spelling;
}

function outside(text: string): string {
  let depth = 0;
  let seen = '';
  for (const char of text) {
    if (char === ')') depth--;
    if (depth === 0) seen += char;
    if (char === '(') depth++;
  }
  return seen;
}

function levelOf(template: string): Level {
  const top = outside(template);
  if (top.includes(' ? ')) return LEVEL.conditional;
  if (top.includes('||')) return LEVEL.or;
  if (top.includes('&&')) return LEVEL.and;
  if (/[<>=]/.test(top)) return LEVEL.comparison;
  if (/ [+-] /.test(top)) return LEVEL.sum;
  if (/ [*/%] /.test(top)) return LEVEL.product;
  return /^[!-]/.test(top) ? LEVEL.unary : LEVEL.atom;
}

function levelBetween(before: string, after: string): Level {
  const left = before.trimEnd().slice(-2).trim();
  const right = after.trimStart().slice(0, 2).trim();
  const closed = (left === '' || /[(,]$/.test(left)) && (right === '' || /^[),]/.test(right));
  if (closed) return LEVEL.conditional;
  if (right.startsWith('?') || /[?:]$/.test(left)) return LEVEL.or;
  if (left === '||' || right === '||') return LEVEL.and;
  if (left === '&&' || right === '&&') return LEVEL.comparison;
  if (/[<>=]/.test(left) || /[<>=]/.test(right)) return LEVEL.sum;
  return LEVEL.atom;
}
