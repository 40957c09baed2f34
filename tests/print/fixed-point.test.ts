/**
 * Reading forms are fixed points: what was printed, read and brought into reading form again, is printed the same.
 * And they do not depend on the order of definitions.
 */
import { expect, it } from 'vitest';
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { typedNodes } from '../../src/answer/text.ts';
import { readExpression, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { Builder } from '../../src/ir/build.ts';
import { printNode } from '../../src/print/print.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { readingForms } from '../../src/simplify/reading.ts';
import { readGolden } from '../support/golden.ts';

/** The text in reading form, with nothing taken as typed. */
function again(text: string): string {
  const bag = new Bag();
  const model = readExpression({ name: 'printed', text }, {}, bag);
  expect(bag.diagnostics.map((d) => d.message), text).toEqual([]);
  if (model?.answer?.kind !== 'value') throw new Error(text);
  const b = new Builder(model.graph);
  const [normal = model.answer.node] = normalise(b, [model.answer.node]);
  const [form = normal] = readingForms(b, [normal], []);
  return printNode(model.graph, form, { notation: 'ascii', like: [model.answer.node] });
}

const texts = readGolden('tests/print/derivatives.txt').flatMap(({ input, output }) => [input.split('\n')[0] ?? '', output]);

it.each([...new Set(texts)])('%s', (text) => {
  const once = again(text);
  expect(again(once)).toBe(once);
});

/** The derivatives of a line of definitions and a formula, by every variable in alphabetical order. */
function derivatives(line: string): string[] {
  const bag = new Bag();
  const model = readExpression({ name: 'line', text: line }, {}, bag);
  if (model?.answer?.kind !== 'value') throw new Error(bag.diagnostics.map((d) => d.message).join('; '));
  const wrt = model.inputs.map((i) => i.name).sort();
  const question = simplifyAnswer(model, ask(model, model.answer.node, undefined, { order: 1, wrt }, refuseInto(bag)));
  return question.gradient.map((d) => printNode(model.graph, d.shown, { notation: 'ascii', like: typedNodes(model, question) }));
}

it.each([
  ['p = x*y', 'q = sin(y + z)', 'p*q + p^2/q'],
  ['u = exp(-x^2)', 'v = 1 + y^2', 'u*v + y/(u + v)'],
  ['r = a - b*x', 's = tanh(c*x)', 'r^2*s + ln(1 + s^2)'],
  ['m = x + 2*y', 'n = z*x', '(m*n - m)/(m + n)'],
])('%s and %s in either order', (first, second, formula) => {
  expect(derivatives(`${second}; ${first}; ${formula}`)).toEqual(derivatives(`${first}; ${second}; ${formula}`));
});
