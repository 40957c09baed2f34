/** Whether a value is a number anywhere: looked for at ordinary, tiny, huge and special points. */
import { LimitExceeded } from '../diagnostics/limit.ts';
import type { Model } from '../elaborate/model.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { NodeId } from '../ir/types.ts';
import { samplePoint } from './sample.ts';

const RANDOM = 24;
const FACTORS = [1, -1, 1e-3, 20, -20, 1e3, -1e3, 1e6] as const;
const SPECIAL = [0, 1, -1, 0.5, 2, -2, 10, 100] as const;

export function definedSomewhere(model: Model, node: NodeId): boolean {
  try {
    for (const point of candidates(model)) {
      const [value] = evaluate(model.graph, [node], point);
      if (value?.data.some((x) => !Number.isNaN(x)) ?? true) return true;
    }
  } catch (error) {
    // what is too large to be tried may well be defined
    if (!(error instanceof LimitExceeded)) throw error;
    return true;
  }
  return false;
}

function* candidates(model: Model): Iterable<Environment> {
  // most values are defined at the first point
  for (let index = 0; index < RANDOM; index++) {
    const point = samplePoint(model, index);
    for (const factor of FACTORS) yield mapped(model, point, (x) => x * factor);
  }
  const point = samplePoint(model, 0);
  for (const value of SPECIAL) yield mapped(model, point, () => value);
}

/** Real inputs without bounds changed, the others left admissible. */
function mapped(model: Model, point: Environment, change: (x: number) => number): Environment {
  const inputs = new Map(point.inputs);
  for (const input of model.inputs) {
    const value = input.element === 'real' && input.bounds.length === 0 ? point.inputs.get(input.name) : undefined;
    if (value !== undefined) inputs.set(input.name, typeof value === 'number' ? change(value) : Float64Array.from(value, change));
  }
  return { ...point, inputs };
}
