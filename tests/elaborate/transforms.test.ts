/** Constraint transforms: the logarithm of the determinant that densities gain, and declarations that cannot be transformed. */
import { describe, expect, it } from 'vitest';
import { naturalOf } from '../../src/cli/natural.ts';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { takenAs } from '../../src/elaborate/leaf.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { Random } from '../../src/runtime/random.ts';

/** ln |det| by elimination with pivots. */
function logDeterminant(rows: number[][]): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(k, 0, pivot);
    sum += Math.log(Math.abs(pivot[k]!));
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      for (let j = k; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return sum;
}

const all = (): boolean => true;
const below = (size: number) => (k: number): boolean => Math.floor(k / size) > k % size;
const butLast = (size: number) => (k: number): boolean => k % size !== size - 1;

describe('ln |det| of the Jacobian', () => {
  it.each([
    ['x: R where x > 2 via exp', all], ['x: R[3] where x < 1 via exp', all], ['x: R where x > 0 via softplus', all],
    ['x: R[2] where -2 < x < 5 via sigmoid', all], ['x: R where -1 < x < 1 via tanh', all], ['x: R where 2 < x < 5 via tanh', all],
    ['x: R[K] via simplex', butLast(4)], ['x: R[2] via simplex', butLast(2)], ['x: R[2, K] via simplex', butLast(4)],
    ['x: R[K] via ordered', all], ['x: R[K] where x > 1 via ordered', all], ['x: R[2, 3] via ordered', all],
    ['x: R[2, 2] via correlation', below(2)], ['x: R[4, 4] via correlation', below(4)],
    ['x: R[2, 2] via correlation_cholesky', below(2)], ['x: R[4, 4] via correlation_cholesky', below(4)],
  ])('%s', (declaration, determines) => {
    const bag = new Bag();
    const model = readModel({ name: 'm', text: `dim K\nparam ${declaration}\nlogp = 0` }, { transforms: 'every-bound' }, bag);
    const [input] = model?.inputs ?? [];
    if (model?.density === undefined || input === undefined) throw new Error(bag.diagnostics[0]?.message);
    const sizes = new Map([['K', 4]]);
    const natural = naturalOf(model.graph, input, sizes);
    for (const seed of [1, 2]) {
      const random = new Random(seed);
      const u = Float64Array.from({ length: natural.count }, () => 1.5 * random.normal());
      const J = natural.jacobian(u);
      const rows = Array.from({ length: J.length / u.length }, (_, k) => k).filter(determines).map((k) => Array.from(J.subarray(k * u.length, (k + 1) * u.length)));
      expect(rows).toHaveLength(u.length);
      const [density] = evaluateScalars(model.graph, [model.density], { sizes, inputs: new Map([[takenAs(model.graph, input).name, u]]) });
      expect(density).toBeCloseTo(logDeterminant(rows), 9);
    }
  });

  it('stays finite where numbers are large', () => {
    for (const [declaration, count] of [['x: R[3] via simplex', 2], ['x: R[3, 3] via correlation', 3]] as const) {
      const model = readModel({ name: 'm', text: `param ${declaration}\nlogp = 0` }, { transforms: 'every-bound' }, new Bag())!;
      const u = Float64Array.from({ length: count }, (_, k) => (k === 0 ? 800 : -800));
      expect(Number.isFinite(evaluateScalars(model.graph, [model.density!], { sizes: new Map(), inputs: new Map([['x', u]]) })[0]), declaration).toBe(true);
    }
  });
});

describe('what is constrained keeps its constraint', () => {
  const at = (declaration: string, u: readonly number[]): Float64Array => {
    const model = readModel({ name: 'm', text: `param ${declaration}\nf = sum(x)\nderive value, gradient of f wrt x` }, {}, new Bag())!;
    return naturalOf(model.graph, model.inputs[0]!, new Map()).forward(Float64Array.from(u));
  };
  it('simplex: all alike at 0, and the first and the last element play the same part', () => {
    at('x: R[3] via simplex', [0, 0]).forEach((p) => expect(p).toBeCloseTo(1 / 3, 14));
    const p = at('x: R[4] via simplex', [3, -2, 0.4]);
    expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    // the map is a rotation of centred log-ratios: it keeps lengths
    const logs = p.map(Math.log);
    const centre = logs.reduce((a, b) => a + b) / 4;
    expect(Math.hypot(...logs.map((l) => l - centre))).toBeCloseTo(Math.hypot(3, -2, 0.4), 12);
  });
  it('correlation: the partial correlations of the first column are correlations', () => {
    const C = at('x: R[3, 3] via correlation', [0.3, -0.5, 0.9]);
    expect([C[0], C[4], C[8]]).toEqual([1, 1, 1]);
    expect(C[3]).toBeCloseTo(Math.tanh(0.3), 14);
    expect(C[6]).toBeCloseTo(Math.tanh(-0.5), 14);
    const partial = (C[7]! - C[3]! * C[6]!) / Math.sqrt((1 - C[3]! ** 2) * (1 - C[6]! ** 2));
    expect(partial).toBeCloseTo(Math.tanh(0.9), 12);
  });
});

describe('declarations that cannot be transformed', () => {
  it.each([
    ['x: R via simplex', /a simplex is a vector/], ['x: R[1] via simplex', /the number 1/], ['x: R[3] where x > 0 via simplex', /takes no `where`/],
    ['x: R via ordered', /what rises is a vector/], ['x: R[1] via ordered', /in order by itself/], ['x: R[3] where x < 0 via ordered', /a lower bound only/],
    ['x: R[3] via correlation', /square matrix/], ['x: R[2, 3] via correlation', /square matrix/], ['x: R[K, K] via correlation', /a number of at least 2/],
    ['x: R[3, 3] where x < 1 via correlation_cholesky', /takes no `where`/],
  ])('%s', (declaration, reason) => {
    const bag = new Bag();
    readModel({ name: 'm', text: `dim K\nparam ${declaration}\nf = sum(x)\nderive value, gradient of f wrt x` }, {}, bag);
    expect(bag.diagnostics.map((d) => d.code)).toEqual(['bad-transform']);
    expect(bag.diagnostics[0]?.message).toMatch(reason);
  });

  it('an open size is asked to be at least 2', () => {
    const model = readModel({ name: 'm', text: 'dim K\nparam x: R[K] via simplex\nf = sum(x)\nderive value, gradient of f wrt x' }, {}, new Bag());
    expect(model?.dims.map((d) => d.atLeast)).toEqual([2]);
  });
});
