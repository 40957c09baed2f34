/**
 * `N (y - p)` is a call to the parser. When `N` is a value it is a product, and it binds as one: `a/N (y - p)` is
 * `(a/N)·(y - p)`, `x(y+1)²` is `x·(y+1)²`. The rewriting happens on the way down, once per application.
 */
import { isPower } from '../ast/levels.ts';
import type { Apply, Binary, Expr } from '../ast/types.ts';
import { cover } from '../diagnostics/span.ts';
import { findOp } from '../ops/table.ts';
import { findBuiltin } from './functions/table.ts';
import { textOf, type Pass } from './pass.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { subscripted } from './syntax.ts';

/** Whether an expression in front of parentheses is a function. */
export function isFunction(expr: Expr, scope: Scope): boolean {
  const callee = ungroup(expr);
  switch (callee.kind) {
    // a name in brackets of its own is a function only if it is known as one: (y)(x) is a product
    case 'name': return isFunctionName(callee.name, scope) && (callee === expr || isKnownFunction(callee.name, scope));
    // f'(x), f²(x), log₂(x)
    case 'prime': case 'superscript': return isFunction(callee.base, scope);
    case 'subscript': return callee.base.kind === 'name' && (isFunctionName(`${callee.base.name}_${callee.text}`, scope) || isFunctionName(callee.base.name, scope));
    case 'lambda': case 'nabla': return callee.kind === 'lambda' || isFunction(callee.operand, scope);
    default: return false;
  }
}

export function isFunctionName(name: string, scope: Scope): boolean {
  const entity = scope.find(name);
  if (entity === undefined) return findOp(name) !== undefined || findBuiltin(name) !== undefined || name === 'σ' || !(UNKNOWN_IS_VALUE.has(name) || isElementName(name, scope));
  return entity.kind === 'function' || entity.kind === 'opaque';
}

/** `y_i (w*x_i + b)` in a sum over i */
function isElementName(name: string, scope: Scope): boolean {
  const { base, suffix } = subscripted(name);
  return suffix !== '' && scope.find(base)?.kind === 'value' && [...suffix].every((letter) => scope.find(letter)?.kind === 'label');
}

/** A function that something declares or that is built in. */
export function isKnownFunction(name: string, scope: Scope): boolean {
  const entity = scope.find(name);
  if (entity !== undefined) return entity.kind === 'function' || entity.kind === 'opaque';
  return findOp(name) !== undefined || findBuiltin(name) !== undefined || name === 'σ';
}
/** Undeclared names that are values; any other undeclared name before parentheses is a function nobody knows. */
const UNKNOWN_IS_VALUE: ReadonlySet<string> = new Set(['pi', 'π', 'e', 'inf', '∞', 'infinity']);

/** `head` times `tail`, when the expression is an application of a value with any postfix signs behind it. */
function split(pass: Pass, expr: Expr, scope: Scope): { readonly head: Expr; readonly tail: Expr } | undefined {
  const wrappers: Expr[] = [];
  let inner = expr;
  for (;;) {
    if (inner.kind === 'apply') break;
    const base = pass.unapplied.has(inner) ? undefined : wrapped(inner);
    if (base === undefined) {
      for (const wrapper of wrappers) pass.unapplied.add(wrapper);
      return undefined;
    }
    wrappers.push(inner);
    inner = base;
  }
  if (isFunction(inner.callee, scope)) return undefined;
  const [argument] = inner.args;
  if (inner.args.length !== 1 || argument?.kind !== 'positional') return undefined;
  let tail: Expr = { kind: 'group', bracket: '(', inner: argument.value, span: bracketSpan(inner) };
  for (const wrapper of wrappers.reverse()) tail = rewrap(wrapper, tail);
  return { head: inner.callee, tail };
}

function bracketSpan(application: Apply): Expr['span'] {
  return { ...application.span, start: application.callee.span.end };
}

/** What a postfix sign, or a power, stands on. */
function wrapped(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case 'superscript': case 'prime': case 'transpose': case 'factorial': case 'index': case 'subscript': return expr.base;
    case 'binary': return isPower(expr.op) ? expr.left : undefined;
    default: return undefined;
  }
}

function rewrap(wrapper: Expr, base: Expr): Expr {
  const span = { ...wrapper.span, start: base.span.start };
  if (wrapper.kind === 'binary') return { ...wrapper, left: base, span };
  return { ...wrapper, base, span } as Expr;
}

/**
 * The expression as the product it is; undefined when it is no application of a value. For a quotient or a power
 * whose right operand is one, the operator takes only the head.
 */
export function asProduct(pass: Pass, expr: Expr, scope: Scope): Binary | undefined {
  if (expr.kind === 'binary' && (expr.op === '/' || expr.op === './' || isPower(expr.op))) {
    const right = split(pass, expr.right, scope);
    if (right !== undefined) {
      const head: Binary = { ...expr, right: right.head, span: cover(expr.left.span, right.head.span) };
      return times(pass, head, right.tail, expr);
    }
  }
  const parts = split(pass, expr, scope);
  return parts && times(pass, parts.head, parts.tail, expr);
}

/** `Σ⁻¹(…)`, `Aᵀ(…)`, `(x - y)(…)`, `(x - y)'(…)`: nobody takes these for functions. */
const isPlainlyValue = (head: Expr): boolean => VALUES.has(head.kind) || (head.kind === 'prime' && head.base.kind === 'group');
const VALUES: ReadonlySet<Expr['kind']> = new Set(['superscript', 'transpose', 'group', 'apply']);

function times(pass: Pass, head: Expr, tail: Expr, whole: Expr): Binary {
  if (!isPlainlyValue(head)) pass.note(`\`${textOf(whole.span)}\` is read as the product (${textOf(head.span)})·${textOf(tail.span).trim()}`, whole.span);
  return { kind: 'binary', op: 'juxt', left: head, right: tail, span: whole.span, opSpan: { ...head.span, start: head.span.end, end: tail.span.start } };
}
