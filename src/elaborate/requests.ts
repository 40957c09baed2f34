/** What a file claims and does: `check`, `update`, `assume`. */
import { run } from '../ast/trampoline.ts';
import type { Compare, Expr, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { NodeId } from '../ir/types.ts';
import { commonShape, numeric } from './broadcast.ts';
import { constantNumber } from './declarations.ts';
import type { CheckRequest, UpdateRule } from './model.ts';
import { reportUnknownName } from './names.ts';
import { textOf, type Pass } from './pass.ts';
import { now, type Part } from './resolve.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { boundsOf } from './transforms.ts';
import { describe, type Value } from './value.ts';

type Check = Statement & { readonly kind: 'check' };
type CheckDerivative = Statement & { readonly kind: 'check-derivative' };

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
    const added = /^\s*\S+\s*[-+*/]=/u.test(textOf(statement.span));
    return pass.report('bad-update', left.span, { left: textOf(left.span) }, added ? { hint: 'a definition gives the whole value at once: `L = a + b`; only a parameter is updated' } : {});
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
