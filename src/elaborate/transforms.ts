/**
 * Constraint transforms: `tau: R where tau > 0 via exp`, `p: R[K] via simplex`. The emitted function takes unconstrained numbers;
 * the parameter of the model is a function of them, and the logarithm of its Jacobian's determinant is what a density gains.
 */
import type { Expr } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Bound } from './model.ts';
import type { Pass } from './pass.ts';
import { correlation, correlationCholesky } from './transforms/correlation.ts';
import { between, halfLine, limits } from './transforms/elements.ts';
import { ordered } from './transforms/ordered.ts';
import { simplex } from './transforms/simplex.ts';
import type { Transform } from './transforms/transform.ts';
import { plainValue, type Value } from './value.ts';

const TRANSFORMS = {
  exp: halfLine('exp'), softplus: halfLine('softplus'), sigmoid: between('sigmoid', { lower: 0, upper: 1 }), tanh: between('tanh', { lower: -1, upper: 1 }),
  simplex, ordered, correlation, correlation_cholesky: correlationCholesky,
} as const satisfies Record<string, Transform>;

export type TransformName = keyof typeof TRANSFORMS;
export const transformNames: readonly string[] = Object.keys(TRANSFORMS);

export function isTransformName(name: string): name is TransformName {
  return Object.hasOwn(TRANSFORMS, name);
}

export const transformOf = (name: TransformName): Transform => TRANSFORMS[name];

/** For bounds without a `via`; undefined where nothing binds. */
export function usualTransform(bounds: readonly Bound[]): TransformName | undefined {
  const { lower, upper } = limits(bounds);
  if (lower === undefined && upper === undefined) return undefined;
  return lower !== undefined && upper !== undefined ? 'sigmoid' : 'exp';
}

/** ln |det dx/du| of every transformed parameter. */
export function logJacobians(pass: Pass): Value[] {
  return [...pass.inputs.values()].flatMap(({ via, shape, bounds }) => (via === undefined ? [] : [TRANSFORMS[via.transform].logJacobian(pass, plainValue(via.leaf, pass.b.graph.shape(via.leaf)), { axes: shape, bounds })]));
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
