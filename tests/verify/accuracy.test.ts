/** The accuracy report: it sees what doubles lose, in the formula as it is emitted, and does not blame what they keep. */
import { describe, expect, it } from 'vitest';
import { measureAccuracy, ulpOf, type AccuracyRow } from '../../src/answer/accuracy.ts';
import { expressionRequests } from '../../src/answer/verification.ts';
import { variablesOf } from '../../src/answer/question.ts';
import { readExpression } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { modelOf, samples } from '../support/samples.ts';

function measured(text: string, from: number, to: number, points = 60): AccuracyRow[] {
  const model = readExpression({ name: '<test>', text }, {}, new Bag());
  const answer = model?.answer;
  const input = model?.inputs[0];
  if (model === undefined || answer?.kind !== 'value' || input === undefined) throw new Error(text);
  return measureAccuracy(expressionRequests(model, { name: 'F', node: answer.node }, variablesOf(model)), { ranges: [{ input, from, to }], points, seed: 4 }, () => {});
}

describe('over the whole range of doubles', () => {
  it.each(['sigmoid(x)', 'ln(1 + exp(x))', 'tanh(x)', 'exp(x)/(1 + exp(x))'])('%s: value and gradient within 4 ulp', (text) => {
    const rows = measured(text, -740, 700);
    expect(rows.map((r) => r.kind)).toEqual(['value', 'gradient']);
    for (const row of rows) {
      expect(row.notFinite).toBeUndefined();
      expect(row.count).toBeGreaterThan(50);
      expect(row.worst?.ulp, JSON.stringify(row.worst)).toBeLessThan(4);
      expect(row.meanUlp).toBeLessThan(row.worst?.ulp ?? 0);
    }
  });
});

it('cancellation is seen, and where', () => {
  // the constant is a rational that no recogniser knows
  const [value] = measured('(x + 12345678)^2 - 152415765279684 - 24691356*x', -1, 1);
  expect(value?.worst?.ulp).toBeGreaterThan(1e6);
  expect(Math.abs(Number(value?.worst?.point.inputs.get('x')))).toBeLessThanOrEqual(1);
});

it('a model file is measured at admissible points', () => {
  const sample = samples.find((s) => s.path.endsWith('02-logistic.diff'));
  const rows = measureAccuracy(modelOf(sample ?? { path: '', text: '' }), { ranges: [], points: 3, seed: 1 }, () => {});
  expect(rows.some((r) => r.kind === 'gradient' && r.count > 0)).toBe(true);
  expect(rows.every((r) => r.worst === undefined || r.worst.ulp < 1e5)).toBe(true);
});

it('an ulp is the distance of neighbouring doubles', () => {
  expect([1, 1.999, 2, 0.75, 1e-310, 0].map(ulpOf)).toEqual([2 ** -52, 2 ** -52, 2 ** -51, 2 ** -53, 2 ** -1074, 2 ** -1074]);
});
