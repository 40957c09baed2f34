/** `derive` statements: what is wanted of which values, by what, along what. */
import type { Expr, Name, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { numeric } from './broadcast.ts';
import { didYouMean } from './corrections.ts';
import { kindOf } from './derivatives.ts';
import { isMatrixKind, KINDS, SCALAR_NAMES } from './kinds.ts';
import { leafOf } from './leaf.ts';
import { HIGHEST_ORDER, type DeriveKind, type DeriveRequest, type Wrt } from './model.ts';
import { reportUnknownName } from './names.ts';
import { textOf, type Pass } from './pass.ts';
import { now, resolve, type Part } from './resolve.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { describe, type Value } from './value.ts';

type Derive = Statement & { readonly kind: 'derive' };

/** These move along a direction in the variables when one is given. */
const ALONG: ReadonlySet<DeriveKind> = new Set(['jvp', 'hvp', 'gauss_newton_product', 'derivative']);
/** A derivative of order n by a vector has n more axes. */
const MOST_AXES = 8;
const OPTIONS: readonly string[] = ['sparse', 'blocks', 'diagonal', 'low_rank', 'operator', 'forward', 'reverse', 'dense', 'checkpoints'];
/** Forms of a derivative with rows and columns. */
const FORMS: readonly string[] = ['sparse', 'blocks', 'diagonal', 'low_rank', 'operator', 'dense'];
/** Of matrices whose rows and columns are the same variables. */
const SYMMETRIC_FORMS: readonly string[] = ['diagonal', 'low_rank'];
/** A matrix that is only multiplied with directions is never formed. */
const OPERATORS: Partial<Record<DeriveKind, DeriveKind>> = { jacobian: 'jvp', hessian: 'hvp', gauss_newton: 'gauss_newton_product' };
/** Fewer leave nothing to start again from. */
const FEWEST_CHECKPOINTS = 1;
const MOST_CHECKPOINTS = 1_000_000;

export function deriveRequest(pass: Pass, statement: Derive, scope: Scope): DeriveRequest | undefined {
  return now(() => derive(pass, statement, scope));
}

function* derive(pass: Pass, statement: Derive, scope: Scope): Part<DeriveRequest | undefined> {
  const what = yield* requestKinds(pass, statement, scope);
  const options = yield* readOptions(pass, statement, scope);
  const targets: Target[] = [];
  for (const expr of statement.of) {
    const value = numeric(pass, yield pass.visit(expr, scope), expr.span);
    if (value !== undefined) targets.push({ name: nameOf(expr), node: value.node, value, span: expr.span });
  }
  const wrt = yield* variables(pass, statement, what, scope);
  if (what === undefined || wrt === undefined || targets.length < statement.of.length) return undefined;
  const loopOption = statement.using.find((o) => o.name === 'checkpoints');
  if (loopOption !== undefined && !hasLoop(pass, targets.map((t) => t.node))) pass.report('bad-option', loopOption.span, { name: loopOption.name, reason: 'there is no recurrence here whose states could be kept' });
  checkForm(pass, statement, what.map((w) => w.kind));
  const asOperator = statement.using.some((o) => o.name === 'operator');
  const kinds = what.map((w) => (asOperator ? OPERATORS[w.kind] : undefined) ?? w.kind);
  const orders = [...new Set(what.flatMap((w) => (w.kind === 'derivative' ? [w.order] : [])))];
  if (!targets.every((target) => fits(pass, target, kinds))) return undefined;
  const along = yield* directions(pass, statement, { kinds, orders, wrt, of: targets.map((t) => t.value.axes) }, scope);
  if (along === undefined || !ordersFit(pass, what, wrt, along)) return undefined;
  return {
    what: [...new Set(kinds)], ...(orders.length > 0 && { orders }), of: targets.map(({ name, node }) => ({ name, node })), wrt, along, using: statement.using.map((o) => o.name),
    ...(options.checkpoints !== undefined && { checkpoints: options.checkpoints }),
    docs: statement.docs, span: statement.span, ...(statement.as && { as: statement.as.name }),
  };
}

/** One form, of something that has rows and columns. */
function checkForm(pass: Pass, statement: Derive, kinds: readonly DeriveKind[]): void {
  const [form, second] = statement.using.filter((o) => FORMS.includes(o.name));
  if (form === undefined) return;
  if (second !== undefined) pass.report('bad-option', second.span, { name: second.name, reason: `\`${form.name}\` is asked for already` });
  else if (!kinds.some(isMatrixKind)) pass.report('bad-option', form.span, { name: form.name, reason: 'it is a form of a `jacobian`, a `hessian` or a `gauss_newton` matrix' });
  else if (SYMMETRIC_FORMS.includes(form.name) && kinds.includes('jacobian')) pass.report('bad-option', form.span, { name: form.name, reason: 'it is a form of a `hessian` or a `gauss_newton` matrix' });
}

interface Options {
  /** states of a loop that may be kept for the way back */
  readonly checkpoints?: number;
}

function* readOptions(pass: Pass, statement: Derive, scope: Scope): Part<Options> {
  let checkpoints: number | undefined;
  for (const option of statement.using) {
    const bad = (reason: string): undefined => pass.report('bad-option', option.span, { name: option.name, reason });
    if (!OPTIONS.includes(option.name)) pass.report('unknown-option', option.span, { name: option.name }, didYouMean(option, OPTIONS));
    else if (option.name !== 'checkpoints') {
      if (option.value !== undefined) bad('it takes no value');
    } else {
      const n = option.value === undefined ? undefined : yield* wholeNumber(pass, option.value, scope);
      if (n === undefined || n < FEWEST_CHECKPOINTS || n > MOST_CHECKPOINTS) bad(`it says how many states are kept: \`checkpoints = 32\`, from ${FEWEST_CHECKPOINTS} to ${MOST_CHECKPOINTS}`);
      else checkpoints = n;
    }
  }
  return checkpoints === undefined ? {} : { checkpoints };
}

/** Something to keep states of. */
function hasLoop(pass: Pass, nodes: readonly NodeId[]): boolean {
  return reachable(pass.b.graph, nodes).some((id) => pass.b.graph.attr(id).kind === 'scan');
}

interface Asked {
  readonly kind: DeriveKind;
  /** 1 where none is written */
  readonly order: number;
  readonly span: Span;
}

function* requestKinds(pass: Pass, statement: Derive, scope: Scope): Part<Asked[] | undefined> {
  const kinds: Asked[] = [];
  let broken = false;
  for (const { name, span, order } of statement.what) {
    const kind = KINDS.find((k) => k === name);
    const n = order === undefined ? 1 : yield* wholeNumber(pass, order, scope);
    if (kind === undefined) pass.report('unknown-request', span, { name }, didYouMean({ name, span }, KINDS));
    else if (order !== undefined && kind !== 'derivative') pass.report('bad-order', order.span, { request: name, reason: 'only `derivative` has an order' });
    else if (n === undefined || n < 1) pass.report('bad-order', order?.span ?? span, { request: name, reason: 'an order is a whole number from 1' });
    else if (n > HIGHEST_ORDER) pass.report('bad-order', order?.span ?? span, { request: name, reason: `orders above ${HIGHEST_ORDER} are not made` });
    else {
      kinds.push({ kind, order: n, span });
      continue;
    }
    broken = true;
  }
  return broken ? undefined : kinds;
}

/** A constant that is a whole number. */
function* wholeNumber(pass: Pass, expr: Expr, scope: Scope): Part<number | undefined> {
  const value = yield pass.visit(expr, scope);
  const q = value === undefined || value.axes.length > 0 ? undefined : pass.b.constantOf(value.node);
  return q !== undefined && q.den === 1n ? Number(q.num) : undefined;
}

interface Target {
  readonly name: string;
  readonly node: NodeId;
  readonly value: Value;
  readonly span: Span;
}

/** One number where one is needed, several where residuals are. */
function fits(pass: Pass, { value, name, span }: Target, kinds: readonly DeriveKind[]): boolean {
  const scalar = kinds.find((kind) => SCALAR_NAMES[kind] !== undefined);
  if (scalar !== undefined && value.axes.length > 0) {
    pass.report('gradient-of-tensor', span, { request: SCALAR_NAMES[scalar] ?? scalar, name, found: describe(value) });
    return false;
  }
  const residuals = kinds.find((kind) => kind === 'gauss_newton' || kind === 'gauss_newton_product');
  if (residuals !== undefined && value.axes.length === 0) {
    pass.report('gauss-newton-of-scalar', span, { name });
    return false;
  }
  return true;
}

/** All entries of a derivative of high order are only made of a function of numbers. */
function ordersFit(pass: Pass, what: readonly Asked[], wrt: readonly Wrt[], along: readonly Wrt[]): boolean {
  if (along.length > 0 || wrt.every((w) => pass.b.graph.shape(w.node).length === 0)) return true;
  const big = what.find((w) => w.order > MOST_AXES);
  if (big !== undefined) pass.report('bad-order', big.span, { request: 'derivative', reason: `all entries of order ${big.order} in a tensor are too many: at most ${MOST_AXES}, or \`along\` a direction` });
  return big === undefined;
}

function nameOf(expr: Expr): string {
  const inner = ungroup(expr);
  return inner.kind === 'name' ? inner.name : textOf(expr.span);
}

/** What varies: the names given, or every parameter. */
function* variables(pass: Pass, statement: Derive, what: readonly Asked[] | undefined, scope: Scope): Part<readonly Wrt[] | undefined> {
  if (statement.wrt.length === 0) {
    const parameters = [...pass.inputs.values()].filter((i) => i.role === 'param');
    const needed = what?.find(({ kind }) => kind !== 'value')?.kind;
    if (parameters.length === 0 && needed !== undefined) return pass.report('missing-wrt', statement.span, { request: `\`${needed}\`` });
    return parameters.map((i) => ({ name: i.name, node: leafOf(i) }));
  }
  const wrt: Wrt[] = [];
  let broken = false;
  for (const expr of statement.wrt) {
    const found = yield* variable(pass, expr, scope);
    if (found === undefined) broken = true;
    else wrt.push(...found);
  }
  return broken ? undefined : wrt;
}

function* variable(pass: Pass, expr: Expr, scope: Scope): Part<readonly Wrt[] | undefined> {
  const inner = ungroup(expr);
  const bad = (found: string): undefined => pass.report('bad-wrt', expr.span, { name: textOf(expr.span), found });
  if (inner.kind === 'index' || inner.kind === 'subscript') {
    const entity = inner.base.kind === 'name' ? yield* resolve(pass, inner.base.name, scope) : undefined;
    const value = yield pass.visit(inner, scope);
    if (value === undefined) return undefined;
    return entity?.kind === 'family' || inner.kind === 'subscript' ? [{ name: textOf(inner.span), node: value.node }] : bad('one element of a tensor');
  }
  if (inner.kind !== 'name') return bad('an expression');
  const entity = yield* resolve(pass, inner.name, scope);
  const input = pass.inputs.get(inner.name);
  if (entity === undefined) return reportUnknownName(pass, inner, scope);
  switch (entity.kind) {
    case 'broken': return undefined;
    case 'family': return yield* members(pass, inner.name, entity.members, scope);
    case 'trajectory': return [{ name: inner.name, node: entity.trajectory.ys.node }];
    case 'value': break;
    default: return bad(kindOf(entity));
  }
  if (entity.value.element !== 'real') return bad(entity.value.element === 'index' ? 'a position' : entity.value.element === 'bool' ? 'a condition' : 'a whole number');
  return [{ name: inner.name, node: input === undefined ? entity.value.node : leafOf(input) }];
}

function* members(pass: Pass, name: string, family: ReadonlyMap<number, { kind: string }>, scope: Scope): Part<readonly Wrt[] | undefined> {
  const wrt: Wrt[] = [];
  for (const at of family.keys()) {
    const member = `${name}[${at}]`;
    const input = pass.inputs.get(member);
    const span = pass.inputs.get(member)?.span;
    if (input !== undefined) {
      wrt.push({ name: member, node: leafOf(input) });
      continue;
    }
    const base: Name = { kind: 'name', name, span: span ?? NOWHERE };
    const value = yield pass.visit({ kind: 'index', base, indices: [{ kind: 'at', value: { kind: 'number', text: String(at), span: base.span } }], span: base.span }, scope);
    if (value === undefined) return undefined;
    wrt.push({ name: member, node: value.node });
  }
  return wrt;
}
const NOWHERE: Span = { source: { name: '', text: '' }, start: 0, end: 0 };

/** What a request needs of `along`. */
interface Needs {
  readonly kinds: readonly DeriveKind[];
  readonly orders: readonly number[];
  readonly wrt: readonly Wrt[];
  /** shapes of the differentiated values */
  readonly of: readonly (readonly Dim[])[];
}

/** A direction in each variable: once, or once for every order of one high derivative; then an adjoint of each value for a vjp. */
function* directions(pass: Pass, statement: Derive, needs: Needs, scope: Scope): Part<readonly Wrt[] | undefined> {
  const needed = needs.kinds.find((kind) => kind === 'jvp' || kind === 'vjp');
  if (needed !== undefined && statement.along.length === 0) return pass.report('missing-along', statement.span, { request: `\`${needed}\`` });
  const shapes = directionShapes(pass, needs, statement.along.length);
  if (statement.along.length > 0 && statement.along.length !== shapes.length) {
    const [first] = statement.along;
    return pass.report('direction-count', first?.span ?? statement.span, { found: statement.along.length, expected: shapes.length });
  }
  const along: Wrt[] = [];
  for (const [k, expr] of statement.along.entries()) {
    const shape = shapes[k] ?? [];
    const inner = ungroup(expr);
    if (inner.kind === 'name' && scope.find(inner.name) === undefined) {
      along.push({ name: inner.name, node: pass.b.leaf({ name: inner.name, role: 'data', element: 'real', shape }) });
      continue;
    }
    const value = yield pass.visit(expr, scope);
    if (value === undefined) return undefined;
    if (!pass.sizes.sameShape(value.axes, shape)) {
      pass.report('shape-mismatch', expr.span, { operation: 'take the derivative along', left: describe(value), right: describe({ ...value, axes: shape, form: 'column' }) });
      return undefined;
    }
    along.push({ name: nameOf(expr), node: value.node });
  }
  return along;
}

function directionShapes(pass: Pass, { kinds, orders, wrt, of }: Needs, found: number): (readonly Dim[])[] {
  const tangents = kinds.some((kind) => ALONG.has(kind)) ? wrt.map((w) => pass.b.graph.shape(w.node)) : [];
  const adjoints = kinds.includes('vjp') ? of : [];
  const [order = 1] = orders;
  const each = orders.length === 1 && found === order * tangents.length + adjoints.length ? order : 1;
  return [...Array.from({ length: each }, () => tangents).flat(), ...adjoints];
}
