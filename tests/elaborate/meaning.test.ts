/** What expressions mean, against a direct reading of the same text by numbers. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { readExpression, readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { evaluateScalars, evaluate } from '../../src/ir/evaluate.ts';

interface Reading {
  readonly text: string;
  readonly value: number;
}

const point = { x: 0.7, y: -1.3, z: 2.1 };

/** Text with its value, built together: operators in brackets, so that nothing depends on precedence. */
const reading: fc.Arbitrary<Reading> = fc.letrec<{ expr: Reading }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...Object.entries(point).map(([text, value]) => ({ text, value }))),
    fc.integer({ min: 0, max: 9 }).map((n) => ({ text: String(n), value: n })),
    fc.constantFrom({ text: '½', value: 0.5 }, { text: '1.25', value: 1.25 }, { text: 'π', value: Math.PI }),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => ({ text: `(${a.text} + ${b.text})`, value: a.value + b.value })),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => ({ text: `(${a.text} - ${b.text})`, value: a.value - b.value })),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => ({ text: `(${a.text}) (${b.text})`, value: a.value * b.value })).map(({ text, value }) => ({ text: `(${text})`, value })),
    tie('expr').map((a) => ({ text: `(${a.text})²`, value: a.value ** 2 })),
    tie('expr').map((a) => ({ text: `(-${a.text})`, value: -a.value })),
    tie('expr').map((a) => ({ text: `sin(${a.text})`, value: Math.sin(a.value) })),
    tie('expr').map((a) => ({ text: `abs(${a.text})`, value: Math.abs(a.value) })),
    tie('expr').map((a) => ({ text: `tanh(${a.text})`, value: Math.tanh(a.value) })),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => ({ text: `max(${a.text}, ${b.text})`, value: Math.max(a.value, b.value) })),
    fc.tuple(tie('expr'), tie('expr'), tie('expr')).map(([a, b, c]) => ({ text: `(if ${a.text} < ${b.text} then ${c.text} else ${b.text})`, value: a.value < b.value ? c.value : b.value })),
  ),
})).expr;

function valueOf(text: string): number {
  const bag = new Bag();
  const model = readExpression({ name: '<expression>', text }, {}, bag);
  expect(bag.diagnostics).toEqual([]);
  if (model?.answer?.kind !== 'value') throw new Error(`no value: ${text}`);
  return evaluateScalars(model.graph, [model.answer.node], { sizes: new Map(), inputs: new Map(Object.entries(point)) })[0] ?? Number.NaN;
}

describe('scalars', () => {
  it('have the value of the same formula in numbers', () => {
    fc.assert(fc.property(reading, ({ text, value }) => {
      // exact folding may decide a comparison that rounding turns over; huge values lose digits
      fc.pre(Math.abs(value) < 1e6);
      expect(Math.abs(valueOf(text) - value)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(value)));
    }), { numRuns: 300, seed: 20261122 });
  });
});

describe('index notation and matrix notation are one language', () => {
  const pairs: readonly [string, string, string][] = [
    ['matrix-vector', 'A*x', 'sum[j] A[i,j]*x[j]'], ['row-matrix', "x'*A", 'sum[j] x[j]*A[j,i]'], ['transpose', "A'*x", 'sum[j] A[j,i]*x[j]'],
    ['diagonal', 'diag(A)', 'A[i,i]'], ['outer times', "x*x'*y", 'sum[j] x[i]*x[j]*y[j]'], ['elementwise', 'x .* y', 'x[i]*y[i]'],
    ['row sums', 'sum(A, axis = 2)', 'sum[j] A[i,j]'], ['column sums', 'sum(A, axis = 1)', 'sum[j] A[j,i]'], ['softmax', 'softmax(x)', 'exp(x[i]) / sum[j] exp(x[j])'],
    ['broadcast', 'x + 2', 'x[i] + 2'], ['scaled', '2x/N', '2*x[i]/N'],
  ];
  for (const [name, whole, indexed] of pairs) {
    it(`${name}: ${whole} is ${indexed}`, () => {
      const bag = new Bag();
      const model = readModel({ name: 'm', text: `dim N\ndata A: R[N, N], x: R[N], y: R[N]\nu = ${whole}\nv[i] = ${indexed}` }, {}, bag);
      expect(bag.diagnostics).toEqual([]);
      const roots = model?.definitions.map((d) => d.node) ?? [];
      const inputs = new Map([['A', [1, 2, 3, 4, 5, 6, 7, 8, 10]], ['x', [0.5, -1, 2]], ['y', [3, 1, -2]]]);
      const [u, v] = evaluate(model!.graph, roots, { sizes: new Map([['N', 3]]), inputs });
      expect([...u!.data].map((d, k) => Math.abs(d - (v!.data[k] ?? Number.NaN)) < 1e-12)).toEqual([true, true, true]);
    });
  }
});
