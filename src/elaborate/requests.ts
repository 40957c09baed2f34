/** What a file asks for: `derive`, `check`, `update`, `assume`. */
import { run } from '../ast/trampoline.ts';
import type { Compare, Expr, Name, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { commonShape, numeric } from './broadcast.ts';
import { didYouMean } from './corrections.ts';
import { constantNumber } from './declarations.ts';
import { kindOf } from './derivatives.ts';
import type { CheckRequest, DeriveKind, DeriveRequest, UpdateRule, Wrt } from './model.ts';
import { reportUnknownName } from './names.ts';
import { textOf, type Pass } from './pass.ts';
import { resolve, type Part } from './resolve.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { boundsOf } from './transforms.ts';
import { describe, type Result, type Value } from './value.ts';

type Derive = Statement & { readonly kind: 'derive' };
type Check = Statement & { readonly kind: 'check' };
type CheckDerivative = Statement & { readonly kind: 'check-derivative' };

const KINDS: readonly DeriveKind[] = ['value', 'gradient', 'jacobian', 'hessian', 'hvp', 'jvp', 'vjp'];
/** These are about one number. */
const SCALAR_KINDS: ReadonlySet<string> = new Set(['gradient', 'hessian', 'hvp']);
const OPTIONS: readonly string[] = ['sparse', 'blocks', 'forward', 'reverse', 'dense'];

/** Runs a part that needs no caller. */
function now<T>(part: () => Part<T>): T | undefined {
  let result: T | undefined;
  run((function* (): Generator<never, Result, Result> {
    result = yield* part() as Generator<never, T, Result>;
    return undefined;
  })());
  return result;
}

// ---- derive -----------------------------------------------------------------------------------------

export function deriveRequest(pass: Pass, statement: Derive, scope: Scope): DeriveRequest | undefined {
  return now(() => derive(pass, statement, scope));
}

function* derive(pass: Pass, statement: Derive, scope: Scope): Part<DeriveRequest | undefined> {
  const what = requestKinds(pass, statement);
  for (const option of statement.using) {
    if (!OPTIONS.includes(option.name)) pass.report('unknown-option', option.span, { name: option.name }, didYouMean(option, OPTIONS));
  }
  const targets: { name: string; node: NodeId; value: Value; span: Span }[] = [];
  for (const expr of statement.of) {
    const value = numeric(pass, yield pass.visit(expr, scope), expr.span);
    if (value !== undefined) targets.push({ name: nameOf(expr), node: value.node, value, span: expr.span });
  }
  const wrt = yield* variables(pass, statement, what, scope);
  if (what === undefined || wrt === undefined || targets.length < statement.of.length) return undefined;
  for (const { value, name, span } of targets) {
    const request = what.find((kind) => SCALAR_KINDS.has(kind));
    if (request !== undefined && value.axes.length > 0) {
      pass.report('gradient-of-tensor', span, { request: request === 'hvp' ? 'a Hessian-vector product' : `a ${request}`, name, found: describe(value) });
      return undefined;
    }
  }
  const along = yield* directions(pass, statement, what, wrt, targets[0]?.value.axes ?? [], scope);
  if (along === undefined) return undefined;
  return {
    what, of: targets.map(({ name, node }) => ({ name, node })), wrt, along, using: statement.using.map((o) => o.name),
    docs: statement.docs, span: statement.span, ...(statement.as && { as: statement.as.name }),
  };
}

function requestKinds(pass: Pass, statement: Derive): DeriveKind[] | undefined {
  const kinds: DeriveKind[] = [];
  let broken = false;
  for (const { name, span } of statement.what) {
    const kind = KINDS.find((k) => k === name);
    if (kind !== undefined) {
      kinds.push(kind);
      continue;
    }
    broken = true;
    pass.report('unknown-request', span, { name }, didYouMean({ name, span }, KINDS));
  }
  return broken ? undefined : kinds;
}

function nameOf(expr: Expr): string {
  const inner = ungroup(expr);
  return inner.kind === 'name' ? inner.name : textOf(expr.span);
}

/** What varies: the names given, or every parameter. */
function* variables(pass: Pass, statement: Derive, what: readonly DeriveKind[] | undefined, scope: Scope): Part<readonly Wrt[] | undefined> {
  if (statement.wrt.length === 0) {
    const parameters = [...pass.inputs.values()].filter((i) => i.role === 'param');
    const needed = what?.find((kind) => kind !== 'value');
    if (parameters.length === 0 && needed !== undefined) return pass.report('missing-wrt', statement.span, { request: `\`${needed}\`` });
    return parameters.map((i) => ({ name: i.name, node: i.via?.leaf ?? i.node }));
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
  return [{ name: inner.name, node: input?.via?.leaf ?? entity.value.node }];
}

function* members(pass: Pass, name: string, family: ReadonlyMap<number, { kind: string }>, scope: Scope): Part<readonly Wrt[] | undefined> {
  const wrt: Wrt[] = [];
  for (const at of family.keys()) {
    const member = `${name}[${at}]`;
    const input = pass.inputs.get(member);
    const span = pass.inputs.get(member)?.span;
    if (input !== undefined) {
      wrt.push({ name: member, node: input.via?.leaf ?? input.node });
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

/** Directions of products: declared names, or new inputs of the right shapes. */
function* directions(pass: Pass, statement: Derive, what: readonly DeriveKind[], wrt: readonly Wrt[], ofShape: readonly Dim[], scope: Scope): Part<readonly Wrt[] | undefined> {
  const needed = what.find((kind) => kind === 'jvp' || kind === 'vjp');
  if (needed !== undefined && statement.along.length === 0) return pass.report('missing-along', statement.span, { request: `\`${needed}\`` });
  const along: Wrt[] = [];
  for (const [k, expr] of statement.along.entries()) {
    const shape = needed === 'vjp' ? ofShape : pass.b.graph.shape(wrt[k]?.node ?? wrt[0]?.node ?? -1);
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

// ---- check ------------------------------------------------------------------------------------------

type Claim = CheckRequest['claims'][number];

export function checkRequest(pass: Pass, statement: Check | CheckDerivative, scope: Scope): CheckRequest | undefined {
  return now(() => check(pass, statement, scope));
}

function* check(pass: Pass, statement: Check | CheckDerivative, scope: Scope): Part<CheckRequest | undefined> {
  // a stated answer has the shape of a derivative, so `ŷ(1-ŷ)` of vectors can only be meant elementwise
  const inner = scope.inner({ elementwise: true });
  const claims = statement.kind === 'check' ? yield* claimsOf(pass, statement.claim, inner) : yield* derivativeClaim(pass, statement, inner);
  if (claims === undefined) return undefined;
  const text = textOf(statement.span).replace(/^check\s+/u, '');
  return { text, claims, docs: statement.docs, span: statement.span };
}

/** A chain of comparisons as one claim per sign; any other condition must hold. */
export function* claimsOf(pass: Pass, expr: Expr, scope: Scope): Part<Claim[] | undefined> {
  const inner = ungroup(expr);
  if (inner.kind !== 'compare') {
    const value = yield pass.visit(expr, scope);
    if (value === undefined) return undefined;
    if (value.element !== 'bool') return pass.report('bad-condition', expr.span, { found: describe(value) });
    return [{ left: value.node, relation: '==', right: pass.algebra.broadcast(pass.algebra.constant({ num: 1n, den: 1n }), value.axes).node }];
  }
  return yield* chainOf(pass, inner, scope);
}

function* chainOf(pass: Pass, chain: Compare, scope: Scope): Part<Claim[] | undefined> {
  const values: Value[] = [];
  for (const operand of chain.operands) {
    const value = yield pass.visit(operand, scope);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const claims: Claim[] = [];
  for (const [k, relation] of chain.operators.entries()) {
    if (relation === 'in') return pass.report('not-evaluated', chain.span, { what: 'membership in a set' });
    const claim = pairOf(pass, relation, [values[k], chain.operands[k]], [values[k + 1], chain.operands[k + 1]], chain.span);
    if (claim === undefined) return undefined;
    claims.push(claim);
  }
  return claims;
}

/** Both sides in one shape; rows and columns are not told apart, since one may be written for the other. */
function pairOf(pass: Pass, relation: Claim['relation'], a: readonly [Value | undefined, Expr | undefined], b: readonly [Value | undefined, Expr | undefined], span: Span): Claim | undefined {
  const [[left, leftExpr], [right, rightExpr]] = [a, b];
  if (left === undefined || right === undefined || leftExpr === undefined || rightExpr === undefined) return undefined;
  const column = (value: Value, expr: Expr) => ({ value: { ...value, form: 'column' as const }, span: expr.span });
  const shape = commonShape(pass, 'compare', column(left, leftExpr), column(right, rightExpr), span);
  if (shape === undefined) return undefined;
  return { left: pass.algebra.broadcast(left, shape.axes).node, relation, right: pass.algebra.broadcast(right, shape.axes).node };
}

/** `check gradient of L wrt w == e`: as `∂L/∂w`, written out. */
function* derivativeClaim(pass: Pass, statement: CheckDerivative, scope: Scope): Part<Claim[] | undefined> {
  const { what, of, wrt, expected, span } = statement;
  if (what.name !== 'gradient' && what.name !== 'jacobian' && what.name !== 'hessian') return pass.report('unknown-request', what.span, { name: what.name }, { hint: 'a check compares a `gradient`, a `jacobian` or a `hessian`' });
  const target = yield pass.visit(of, scope);
  if (target === undefined) return undefined;
  if (what.name !== 'jacobian' && target.axes.length > 0) {
    return pass.report('gradient-of-tensor', of.span, { request: `a ${what.name}`, name: textOf(of.span), found: describe(target) });
  }
  const expecteds = expected.kind === 'tuple' && wrt.length > 1 ? expected.items : [expected];
  const claims: Claim[] = [];
  for (const [k, variable] of wrt.entries()) {
    const side = expecteds[k] ?? expected;
    const denominators = what.name === 'hessian' ? [{ variable, order: 2 }] : [{ variable, order: 1 }];
    const derivative = yield pass.visit({ kind: 'partial', order: what.name === 'hessian' ? 2 : 1, target: of, denominators, span: of.span }, scope);
    const value = yield pass.visit(side, scope);
    const claim = derivative && value && pairOf(pass, '==', [derivative, of], [value, side], span);
    if (claim === undefined) return undefined;
    claims.push(claim);
  }
  return claims;
}

// ---- update, assume ---------------------------------------------------------------------------------

export function updateRule(pass: Pass, statement: Statement & { kind: 'update' }, scope: Scope): UpdateRule | undefined {
  const { left } = statement;
  const value = numeric(pass, run(pass.visit(statement.value, scope)), statement.value.span);
  const input = left.kind === 'name' ? pass.inputs.get(left.name) : pass.inputs.get(textOf(left.span));
  if (input === undefined || (input.role !== 'param' && input.role !== 'variable')) {
    if (left.kind === 'name' && scope.find(left.name) === undefined) return reportUnknownName(pass, left, scope);
    return pass.report('bad-update', left.span, { left: textOf(left.span) });
  }
  pass.used.add(input.name);
  if (value === undefined) return undefined;
  if (value.axes.length > 0 && !pass.sizes.sameShape(value.axes, input.shape)) {
    return pass.report('shape-mismatch', statement.span, { operation: 'update', left: describe({ ...value, axes: input.shape, form: 'column' }), right: describe(value) });
  }
  const full = pass.algebra.broadcast(value, input.shape);
  return { target: input.name, node: input.node, value: full.node, docs: statement.docs, span: statement.span };
}

/** An assumption as a condition; bounds on inputs are noted with them. */
export function assumption(pass: Pass, statement: Statement & { kind: 'assume' }, scope: Scope): NodeId | undefined {
  const { condition } = statement;
  const value = run(pass.visit(condition, scope));
  if (value === undefined) return undefined;
  if (value.element !== 'bool') return pass.report('bad-assumption', condition.span, { reason: `it is ${describe(value)}, not a condition` });
  for (const input of [...pass.inputs.values()]) {
    const { bounds } = boundsOf(condition, input.name, (expr) => (isLiteral(expr) ? constantNumber(pass, expr, scope) : undefined));
    if (bounds.length > 0) pass.inputs.set(input.name, { ...input, bounds: [...input.bounds, ...bounds] });
  }
  return value.node;
}

function isLiteral(expr: Expr): boolean {
  const inner = ungroup(expr);
  return inner.kind === 'number' || (inner.kind === 'negate' && inner.operand.kind === 'number');
}
