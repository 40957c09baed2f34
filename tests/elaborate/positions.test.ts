/** Positions count from 1 in formulas and from 0 in the data. */
import { expect, it } from 'vitest';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';

const value = (formula: string): number | undefined => {
  const bag = new Bag();
  const model = readModel({ name: 'positions', text: `dim N, K\ndata c: index[N] of K, d: index[N] of K\nf = ${formula}` }, {}, bag);
  expect(bag.diagnostics).toEqual([]);
  const f = model?.definitions.find((definition) => definition.name === 'f');
  const inputs = new Map([['c', Float64Array.of(0, 1, 1, 2)], ['d', Float64Array.of(0, 2, 1, 0)]]);
  return f === undefined || model === undefined ? undefined : evaluateScalars(model.graph, [f.node], { sizes: new Map([['N', 4], ['K', 3]]), inputs })[0];
};

it.each([
  ['sum[n in 1..N] (if c[n] == 2 then 1 else 0)', 2],
  ['sum[n in 1..N] (if c[n] < 2 then 1 else 0)', 1],
  ['sum[n in 1..N] (if c[n] == n then 1 else 0)', 2],
  ['sum[n in 1..N] (if c[n] == d[n] then 1 else 0)', 2],
])('%s is %d', (formula, expected) => expect(value(formula)).toBe(expected));
