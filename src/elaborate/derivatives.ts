/** Derivatives inside expressions: `∂L/∂w`, `d/dx […]`, `f'(x)`, `∇F`, difference quotients. */
import type { Apply, Expr, IndexItem, Leibniz, Limit, Name, Nabla, Partial, PartialDenominator } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { NodeId } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import { findOp } from '../ops/table.ts';
import { readInteger } from './affine.ts';
import { numeric } from './broadcast.ts';
import { bodyOf } from './inline.ts';
import { indexValue, indexNamed } from './indexing.ts';
import { HIGHEST_ORDER } from './model.ts';
import { elementOf, reportUnknownFunction, reportUnknownName } from './names.ts';
import { resolve, type Part } from './resolve.ts';
import { textOf, type Pass, type Step } from './pass.ts';
import { World, type Entity, type Family, type Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { compositeName } from './syntax.ts';
import { describe, plainValue, type Result, type Value } from './value.ts';

/** Something to differentiate with respect to: a free variable in a scope where everything depends on it. */
interface Variable {
  readonly value: Value;
  readonly scope: Scope;
  /** puts back what the variable stood for */
  readonly restore: (value: Value) => Value;
}

// ---- pointwise derivatives ------------------------------------------------------------------------

/**
 * ∂y/∂x, position by position in the free indices: axes of y, then axes of x. Free indices of x are among those of
 * y's context, so the sum over them has each position's own derivative as its gradient.
 */
export function differentiate(pass: Pass, y: Value, x: Value): Value {
  const { algebra, b, options } = pass;
  pass.primals.push(y.node);
  if (x.labels.length === 0) {
    const closed = y.labels.length + y.axes.length;
    const [node = -1] = closed === 0 ? options.differentiator.gradient(b.graph, y.node, [x.node]) : options.differentiator.jacobian(b.graph, y.node, [x.node]);
    return plainValue(node, [...y.axes, ...x.axes], y.labels);
  }
  const summed = algebra.sumLabels(y, y.labels);
  if (summed.axes.length === 0) {
    const [node = -1] = options.differentiator.gradient(b.graph, summed.node, [x.node]);
    return plainValue(node, x.axes, x.labels);
  }
  const [node = -1] = options.differentiator.jacobian(b.graph, summed.node, [x.node]);
  // axes of y, free indices, axes of x → free indices first
  const [m, n] = [summed.axes.length, x.labels.length];
  const order = [...x.labels.map((_, k) => m + k), ...summed.axes.map((_, k) => k), ...x.axes.map((_, k) => m + n + k)];
  return plainValue(b.permute(node, order), [...summed.axes, ...x.axes], x.labels);
}

/** The same several times over. */
function differentiateTimes(pass: Pass, y: Value, x: Value, order: number, span: Span): Result {
  if (order > HIGHEST_ORDER) return pass.report('bad-derivative', span, { reason: `orders above ${HIGHEST_ORDER} are not made` });
  const { graph } = pass.b;
  if ([x, y].every((v) => graph.shape(v.node).length === 0)) {
    pass.primals.push(y.node);
    return plainValue(pass.options.differentiator.ordinary(graph, y.node, x.node, order), [], []);
  }
  let result = y;
  for (let k = 0; k < order; k++) result = differentiate(pass, result, x);
  return result;
}

// ---- primes -----------------------------------------------------------------------------------------

/** `f'(e)`: the derivative of a function of one argument, at e. */
export function* primedCall(pass: Pass, callee: Expr, order: number, expr: Apply, scope: Scope): Step {
  const fn = ungroup(callee);
  const [argument] = expr.args;
  const name = fn.kind === 'name' ? fn.name : fn.kind === 'subscript' && fn.base.kind === 'name' ? compositeName(fn) : undefined;
  if (name === undefined) return pass.report('bad-derivative', expr.span, { reason: 'a prime differentiates a named function of one argument' });
  if (expr.args.length !== 1 || argument?.kind !== 'positional') {
    return pass.report('bad-derivative', expr.span, { reason: `\`${name}\` is given ${expr.args.length} arguments, so a prime does not say which one varies` });
  }
  const entity = yield* resolve(pass, name, scope);
  if (entity?.kind === 'broken') return undefined;
  if (entity === undefined && findOp(name) === undefined && name !== 'σ') return reportUnknownFunction(pass, name, fn.span, scope);
  const at = numeric(pass, yield pass.visit(argument.value, scope), argument.value.span);
  if (at === undefined) return undefined;
  if (entity?.kind === 'opaque') {
    if (entity.arity !== 1) return pass.report('bad-derivative', expr.span, { reason: `\`${name}\` has ${entity.arity} arguments` });
    return { ...pass.algebra.call(name, [order], [at], at.axes), form: at.form };
  }
  if (entity?.kind === 'function' && entity.parameters.length !== 1) {
    return pass.report('bad-derivative', expr.span, { reason: `\`${name}\` has ${entity.parameters.length} arguments, so a prime does not say which one varies` }, { hint: `write \`∂${name}/∂x\`` });
  }
  return yield* derivativeAt(pass, fn, entity, at, order, expr, scope);
}

/** The n-th derivative of a function at a value: taken at a free variable, which the value then replaces. */
function* derivativeAt(pass: Pass, fn: Expr, entity: Entity | undefined, at: Value, order: number, expr: Apply, scope: Scope): Step {
  const { algebra, b } = pass;
  // a function of one number applies to every element: the axes become free indices for a while
  const typed = entity?.kind === 'function' && entity.parameters[0]?.type !== undefined;
  const lifted = typed ? [] : at.axes.map((size) => pass.elementLabel(size));
  const opened = algebra.open(at, lifted);
  const x: Value = { ...opened, node: b.placeholder(b.graph.shape(opened.node)) };
  let y: Result;
  if (entity?.kind === 'function') {
    y = yield* bodyOf(pass, entity, [x], scope);
  } else {
    const inner = scope.inner();
    inner.declare(ARGUMENT, { kind: 'value', value: x });
    y = yield pass.visit({ ...expr, callee: fn, args: [{ kind: 'positional', value: { kind: 'name', name: ARGUMENT, span: expr.span } }] }, inner);
  }
  y &&= differentiateTimes(pass, y, x, order, expr.span);
  if (y === undefined) return undefined;
  const [node = y.node] = substitute(b, [y.node], new Map([[x.node, opened.node]]));
  const result = algebra.close({ ...y, node }, lifted);
  return { ...result, form: result.axes.length === 1 ? at.form : 'column' };
}
const ARGUMENT = 'the argument';

// ---- ∂ and d/dx -------------------------------------------------------------------------------------

export function* leibnizValue(pass: Pass, expr: Leibniz, scope: Scope): Step {
  if (expr.order < 1) return pass.report('bad-derivative', expr.span, { reason: 'its order must be at least one' });
  return yield* mixed(pass, expr.body, [expr], expr.span, scope);
}

export function* partialValue(pass: Pass, expr: Partial, scope: Scope): Step {
  const below = expr.denominators.reduce((sum, d) => sum + d.order, 0);
  if (expr.order !== below || expr.order < 1) {
    return pass.report('bad-derivative', expr.span, { reason: `the order above is ${expr.order}, the orders below sum to ${below}` });
  }
  return yield* mixed(pass, expr.target, expr.denominators, expr.span, scope);
}

/** The mixed derivative in the order of the variables: axes of the target, then of each variable. */
function* mixed(pass: Pass, target: Expr, denominators: readonly PartialDenominator[], span: Span, scope: Scope): Step {
  const variables = new Map<string, Expr>();
  for (const { variable } of denominators) variables.set(textOf(variable.span), variable);
  let inner = scope;
  const made = new Map<string, Variable & { readonly indices: Expr | undefined }>();
  for (const [text, written] of variables) {
    // `∂/∂w_k`, where w is a tensor
    const named = written.kind === 'name' && (yield* resolve(pass, written.name, inner)) === undefined ? yield* elementOf(pass, written, inner) : undefined;
    const variable = named ?? written;
    const base = variable.kind === 'index' || variable.kind === 'subscript' ? variable.base : variable;
    const found = yield* variableOf(pass, variable, base, inner);
    if (found === undefined) return undefined;
    made.set(text, found);
    inner = found.scope;
  }
  let y = yield* targetValue(pass, target, [...variables.values()], span, inner);
  for (const { variable, order } of denominators) {
    const at = made.get(textOf(variable.span));
    if (at === undefined || y === undefined) return undefined;
    if (at.indices === undefined) y = differentiateTimes(pass, y, at.value, order, span);
    else for (let k = 0; k < order && y !== undefined; k++) y = yield* component(pass, y, at.value, at.indices, scope);
  }
  for (const variable of made.values()) y &&= variable.restore(y);
  return y;
}

/** The component `∂f/∂x[1]` of a derivative. */
function* component(pass: Pass, y: Value, x: Value, variable: Expr, scope: Scope): Part<Result> {
  const skip = y.axes.map(() => ({ kind: 'all', span: variable.span } as const));
  return yield* indexValue(pass, differentiate(pass, y, x), [...skip, ...itemsOf(variable)], variable.span, scope);
}

function* targetValue(pass: Pass, target: Expr, variables: readonly Expr[], span: Span, scope: Scope): Step {
  const inner = ungroup(target);
  if (inner.kind === 'name') {
    const entity = yield* resolve(pass, inner.name, scope);
    if (entity?.kind === 'function') {
      const values: Value[] = [];
      for (const parameter of entity.parameters) {
        const value = yield* boundTo(pass, parameter.name, scope);
        if (value === undefined) return undefined;
        values.push(value);
      }
      return yield* bodyOf(pass, entity, values, scope);
    }
    if (entity?.kind === 'opaque' || (entity === undefined && pass.line)) {
      const values: Value[] = [];
      for (const variable of variables) {
        const value = yield pass.visit(variable, scope);
        if (value === undefined) return undefined;
        values.push(value);
      }
      if (entity?.kind === 'opaque' && entity.arity !== values.length) return pass.report('bad-derivative', span, { reason: `\`${inner.name}\` has ${entity.arity} arguments` });
      if (values.some((v) => v.axes.length > 0)) return pass.report('bad-derivative', span, { reason: `\`${inner.name}\` is unknown` });
      if (entity === undefined) pass.opaques.set(inner.name, { name: inner.name, arity: values.length, docs: [] });
      return pass.algebra.call(inner.name, values.map(() => 0), values, []);
    }
    if (entity === undefined) return reportUnknownName(pass, inner, scope);
  }
  return numeric(pass, yield pass.visit(target, scope), target.span);
}

/** A parameter of a differentiated function stands for the variable of its name. */
function* boundTo(pass: Pass, name: Name, scope: Scope): Part<Result> {
  if (scope.find(name.name) === undefined) return pass.report('unknown-name', name.span, { name: name.name }, { hint: `the function is differentiated at \`${name.name}\`, which nothing declares` });
  return yield pass.visit(name, scope);
}

function* variableOf(pass: Pass, variable: Expr, base: Expr, scope: Scope): Part<(Variable & { indices: Expr | undefined }) | undefined> {
  if (base.kind !== 'name') return pass.report('bad-wrt', variable.span, { name: textOf(variable.span), found: 'an expression' });
  const composite = variable.kind === 'subscript' && scope.find(compositeName(variable)) !== undefined;
  const name = composite && variable.kind === 'subscript' ? compositeName(variable) : base.name;
  const entity = yield* resolve(pass, name, scope);
  if (entity?.kind === 'broken') return undefined;
  if (entity === undefined) return reportUnknownName(pass, { ...base, name }, scope);
  const whole = composite || variable === base;
  if (entity.kind === 'family' && !whole) return yield* freedMember(pass, entity, base, variable, scope);
  if (entity.kind === 'trajectory') {
    return pass.report('bad-wrt', variable.span, { name, found: 'the states of a recurrence' });
  }
  if (entity.kind !== 'value') return pass.report('bad-wrt', variable.span, { name, found: kindOf(entity) });
  const { value } = entity;
  if (value.element !== 'real') return pass.report('bad-wrt', variable.span, { name, found: value.element === 'index' ? 'a position' : value.element === 'bool' ? 'a condition' : 'a whole number' });
  return { ...freed(pass, name, value, scope), indices: whole ? undefined : variable };
}

export function kindOf(entity: Entity): string {
  switch (entity.kind) {
    case 'size': case 'sizes': return 'a size';
    case 'label': case 'position': case 'step': case 'range': return 'an index';
    case 'function': case 'opaque': return 'a function';
    case 'family': return 'a family';
    default: return 'no variable';
  }
}

/**
 * Leaves vary as they are. A defined name is read anew as a free variable in another world, so that everything
 * that uses the name depends on it, and nothing that merely has the same value does.
 */
function freed(pass: Pass, name: string, value: Value, scope: Scope): Variable {
  const isLocal = scope.find(name) !== scope.global.find(name);
  if (pass.b.graph.attr(value.node).kind === 'leaf' || isLocal) return { value, scope, restore: (y) => y };
  return inOtherWorld(pass, name, value, scope, (free) => ({ kind: 'value', value: free }));
}

/** A member of a family, `∂L/∂a[2]`. */
function* freedMember(pass: Pass, family: Family, base: Name, variable: Expr, scope: Scope): Part<(Variable & { indices: undefined }) | undefined> {
  const items = itemsOf(variable);
  const member = yield* indexNamed(pass, base, items, variable.span, scope);
  const [first] = items;
  const at = first?.kind === 'at' ? readInteger(pass, first.value, scope) : undefined;
  if (member === undefined || at === undefined) return undefined;
  if (pass.b.graph.attr(member.node).kind === 'leaf') return { value: member, scope, restore: (y) => y, indices: undefined };
  const other = (free: Value): Entity => ({ ...family, members: new Map([...family.members, [at, { kind: 'value', value: free }]]) });
  return { ...inOtherWorld(pass, base.name, member, scope, other), indices: undefined };
}

function itemsOf(variable: Expr): readonly IndexItem[] {
  if (variable.kind === 'index') return variable.indices;
  return variable.kind === 'subscript' ? variable.indices.map((value) => ({ kind: 'at', value })) : [];
}

function inOtherWorld(pass: Pass, name: string, value: Value, scope: Scope, entity: (free: Value) => Entity): Variable {
  const { b } = pass;
  const node = b.placeholder(b.graph.shape(value.node));
  const free: Value = { ...value, node };
  const world = new World(new Map([...scope.world.overrides, [name, entity(free)]]), scope.global.identity);
  return {
    value: free, scope: scope.in(world),
    restore: (y) => ({ ...y, node: substitute(b, [y.node], new Map<NodeId, NodeId>([[node, value.node]]))[0] ?? y.node }),
  };
}

// ---- ∇ and limits -----------------------------------------------------------------------------------

/** `∇F` with respect to the arguments of a function, or to everything that varies. */
export function* nablaValue(pass: Pass, expr: Nabla, scope: Scope): Step {
  const inner = ungroup(expr.operand);
  const entity = inner.kind === 'name' ? yield* resolve(pass, inner.name, scope) : undefined;
  if (entity?.kind === 'broken') return undefined;
  const names = entity?.kind === 'function' ? entity.parameters.map((p) => p.name) : varying(pass, expr.span);
  const parts: Value[] = [];
  for (const name of names) {
    const part = yield* mixed(pass, expr.operand, [{ variable: name, order: 1 }], expr.span, scope);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const [first] = parts;
  if (first === undefined) return pass.report('missing-wrt', expr.span, { request: '`∇`' });
  if (parts.length === 1) return first;
  if (parts.every((p) => p.axes.length === 0)) return pass.algebra.stack(parts, []);
  return pass.report('bad-derivative', expr.span, { reason: 'the variables have different shapes, so their partials form no vector' }, { hint: 'write the partials one by one: `∂F/∂x`' });
}

function varying(pass: Pass, span: Span): Name[] {
  return [...pass.inputs.values()].filter((i) => i.role === 'param' || i.role === 'variable').map((i): Name => ({ kind: 'name', name: i.name, span }));
}

/** A limit is the value at the point, or, for a quotient that is 0/0 there, the quotient of the derivatives. */
export function* limitValue(pass: Pass, expr: Limit, scope: Scope): Step {
  const to = yield pass.visit(expr.target, scope);
  if (to === undefined) return undefined;
  const { b } = pass;
  if (to.axes.length > 0) return pass.report('expected-scalar', expr.target.span, { what: 'the point of a limit', found: describe(to) });
  const x = plainValue(b.placeholder(b.graph.shape(to.node)), [], to.labels);
  const inner = scope.inner();
  inner.declare(expr.variable.name, { kind: 'value', value: x });
  const at = (y: Value): Value => ({ ...y, node: substitute(b, [y.node], new Map([[x.node, to.node]]))[0] ?? y.node });
  const body = ungroup(expr.body);
  if (body.kind !== 'binary' || body.op !== '/') {
    const value = yield pass.visit(body, inner);
    return value && continuous(pass, at(value), expr);
  }
  let over = yield pass.visit(body.left, inner);
  let under = yield pass.visit(body.right, inner);
  if (over === undefined || under === undefined || over.axes.length + under.axes.length > 0) return undefined;
  for (let k = 0; k < 4; k++) {
    const bottom = at(under);
    if (!b.isZero(bottom.node)) return continuous(pass, pass.algebra.multiply([at(over), pass.algebra.invert(bottom)], []), expr);
    if (!b.isZero(at(over).node)) break;
    over = differentiate(pass, over, x);
    under = differentiate(pass, under, x);
  }
  return pass.report('not-evaluated', expr.span, { what: 'this limit' });
}

function continuous(pass: Pass, value: Value, expr: Limit): Result {
  const attr = pass.b.graph.attr(value.node);
  const finite = attr.kind !== 'const' || attr.value.kind !== 'double';
  return finite ? value : pass.report('not-evaluated', expr.span, { what: 'this limit' });
}
