/** Every output of every sample, as text: it is read back, from both notations, with the same value; its LaTeX is balanced. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { readDim } from '../../src/ir/dim.ts';
import { evaluate, type Environment } from '../../src/ir/evaluate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { LeafAttr, NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { printNode, type NotationName } from '../../src/print/print.ts';
import { readingForms } from '../../src/simplify/reading.ts';
import { balanced } from '../support/latex.ts';
import { planOf } from '../support/emitted.ts';
import { finitePoints, modelOf, samples } from '../support/samples.ts';

/** A file that declares the leaves of a node and defines the node. */
function fileOf(graph: Graph, node: NodeId, notation: NotationName): string {
  const leaves = reachable(graph, [node]).map((id) => graph.attr(id)).filter((a) => a.kind === 'leaf');
  const dims = reachable(graph, [node]).flatMap((id) => { const attr = graph.attr(id); return attr.kind === 'dim' ? [attr.dim] : attr.shape; });
  const sizes = new Set(dims.map((dim) => readDim(dim).base).filter((base) => base !== undefined));
  const statements = printNode(graph, node, { notation }).split(/; (?![^{]*\})/);
  const result = statements.pop() ?? '';
  return [
    ...[...sizes].map((size) => `dim ${size} where ${size} >= 3`),
    ...leaves.map((leaf) => `data ${leaf.name}: ${typeOf(leaf)}`), ...statements, `result = ${result}`,
  ].join('\n');
}

function typeOf({ element, of, shape }: LeafAttr): string {
  const axes = shape.length === 0 ? '' : `[${shape.join(', ')}]`;
  return element === 'index' ? `index${axes} of ${of}` : element === 'real' ? `R${axes}` : `${element}${axes}`;
}

function expectReadBack(graph: Graph, node: NodeId, notation: NotationName, environment: Environment): void {
  const text = fileOf(graph, node, notation);
  const bag = new Bag();
  const model = readModel({ name: 'printed', text }, {}, bag);
  expect(bag.diagnostics.filter((d) => d.severity === 'error').map((d) => d.message), text).toEqual([]);
  const read = model?.definitions.find((d) => d.name === 'result')?.node;
  if (model === undefined || read === undefined) throw new Error(text);
  const [expected] = evaluate(graph, [node], environment);
  const [found] = evaluate(model.graph, [read], environment);
  const most = Math.max(1, ...expected!.data.map(Math.abs));
  expect(found!.shape, text).toEqual(expected!.shape);
  expected!.data.forEach((value, k) => expect(Math.abs(found!.data[k]! - value), text).toBeLessThanOrEqual(1e-7 * most));
}

/** What cannot be written as a file: a literal of matrices, a family of inputs, states that are matrices. */
const UNWRITABLE = new Set(['adbench/hand-complicated', 'adbench/hand-simple', 'adbench/lstm', 'article/layers', 'models/18-lotka-volterra', 'structure/front', 'structure/front-of-any-length']);

/** Directions and weights that only an output has get numbers too. */
function withAllLeaves(graph: Graph, nodes: readonly NodeId[], point: Environment): Environment {
  const inputs = new Map(point.inputs);
  for (const id of reachable(graph, nodes)) {
    const attr = graph.attr(id);
    if (attr.kind !== 'leaf' || inputs.has(attr.name)) continue;
    const count = attr.shape.reduce((product, dim) => product * sizeOf(dim, point.sizes), 1);
    inputs.set(attr.name, Float64Array.from({ length: count }, (_, k) => 0.3 + 0.1 * (k % 5)));
  }
  return { ...point, inputs };
}

function sizeOf(dim: string, sizes: ReadonlyMap<string, number>): number {
  const { base, offset } = readDim(dim);
  return (base === undefined ? 0 : (sizes.get(base) ?? Number.NaN)) + offset;
}

describe('outputs of samples', () => {
  it.each(samples.filter((s) => !UNWRITABLE.has(s.path.replace(/^samples\/|\.diff$/g, ''))))('$path', (sample) => {
    const model = modelOf(sample);
    const { b, functions } = planOf(model, sample.path);
    const nodes = [...new Set(functions.flatMap((f) => f.outputs.map((o) => o.node)))];
    const shown = readingForms(b, nodes, model.definitions.map((d) => d.node));
    const values = functions.flatMap((f) => f.outputs.filter((o) => o.quantity === 'value').map((o) => o.node));
    const [found] = finitePoints(model, values, 1);
    const point = withAllLeaves(b.graph, nodes, found!);
    for (const node of shown) {
      for (const notation of ['ascii', 'unicode'] as const) expectReadBack(b.graph, node, notation, point);
      expect(balanced(printNode(b.graph, node, { notation: 'latex' }))).toBe(true);
    }
  });
});
