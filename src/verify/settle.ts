/**
 * What doubles leave open about a claim, in 46 digits: sides that agree to thirteen digits may still differ in the
 * twentieth, and sides that cancel may agree although doubles say otherwise.
 */
import type { CheckRequest, Model } from '../elaborate/model.ts';
import type { NodeId } from '../ir/types.ts';
import { decide, POINTS, type Counterexample, type Relation, type Verdict } from './claim.ts';
import { R, zero, type Real } from './extended/decimal.ts';
import { evaluateExtended, type ExtendedTensor } from './extended/evaluate.ts';
import { extend } from './extended/point.ts';
import { isAdmissible } from './points.ts';
import { samplePoint } from './sample.ts';

/** Doubles that agree as well as this are right, but for what a few exact points show. */
const CONCLUSIVE = 1e-13;
/** Doubles that differ more than this differ. */
const HOPELESS = 1e-5;
const CONFIRMING_POINTS = 4;
const TOLERANCE = { extended: '1e-30', double: '1e-12' } as const;

/** `decide`, with 46 digits where doubles are not enough. */
export function settle(model: Model, check: CheckRequest, prove: (left: NodeId, right: NodeId) => boolean): Verdict {
  const verdict = decide(model, check, prove);
  switch (verdict.kind) {
    case 'proved': return verdict;
    case 'holds': {
      if (verdict.worst > CONCLUSIVE) return exactly(model, check, POINTS);
      const confirmed = exactly(model, check, CONFIRMING_POINTS);
      return confirmed.kind === 'fails' ? confirmed : verdict;
    }
    case 'undecided': return exactly(model, check, POINTS);
    case 'fails': {
      const { left, right } = verdict.counterexample;
      return Math.abs(left - right) > HOPELESS * Math.max(Math.abs(left), Math.abs(right)) ? verdict : exactly(model, check, POINTS);
    }
  }
}

function exactly(model: Model, check: CheckRequest, count: number): Verdict {
  const roots = check.claims.flatMap((c) => [c.left, c.right]);
  let points = 0;
  let worst = 0;
  for (let index = 0; index < count; index++) {
    const point = samplePoint(model, index);
    if (!isAdmissible(model, point)) continue;
    const env = extend(point);
    const values = evaluateExtended(model.graph, roots, env);
    const tolerance = new R(env.doubleOnly.size > 0 ? TOLERANCE.double : TOLERANCE.extended);
    for (const [k, { relation }] of check.claims.entries()) {
      const outcome = compareSides(relation, values[2 * k], values[2 * k + 1], tolerance);
      if (outcome === undefined) continue;
      if (outcome.failed !== undefined) return { kind: 'fails', counterexample: { point, ...outcome.failed } };
      points++;
      worst = Math.max(worst, outcome.error);
    }
  }
  return points === 0 ? { kind: 'undecided' } : { kind: 'holds', points, worst };
}

interface Outcome {
  readonly error: number;
  readonly failed?: Pick<Counterexample, 'left' | 'right' | 'relative'>;
}

/** Undefined where either side is not a finite number: such a point says nothing. */
function compareSides(relation: Relation, left: ExtendedTensor | undefined, right: ExtendedTensor | undefined, tolerance: Real): Outcome | undefined {
  const [a, b] = [left?.data ?? [], right?.data ?? []];
  const at = (side: readonly Real[], k: number): Real => side[side.length === 1 ? 0 : k] ?? zero;
  const indices = Array.from({ length: Math.max(a.length, b.length) }, (_, k) => k);
  const scale = indices.reduce((m, k) => R.max(m, at(a, k).abs(), at(b, k).abs()), zero);
  if (!scale.isFinite()) return undefined;
  let error = 0;
  for (const k of indices) {
    const [x, y] = [at(a, k), at(b, k)];
    const difference = relation === '==' ? x.minus(y).abs().div(R.max(scale, '1e-3')) : holds(relation, x, y) ? zero : new R(1);
    if (difference.gt(tolerance)) return { error: difference.toNumber(), failed: { left: x.toNumber(), right: y.toNumber(), relative: difference.toNumber() } };
    error = Math.max(error, difference.toNumber());
  }
  return { error };
}

function holds(relation: Relation, x: Real, y: Real): boolean {
  switch (relation) {
    case '<': return x.lt(y);
    case '<=': return x.lte(y);
    case '>': return x.gt(y);
    case '>=': return x.gte(y);
    case '!=': return !x.eq(y);
    case '==': return x.eq(y);
  }
}
