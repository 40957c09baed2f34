/** The models of samples/, read by the compiler. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { Environment } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { samplePoint } from '../../src/verify/sample.ts';
import { filesBelow, root } from './sources.ts';

export interface Sample {
  /** repository-relative */
  readonly path: string;
  readonly text: string;
}

export const samples: readonly Sample[] = filesBelow('samples', '.diff').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** Finds what a sample imports. */
export const loaderOf = (sample: Sample) => (path: string): Source => ({ name: path, text: readFileSync(join(root, dirname(sample.path), path), 'utf8') });

/** The sample as a model; throws with the messages when it has errors. */
export function modelOf(sample: Sample): Model {
  const bag = new Bag();
  const model = readModel({ name: sample.path, text: sample.text }, { load: loaderOf(sample) }, bag);
  if (model === undefined || bag.hasErrors) throw new Error(`${sample.path}: ${bag.diagnostics.map(brief).join('; ')}`);
  return model;
}

export function brief(d: Diagnostic): string {
  const line = d.span === undefined ? '' : ` (line ${d.span.source.text.slice(0, d.span.start).split('\n').length})`;
  return `${d.code}: ${d.message}${line}`;
}

/** `count` points of the model's domain where the nodes are finite: random ones, else with all entries made positive. */
export function finitePoints(model: Model, nodes: readonly NodeId[], count: number): Environment[] {
  const random = Array.from({ length: 8 }, (_, index) => samplePoint(model, index));
  const found = [...random, ...random.map(positive)].filter((point) => evaluate(model.graph, nodes, point).every((v) => v.data.every(Number.isFinite)));
  if (found.length < count) throw new Error(`${model.name} is finite at ${found.length} of the points tried`);
  return found.slice(0, count);
}

function positive(point: Environment): Environment {
  const inputs = new Map([...point.inputs].map(([name, value]) => [name, typeof value === 'number' ? Math.abs(value) : Float64Array.from(value, Math.abs)]));
  return { ...point, inputs };
}
