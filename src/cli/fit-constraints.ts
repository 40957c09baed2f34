/** `subject to` for `diffc fit`: constraints by their emitted functions, and what is said of them. */
import { nest } from '../answer/point.ts';
import type { BoundFunction } from '../backends/typescript/invoke.ts';
import type { DeriveRequest, Model, Wrt } from '../elaborate/model.ts';
import { evaluateDim } from '../ir/dim.ts';
import type { ConstrainedResult } from '../runtime/constrained/augmented-lagrangian.ts';
import { joinConstraints } from '../runtime/constrained/join.ts';
import { packBounds, packConstraints } from '../runtime/pack.ts';
import type { Constraints } from '../runtime/problem.ts';

/** An equation or inequality of the file. */
export interface Constraint extends Constraints {
  /** of the emitted function: `equality1`; a chain `0 <= x + y <= 1` makes two of one text */
  readonly name: string;
  readonly text: string;
  readonly kind: 'equality' | 'inequality';
  readonly shape: readonly number[];
}

export interface Restrictions {
  readonly constraints: readonly Constraint[];
  readonly bounds: BoundArrays | undefined;
}

/** What is still taken for 0. */
export const CONSTRAINT_TOLERANCE = 1e-8;

type BoundArrays = ReturnType<typeof packBounds>;
type Fields = Record<string, number | Float64Array>;

/** What `subject to` asks to be emitted, of the parameters of the fit. */
export function constraintRequestsOf(model: Model, wrt: readonly Wrt[]): DeriveRequest[] {
  return model.requests.filter((r) => r.constraint !== undefined).map((r) => ({ ...r, wrt }));
}

/** `functions` are those that the requests became; `gradient` says which parameters vary. */
export function restrictionsOf(requests: readonly DeriveRequest[], functions: readonly BoundFunction[], gradient: Fields, model: Model, sizes: ReadonlyMap<string, number>): Restrictions {
  const constraints: Constraint[] = [];
  let bounds: BoundArrays | undefined;
  for (const [k, request] of requests.entries()) {
    const [f, [of], kind] = [functions[k], request.of, request.constraint];
    if (f === undefined || of === undefined || kind === undefined) continue;
    const [params, results] = [f.params as Fields, f.out as Fields];
    if (kind === 'bounds') {
      bounds = packBounds({ params, gradient, results, evaluate: (out) => void f.evaluateAt(params, out) });
      continue;
    }
    const packed = packConstraints({ params, weights: f.direction as Fields, results, ...(of.name in results && { values: of.name }), evaluate: (p, u, out) => f.evaluateAt(p, out, u) as number | undefined });
    const { source, start, end } = request.span;
    constraints.push({ ...packed, kind, name: of.name, text: source.text.slice(start, end), shape: model.graph.shape(of.node).map((d) => evaluateDim(d, sizes)) });
  }
  return { constraints, bounds };
}

/** As the solver takes them: all of a kind in one. */
export function solverConstraints({ constraints }: Restrictions): { readonly equalities: Constraints; readonly inequalities: Constraints } {
  const all = (kind: Constraint['kind']): Constraints => joinConstraints(constraints.filter((c) => c.kind === kind));
  return { equalities: all('equality'), inequalities: all('inequality') };
}

/** A constraint where the fit ended: its elements, 0 or at most 0, and their multipliers. */
export interface Kept {
  readonly constraint: Constraint;
  readonly values: Float64Array;
  readonly multipliers: Float64Array;
}

export function keptConstraints({ constraints }: Restrictions, { x, equalityMultipliers, inequalityMultipliers }: ConstrainedResult): Kept[] {
  const taken = { equality: 0, inequality: 0 };
  return constraints.map((constraint) => {
    const { kind, count } = constraint;
    const values = new Float64Array(count);
    constraint.values(x, values);
    const from = taken[kind];
    taken[kind] += count;
    return { constraint, values, multipliers: (kind === 'equality' ? equalityMultipliers : inequalityMultipliers).slice(from, from + count) };
  });
}

/** By how much the worst element of a constraint fails to hold. */
export function violationOf({ constraint, values }: Kept): number {
  return values.reduce((worst, c) => Math.max(worst, constraint.kind === 'equality' ? Math.abs(c) : c), 0);
}

export function constraintsJson(kept: readonly Kept[]): unknown[] {
  return kept.map(({ constraint: { name, kind, text, shape }, values, multipliers }) => ({ name, kind, constraint: text, value: nest({ shape, data: values }), multiplier: nest({ shape, data: multipliers }) }));
}
