/** Constraint transforms: `where tau > 0 via exp`. The emitted function takes the unconstrained number. */
import type { Expr, Name } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import type { Bound, Input } from './model.ts';
import { exactRational } from '../ir/build.ts';
import type { Pass } from './pass.ts';
import { plainValue, type Value } from './value.ts';

export const TRANSFORMS: ReadonlySet<string> = new Set(['exp', 'softplus', 'sigmoid', 'tanh']);

export function isTransform(via: Name | undefined): boolean {
  return via === undefined || TRANSFORMS.has(via.name);
}

/** For bounds without a `via`; undefined where nothing binds. */
export function usualTransform(bounds: readonly Bound[]): string | undefined {
  const { lower, upper } = limits(bounds);
  if (lower === undefined && upper === undefined) return undefined;
  return lower !== undefined && upper !== undefined ? 'sigmoid' : 'exp';
}

/** What a leaf is mapped to: above a lower bound, below an upper one, or between both. */
export function transformed(pass: Pass, transform: string, leaf: Value, bounds: readonly Bound[]): Value {
  const { algebra } = pass;
  const { lower, upper } = limits(bounds);
  if (transform === 'exp' || transform === 'softplus') {
    const size = algebra.map(transform, [leaf], leaf.axes);
    if (lower === undefined && upper !== undefined) {
      return algebra.add([{ coef: Q.ONE, value: constant(pass, upper) }, { coef: Q.MINUS_ONE, value: size }], leaf.axes);
    }
    return algebra.add([{ coef: Q.ONE, value: constant(pass, lower ?? 0) }, { coef: Q.ONE, value: size }], leaf.axes);
  }
  const unit = unitOf(pass, transform, leaf);
  const low = exactRational(lower ?? (transform === 'tanh' ? -1 : 0));
  const width = Q.subtract(exactRational(upper ?? 1), low);
  return algebra.add([{ coef: Q.ONE, value: algebra.constant(low) }, { coef: width, value: unit }], leaf.axes);
}

/** A number between 0 and 1. */
function unitOf(pass: Pass, transform: string, leaf: Value): Value {
  const { algebra } = pass;
  if (transform === 'sigmoid') return algebra.map('sigmoid', [leaf], leaf.axes);
  const half: Value = algebra.scale(Q.HALF, algebra.map('tanh', [leaf], leaf.axes));
  return algebra.add([{ coef: Q.ONE, value: half }, { coef: Q.ONE, value: algebra.constant(Q.HALF) }], leaf.axes);
}

const constant = (pass: Pass, x: number): Value => pass.algebra.constant(exactRational(x));

export function limits(bounds: readonly Bound[]): { lower: number | undefined; upper: number | undefined } {
  let lower: number | undefined;
  let upper: number | undefined;
  for (const { relation, value } of bounds) {
    if (relation === '>' || relation === '>=') lower = Math.max(lower ?? value, value);
    if (relation === '<' || relation === '<=') upper = Math.min(upper ?? value, value);
  }
  return { lower, upper };
}

/** ln |dx/du| of every transformed parameter, summed over its entries. */
export function logJacobians(pass: Pass): Value[] {
  return [...pass.inputs.values()].flatMap((input) => (input.via === undefined ? [] : [logJacobian(pass, input, input.via.transform, input.via.leaf)]));
}

function logJacobian(pass: Pass, input: Input, transform: string, leaf: NodeId): Value {
  const { algebra } = pass;
  const u = plainValue(leaf, input.shape);
  const softplus = (coef: Q.Rational): Value => algebra.map('softplus', [algebra.scale(coef, u)], u.axes);
  const { lower, upper } = limits(input.bounds);
  const parts: { coef: Q.Rational; value: Value }[] = [];
  if (transform === 'exp') {
    parts.push({ coef: Q.ONE, value: u });
  } else if (transform === 'softplus') {
    parts.push({ coef: Q.MINUS_ONE, value: softplus(Q.MINUS_ONE) });
  } else {
    // σ'(u) = σ(u) σ(-u), tanh'(u) = 4 σ(2u) σ(-2u); the width of the interval is a factor
    const scale = transform === 'tanh' ? Q.integer(2) : Q.ONE;
    const width = (upper ?? 1) - (lower ?? (transform === 'tanh' ? -1 : 0));
    parts.push({ coef: Q.MINUS_ONE, value: softplus(scale) }, { coef: Q.MINUS_ONE, value: softplus(Q.negate(scale)) });
    const factor = transform === 'tanh' ? 2 * width : width;
    if (factor !== 1) parts.push({ coef: Q.ONE, value: algebra.map('ln', [constant(pass, factor)], []) });
  }
  const density = algebra.add(parts, u.axes);
  return algebra.sumAxes(density, density.axes.map((_, k) => k));
}

/** `0 < p < 1` as bounds on `p`; other conditions are left to the caller. */
export function boundsOf(condition: Expr, name: string, number: (expr: Expr) => number | undefined): { bounds: Bound[]; rest: Span | undefined } {
  const bounds: Bound[] = [];
  let rest: Span | undefined;
  const parts: Expr[] = [condition];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if (part.kind === 'group') parts.push(part.inner);
    else if (part.kind === 'binary' && part.op === 'and') parts.push(part.right, part.left);
    else if (part.kind !== 'compare' || !addBounds(bounds, part, name, number)) rest = part.span;
  }
  return { bounds, rest };
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '!=': '!=' } as const;

function addBounds(bounds: Bound[], chain: Expr & { kind: 'compare' }, name: string, number: (expr: Expr) => number | undefined): boolean {
  const isName = (expr: Expr | undefined): boolean => expr?.kind === 'name' && expr.name === name;
  return chain.operators.every((relation, k) => {
    const [left, right] = [chain.operands[k], chain.operands[k + 1]];
    if (relation === '==' || relation === 'in' || left === undefined || right === undefined) return false;
    const value = number(isName(left) ? right : left);
    if (value === undefined || isName(left) === isName(right)) return false;
    bounds.push({ relation: isName(left) ? relation : MIRRORED[relation], value });
    return true;
  });
}
