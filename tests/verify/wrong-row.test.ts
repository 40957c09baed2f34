/** A wrong derivative in the table of operations: the module computes it faithfully, and `verify` says so. */
import { expect, it } from 'vitest';
import { variablesOf } from '../../src/answer/question.ts';
import { expressionRequests, verifyModel } from '../../src/answer/verification.ts';
import { readExpression } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { ops } from '../../src/ops/table.ts';

it('a wrong row is found', () => {
  // before anything reads the row: this file has the table to itself
  Object.assign(ops.atan.derivative, { x: '1/(1 + x^2) + 1/1000000000' });
  const model = readExpression({ name: '<test>', text: 'atan(3*x)' }, {}, new Bag());
  const answer = model?.answer;
  if (model === undefined || answer?.kind !== 'value') throw new Error('no model');
  const objects = verifyModel(expressionRequests(model, { name: 'F', node: answer.node }, variablesOf(model)), { points: 3, seed: 1 }, () => {});
  const verdicts = Object.fromEntries(objects.map((o) => [o.kind, o.verdict]));
  expect(verdicts).toMatchObject({ value: 'right', gradient: 'wrong', jvp: 'wrong', vjp: 'wrong' });
  const gradient = objects.find((o) => o.kind === 'gradient');
  expect(gradient?.derivative?.error).toBeGreaterThan(1e-10);
  // the module is right about the wrong formula
  expect(gradient?.emitted?.error).toBeLessThan(1e-12);
});
