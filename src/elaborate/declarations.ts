/** `dim`, `data`, `param`, `hyper`: sizes and inputs. */
import { run } from '../ast/trampoline.ts';
import type { Declaration, Expr, Statement } from '../ast/types.ts';
import { constantDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { readInteger, readSize } from './affine.ts';
import { didYouMean } from './corrections.ts';
import type { Bound, DimDecl, Input, InputRole } from './model.ts';
import { textOf, type Pass } from './pass.ts';
import { CURRENT_LAYER } from './names.ts';
import type { Entity, Scope } from './scope.ts';
import { boundsOf, isTransformName, transformNames, transformOf, usualTransform, type TransformName } from './transforms.ts';
import { isRefusal } from './transforms/transform.ts';
import { isDeclaredSymmetric, readAxis, readType, type DeclaredType } from './types.ts';
import { describe, describeShape, plainValue, type Value } from './value.ts';

/** A number known at compile time, for bounds. */
export function constantNumber(pass: Pass, expr: Expr, scope: Scope): number | undefined {
  const value = run(pass.visit(expr, scope));
  if (value === undefined || value.axes.length > 0) return undefined;
  const attr = pass.b.graph.attr(value.node);
  if (attr.kind === 'const' && attr.value.kind === 'double') return attr.value.value;
  if (attr.kind === 'const' && attr.value.kind === 'named') return Math.PI;
  const q = pass.b.constantOf(value.node);
  return q === undefined ? undefined : Q.toNumber(q);
}

export function declareDims(pass: Pass, statement: Statement & { kind: 'dim' }, scope: Scope, dims: DimDecl[]): void {
  for (const item of statement.items) {
    const entity = dimEntity(pass, item, scope, dims);
    scope.declare(item.name.name, entity);
  }
}

function dimEntity(pass: Pass, item: Declaration, scope: Scope, dims: DimDecl[]): Entity {
  const { name } = item.name;
  if (item.init?.kind === 'vector') {
    const sizes = item.init.items.map((size) => readAxis(pass, size, scope));
    return sizes.every((size) => size !== undefined) ? { kind: 'sizes', dims: sizes } : { kind: 'broken' };
  }
  if (item.init !== undefined) {
    const size = readAxis(pass, item.init, scope);
    if (size === undefined) return { kind: 'broken' };
    const value = constantDim(size);
    dims.push({ name, atLeast: 1, docs: item.docs, ...(value !== undefined && { value }) });
    return { kind: 'size', dim: size };
  }
  const { bounds, rest } = item.where === undefined ? { bounds: [], rest: undefined } : boundsOf(item.where, name, (expr) => readInteger(pass, expr, scope));
  if (rest !== undefined) pass.report('bad-assumption', rest, { reason: 'a size is bounded from below by a whole number' }, { hint: `\`dim ${name} where ${name} >= 2\`` });
  const lower = bounds.flatMap(({ relation, value }) => (relation === '>' ? [value + 1] : relation === '>=' ? [value] : []));
  // nothing is empty unless it may be: `where T >= 0`
  const atLeast = lower.length === 0 ? 1 : Math.max(0, ...lower);
  pass.sizes.declare(name, atLeast);
  dims.push({ name, atLeast, docs: item.docs });
  return { kind: 'size', dim: name };
}

export function declareInputs(pass: Pass, statement: Statement & { kind: 'declare' }, scope: Scope): void {
  for (const item of statement.items) {
    const entity = item.family.length > 0 ? familyEntity(pass, item, statement.role, scope) : inputEntity(pass, item, item.name.name, statement.role, scope);
    scope.declare(item.name.name, entity);
  }
}

function inputEntity(pass: Pass, item: Declaration, name: string, role: InputRole, scope: Scope): Entity {
  const type: DeclaredType | undefined = item.type === undefined ? { axes: [], element: 'real', properties: [] } : readType(pass, item.type, scope);
  if (type === undefined) return { kind: 'broken' };
  const bounds = boundsOfItem(pass, item, scope);
  const initial = initialValue(pass, item, type, scope);
  if (role === 'variable') return { kind: 'broken' };
  const transform = transformOfItem(pass, item, type, role, bounds);
  const leaf = pass.b.leaf({ name, role, element: type.element, shape: transform?.free ?? type.axes, ...(type.of !== undefined && { of: type.of }), ...(role !== 'param' && isDeclaredSymmetric(type.properties) && { symmetric: true }) });
  const declared = { axes: type.axes, bounds };
  const value: Value = transform === undefined
    ? { node: leaf, labels: [], axes: type.axes, form: 'column', element: type.element, ...(type.of !== undefined && { of: type.of }) }
    : transformOf(transform.name).value(pass, plainValue(leaf, transform.free), declared);
  const input: Input = {
    name, role, node: value.node, shape: type.axes, element: type.element, bounds: [...bounds, ...rangeBounds(pass, type, scope)],
    properties: type.properties, docs: item.docs, span: item.name.span,
    ...(type.of !== undefined && { of: type.of }), ...(initial !== undefined && { initial }),
    ...(transform !== undefined && { via: { transform: transform.name, leaf } }),
  };
  pass.inputs.set(name, input);
  return { kind: 'value', value };
}

interface ChosenTransform {
  readonly name: TransformName;
  /** shape of what is taken in place of the parameter */
  readonly free: readonly Dim[];
}

/** Of `via`, or of the bounds where all are to be transformed. */
function transformOfItem(pass: Pass, item: Declaration, type: DeclaredType, role: InputRole, bounds: readonly Bound[]): ChosenTransform | undefined {
  const asked = item.via?.name;
  if (item.via !== undefined && !isTransformName(item.via.name)) pass.report('unknown-transform', item.via.span, { name: item.via.name }, { hint: `one of ${transformNames.map((t) => `\`${t}\``).join(', ')}`, ...didYouMean(item.via, transformNames) });
  const name = asked ?? (role === 'param' && pass.options.transforms === 'every-bound' ? usualTransform(bounds) : undefined);
  if (name === undefined || !isTransformName(name)) return undefined;
  const free = transformOf(name).free({ axes: type.axes, bounds }, pass);
  if (!isRefusal(free)) return { name, free };
  return pass.report('bad-transform', item.via?.span ?? item.name.span, { transform: name, name: item.name.name, reason: free.reason });
}

function boundsOfItem(pass: Pass, item: Declaration, scope: Scope): Bound[] {
  if (item.where === undefined) return [];
  const { bounds, rest } = boundsOf(item.where, item.name.name, (expr) => constantNumber(pass, expr, scope));
  if (rest !== undefined) pass.report('bad-assumption', rest, { reason: `\`${textOf(rest)}\` does not compare \`${item.name.name}\` with a constant` });
  return bounds;
}

/** `int[N] in lo..hi` */
function rangeBounds(pass: Pass, type: DeclaredType, scope: Scope): Bound[] {
  if (type.range === undefined) return [];
  const from = constantNumber(pass, type.range.from, scope);
  const to = constantNumber(pass, type.range.to, scope);
  return [...(from === undefined ? [] : [{ relation: '>=' as const, value: from }]), ...(to === undefined ? [] : [{ relation: '<=' as const, value: to }])];
}

function initialValue(pass: Pass, item: Declaration, type: DeclaredType, scope: Scope): NodeId | undefined {
  if (item.init === undefined) return undefined;
  const value = run(pass.visit(item.init, scope));
  if (value === undefined) return undefined;
  if (value.axes.length === 0 || pass.sizes.sameShape(value.axes, type.axes)) return value.node;
  return pass.report('declared-shape-differs', item.init.span, { name: item.name.name, declared: describeShape(type.axes), found: describe(value) });
}

/** `W[l in 1..L]: R[n[l], n[l-1]]`: one input per member. */
function familyEntity(pass: Pass, item: Declaration, role: InputRole, scope: Scope): Entity {
  const [index] = item.family;
  const { name } = item.name;
  if (index?.kind !== 'bind' || item.family.length > 1) {
    pass.report('bad-family', item.name.span, { name, reason: 'its index needs a range' }, { hint: `\`${name}[l in 1..3]\`` });
    return { kind: 'broken' };
  }
  const range = memberRange(pass, name, index.from, index.to, scope);
  if (range === undefined) return { kind: 'broken' };
  const members = new Map<number, Entity>();
  for (let at = range.from; at <= range.to; at++) members.set(at, inputEntity(pass, item, `${name}[${at}]`, role, layerScope(scope, index.name.name, at)));
  pass.families.set(index.name.name, range);
  return { kind: 'family', name, members };
}

export interface MemberRange {
  readonly from: number;
  readonly to: number;
}

/** Members are unrolled: a range of a million is a mistake. */
const MOST_MEMBERS = 10_000;

export function memberRange(pass: Pass, name: string, from: Expr, to: Expr, scope: Scope): MemberRange | undefined {
  const [first, last] = [readInteger(pass, from, scope), readInteger(pass, to, scope)];
  if (first !== undefined && last !== undefined && last - first < MOST_MEMBERS) return { from: first, to: last };
  const reason = last === undefined && readSize(pass, to, scope) !== undefined ? `\`${textOf(to.span)}\` is known only when data arrive` : `\`${textOf(from.span)}..${textOf(to.span)}\` is no range of whole numbers`;
  return pass.report('bad-family', to.span, { name, reason });
}

/** The scope in which layer `at` is read. */
export function layerScope(scope: Scope, index: string, at: number): Scope {
  const inner = scope.inner();
  inner.declare(index, { kind: 'position', at });
  inner.declare(CURRENT_LAYER, { kind: 'position', at });
  return inner;
}
