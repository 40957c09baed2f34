/**
 * Deciding `check` statements: first by normal form (then it is proved), else at random admissible points
 * (then it holds numerically, or there is a counterexample).
 */
import type { CheckRequest, Model } from '../elaborate/model.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { NodeId } from '../ir/types.ts';
import { isAdmissible } from './points.ts';
import { samplePoint } from './sample.ts';

export interface Counterexample {
  readonly point: Environment;
  readonly left: number;
  readonly right: number;
  /** how far apart the sides are, of the larger one: for sides that look the same */
  readonly relative?: number;
  /** `N` or `1/N` when left = factor · right at every point and element */
  readonly factor?: string;
}

export type Verdict =
  | { readonly kind: 'proved' }
  | { readonly kind: 'holds'; readonly points: number; readonly worst: number }
  | { readonly kind: 'fails'; readonly counterexample: Counterexample }
  /** nowhere defined at the points tried */
  | { readonly kind: 'undecided' };

export type Relation = CheckRequest['claims'][number]['relation'];

export const POINTS = 16;
/** doubles, a few thousand roundings, some cancellation */
const TOLERANCE = 1e-9;

/** `prove` answers whether two nodes have one normal form. */
export function decide(model: Model, check: CheckRequest, prove: (left: NodeId, right: NodeId) => boolean): Verdict {
  if (check.claims.every((c) => c.relation === '==' && prove(c.left, c.right))) return { kind: 'proved' };
  const roots = check.claims.flatMap((c) => [c.left, c.right]);
  let points = 0;
  let worst = 0;
  let failure: Counterexample | undefined;
  const ratios = new RatioTracker(model);
  for (let index = 0; index < POINTS; index++) {
    const point = samplePoint(model, index);
    if (!isAdmissible(model, point)) continue;
    const values = evaluate(model.graph, roots, point);
    check.claims.forEach((claim, k) => {
      const [left, right] = [values[2 * k], values[2 * k + 1]];
      if (left === undefined || right === undefined) return;
      const outcome = compareTensors(claim.relation, left, right);
      if (outcome === undefined) return;
      points++;
      worst = Math.max(worst, outcome.error);
      ratios.observe(point, left, right);
      if (outcome.failed !== undefined) failure ??= { point, ...outcome.failed };
    });
  }
  if (failure !== undefined) {
    const factor = ratios.factor();
    return { kind: 'fails', counterexample: factor === undefined ? failure : { ...failure, factor } };
  }
  return points === 0 ? { kind: 'undecided' } : { kind: 'holds', points, worst };
}

interface Outcome {
  readonly error: number;
  readonly failed?: { readonly left: number; readonly right: number };
}

/** Undefined where either side is not a number at any element: such a point says nothing. */
function compareTensors(relation: Relation, left: Tensor, right: Tensor): Outcome | undefined {
  const n = Math.max(left.data.length, right.data.length);
  const at = (t: Tensor, k: number): number => t.data[t.data.length === 1 ? 0 : k] ?? Number.NaN;
  let scale = 0;
  for (let k = 0; k < n; k++) scale = Math.max(scale, Math.abs(at(left, k)), Math.abs(at(right, k)));
  if (!Number.isFinite(scale)) return undefined;
  let error = 0;
  let failed: Outcome['failed'];
  for (let k = 0; k < n; k++) {
    const x = at(left, k);
    const y = at(right, k);
    if (Number.isNaN(x) || Number.isNaN(y)) return undefined;
    const difference = relation === '==' ? Math.abs(x - y) / Math.max(scale, 1e-3) : holds(relation, x, y) ? 0 : 1;
    error = Math.max(error, difference);
    if (difference > TOLERANCE) failed ??= { left: x, right: y };
  }
  return failed === undefined ? { error } : { error, failed };
}

function holds(relation: Relation, x: number, y: number): boolean {
  switch (relation) {
    case '<': return x < y;
    case '<=': return x <= y;
    case '>': return x > y;
    case '>=': return x >= y;
    case '!=': return x !== y;
    case '==': return x === y;
  }
}

/** Notices that one side is the other times a size: the commonest slip in a derivative of a mean. */
class RatioTracker {
  readonly #sizes: readonly string[];
  #candidates: Map<string, (point: Environment) => number> | undefined;

  constructor(model: Model) {
    this.#sizes = model.dims.filter((d) => d.value === undefined).map((d) => d.name);
  }

  observe(point: Environment, left: Tensor, right: Tensor): void {
    this.#candidates ??= new Map([
      ...this.#sizes.map((name): [string, (p: Environment) => number] => [name, (p) => p.sizes.get(name) ?? Number.NaN]),
      ...this.#sizes.map((name): [string, (p: Environment) => number] => [`1/${name}`, (p) => 1 / (p.sizes.get(name) ?? Number.NaN)]),
      ['-1', () => -1], ['2', () => 2], ['1/2', () => 0.5],
    ]);
    for (const [name, factor] of [...this.#candidates]) {
      const f = factor(point);
      const fits = left.data.length === right.data.length
        && left.data.every((x, k) => Math.abs(x - f * (right.data[k] ?? 0)) <= TOLERANCE * Math.max(Math.abs(x), 1e-3));
      if (!fits) this.#candidates.delete(name);
    }
  }

  factor(): string | undefined {
    const [only] = this.#candidates?.keys() ?? [];
    return only;
  }
}
