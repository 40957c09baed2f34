/** Third derivatives through deep models, forward three times and reverse over forward twice, against 46-digit differences of the value. */
import { describe, expect, it } from 'vitest';
import { pushforward } from '../../src/autodiff/forward.ts';
import { gradient } from '../../src/autodiff/reverse.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { mixedDifference } from '../../src/verify/extended/differences.ts';
import { extend } from '../../src/verify/extended/point.ts';
import { admissiblePoints } from '../../src/verify/points.ts';
import { modelOf, samples } from '../support/samples.ts';

const refuse = (): never => { throw new Error('refused'); };
const TOLERANCE = 1e-9;
const MODELS = ['04-mlp', '06-gmm', '13-lstm', '14-attention', '15-gaussian-process'];
const ROUNDS = [0, 1, 2];

it.each(samples.filter((s) => MODELS.some((name) => s.path.includes(name))))('$path', (sample) => {
  const model = modelOf(sample);
  const request = model.requests.find((r) => r.what.includes('gradient'));
  const root = request?.of[0]?.node;
  const [point] = root === undefined ? [] : admissiblePoints(model, [root], 1, 11);
  if (request === undefined || root === undefined || point === undefined) throw new Error('nothing to differentiate');
  const b = new Builder(model.graph);
  const variables = request.wrt.flatMap((w) => {
    const attr = b.graph.attr(w.node);
    return attr.kind === 'leaf' ? [{ name: attr.name, node: w.node, shape: attr.shape }] : [];
  });
  const inputs = new Map(point.inputs);
  const directions = ROUNDS.map((round) => variables.map(({ name, shape }, k) => {
    const count = shape.reduce((n, d) => n * evaluateDim(d, point.sizes), 1);
    const values = Float64Array.from({ length: count }, (_, i) => Math.cos(1 + 1.3 * i + k + round));
    inputs.set(`d${round}_${name}`, values);
    return { values, leaf: b.leaf({ name: `d${round}_${name}`, role: 'data', element: 'real', shape }) };
  }));
  const push = (node: NodeId, round: number): NodeId =>
    pushforward(b, [node], new Map(variables.map((v, k) => [v.node, directions[round]?.[k]?.leaf ?? -1])), refuse).tangents[0] ?? -1;
  const second = push(push(root, 0), 1);
  const third = push(second, 2);
  const parts = gradient(b, second, variables.map((v) => v.node), refuse).adjoints;
  const [forward, ...partials] = evaluate(b.graph, [third, ...parts], { ...point, inputs });

  const displacements = directions.map((round) => new Map(round.map(({ values }, k) => [variables[k]?.name ?? '', Array.from(values, exactly)])));
  const expected = mixedDifference(b.graph, root, extend(point), displacements).value[0]?.toNumber() ?? Number.NaN;
  const terms = partials.flatMap((partial, k) => Array.from(partial.data, (g, i) => g * (directions[2]?.[k]?.values[i] ?? 0)));
  // the parts of the sum may cancel: measure against their size
  const size = Math.max(Math.abs(expected), terms.reduce((sum, t) => sum + Math.abs(t), 0));
  expect(Math.abs((forward?.data[0] ?? Number.NaN) - expected) / size, 'forward three times').toBeLessThanOrEqual(TOLERANCE);
  expect(Math.abs(terms.reduce((sum, t) => sum + t, 0) - expected) / size, 'reverse over forward twice').toBeLessThanOrEqual(TOLERANCE);
});

describe('the models', () => {
  it('are there', () => expect(samples.filter((s) => MODELS.some((name) => s.path.includes(name)))).toHaveLength(MODELS.length));
});
