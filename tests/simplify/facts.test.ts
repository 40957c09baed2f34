/** What declarations, assumptions and branches say reaches the rules, and nothing that they do not say. */
import { describe, expect, it } from 'vitest';
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { typedNodes } from '../../src/answer/text.ts';
import { readExpression, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { printNode } from '../../src/print/print.ts';
import { declaredFacts } from '../../src/simplify/facts.ts';
import { stableValues } from '../../src/simplify/stable.ts';
import type { Model } from '../../src/elaborate/model.ts';

function read(line: string): { readonly model: Model; readonly value: number } {
  const bag = new Bag();
  const model = readExpression({ name: 'line', text: line }, {}, bag);
  if (model?.answer?.kind !== 'value') throw new Error(bag.diagnostics.map((d) => d.message).join('; '));
  return { model, value: model.answer.node };
}

function slope(line: string): string {
  const { model, value } = read(line);
  const question = simplifyAnswer(model, ask(model, value, undefined, { order: 1, wrt: ['x'] }, refuseInto(new Bag())));
  return printNode(model.graph, question.gradient[0]!.shown, { notation: 'ascii', like: typedNodes(model, question) });
}

function stable(line: string): string {
  const { model, value } = read(line);
  const b = new Builder(model.graph);
  return printNode(model.graph, stableValues(b, [value], declaredFacts(b, model.inputs))[0]!, { notation: 'ascii' });
}

describe('a known sign simplifies', () => {
  it.each([
    ['assume x > 0; sqrt(x^2)', 'x'],
    ['assume x >= 0; abs(x) + max(x, 0)', '2*x'],
    ['assume x > 2; abs(x*exp(y))', 'x*exp(y)'],
    ['assume x > 0; ln(x^2)', '2*ln(x)'],
    ['assume x > 0; exp(ln(x))', 'x'],
    ['assume x >= 0; sqrt(x)^2', 'x'],
    ['assume x != 0; x^3/x', 'x^2'],
    ['assume x < 0; y*x/x', 'y'],
    ['assume x > 0; sign(x)*y', 'y'],
    ['assume x > 0; if x > 0 then x^2 else exp(x)', 'x^2'],
    ['assume x > 0; if 0 >= x then x^2 else exp(x)', 'exp(x)'],
    ['assume x > 0; assume y > 0; abs(x*y + x/y)', 'x*y + x/y'],
  ])('%s', (line, form) => expect(stable(line)).toBe(form));

  it.each([
    ['assume x > 0; sqrt(x^2)', '1'],
    ['assume x > 0; ln(x^2)', '2/x'],
    ['assume x > 0; y*abs(x)^3', '3*y*x^2'],
  ])('d/dx of %s', (line, form) => expect(slope(line)).toBe(form));
});

describe('a branch knows its condition', () => {
  it.each([
    ['if x > 0 then abs(x) else y', 'if x > 0 then x else y'],
    ['if 0 < x and y > 1 then abs(x*y) else y', 'if 0 < x and y > 1 then x*y else y'],
    ['if x < 0 then y else abs(x)', 'if x < 0 then y else x'],
    ['if x > 0 then (if y > 0 then abs(x*y) else abs(x)) else y', 'if x > 0 then (if y > 0 then x*y else x) else y'],
  ])('%s', (line, form) => expect(stable(line)).toBe(stable(form)));
});

describe('nothing follows from', () => {
  it.each([
    'assume x > -1; abs(x)',
    'assume x != 0; abs(x)',
    'assume x >= 0; sign(x)',
    'assume x >= 0; x/x',
    'assume y > 0; sqrt(x)^2',
    'if x > -1 then abs(x) else y',
    'if x > 0 then y else abs(x)',
    // used outside of the branch as well
    'if x > 0 then abs(x) + y else abs(x)',
    'abs(x) + (if x > 0 then abs(x)*y else y)',
  ])('%s', (line) => expect(stable(line)).toBe(stable(line.replace(/assume [^;]*; /, ''))));
});

it('keeps the value wherever the facts hold', () => {
  const lines = [
    'assume x > 0; sqrt(x^2) + ln(x^2)/x + max(x, 0)*sign(x) + x^3/x', 'if x > 0 then abs(x)*exp(ln(x)) else x^2',
    'if x < 1 then (if x > 0 then sqrt(x^2)*abs(x) else -abs(x)) else ln(x^4)', 'assume x >= 0; sqrt(x)^2*abs(x)',
  ];
  for (const line of lines) {
    const { model, value } = read(line);
    const b = new Builder(model.graph);
    const [form = -1] = stableValues(b, [value], declaredFacts(b, model.inputs));
    expect(form, line).not.toBe(value);
    for (const x of line.startsWith('assume') ? [1e-3, 0.5, 1, 7.25, 300] : [-7.25, -1, -0.5, 0, 0.5, 1, 7.25, NaN]) {
      const [typed = NaN, made = NaN] = evaluateScalars(model.graph, [value, form], { sizes: new Map(), inputs: new Map([['x', x]]) });
      expect(Object.is(typed, made) || Math.abs(typed - made) <= 1e-14 * Math.abs(typed), `${line} at ${x}: ${typed}, ${made}`).toBe(true);
    }
  }
});
