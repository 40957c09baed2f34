/** Colouring: valid for every pattern, and what is read off the products is the dense derivative. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { colourApart, colourColumns, colourStar, recoverSymmetric, transposed, type Pattern } from '../../src/structure/colouring.ts';
import { emitted } from '../support/emitted.ts';
import { fillValues } from '../schedule/support.ts';
import { denseOf, expanded, type SparseMatrix } from './support.ts';

const patterns = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.array(fc.tuple(fc.nat(80), fc.nat(80)), { maxLength: 25 }))
  .map(([rows, columns, entries]) => ({ columns, pattern: patternOf(rows, entries.map(([r, c]) => [r % rows, c % columns])) }));
const symmetric = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.array(fc.tuple(fc.nat(80), fc.nat(80)), { maxLength: 20 }))
  .map(([n, entries]) => patternOf(n, entries.flatMap(([r, c]) => [[r % n, c % n], [c % n, r % n]])));

function patternOf(rows: number, entries: readonly (readonly number[])[]): Pattern {
  return Array.from({ length: rows }, (_, r) => [...new Set(entries.filter(([row]) => row === r).map(([, c]) => c ?? 0))].sort((p, q) => p - q));
}

describe('colouring', () => {
  it('columns of one colour never meet in a row', () => {
    fc.assert(fc.property(patterns, ({ pattern, columns }) => {
      const { colours, count } = colourColumns(pattern, columns);
      for (const row of pattern) {
        expect(new Set(row.map((c) => colours[c])).size).toBe(row.length);
        for (const c of row) expect(colours[c]).toBeLessThan(count);
      }
    }));
  });

  it('dense rows apart leave fewer seeds, never more', () => {
    fc.assert(fc.property(patterns, ({ pattern, columns }) => {
      const split = colourApart(pattern, columns, 4);
      expect(split.columns.count + split.denseRows.length).toBeLessThanOrEqual(colourColumns(pattern, columns).count);
    }));
    const arrow: Pattern = [[0, 1, 2, 3, 4, 5], [1], [2], [3], [4], [5]];
    expect(colourApart(arrow, 6, 4)).toMatchObject({ denseRows: [0], columns: { count: 1 } });
  });

  it('every entry of a symmetric matrix is read off its products', () => {
    fc.assert(fc.property(symmetric, (pattern) => {
      const colouring = colourStar(pattern);
      const value = (i: number, j: number): number => (pattern[i]?.includes(j) === true ? 1 + Math.min(i, j) * 13 + Math.max(i, j) : 0);
      const product = (colour: number, line: number): number => colouring.colours.reduce((sum, c, j) => sum + (c === colour ? value(line, j) : 0), 0);
      const found = recoverSymmetric(pattern, colouring);
      expect(found).toHaveLength(pattern.flat().length);
      for (const { row, column, colour, line } of found) expect(product(colour, line)).toBe(value(row, column));
    }));
  });

  it('an arrow needs two colours, a band as many as it is wide', () => {
    const n = 20;
    expect(colourStar(Array.from({ length: n }, (_, i) => (i === 0 ? Array.from({ length: n }, (_unused, j) => j) : [0, i]))).count).toBe(2);
    const band: Pattern = Array.from({ length: n }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < n));
    expect(colourColumns(band, n).count).toBe(3);
    expect(colourColumns(transposed(band, n), n).count).toBe(3);
    expect(colourStar(band).count).toBe(3);
  });
});

describe('derivatives by colouring', () => {
  const shift = 'D[i in 1..N, j in 1..N] = if j == i-1 then 1 else 0\n';
  const loop = (next: string): string => `${shift}recur t in 1..3 {\n  init s[0] = u\n  s[t] = ${next}\n}\n`;
  it.each([
    ['each element by itself: one product', `${loop('sin(s[t-1])')}r = s[3]`, 'jacobian', 'r', 1],
    ['neighbours in three steps: four products', `${loop('s[t-1] + s[t-1] .* (D*s[t-1])')}r = s[3]`, 'jacobian', 'r', 4],
    ['one row that reads everything, apart', `${loop('s[t-1] + s[t-1] .* (D*s[t-1])')}first[i in 1..N] = if i == 1 then 1 else 0\nr = sin(s[3]) + first * sum(s[3].^2)`, 'jacobian', 'r', 5],
    ['second derivatives through the loop', `${loop('s[t-1] + s[t-1] .* (D*s[t-1])')}f = sum(sin(s[3]))`, 'hessian', 'f', 7],
  ])('%s', (_, text, what, of, products) => {
    const module = emitted(`dim N = 24\nparam u: R[N]\n${text}\nderive ${what} of ${of} wrt u as sparseForm using sparse\nderive ${what} of ${of} wrt u as denseForm`);
    const plan = module.plan.functions[0]!;
    const parts = plan.outputs.filter((o) => o.places !== undefined);
    expect(parts.reduce((n, o) => n + Number(module.plan.b.graph.shape(o.node)[0]), 0)).toBe(products);
    const inputs = Object.fromEntries(module.plan.inputs.map((input, k) => [input.name, fillValues(24 ** input.shape.length, k + 1)]));
    const matrix = module.call('sparseForm', {}, inputs).out[what] as unknown as SparseMatrix;
    const dense = denseOf(plan.matrices[0]!, module.plan.functions[1]!, module.call('denseForm', {}, inputs).out, { N: 24 });
    // a band's colours are a formula of the position
    if (products === 4) expect(module.code).toContain('Math.floor');
    const scale = Math.max(...dense.map(Math.abs));
    expect(Math.max(...expanded(matrix).map((x, k) => Math.abs(x - dense[k]!))) / scale).toBeLessThan(1e-13);
    expect(matrix.values.length).toBeLessThan(dense.length / 2);
  });
});
