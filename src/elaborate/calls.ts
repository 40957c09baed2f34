/** Calls: operations, built-in functions of tensors, functions of the file, opaque functions. */
import type { Apply, Argument, Expr, Name } from '../ast/types.ts';
import { bigOperators } from '../ast/notation.ts';
import type { ReportOptions } from '../diagnostics/bag.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { findOp, rowOf, type OpName } from '../ops/table.ts';
import { isFunctionName } from './application.ts';
import { readInteger, readSize } from './affine.ts';
import { commonShape, numeric, type Placed } from './broadcast.ts';
import { primedCall } from './derivatives.ts';
import { distributionNames } from './distributions.ts';
import type { Builtin } from './functions/builtin.ts';
import { findBuiltin } from './functions/table.ts';
import { inline } from './inline.ts';
import { foreignDerivative } from './foreign.ts';
import { reportUnknownFunction } from './names.ts';
import { resolve, type Part } from './resolve.ts';
import { textOf, type Pass, type Step } from './pass.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { compositeName } from './syntax.ts';
import type { Result, Value } from './value.ts';

/** Modules whose names people write in front of functions: `np.mean(x)` is `mean(x)`, with axes counted from 0. */
const MODULES: ReadonlySet<string> = new Set(['np', 'numpy', 'jnp', 'torch', 'math', 'Math']);

export function* callValue(pass: Pass, expr: Apply, scope: Scope): Step {
  const callee = ungroup(expr.callee);
  switch (callee.kind) {
    case 'name': return yield* namedCall(pass, callee, expr, scope);
    case 'subscript': {
      if (callee.base.kind !== 'name') break;
      const name: Name = { kind: 'name', name: compositeName(callee), span: callee.span };
      const op = LOGARITHMS.get(name.name);
      return op !== undefined && scope.find(name.name) === undefined ? yield* operation(pass, op, expr, scope) : yield* namedCall(pass, name, expr, scope);
    }
    // f²(x) is (f(x))²
    case 'superscript': {
      const inner: Apply = { ...expr, callee: callee.base };
      const exponent = ungroup(callee.exponent);
      if (exponent.kind === 'negate' || exponent.kind !== 'number') {
        return pass.report('bad-power', callee.span, { reason: `\`${textOf(callee.span)}\` could be an inverse or a reciprocal` }, { hint: 'write `1/f(x)` or name the inverse function' });
      }
      return yield pass.visit({ kind: 'superscript', base: inner, exponent: callee.exponent, span: expr.span }, scope);
    }
    case 'prime': return yield* primedCall(pass, callee.base, callee.order, expr, scope);
    case 'lambda': {
      const args = yield* positional(pass, expr.args, textOf(callee.span), scope);
      const [argument] = args ?? [];
      if (argument === undefined || args?.length !== 1) return args && arity(pass, expr, 'the function', 'one argument', args.length);
      const body = scope.inner();
      body.declare(callee.parameter.name, { kind: 'value', value: argument.value });
      return yield pass.visit(callee.body, body);
    }
    default: break;
  }
  return pass.report('not-a-function', expr.callee.span, { name: textOf(expr.callee.span) });
}
const LOGARITHMS: ReadonlyMap<string, OpName> = new Map([['log_2', 'log2'], ['log_10', 'log10']] satisfies [string, OpName][]);

function* namedCall(pass: Pass, callee: Name, expr: Apply, scope: Scope): Step {
  const { name } = callee;
  const [first, ...rest] = expr.args;
  if (first?.kind === 'positional' && first.value.kind === 'name' && MODULES.has(first.value.name) && scope.find(first.value.name) === undefined) {
    return yield* namedCall(pass, callee, { ...expr, args: rest.map((a) => axisFromZero(pass, a)) }, scope);
  }
  const entity = yield* resolve(pass, name, scope);
  if (entity?.kind === 'broken') return undefined;
  if (entity?.kind === 'function') {
    const args = yield* positional(pass, expr.args, name, scope, entity.parameters.map((p) => p.name.name));
    if (args === undefined) return undefined;
    if (args.length !== entity.parameters.length) return arity(pass, expr, name, count(entity.parameters.length), args.length, entity.parameters.map((p) => p.name.name));
    return yield* inline(pass, entity, args, expr.span, scope);
  }
  if (entity?.kind === 'opaque') {
    const args = yield* positional(pass, expr.args, name, scope);
    if (args === undefined) return undefined;
    if (args.length !== entity.arity) return arity(pass, expr, name, count(entity.arity), args.length);
    return elementwise(pass, name, args, expr.span, (values, axes) => pass.algebra.call(name, values.map(() => 0), values, axes));
  }
  if (entity !== undefined) return pass.report('not-a-function', callee.span, { name });
  const partial = yield* partialOf(pass, name, scope);
  if (partial !== undefined) {
    const args = yield* positional(pass, expr.args, name, scope);
    if (args === undefined) return undefined;
    if (args.length !== partial.orders.length) return arity(pass, expr, name, count(partial.orders.length), args.length);
    return elementwise(pass, name, args, expr.span, (values, axes) => pass.algebra.call(partial.base, partial.orders, values, axes));
  }
  return yield* builtinCall(pass, callee, expr, scope);
}

/** `u_10`: once in the first argument of the declared function u, as derivatives print it. */
function* partialOf(pass: Pass, name: string, scope: Scope): Part<{ readonly base: string; readonly orders: readonly number[] } | undefined> {
  const [, base = '', digits = ''] = /^(.+)_(\d+)$/u.exec(name) ?? [];
  const entity = base === '' ? undefined : yield* resolve(pass, base, scope);
  return entity?.kind === 'opaque' && entity.arity === digits.length ? { base, orders: [...digits].map(Number) } : undefined;
}

function* builtinCall(pass: Pass, callee: Name, expr: Apply, scope: Scope): Step {
  const { name } = callee;
  const [first] = expr.args;
  if (first?.kind === 'generator') return yield* generatorCall(pass, callee, first, expr, scope);
  const builtin = findBuiltin(name);
  const positionals = expr.args.filter((a) => a.kind === 'positional').length;
  const op = name === 'σ' ? 'sigmoid' : LOGARITHMS.get(name) ?? findOp(name);
  // max(a, b) is the operation, max(x) the reduction
  if (builtin !== undefined && (op === undefined || positionals < 2)) return yield* tensorCall(pass, name, builtin, expr, scope);
  if (op !== undefined) return yield* operation(pass, op, expr, scope);
  if (distributionNames().includes(name)) {
    return pass.report('unknown-function', callee.span, { name }, { hint: `a distribution stands after \`~\`: \`y ~ ${name}(…)\`` });
  }
  const derivative = foreignDerivative(name, expr.args.flatMap((a) => (a.kind === 'positional' ? [textOf(a.value.span)] : [])), expr.span);
  return derivative === undefined ? reportUnknownFunction(pass, name, callee.span, scope, positionals) : pass.report('unknown-function', callee.span, { name }, derivative);
}

/** `sum(e for i in 1..N)` is `sum[i in 1..N] e`. */
function* generatorCall(pass: Pass, callee: Name, argument: Argument & { kind: 'generator' }, expr: Apply, scope: Scope): Step {
  const { name } = callee;
  switch (name) {
    case 'sum': case 'prod': case 'mean': case 'max': case 'min': case 'logsumexp': case 'any': case 'all':
      return yield pass.visit({ kind: 'big', op: name, binders: argument.binders, body: argument.value, span: expr.span }, scope);
    default: return isFunctionName(name, scope) ? pass.report('bad-argument', argument.value.span, { name, expected: 'a value' }) : reportUnknownFunction(pass, name, callee.span, scope);
  }
}

/** A scalar operation, applied to every element. */
function* operation(pass: Pass, op: OpName, expr: Apply, scope: Scope): Step {
  const row = rowOf(op);
  const given = yield* positional(pass, expr.args, textOf(expr.callee.span), scope, row.args);
  if (given === undefined) return undefined;
  const args = [...given];
  for (const name of row.args.slice(args.length)) {
    const preset = Q.parseRational(row.defaults?.[name] ?? '');
    if (preset !== undefined) args.push({ value: pass.algebra.constant(preset), span: expr.span });
  }
  if (args.length > 2 && row.args.length === 2 && row.facts?.includes('commutative') && row.facts.includes('idempotent')) return foldOperation(pass, op, args, expr.span);
  if (args.length !== row.args.length) return arity(pass, expr, textOf(expr.callee.span), arityText(row.args.length, Object.keys(row.defaults ?? {}).length), given.length, row.args);
  return elementwise(pass, op, args, expr.span, (values, axes) => pass.algebra.map(op, values, axes));
}

/** max(a, b, c) */
function foldOperation(pass: Pass, op: OpName, args: readonly Placed[], span: Span): Result {
  let total = args[0];
  for (const next of args.slice(1)) {
    if (total === undefined) return undefined;
    const value = elementwise(pass, op, [total, next], span, (values, axes) => pass.algebra.map(op, values, axes));
    total = value && { value, span };
  }
  return total?.value;
}

/** Brings arguments to one shape and applies. */
export function elementwise(
  pass: Pass, name: string, args: readonly Placed[], span: Span, apply: (values: readonly Value[], axes: readonly Dim[]) => Value,
): Result {
  let shape: { axes: readonly Dim[]; form: Value['form'] } = { axes: [], form: 'column' };
  let widest: Placed | undefined;
  for (const arg of args) {
    if (numeric(pass, arg.value, arg.span) === undefined) return undefined;
    const common = widest === undefined ? { axes: arg.value.axes, form: arg.value.form } : commonShape(pass, `apply \`${name}\` to`, widest, arg, span);
    if (common === undefined) return undefined;
    if (widest === undefined || arg.value.axes.length > widest.value.axes.length) widest = arg;
    shape = common;
  }
  return { ...apply(args.map((a) => a.value), shape.axes), form: shape.form };
}

function* tensorCall(pass: Pass, name: string, builtin: Builtin, expr: Apply, scope: Scope): Step {
  const args: Placed[] = [];
  const sizes: Dim[] = [];
  let axisExpr: Expr | undefined;
  const inside = name === 'sum' || name === 'mean' ? scope.inner({ elementwise: true }) : scope;
  let k = 0;
  for (const argument of expr.args) {
    if (argument.kind === 'named') {
      if (argument.name.name !== 'axis' || builtin.takesAxis === undefined) return pass.report('unknown-argument', argument.name.span, { name, argument: argument.name.name });
      axisExpr = argument.value;
      continue;
    }
    if (argument.kind !== 'positional') return pass.report('bad-argument', argument.value.span, { name, expected: 'a value' });
    const parameter = builtin.parameters[Math.min(k, builtin.parameters.length - 1)] ?? 'value';
    k += 1;
    if (parameter.startsWith('value')) {
      const value = yield pass.visit(argument.value, inside);
      if (value === undefined) return undefined;
      args.push({ value, span: argument.value.span });
    } else {
      const size = readSize(pass, argument.value, scope);
      if (size === undefined) return pass.report('bad-argument', argument.value.span, { name, expected: 'a size' });
      sizes.push(size);
    }
  }
  const required = builtin.parameters.filter((p) => p === 'value' || p === 'size').length;
  const most = builtin.parameters.some((p) => p.endsWith('*')) ? Number.POSITIVE_INFINITY : builtin.parameters.length;
  if (k < required || k > most) return arity(pass, expr, name, required === most ? count(required) : `at least ${count(required)}`, k, builtin.parameters.map((p, at) => (p.startsWith('value') ? 'xyzuvw'[at] ?? 'x' : 'NMK'[at] ?? 'N')));
  const axis = axisExpr === undefined ? undefined : readAxis(pass, name, axisExpr, args[0]?.value, scope);
  if (axisExpr !== undefined && axis === undefined) return undefined;
  return builtin.build({ pass, name, span: expr.span, args, sizes, axis });
}

function readAxis(pass: Pass, name: string, expr: Expr, value: Value | undefined, scope: Scope): number | undefined {
  const axis = readInteger(pass, expr, scope);
  const rank = value?.axes.length ?? 0;
  if (axis !== undefined && axis >= 1 && axis <= rank) return axis - 1;
  return pass.report('bad-argument', expr.span, { name, expected: rank === 0 ? 'left out: a scalar has no axes' : `an axis from 1 to ${rank}` });
}

/** numpy counts axes from 0. */
function axisFromZero(pass: Pass, argument: Argument): Argument {
  if (argument.kind !== 'named' || argument.name.name !== 'axis') return argument;
  const { value } = argument;
  pass.note('numpy counts axes from 0; here the first axis is 1', value.span);
  return { ...argument, value: { kind: 'binary', op: '+', left: value, right: { kind: 'number', text: '1', span: value.span }, span: value.span, opSpan: value.span } };
}

/** The arguments in order, named ones put in their places. */
export function* positional(pass: Pass, args: readonly Argument[], name: string, scope: Scope, parameters: readonly string[] = []): Part<readonly Placed[] | undefined> {
  const placed: Placed[] = [];
  let broken = false;
  for (const argument of args) {
    if (argument.kind === 'given' || argument.kind === 'generator') return pass.report('bad-argument', argument.value.span, { name, expected: 'a value' });
    let at = placed.length;
    if (argument.kind === 'named') {
      at = parameters.indexOf(argument.name.name);
      if (at < 0) return pass.report('unknown-argument', argument.name.span, { name, argument: argument.name.name });
    }
    const value = yield pass.visit(argument.value, scope);
    if (value === undefined) broken = true;
    else placed[at] = { value, span: argument.value.span };
  }
  return broken ? undefined : placed;
}

/** What people pass as a second argument elsewhere. */
const SECOND_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['log', 'a logarithm to another base is `ln(x)/ln(b)`, `log2(x)` or `log10(x)`'], ['ln', 'a logarithm to another base is `ln(x)/ln(b)`, `log2(x)` or `log10(x)`'],
  ['round', 'for decimals write `round(100*x)/100`'], ['relu', 'another threshold is `max(x, a)`'], ['sqrt', 'an n-th root is `x^(1/n)`'], ['exp', 'another base is `a^x`'],
  ['softmax', 'the axis is named: `softmax(z, axis = 1)`'], ['log_softmax', 'the axis is named: `log_softmax(z, axis = 1)`'],
]);
const isBigOperator = (name: string): boolean => bigOperators.some((big) => big === name);
const count = (n: number): string => (n === 0 ? 'no arguments' : n === 1 ? 'one argument' : `${n} arguments`);
const arityText = (most: number, optional: number): string => (optional === 0 ? count(most) : `${most - optional} to ${most} arguments`);

function arity(pass: Pass, expr: Apply, name: string, expected: string, found: number, parameters: readonly string[] = []): undefined {
  const signature = parameters.length === 0 ? undefined : `it is called \`${name}(${parameters.join(', ')})\``;
  const elsewhere = found === 2 ? SECOND_ARGUMENTS.get(name) : found > 2 && isBigOperator(name) ? `an index stands in brackets: \`${name}[i in 1..N] x[i]\`` : undefined;
  const hint = elsewhere ?? signature;
  return pass.report('wrong-arity', expr.span, { name, expected, found }, withoutModule(expr) ?? (hint === undefined ? {} : { hint }));
}

/** `keras.log(x)` has been read as `log(keras, x)`; what is called like a variable, `x.log(2)`, may be meant so. */
function withoutModule({ callee, args }: Apply): ReportOptions | undefined {
  const [first] = args;
  if (first?.kind !== 'positional' || first.value.kind !== 'name' || first.value.span.start >= callee.span.start || /^\p{Ll}$/u.test(first.value.name)) return undefined;
  const { source, start } = first.value.span;
  return { hint: `functions have no module before them: leave out \`${first.value.name}.\``, fix: { span: { source, start, end: callee.span.start }, text: '' } };
}
