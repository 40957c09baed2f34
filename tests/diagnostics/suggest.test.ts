import { expect, it } from 'vitest';
import { suggest } from '../../src/diagnostics/suggest.ts';

it.each([
  ['sigmod', ['sigmoid', 'sign', 'sin'], 'sigmoid'],
  ['SIN', ['sinh', 'sin'], 'sin'],
  ['tahn', ['tan', 'tanh'], 'tan'],
  ['grdaient', ['gradient', 'hessian'], 'gradient'],
  ['wieght', ['weight', 'height'], 'weight'],
  ['cot', ['cos', 'cosh', 'con'], 'con'],
  ['x', ['y', 'z'], undefined],
  ['banana', ['sin', 'cos'], undefined],
  ['', ['sin'], undefined],
])('%s of %j is %s', (typed, candidates, expected) => {
  expect(suggest(typed, candidates)).toBe(expected);
});

it('never suggests what was typed, nor anything from nothing', () => {
  expect(suggest('sin', ['sin'])).toBeUndefined();
  expect(suggest('sin', [])).toBeUndefined();
});
