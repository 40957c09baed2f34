/** The grammar's actions for expressions. Pure: they run for every completed item, also for those that die later. */
import type {
  Argument, BigOperator, Binary, BinaryOperator, Binder, Comparison, Expr, IndexItem, Leibniz, Name, NumberLiteral, PartialDenominator,
} from '../../ast/types.ts';
import { subscripts } from '../../../grammar/math.lexer.ts';
import { cover } from '../../diagnostics/span.ts';
import { toArray } from './cells.ts';
import type { Cell } from './cells.ts';
import { exponentOf, subscriptBinding, subscriptIndices, subscriptText } from './scripts.ts';
import { sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';

// ---------- leaves ----------
export const name = ([t]: [Token]): Name => ({ kind: 'name', name: t.text, span: t.span });
export const number = ([t]: [Token]): NumberLiteral => ({ kind: 'number', text: t.text, span: t.span });
export const ellipsis = ([t]: [Token]): Expr => ({ kind: 'ellipsis', span: t.span });
export const string = ([t]: [Token]): Expr => ({ kind: 'string', value: stringValue(t), span: t.span });

/** The text between the quotes; a backslash stands for the character behind it. */
export function stringValue(token: Token): string {
  return token.text.slice(1, -1).replaceAll(/\\(.)/gu, '$1');
}

// ---------- operators ----------
const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['+', '+'], ['-', '-'], ['*', '*'], ['/', '/'], ['@', '@'], ['.*', '.*'], ['./', './'], ['^', '^'], ['.^', '.^'], ['**', '**'], [' ', 'juxt'], ['', 'coef'],
  ['and', 'and'], ['or', 'or'],
]);

export const binary = ([left, operator, right]: [Expr, Token, Expr]): Binary => ({
  kind: 'binary', op: binaryOperators.get(operator.text) ?? '*', left, right, span: cover(left.span, right.span), opSpan: operator.span,
});
export const signedPower = ([left, operator, signs, right]: [Expr, Token, Cell<Token>, Expr]): Expr =>
  binary([left, operator, signed([signs, right])]);

/** `--x`: every minus is a node, a plus is none. */
export function signed([signs, operand]: [Cell<Token>, Expr]): Expr {
  let out = operand;
  for (let cell: Cell<Token> | undefined = signs; cell; cell = cell.before) {
    if (cell.value.text === '-') out = { kind: 'negate', operand: out, span: cover(cell.value.span, operand.span) };
  }
  return out;
}
export function not([nots, operand]: [Cell<Token>, Expr]): Expr {
  let out = operand;
  for (let cell: Cell<Token> | undefined = nots; cell; cell = cell.before) {
    out = { kind: 'not', operand: out, span: cover(cell.value.span, operand.span) };
  }
  return out;
}
export function tight([operators, operand]: [Cell<Token>, Expr]): Expr {
  let out = operand;
  for (let cell: Cell<Token> | undefined = operators; cell; cell = cell.before) {
    out = { kind: cell.value.text === '√' ? 'sqrt' : 'nabla', operand: out, span: cover(cell.value.span, operand.span) };
  }
  return out;
}
/** `∇_x f`: the gradient by x alone, which for a number is ∂f/∂x. */
export const gradientBy = ([t, name_, target]: [Token, Token, Expr]): Expr => ({
  kind: 'partial', order: 1, target, denominators: [{ variable: { kind: 'name', name: name_.text, span: name_.span }, order: 1 }], span: cover(t.span, target.span),
});
/** Chains come out nested to the left; `finish` makes one node of them. */
export const compare = ([left, operator, right]: [Expr, Token, Expr]): Expr => ({
  kind: 'compare', operators: [operator.text as Comparison], operands: [left, right], span: cover(left.span, right.span),
});
export const lambda = ([parameter, , body]: [Name, Token, Expr]): Expr => ({ kind: 'lambda', parameter, body, span: cover(parameter.span, body.span) });

// ---------- conditionals ----------
interface ElseIf {
  readonly at: Token;
  readonly condition: Expr;
  readonly value: Expr;
}
export const elif = ([before, at, condition, , value]: [Cell<ElseIf> | undefined, Token, Expr, Token, Expr]): Cell<ElseIf> => ({
  value: { at, condition, value }, before,
});
export function ifThenElse([at, condition, , whenTrue, elifs, , last]: [Token, Expr, Token, Expr, Cell<ElseIf> | undefined, Token, Expr]): Expr {
  let whenFalse = last;
  for (let cell = elifs; cell; cell = cell.before) {
    const { value } = cell;
    whenFalse = { kind: 'conditional', condition: value.condition, whenTrue: value.value, whenFalse, span: cover(value.at.span, last.span) };
  }
  return { kind: 'conditional', condition, whenTrue, whenFalse, span: cover(at.span, last.span) };
}
export const ifElse = ([whenTrue, , condition, , whenFalse]: [Expr, Token, Expr, Token, Expr]): Expr => ({
  kind: 'conditional', condition, whenTrue, whenFalse, span: cover(whenTrue.span, whenFalse.span),
});
export const ternary = ([condition, , whenTrue, , whenFalse]: [Expr, Token, Expr, Token, Expr]): Expr => ({
  kind: 'conditional', condition, whenTrue, whenFalse, span: cover(condition.span, whenFalse.span),
});

// ---------- postfix ----------
type Args = Cell<Argument> | undefined;
export const positional = ([value]: [Expr]): Argument => ({ kind: 'positional', value });
export const named = ([name_, , value]: [Name, Token, Expr]): Argument => ({ kind: 'named', name: name_, value });
export const given = ([before, , value]: [Cell<Argument>, Token, Expr]): Cell<Argument> => ({ value: { kind: 'given', value }, before });

export const generator = ([value, , binders]: [Expr, Token, Cell<Binder>]): Cell<Argument> => ({
  value: { kind: 'generator', value, binders: toArray(binders) }, before: undefined,
});
export const apply = ([callee, , args, close]: [Expr, Token, Args, Token]): Expr => ({
  kind: 'apply', callee, args: toArray(args), span: cover(callee.span, close.span),
});
/** `z.squeeze(…)` is `squeeze(z, …)`. */
export const method = ([self, , callee, , args, close]: [Expr, Token, Name, Token, Args, Token]): Expr => ({
  kind: 'apply', callee, args: [{ kind: 'positional', value: self }, ...toArray(args)], span: cover(self.span, close.span),
});

export const index = ([base, , indices, close]: [Expr, Token, Cell<IndexItem>, Token]): Expr => ({
  kind: 'index', base, indices: toArray(indices), span: cover(base.span, close.span),
});
interface Range {
  readonly from: Expr;
  readonly to: Expr;
}
export const range = ([from, , to]: [Expr, Token, Expr]): Range => ({ from, to });
export const indexAt = ([value]: [Expr]): IndexItem => ({ kind: 'at', value });
export const indexRange = ([{ from, to }]: [Range]): IndexItem => ({ kind: 'range', from, to });
export const indexAll = ([t]: [Token]): IndexItem => ({ kind: 'all', span: t.span });
export const indexBind = ([name_, , { from, to }]: [Name, Token, Range]): IndexItem => ({ kind: 'bind', name: name_, from, to });

/** A single token behind its operand: `xᵢ`, `x²`, `f'`, `Aᵀ`, `n!`. */
export function mark([base, t]: [Expr, Token]): Expr {
  const span = cover(base.span, t.span);
  const first = t.text.charAt(0);
  if (first === "'") return { kind: 'prime', base, order: t.text.length, span };
  if (first === 'ᵀ') return { kind: 'transpose', base, span };
  if (first === '!') return { kind: 'factorial', base, span };
  if (subscripts.has(first)) return { kind: 'subscript', base, indices: subscriptIndices(t), text: subscriptText(t), span };
  return { kind: 'superscript', base, exponent: exponentOf(t), span };
}
/** `x_{l-1}`, the ASCII spelling of a subscript; `w_{ij}` and `x_{max}` are `w_ij` and `x_max`. */
export function braceSubscript([base, open, indices, close]: [Expr, Token, Cell<Expr>, Token]): Expr {
  const { value, before } = indices;
  if (base.kind === 'name' && before === undefined && value.kind === 'name' && value.name.length > 1) {
    return { kind: 'name', name: `${base.name}_${value.name}`, span: cover(base.span, close.span) };
  }
  const inner = { ...open.span, start: open.span.end, end: close.span.start };
  const text = sourceText(inner).replaceAll(/[\s,]/gu, '');
  return { kind: 'subscript', base, indices: toArray(indices), text, span: cover(base.span, close.span) };
}
/** `x^{n+1}`, the ASCII spelling of a superscript. */
export const braceSuperscript = ([base, , exponent, close]: [Expr, Token, Expr, Token]): Expr => ({
  kind: 'superscript', base, exponent, span: cover(base.span, close.span),
});

// ---------- brackets ----------
type Row = Cell<Expr>;
/** `(a)` groups, `(a, b)` is a tuple. */
export function round([open, items, close]: [Token, Row, Token]): Expr {
  const span = cover(open.span, close.span);
  return items.before ? { kind: 'tuple', items: toArray(items), span } : { kind: 'group', bracket: '(', inner: items.value, span };
}
/** `[a]` groups, `[a, b]` is a vector, `[a, b; c, d]` a matrix. */
export function square([open, rows, close]: [Token, Cell<Row>, Token]): Expr {
  const span = cover(open.span, close.span);
  if (rows.before) return { kind: 'matrix', rows: toArray(rows).map(toArray), span };
  const items = rows.value;
  return items.before ? { kind: 'vector', items: toArray(items), span } : { kind: 'group', bracket: '[', inner: items.value, span };
}
export const absolute = ([open, operand, close]: [Token, Expr, Token]): Expr => ({ kind: 'abs', operand, span: cover(open.span, close.span) });
export const norm = ([open, operand, close]: [Token, Expr, Token]): Expr => ({ kind: 'norm', operand, span: cover(open.span, close.span) });

// ---------- sums and other prefix forms ----------
export const over = ([name_]: [Name]): Binder => ({ kind: 'over', name: name_ });
export const overRange = ([name_, , { from, to }]: [Name, Token, Range]): Binder => ({ kind: 'over', name: name_, from, to });
export const overSet = ([name_, , set]: [Name, Token, Expr]): Binder => ({ kind: 'over', name: name_, set });
export const overFrom = ([name_, , from]: [Name, Token, Expr]): Binder => ({ kind: 'over', name: name_, from });
export const filterBinder = ([condition]: [Expr]): Binder => ({ kind: 'filter', condition, span: condition.span });
/** `∑ᵢ`, `∑ᵢⱼ`, `∑ᵢ₌₁ᴺ`; with an upper limit alone the index counts from 1. */
export function scriptBinder([below, above]: [Token, Token?]): Cell<Binder> | undefined {
  const { indices, from: written } = subscriptBinding(below);
  const to = above && exponentOf(above);
  const from = written ?? (to && { kind: 'number', text: '1', span: below.span });
  let cell: Cell<Binder> | undefined;
  for (const item of indices) {
    if (item.kind === 'name') cell = { value: { kind: 'over', name: item, ...(from && { from }), ...(to && { to }) }, before: cell };
  }
  return cell;
}
/** `∑_{i=1}^{N}`: the upper limit belongs to the last index; without a lower one it counts from 1. */
export function texBinder(data: [Token, Cell<Binder>, Token, Token, Expr, Token]): Cell<Binder> {
  const [, binders, , , to] = data;
  const { value } = binders;
  if (value.kind !== 'over' || value.to || value.set) return binders;
  const from: Expr = value.from ?? { kind: 'number', text: '1', span: value.name.span };
  return { ...binders, value: { ...value, from, to } };
}
export const big = ([operator, binders, body]: [Token, Cell<Binder> | undefined, Expr]): Expr => ({
  kind: 'big', op: operator.text as BigOperator, binders: toArray(binders), body, span: cover(operator.span, body.span),
});

/** `d²/dx²`; the order below repeats the one above. */
export function leibniz([t, body]: [Token, Expr]): Leibniz {
  const [above = '', below = ''] = t.text.split('/');
  const parts = /^d(.*?)((?:\^[0-9]+|[²³⁴⁵⁶⁷⁸⁹])?)$/u.exec(below);
  const start = t.span.start + above.length + 2;
  const variable: Name = { kind: 'name', name: parts?.[1] ?? '', span: { ...t.span, start, end: start + (parts?.[1]?.length ?? 0) } };
  return { kind: 'leibniz', variable, order: orderOf(above.slice(1)), body, span: cover(t.span, body.span) };
}
function orderOf(text: string): number {
  if (text === '') return 1;
  return text.startsWith('^') ? Number(text.slice(1)) : '²³⁴⁵⁶⁷⁸⁹'.indexOf(text) + 2;
}
export const limit = ([t, , variable, , target, , body]: [Token, Token, Name, Token, Expr, Token, Expr]): Expr => ({
  kind: 'limit', variable, target, body, span: cover(t.span, body.span),
});

// ---------- partial derivatives ----------
export const denominator = ([, variable, order]: [Token, Expr, Token?]): PartialDenominator & { readonly end: Expr['span'] } => ({
  variable, order: order ? wholeNumber(order) : 1, end: order?.span ?? variable.span,
});
type Denominators = Cell<ReturnType<typeof denominator>>;

export const partial = ([t, order, target, , below]: [Token, Token | undefined, Expr, Token, Denominators]): Expr => makePartial(t, order, target, below, below.value.end);
export const partialOperator = ([t, order, , below, , body]: [Token, Token | undefined, Token, Denominators, Token, Expr]): Expr =>
  makePartial(t, order, body, below, body.span);

function makePartial(t: Token, order: Token | undefined, target: Expr, below: Denominators, end: Expr['span']): Expr {
  const denominators = toArray(below).map((item) => ({ variable: item.variable, order: item.order }));
  return { kind: 'partial', order: order ? wholeNumber(order) : 1, target, denominators, span: cover(t.span, end) };
}
/** The number that a superscript token holds; NaN for `ⁿ`, which elaboration refuses. */
function wholeNumber(token: Token): number {
  const exponent = exponentOf(token);
  return exponent.kind === 'number' ? Number(exponent.text) : Number.NaN;
}

