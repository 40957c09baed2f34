/**
 * Derivatives as they are printed (numerics reference, 3.5 and 5). Text: as a mathematician writes it. Value: against
 * differences of the formula at a random point. And what is printed is read back with the same value.
 *
 * Where the text is not the reference's: `ln` for `log`, `if` for `where(c, a, b)`, sizes in `eye(m)` and `ones(n)`,
 * a denominator behind its product (`(B + B')/2`); a name has `where s = …`; `v - v'*s` for `v - (v'*s)*vector(1)`, as
 * numbers stretch; a norm that was typed is used, over one denominator; `sum(x.^2)` for `x'*x`; `X*v*w' + X*w*v'`, the
 * second of its two forms; t² where the reference takes t as ±1; S and inv(S) with their transposes unless
 * S is declared; `-sigmoid(v - u)` for softmax(u, v)[u] - 1.
 */
import { describe, expect } from 'vitest';
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { answerText } from '../../src/answer/text.ts';
import { readExpression, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { isDeclaredSymmetric } from '../../src/elaborate/types.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { readDim } from '../../src/ir/dim.ts';
import { evaluate, type Environment } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { testGolden } from '../support/golden.ts';
import { random } from '../support/random-graph.ts';

type Mode = 'math' | 'matrix';
const SIZE = 3;

/** `formula`, then `by x` or, for a second derivative, `by x, x`. */
function printed(input: string, mode: Mode): string {
  const [formula = '', by = ''] = input.split('\nby ');
  const wrt = by.trim().split(', ');
  const { model, value } = read(formula, mode);
  const bag = new Bag();
  const question = simplifyAnswer(model, ask(model, value, undefined, { order: wrt.length, wrt: [...new Set(wrt)] }, refuseInto(bag)));
  const [wanted] = wrt.length === 1 ? question.gradient : question.higher;
  if (wanted === undefined) throw new Error(`no derivative of ${formula} by ${by}`);
  expect(bag.diagnostics).toEqual([]);
  expect(checkGraph(model.graph, [wanted.node, wanted.shown])).toEqual([]);
  const text = answerText(model, question, 'ascii')(wanted.shown);
  const environment = randomPoint(model);
  const expected = wrt.length === 1 ? firstDifferences(model, value, wrt[0]!, environment) : secondDifferences(model, value, wrt[0]!, environment);
  expectClose(evaluateAt(model, wanted.shown, environment), expected);
  const back = read(text, mode);
  expectClose(evaluateAt(back.model, back.value, environment), expected);
  return text;
}

function read(text: string, mode: Mode): { model: Model; value: NodeId } {
  const bag = new Bag();
  const model = readExpression({ name: 'formula', text }, { mode }, bag);
  expect(bag.diagnostics.map((d) => `${text}: ${d.message}`)).toEqual([]);
  if (model?.answer?.kind !== 'value') throw new Error(`${text} has no value`);
  return { model, value: model.answer.node };
}

/** Numbers between 0.2 and 0.8; square matrices get a dominant diagonal, so that they have inverses and positive determinants. */
function randomPoint(model: Model): Environment {
  const inputs = new Map<string, Float64Array>();
  const sizes = new Map<string, number>();
  for (const { name, shape, properties } of model.inputs) {
    for (const dim of shape) sizes.set(readDim(dim).base ?? dim, SIZE);
    const next = random([...name].reduce((hash, c) => hash * 31 + c.charCodeAt(0), 7));
    const count = SIZE ** shape.length;
    const data = Float64Array.from({ length: count }, (_, k) => 0.2 + 0.6 * next() + (shape.length === 2 && shape[0] === shape[1] && k % (SIZE + 1) === 0 ? 2 : 0));
    inputs.set(name, isDeclaredSymmetric(properties) ? data.map((x, k) => (x + data[(k % SIZE) * SIZE + Math.floor(k / SIZE)]!) / 2) : data);
  }
  return { inputs, sizes };
}

const evaluateAt = (model: Model, node: NodeId, environment: Environment): number[] => [...evaluate(model.graph, [node], withSizes(model, environment))[0]!.data];

/** Sizes that are named anew when a text is read back are as long as the others. */
function withSizes(model: Model, environment: Environment): Environment {
  const sizes = new Map(environment.sizes);
  for (const { name } of model.dims) sizes.set(name, SIZE);
  return { ...environment, sizes };
}

const WIDTH = 2e-3;

function firstDifferences(model: Model, value: NodeId, name: string, environment: Environment): number[] {
  const at = shifted(model, value, name, environment);
  const central = (k: number, h: number): number => (at([[k, h]]) - at([[k, -h]])) / (2 * h);
  return entries(environment, name).map((k) => (4 * central(k, WIDTH) - central(k, 2 * WIDTH)) / 3);
}

function secondDifferences(model: Model, value: NodeId, name: string, environment: Environment): number[] {
  const at = shifted(model, value, name, environment);
  const central = (j: number, k: number, h: number): number =>
    (at([[j, h], [k, h]]) - at([[j, h], [k, -h]]) - at([[j, -h], [k, h]]) + at([[j, -h], [k, -h]])) / (4 * h * h);
  const all = entries(environment, name);
  return all.flatMap((j) => all.map((k) => (4 * central(j, k, WIDTH) - central(j, k, 2 * WIDTH)) / 3));
}

function dataOf(environment: Environment, name: string): Float64Array {
  const data = environment.inputs.get(name);
  if (data === undefined || typeof data === 'number') throw new Error(`${name} has no data`);
  return Float64Array.from(data);
}

const entries = (environment: Environment, name: string): number[] => [...dataOf(environment, name).keys()];

/** The value with some entries of one input moved. */
function shifted(model: Model, value: NodeId, name: string, environment: Environment): (moves: readonly (readonly [number, number])[]) => number {
  return (moves) => {
    const data = dataOf(environment, name);
    for (const [k, by] of moves) data[k] = data[k]! + by;
    return evaluateAt(model, value, { ...environment, inputs: new Map(environment.inputs).set(name, data) })[0]!;
  };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const most = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((e, k) => expect(Math.abs(e - found[k]!)).toBeLessThanOrEqual(1e-6 * most));
}

describe('derivatives of formulas of numbers', () => testGolden('tests/print/derivatives.txt', (input) => printed(input, 'math')));
describe('closed forms of matrix formulas', () => testGolden('tests/print/closed-forms.txt', (input) => printed(input, 'matrix')));
