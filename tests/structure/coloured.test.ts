/** Colouring: valid for every pattern, and what is read off the products is the dense derivative. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { colourApart, colourColumns, colourStar, recoverSymmetric, transposed, type Pattern } from '../../src/structure/colouring.ts';
import { emitted } from '../support/emitted.ts';
import { fillValues } from '../schedule/support.ts';
import { moduleCost } from '../../src/answer/cost.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { encodeModule } from '../../src/backends/wasm/module.ts';
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

describe('derivatives that the module colours for its sizes', () => {
  const band = 'left[i in 1..N, j in 1..N] = if j == i-1 then 1 else 0\n';
  const front = (last: string): string => `dim N\nparam u: R[N]\n${band}recur t in 1..3 {\n  init s[0] = u\n  s[t] = s[t-1] + s[t-1] .* (left*s[t-1])\n}\n${last}`;
  const models: Readonly<Record<string, { readonly text: string; readonly what: string; readonly large: readonly [products: number, values: number] }>> = {
    'a band': { text: front('r = s[3]\n#derive jacobian of r wrt u'), what: 'jacobian', large: [4, 90] },
    'second derivatives': { text: front('f = sum(sin(s[3]))\n#derive hessian of f wrt u'), what: 'hessian', large: [7, 156] },
    'one row that reads everything': {
      text: front('first[i in 1..N] = if i == 1 then 1 else 0\nr = sin(s[3]) + first * sum(s[3].^2)\n#derive jacobian of r wrt u'), what: 'jacobian', large: [5, 113],
    },
    'several variables, one of them a number, and data': {
      text: `dim N\ndata d: R[N]\nparam u: R[N], a: R, w: R[N]\n${band}recur t in 1..2 {\n  init s[0] = u\n  s[t] = s[t-1] + (d .* w) .* (left*s[t-1])\n}\nr = s[2].*exp(w)\nq = a*sum(u) + a^2\n#derive jacobian of r, q wrt u, a, w`,
      what: 'jacobian', large: [4, 141],
    },
    'a Gauss-Newton matrix': { text: front('r = sin(s[3])\n#derive gauss_newton of r wrt u'), what: 'gauss_newton', large: [7, 156] },
    // the squares of these residuals are linear, the matrix is not
    'a Gauss-Newton matrix of roots': { text: front('r = sqrt(10 + u + left*u)\n#derive gauss_newton of r wrt u'), what: 'gauss_newton', large: [3, 70] },
    'second derivatives by several variables': {
      text: `dim N\nparam u: R[N], w: R[N]\n${band}recur t in 1..2 {\n  init s[0] = u\n  s[t] = s[t-1] + w .* (left*s[t-1])\n}\nf = sum(s[2].^2)\n#derive hessian of f wrt u, w`, what: 'hessian', large: [9, 368],
    },
    'an open number of steps': {
      text: `dim N, T\nparam u: R[N]\n${band}recur t in 1..T {\n  init s[0] = u\n  s[t] = s[t-1] + s[t-1] .* (left*s[t-1])\n}\nr = s[T]\n#derive jacobian of r wrt u`, what: 'jacobian', large: [4, 90],
    },
  };
  describe.each(Object.entries(models))('%s', (_, { text, what, large }) => {
    const model = `${text.replace(/^#(.*)$/m, '$1 as sparseForm using sparse\n$1 as denseForm')}`;
    it.each([['TypeScript', undefined], ['WebAssembly', encodeModule]] as const)('%s', (_name, native) => {
      const module = emitted(model, 'model.diff', native);
      const [sparse, full] = module.plan.functions;
      for (const N of [1, 2, 3, 5, 8, 13, 24]) {
        const sizes = { N, T: 3 };
        const inputs = Object.fromEntries(module.plan.inputs.map((input, k) => [input.name, input.shape.length === 0 ? 0.7 : fillValues(N, k + 1)]));
        const matrix = module.call('sparseForm', sizes, inputs).out[what] as unknown as SparseMatrix;
        const dense = denseOf(sparse!.matrices[0]!, full!, module.call('denseForm', sizes, inputs).out, sizes);
        const scale = Math.max(1e-300, ...dense.map(Math.abs));
        expect(Math.max(...expanded(matrix).map((x, k) => Math.abs(x - dense[k]!))) / scale).toBeLessThan(1e-13);
        const pulls = matrix.products!.reduce((n, p) => n + p.starts.length - 1, 0);
        expect(pulls).toBeLessThanOrEqual(large[0]);
        if (N === 24) expect([pulls, matrix.values.length]).toEqual(large);
      }
    });
  });
});

describe('what does not depend on the seed', () => {
  const left = 'left[i in 1..N, j in 1..N] = if j == i-1 then 1 else 0\n';
  const cost = (plan: EmitPlan, N: number): Record<string, number> => Object.fromEntries(moduleCost(plan, new Map([['N', N], ['T', 3]])).functions.map((f) => [f.name, f.operations]));
  const front = (wanted: string): string => `dim N\nparam u: R[N]\n${left}recur t in 1..3 {\n  init s[0] = u\n  s[t] = s[t-1] + s[t-1] .* (left*s[t-1])\n}\nr = s[3]\nE = sum(r.^2)/2\n${wanted}`;

  it('is computed once, with value and gradient: a product takes three tangents forward and two times three back', () => {
    const both = cost(emitted(front('derive value, gradient, hessian of E wrt u as f using sparse')).plan, 200);
    const alone = cost(emitted(front('derive value, gradient of E wrt u as f')).plan, 200);
    const product = cost(emitted(front('derive hvp of E wrt u as f')).plan, 200);
    expect(both['f']).toBe(alone['f']);
    // 9 products with the matrix of N² elements in place of 15 and the matrix itself
    expect(Math.round((both['fByColumns'] ?? 0) / (2 * 200 ** 2))).toBe(9);
    expect(Math.round((product['f'] ?? 0) / (2 * 200 ** 2))).toBe(16);
  });

  it('is computed again where the caller bounds what is kept', () => {
    const text = front('derive value, gradient, hessian of E wrt u as f using sparse').replace('in 1..3', 'in 1..T').replace('s[3]', 's[T]').replace('dim N', 'dim N, T');
    const bounded = emitted(text.replace('using sparse', 'using sparse, checkpoints = 2'));
    expect(bounded.code).not.toContain('fKept');
    expect(emitted(text).code).toContain('fKept');
  });

  const models: Readonly<Record<string, string>> = {
    'values, gradients and the matrix': front('derive value, gradient, hessian of E wrt u as together using sparse'),
    'two matrices': front('derive value, jacobian, gauss_newton of r wrt u as together using sparse'),
    'a number and data': `dim N\ndata d: R[N]\nparam u: R[N], a: R\n${left}c = sum(exp(d))*exp(a)\nrecur t in 1..2 {\n  init s[0] = sin(c*u)\n  s[t] = s[t-1] + tanh(c*d .* (left*s[t-1]))\n}\nE = sum(s[2].^2)\nderive value, gradient, hessian of E wrt u, a as together using sparse`,
    'a loop beside what needs none': `dim N\nparam u: R[N]\n${left}recur t in 1..2 {\n  init s[0] = u, w[0] = exp(u)\n  s[t] = s[t-1] .* w[t-1]\n  w[t] = w[t-1] + left*sin(w[t-1])\n}\nr = s[2] + exp(sin(u).*cos(u))\nderive value, jacobian of r wrt u as together using sparse`,
  };
  it.each(Object.entries(models).flatMap(([name, text]) => [[name, 'TypeScript', text, undefined], [name, 'WebAssembly', text, encodeModule]] as const))('%s, %s', (_name, _target, text, native) => {
    const module = emitted(text, 'model.diff', native);
    expect(module.code).toContain('togetherKept');
    const [sparse] = module.plan.functions;
    const values = emitted(text.replace(/derive value, .* of/, 'derive value of').replace(/wrt .* as together using sparse/, 'as together'));
    const separate = sparse!.matrices.map((m) => emitted(text.replace(/derive value, .* of/, `derive ${m.quantity} of`).replace('using sparse', '')));
    for (const N of [1, 2, 3, 8, 13]) {
      const inputs = { u: fillValues(N, 1), d: fillValues(N, 2), a: 0.4 };
      const found = module.call('together', { N }, inputs);
      const value = values.call('together', { N }, inputs);
      expect(found.returned ?? 0).toBeCloseTo(value.returned ?? 0, 12);
      for (const [name, array] of Object.entries(value.out)) Array.from(array).forEach((x, n) => expect(found.out[name]?.[n]).toBeCloseTo(x, 12));
      for (const [k, matrix] of sparse!.matrices.entries()) {
        const dense = denseOf(matrix, separate[k]!.plan.functions[0]!, separate[k]!.call('together', { N }, inputs).out, { N });
        const scale = Math.max(1e-300, ...dense.map(Math.abs));
        expect(Math.max(...expanded(found.out[matrix.name] as unknown as SparseMatrix).map((x, n) => Math.abs(x - dense[n]!))) / scale).toBeLessThan(1e-12);
      }
    }
  });
});

it('fixed sizes whose pattern takes the compiler too long are left to the module', () => {
  const N = 120;
  const left = 'left[i in 1..N, j in 1..N] = if j == i-1 then 1 else 0\n';
  const model = `dim N = ${N}\nparam u: R[N]\n${left}recur t in 1..3 {\n  init s[0] = u\n  s[t] = s[t-1] + s[t-1] .* (left*s[t-1])\n}\nr = s[3]\nderive jacobian of r wrt u as sparseForm using sparse\nderive jacobian of r wrt u as denseForm`;
  const module = emitted(model);
  const [sparse, full] = module.plan.functions;
  const matrix = module.call('sparseForm', {}, { u: fillValues(N, 1) }).out['jacobian'] as unknown as SparseMatrix;
  const dense = denseOf(sparse!.matrices[0]!, full!, module.call('denseForm', {}, { u: fillValues(N, 1) }).out, { N });
  expect(matrix.products!.map((p) => p.starts.length - 1)).toEqual([4]);
  expect(matrix.values.length).toBe(4 * N - 6);
  const scale = Math.max(...dense.map(Math.abs));
  expect(Math.max(...expanded(matrix).map((x, k) => Math.abs(x - dense[k]!))) / scale).toBeLessThan(1e-13);
});
