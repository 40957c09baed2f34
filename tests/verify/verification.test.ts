/** `verify` accepts what is right: every object of every sample; and rejects what is off by one part in 10⁹. */
import { describe, expect, it } from 'vitest';
import { deriveRequest } from '../../src/autodiff/requests.ts';
import { expressionRequests, verifyModel } from '../../src/answer/verification.ts';
import { readExpression, readModel } from '../../src/compile.ts';
import { variablesOf } from '../../src/answer/question.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { DeriveKind, Model } from '../../src/elaborate/model.ts';
import { Builder } from '../../src/ir/build.ts';
import * as Q from '../../src/ir/rational.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { extend } from '../../src/verify/extended/point.ts';
import { Context, ruleOf, type DerivativeObject, type Variable } from '../../src/verify/objects.ts';
import { admissiblePoints } from '../../src/verify/points.ts';
import { modelOf, samples } from '../support/samples.ts';

const refuse = (r: { readonly op: string; readonly reason: string }): never => { throw new Error(`${r.op}: ${r.reason}`); };

describe('samples', () => {
  it.each(samples)('$path', (sample) => {
    const objects = verifyModel(modelOf(sample), { points: 1, seed: 3 }, refuse);
    expect(objects.filter((o) => o.verdict !== 'right').map((o) => ({ ...o, derivative: o.derivative?.error, emitted: o.emitted?.error }))).toEqual([]);
  });
});

describe('expressions', () => {
  it.each([
    'x^2*sin(y)', 'exp(-x^2/2)/sqrt(2*pi)', 'abs(x)*tanh(x*y)', 'lgamma(x^2 + 1)', 'atan2(y, x)', 'if x > y then x^2 else y*exp(x)', 'f(x^2)',
    'sum(i in 1..N) ln(1 + exp(a[i]*b))', '[x^2, x*y, sin(y)]', 'max(i in 1..3) a[i]*x',
    'norm(x, 3) + norm(x, 1)', 'sum[i in 1..N, j in 1..N : i < j] q[i]*q[j]/abs(u[i] - u[j])',
  ])('%s', (text) => {
    const objects = verifyModel(requested(text), { points: 2, seed: 5 }, refuse);
    expect(objects.length).toBeGreaterThan(3);
    expect(objects.filter((o) => o.verdict !== 'right').map((o) => ({ ...o, derivative: o.derivative?.error, emitted: o.emitted?.error }))).toEqual([]);
  });
});

describe('declared properties of data', () => {
  it.each(['sym', 'symmetric', 'spd', 'psd', 'diag'])('%s holds at the points that are tried', (property) => {
    const bag = new Bag();
    const model = readModel({ name: 'model.diff', text: `dim n\ndata S: R[n, n] ${property}\nparam x: R[n]\nf = x'*S*x\nderive value, gradient, hessian of f wrt x` }, {}, bag);
    if (model === undefined) throw new Error(bag.diagnostics[0]?.message);
    const objects = verifyModel(model, { points: 3, seed: 1 }, refuse);
    expect(objects.map((o) => o.verdict)).toEqual(['right', 'right', 'right', 'right']);
  });
});

describe('a planted error of one part in 10⁹', () => {
  it.each(['value', 'gradient', 'hessian', 'hvp', 'jvp', 'vjp'] as const)('is found in a %s', (kind) => {
    expect(errorOf(kind, 'x^3*sin(y)', '1')).toBeLessThan(1e-18);
    expect(errorOf(kind, 'x^3*sin(y)', '1000000001/1000000000')).toBeGreaterThan(1e-11);
  });

  it('is found in a jacobian', () => {
    expect(errorOf('jacobian', '[x^3, sin(x*y)]', '1')).toBeLessThan(1e-18);
    expect(errorOf('jacobian', '[x^3, sin(x*y)]', '1000000001/1000000000')).toBeGreaterThan(1e-11);
  });
});

describe('corners', () => {
  it('are noticed instead of being called wrong', () => {
    const model = requested('abs(x)');
    const [gradient] = deriveRequest(model.graph, { ...firstRequest(model), what: ['gradient'] }, refuse).outputs;
    const object = objectOf(model, 'gradient', gradient?.node ?? -1, []);
    const env = { ...extend({ sizes: new Map(), inputs: new Map([['x', 0]]), waves: new Map() }) };
    expect(ruleOf(model.graph, object)?.(object, new Context(model.graph, env, () => 0.7))).toMatchObject({ skipped: 'corner' });
  });
});

function requested(text: string): Model {
  const bag = new Bag();
  const model = readExpression({ name: '<test>', text }, {}, bag);
  const answer = model?.answer;
  if (model === undefined || answer === undefined || answer.kind === 'check' || answer.kind === 'explanation') throw new Error(`${text}: ${bag.diagnostics.map((d) => d.message).join('; ')}`);
  return expressionRequests(model, { name: 'F', node: answer.node }, variablesOf(model));
}

function firstRequest(model: Model): Model['requests'][number] {
  const [first] = model.requests;
  if (first === undefined) throw new Error('no request');
  return first;
}

function leafName(model: Model, node: number): string {
  const attr = model.graph.attr(node);
  return attr.kind === 'leaf' ? attr.name : '';
}

function objectOf(model: Model, kind: DeriveKind, node: number, directions: DerivativeObject['directions'], by?: readonly string[]): DerivativeObject {
  const request = firstRequest(model);
  const all = request.wrt.map((w): Variable => ({ name: w.name, leaf: leafName(model, w.node), shape: [], properties: [] }));
  const [of] = request.of;
  if (of === undefined) throw new Error('nothing to derive');
  return { kind, of, by: by === undefined ? all.slice(0, 1) : all.filter((v) => by.includes(v.name)), node, directions, all };
}

/** The largest error of any output of this kind, its node multiplied by a factor. */
function errorOf(kind: DeriveKind, text: string, factor: string): number {
  const model = requested(text);
  const derived = deriveRequest(model.graph, { ...firstRequest(model), what: [kind] }, refuse);
  const b = new Builder(model.graph);
  const [point] = admissiblePoints(model, [], 1, 11);
  if (point === undefined) throw new Error('no point');
  const env = extend(point);
  const inputs = new Map(env.inputs);
  for (const d of derived.directions) inputs.set(leafName(model, d.node), model.graph.shape(d.node).length === 0 ? [exactly(0.7)] : [exactly(0.7), exactly(-1.2)]);
  const context = new Context(model.graph, { ...env, inputs }, () => 0.6);
  return Math.max(...derived.outputs.map((o) => {
    const wrong = b.scale(Q.parseRational(factor) ?? Q.ONE, o.node);
    const by = o.by.length === 2 && o.by[0] === o.by[1] ? undefined : o.by;
    const object = objectOf(model, kind, wrong, derived.directions.map((d) => ({ leaf: leafName(model, d.node), for: d.for })), by ?? [o.by[0] ?? '']);
    const twice = by === undefined ? { ...object, by: [...object.by, ...object.by] } : object;
    return ruleOf(model.graph, twice)?.(twice, context).error ?? Number.NaN;
  }));
}
