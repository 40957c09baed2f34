/** Expressions: one visit per construct; what a construct means in detail stands in the file it is handed to. */
import { isPower } from '../ast/levels.ts';
import type { Absolute, Apply, Binary, Compare, Conditional, Expr, MatrixLiteral, Norm, Prime, Subscript } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { Part as Summed } from './algebra.ts';
import { asProduct, isFunction, isKnownFunction } from './application.ts';
import { bigValue } from './bigs.ts';
import { commonShape, numeric, type Placed } from './broadcast.ts';
import { callValue } from './calls.ts';
import { leibnizValue, limitValue, nablaValue, partialValue } from './derivatives.ts';
import { inverse } from './functions/linear.ts';
import { absoluteNorm, euclideanNorm, maximumNorm } from './functions/reductions.ts';
import { indexNamed, indexValue } from './indexing.ts';
import { nameValue } from './names.ts';
import { resolve, type Part } from './resolve.ts';
import { textOf, type Pass, type Step } from './pass.ts';
import { elementwisePower, elementwiseProduct, elementwiseQuotient, power, product, quotient } from './products.ts';
import type { Scope } from './scope.ts';
import { summandsOf, ungroup } from './spine.ts';
import { compositeName } from './syntax.ts';
import { describe, type Result, type Value } from './value.ts';
import { COMPARISONS, EULER } from './vocabulary.ts';

export function* visitExpression(pass: Pass, expr: Expr, scope: Scope): Step {
  switch (expr.kind) {
    case 'number': return numberValue(pass, expr.text, expr.span);
    case 'name': return yield nameValue(pass, expr, scope);
    case 'group': return yield pass.visit(expr.inner, scope);
    case 'binary': return yield binaryValue(pass, expr, scope);
    case 'negate': {
      const value = numeric(pass, yield pass.visit(expr.operand, scope), expr.operand.span);
      return value && pass.algebra.scale(Q.MINUS_ONE, value);
    }
    case 'not': {
      const value = yield* condition(pass, expr.operand, scope);
      return value && pass.algebra.map('not', [value], value.axes);
    }
    case 'compare': return yield* compareValue(pass, expr, scope);
    case 'conditional': return yield* conditionalValue(pass, expr, scope);
    case 'apply': case 'superscript': case 'prime': case 'transpose': case 'factorial': case 'index': case 'subscript':
      return yield postfixValue(pass, expr, scope);
    case 'sqrt': return yield* mapped(pass, 'sqrt', expr.operand, scope);
    case 'abs': return yield* absolute(pass, expr, scope);
    case 'norm': return yield* normValue(pass, expr, '2', scope);
    case 'big': return yield bigValue(pass, expr, scope);
    case 'partial': return yield partialValue(pass, expr, scope);
    case 'leibniz': return yield leibnizValue(pass, expr, scope);
    case 'nabla': return yield nablaValue(pass, expr, scope);
    case 'limit': return yield limitValue(pass, expr, scope);
    case 'vector': case 'tuple': return yield* stacked(pass, expr.items, scope);
    case 'matrix': return yield* matrixLiteral(pass, expr, scope);
    case 'lambda': return pass.report('function-as-value', expr.span, { name: textOf(expr.span) });
    case 'string': return pass.report('not-evaluated', expr.span, { what: 'a string' });
    case 'ellipsis': return pass.report('not-evaluated', expr.span, { what: 'an ellipsis' });
    case 'error': return undefined;
  }
}

function numberValue(pass: Pass, text: string, span: Span): Result {
  const value = Q.parseRational(text);
  return value === undefined ? pass.report('bad-number', span, { text }) : pass.algebra.constant(value);
}

// ---- operators --------------------------------------------------------------------------------------

function* binaryValue(pass: Pass, expr: Binary, scope: Scope): Step {
  if (expr.op === '+' || expr.op === '-') return yield* sumValue(pass, expr, scope);
  if (expr.op === 'and' || expr.op === 'or') {
    const left = yield* condition(pass, expr.left, scope);
    const right = yield* condition(pass, expr.right, scope);
    if (left === undefined || right === undefined) return undefined;
    const shape = commonShape(pass, 'combine', { value: left, span: expr.left.span }, { value: right, span: expr.right.span }, expr.span);
    return shape && pass.algebra.map(expr.op, [left, right], shape.axes);
  }
  const rewritten = asProduct(pass, expr, scope);
  if (rewritten !== undefined) return yield pass.visit(rewritten, scope);
  if (isPower(expr.op)) {
    const special = yield* specialPower(pass, expr, scope);
    if (special !== 'none') return special;
  }
  const left = numeric(pass, yield pass.visit(expr.left, scope), expr.left.span);
  const right = numeric(pass, yield pass.visit(expr.right, scope), expr.right.span);
  if (left === undefined || right === undefined) return undefined;
  return combine(pass, expr, { value: left, span: expr.left.span }, { value: right, span: expr.right.span }, scope);
}

function combine(pass: Pass, expr: Binary, left: Placed, right: Placed, scope: Scope): Result {
  switch (expr.op) {
    case '.*': return elementwiseProduct(pass, left, right, expr.span);
    case './': return elementwiseQuotient(pass, left, right, expr.span);
    case '/': return quotient(pass, left, right, expr.span);
    case '^': return left.value.axes.length === 2 && isMinusOne(pass, right.value) ? inverse(pass, left) : power(pass, left, right, expr.span);
    case '.^': case '**': return elementwisePower(pass, left, right, expr.span);
    case '@': return product(pass, '@', left, right, { span: expr.span, opSpan: expr.opSpan, scope });
    default: return product(pass, '*', left, right, { span: expr.span, opSpan: expr.opSpan, scope });
  }
}

/** A whole chain of + and - becomes one sum. */
function* sumValue(pass: Pass, expr: Binary, scope: Scope): Step {
  const parts: Summed[] = [];
  let widest: Placed | undefined;
  let form: Value['form'] = 'column';
  let failed = false;
  for (const { expr: summand, negative } of summandsOf(expr)) {
    const value = numeric(pass, yield pass.visit(summand, scope), summand.span);
    if (value === undefined) {
      failed = true;
      continue;
    }
    const placed: Placed = { value, span: summand.span };
    const shape = widest === undefined ? { form: value.form } : commonShape(pass, negative ? 'subtract' : 'add', widest, placed, expr.span);
    if (shape === undefined) return undefined;
    if (widest === undefined || value.axes.length > widest.value.axes.length) widest = placed;
    ({ form } = shape);
    parts.push({ coef: negative ? Q.MINUS_ONE : Q.ONE, value });
  }
  if (failed || widest === undefined) return undefined;
  const { axes } = widest.value;
  if (axes.length > 0) {
    const numbers = parts.filter(({ value }) => value.axes.length === 0 && pass.b.constantOf(value.node) === undefined);
    pass.oddities += 2 * numbers.length;
    // in xᵢ - m with a vector m, xᵢ is likely one too
    pass.wantsTensors ||= numbers.some(({ value }) => value.labels.length > 0);
  }
  return { ...pass.algebra.add(parts, axes), form };
}

/** Powers of `e` are exponentials; `A^T` is a transpose where T is nothing else, `A^{-T}` that of the inverse. */
function* specialPower(pass: Pass, expr: Binary, scope: Scope): Part<Result | 'none'> {
  const base = ungroup(expr.left);
  if (base.kind === 'name' && base.name === EULER && scope.find(EULER) === undefined) return yield* mapped(pass, 'exp', expr.right, scope);
  if (expr.op !== '^' || scope.find('T') !== undefined) return 'none';
  const exponent = ungroup(expr.right);
  const mark = exponent.kind === 'negate' ? exponent.operand : expr.right;
  if (mark.kind !== 'name' || mark.name !== 'T') return 'none';
  const value = yield pass.visit(expr.left, scope);
  const turned = value && mark !== expr.right ? inverse(pass, { value, span: expr.left.span }) : value;
  return turned && transposed(pass, turned, expr.span);
}

/** The -1 of `A⁻¹`: of a matrix it is no power of its elements. */
function isMinusOne(pass: Pass, exponent: Value): boolean {
  const value = exponent.labels.length + exponent.axes.length === 0 ? pass.b.constantOf(exponent.node) : undefined;
  return value !== undefined && Q.equal(value, Q.MINUS_ONE);
}

/** A scalar operation applied to every element of one operand. */
function* mapped(pass: Pass, op: 'sqrt' | 'exp' | 'abs' | 'gamma', operand: Expr, scope: Scope): Part<Result> {
  const value = numeric(pass, yield pass.visit(operand, scope), operand.span);
  return value && { ...pass.algebra.map(op, [value], value.axes), form: value.form };
}

function* absolute(pass: Pass, expr: Absolute, scope: Scope): Part<Result> {
  return yield* mapped(pass, 'abs', expr.operand, scope);
}

// ---- conditions -------------------------------------------------------------------------------------

function* condition(pass: Pass, expr: Expr, scope: Scope): Part<Result> {
  const value = yield pass.visit(expr, scope);
  if (value === undefined || value.element === 'bool') return value;
  return pass.report('bad-condition', expr.span, { found: describe(value) });
}

function* compareValue(pass: Pass, expr: Compare, scope: Scope): Part<Result> {
  const operands: Placed[] = [];
  for (const operand of expr.operands) {
    const value = yield pass.visit(operand, scope);
    if (value === undefined) return undefined;
    operands.push({ value, span: operand.span });
  }
  let all: Placed | undefined;
  for (const [k, operator] of expr.operators.entries()) {
    const [left, right] = [operands[k], operands[k + 1]];
    if (left === undefined || right === undefined) return undefined;
    if (operator === 'in') return pass.report('not-evaluated', expr.span, { what: 'membership in a set' });
    const shape = commonShape(pass, 'compare', left, right, expr.span);
    if (shape === undefined) return undefined;
    // a position is compared with numbers as it is written, from 1
    const sides = left.value.element === right.value.element ? [left.value, right.value] : [counted(pass, left.value), counted(pass, right.value)];
    const part: Placed = { value: pass.algebra.map(COMPARISONS[operator], sides, shape.axes), span: expr.span };
    const both = all === undefined ? { axes: shape.axes } : commonShape(pass, 'compare', all, part, expr.span);
    if (both === undefined) return undefined;
    all = all === undefined ? part : { value: pass.algebra.map('and', [all.value, part.value], both.axes), span: expr.span };
  }
  return all?.value;
}

/** The number of a position, from 1; the graph counts from 0. */
function counted(pass: Pass, value: Value): Value {
  if (value.element !== 'index') return value;
  const { b } = pass;
  const shape = b.graph.shape(value.node);
  return { ...value, node: b.sum([value.node, b.fill(Q.ONE, shape)], shape) };
}

function* conditionalValue(pass: Pass, expr: Conditional, scope: Scope): Part<Result> {
  const test = yield* condition(pass, expr.condition, scope);
  // what is read outside an axis in the branch not taken does no harm
  const branch = test !== undefined && test.labels.length > 0 ? scope.inner({ guarded: true }) : scope;
  const whenTrue = numeric(pass, yield pass.visit(expr.whenTrue, branch), expr.whenTrue.span);
  const whenFalse = numeric(pass, yield pass.visit(expr.whenFalse, branch), expr.whenFalse.span);
  if (test === undefined || whenTrue === undefined || whenFalse === undefined) return undefined;
  const same = whenTrue.axes.length === 0 || whenFalse.axes.length === 0 || pass.sizes.sameShape(whenTrue.axes, whenFalse.axes);
  if (!same) return pass.report('branches-differ', expr.span, { left: describe(whenTrue), right: describe(whenFalse) });
  const value = whenTrue.axes.length > 0 ? whenTrue : whenFalse;
  const shape = commonShape(pass, 'select by', { value: test, span: expr.condition.span }, { value, span: expr.whenTrue.span }, expr.span);
  return shape && { ...pass.algebra.map('where', [test, whenTrue, whenFalse], shape.axes), form: value.form };
}

// ---- postfix ----------------------------------------------------------------------------------------

type Postfix = Extract<Expr, { kind: 'apply' | 'superscript' | 'prime' | 'transpose' | 'factorial' | 'index' | 'subscript' }>;

function* postfixValue(pass: Pass, expr: Postfix, scope: Scope): Step {
  const rewritten = asProduct(pass, expr, scope);
  if (rewritten !== undefined) return yield pass.visit(rewritten, scope);
  switch (expr.kind) {
    case 'apply': return yield callValue(pass, expr, scope);
    case 'superscript': {
      const { base, exponent, span } = expr;
      return yield pass.visit({ kind: 'binary', op: '^', left: base, right: exponent, span, opSpan: { ...span, start: base.span.end, end: base.span.end } }, scope);
    }
    case 'prime': return yield* primeValue(pass, expr, scope);
    case 'transpose': {
      const value = numeric(pass, yield pass.visit(expr.base, scope), expr.base.span);
      return value && transposed(pass, value, expr.span);
    }
    case 'factorial': {
      const value = numeric(pass, yield pass.visit(expr.base, scope), expr.base.span);
      if (value === undefined) return undefined;
      const shifted = pass.algebra.add([{ coef: Q.ONE, value }, { coef: Q.ONE, value: pass.algebra.constant(Q.ONE) }], value.axes);
      return pass.algebra.map('gamma', [shifted], value.axes);
    }
    case 'index': {
      const { base } = expr;
      // NIST writes exp[-b*x]
      if (base.kind === 'name' && isKnownFunction(base.name, scope)) return yield* bracketCall(pass, expr, scope);
      if (base.kind === 'name') return yield* indexNamed(pass, base, expr.indices, expr.span, scope);
      const value = yield pass.visit(base, scope);
      return value && (yield* indexValue(pass, value, expr.indices, expr.span, scope));
    }
    case 'subscript': return yield* subscriptValue(pass, expr, scope);
  }
}

function* bracketCall(pass: Pass, expr: Postfix & { kind: 'index' }, scope: Scope): Part<Result> {
  const args: Apply['args'] = expr.indices.flatMap((item) => (item.kind === 'at' ? [{ kind: 'positional', value: item.value } as const] : []));
  return yield pass.visit({ kind: 'apply', callee: expr.base, args, span: expr.span }, scope);
}

function* primeValue(pass: Pass, expr: Prime, scope: Scope): Part<Result> {
  if (isFunction(expr.base, scope) && expr.base.kind === 'name' && (yield* isNamedFunction(pass, expr.base.name, scope))) {
    return pass.report('function-as-value', expr.span, { name: textOf(expr.span) });
  }
  const value = numeric(pass, yield pass.visit(expr.base, scope), expr.base.span);
  if (value === undefined || expr.order % 2 === 0) return value;
  return transposed(pass, value, expr.span);
}

function* isNamedFunction(pass: Pass, name: string, scope: Scope): Part<boolean> {
  const entity = yield* resolve(pass, name, scope);
  return entity?.kind === 'function' || entity?.kind === 'opaque';
}

function transposed(pass: Pass, value: Value, span: Span): Result {
  if (value.axes.length === 0) {
    pass.oddities += 3;
    pass.wantsTensors = true;
  }
  if (value.axes.length <= 2) return pass.algebra.transpose(value);
  return pass.report('expected-shape', span, { what: 'what is transposed', expected: 'a matrix or a vector', found: describe(value) });
}

/** `xᵢ`, `θ₁`, `‖x‖₁`. */
function* subscriptValue(pass: Pass, expr: Subscript, scope: Scope): Part<Result> {
  const { base } = expr;
  // with one bar as well: elements of |x| have letters
  if (base.kind === 'norm' || (base.kind === 'abs' && NORMS.has(expr.text))) return yield* normValue(pass, base, expr.text, scope);
  const items = expr.indices.map((value) => ({ kind: 'at', value } as const));
  if (base.kind === 'name') {
    const composite = compositeName(expr);
    if (scope.find(composite) !== undefined) return yield nameValue(pass, { ...base, name: composite, span: expr.span }, scope);
    const entity = yield* resolve(pass, base.name, scope);
    if (entity === undefined) return yield nameValue(pass, { ...base, name: composite, span: expr.span }, scope);
    return yield* indexNamed(pass, base, items, expr.span, scope);
  }
  const value = yield pass.visit(base, scope);
  return value && (yield* indexValue(pass, value, items, expr.span, scope));
}

/** By their subscripts. */
const NORMS: ReadonlyMap<string, typeof euclideanNorm> = new Map([['2', euclideanNorm], ['F', euclideanNorm], ['1', absoluteNorm], ['∞', maximumNorm], ['inf', maximumNorm]]);

/** `‖x‖`, `‖x‖₁`, `‖A‖_F`; `p` is the subscript. */
function* normValue(pass: Pass, expr: Norm | Absolute, p: string, scope: Scope): Part<Result> {
  const value = numeric(pass, yield pass.visit(expr.operand, scope), expr.operand.span);
  if (value === undefined) return undefined;
  const norm = NORMS.get(p);
  if (norm !== undefined) return norm({ pass }, value);
  return pass.report('bad-argument', expr.span, { name: '‖ ‖', expected: 'followed by nothing, `₁`, `₂` or `_F`' });
}

// ---- literals ---------------------------------------------------------------------------------------

/** Values of one shape along a new first axis. */
function* stacked(pass: Pass, items: readonly Expr[], scope: Scope): Part<Result> {
  const values: Value[] = [];
  let axes: readonly Dim[] | undefined;
  for (const item of items) {
    const value = numeric(pass, yield pass.visit(item, scope), item.span);
    if (value === undefined) return undefined;
    axes ??= value.axes;
    if (!pass.sizes.sameShape(axes, value.axes)) {
      const [first, found] = [entries(items[0]), entries(item)];
      if (first !== undefined && found !== undefined) return pass.report('ragged-matrix', item.span, { first, row: values.length + 1, found });
      return pass.report('shape-mismatch', item.span, { operation: 'list together', left: describe(values[0] ?? value), right: describe(value) });
    }
    values.push(value);
  }
  return pass.algebra.stack(values, axes ?? []);
}

/** How many entries a row `[1, 2]` inside a list has. */
function entries(item: Expr | undefined): number | undefined {
  if (item?.kind === 'group') return item.bracket === '[' ? 1 : undefined;
  return item?.kind === 'matrix' && item.rows.length === 1 ? item.rows[0]?.length : undefined;
}

function* matrixLiteral(pass: Pass, expr: MatrixLiteral, scope: Scope): Part<Result> {
  const first = expr.rows[0]?.length ?? 0;
  const ragged = expr.rows.findIndex((row) => row.length !== first);
  if (ragged >= 0) return pass.report('ragged-matrix', expr.rows[ragged]?.[0]?.span ?? expr.span, { first, row: ragged + 1, found: expr.rows[ragged]?.length ?? 0 });
  const rows: Value[] = [];
  for (const row of expr.rows) {
    const value = yield* stacked(pass, row, scope);
    if (value === undefined) return undefined;
    if (value.axes.length !== 1) return pass.report('expected-scalar', row[0]?.span ?? expr.span, { what: 'an entry of a matrix', found: describe({ ...value, axes: value.axes.slice(1) }) });
    rows.push(value);
  }
  return pass.algebra.stack(rows, rows[0]?.axes ?? []);
}
