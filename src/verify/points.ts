/** Points at which a claim about a model may be tested: random, admissible, and with finite values. */
import type { Model } from '../elaborate/model.ts';
import { evaluate } from '../ir/evaluate.ts';
import type { NodeId } from '../ir/types.ts';
import { samplePoint, type SamplePoint } from './sample.ts';

/** How many points are tried for each one that is wanted. */
const TRIES = 8;

/** Up to `count` points that meet the model's assumptions and where all `nodes` are finite; fewer when they are hard to find. */
export function admissiblePoints(model: Model, nodes: readonly NodeId[], count: number, seed: number): SamplePoint[] {
  const found: SamplePoint[] = [];
  for (let index = 0; index < TRIES * count && found.length < count; index++) {
    const point = samplePoint(model, index, seed);
    const usable = [point, positive(point)].find((p) => isAdmissible(model, p) && isFinite(model, nodes, p));
    if (usable !== undefined) found.push(usable);
  }
  return found;
}

/** Every assumption holds there. */
export function isAdmissible(model: Model, point: SamplePoint): boolean {
  return evaluate(model.graph, model.assumptions, point).every((truth) => truth.data.every((x) => x !== 0));
}

function isFinite(model: Model, nodes: readonly NodeId[], point: SamplePoint): boolean {
  return evaluate(model.graph, nodes, point).every((v) => v.data.every(Number.isFinite));
}

/** Many models are defined for positive values only and do not say so. */
function positive(point: SamplePoint): SamplePoint {
  const inputs = new Map([...point.inputs].map(([name, value]) => [name, typeof value === 'number' ? Math.abs(value) : Float64Array.from(value, Math.abs)]));
  return { ...point, inputs };
}
