/** Quotients with a removable point as people type them: value, slope and curvature are right at the point and around it. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/answer/library.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { OpName } from '../../src/ops/table.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';

interface Quotient {
  readonly text: string;
  readonly orders: readonly OpName[];
  readonly point?: number;
}

const QUOTIENTS: readonly Quotient[] = [
  { text: 'sin(x)/x', orders: ['sinq', 'sinqslope', 'sinqcurve'] },
  { text: '(exp(x) - 1)/x', orders: ['exprel', 'exprelslope', 'exprelcurve'] },
  { text: 'log(1 + x)/x', orders: ['log1prel', 'log1prelslope', 'log1prelcurve'] },
  { text: '(1 - cos(x))/x^2', orders: ['versinc', 'versincslope', 'versinccurve'] },
  { text: 'x/(exp(x) - 1)', orders: ['bose', 'boseslope', 'bosecurve'] },
  { text: 'tanh(x)/x', orders: ['tanhc', 'tanhcslope', 'tanhccurve'] },
  { text: '1/tanh(x) - 1/x', orders: ['langevin', 'langevinslope', 'langevincurve'] },
  { text: 'log(x)/(x - 1)', orders: ['lnrel', 'lnrelslope', 'lnrelcurve'], point: 1 },
];
const AWAY = [0, 1e-100, 1e-20, -1e-9, 1e-5, -1e-3, 0.1, 0.6, -0.7, 1.3, 2.5, 30];
/** absolute: some of them cross zero */
const BAR = 1e-14;

function valueOf(text: string, x: number): number {
  const { model, node } = parse(text);
  const [value] = evaluate(model.graph, [node], { sizes: new Map(), inputs: new Map([['x', x]]) });
  return value?.data[0] ?? Number.NaN;
}

describe.each(QUOTIENTS)('$text', ({ text, orders, point = 0 }) => {
  it.each([text, `d/dx (${text})`, `d^2/dx^2 (${text})`].map((line, order) => [line, orders[order]] as const))('%s', (line, name) => {
    const exact = name && extendedOperation(name);
    const wrong = AWAY.map((away) => point + away).flatMap((x) => {
      const expected = exact?.(exactly(x)).toNumber() ?? Number.NaN;
      const found = valueOf(line, x);
      return Math.abs(found - expected) <= BAR * Math.max(1, Math.abs(expected)) ? [] : [`at ${x}: ${found}, exactly ${expected}`];
    });
    expect(wrong).toEqual([]);
  });
});
