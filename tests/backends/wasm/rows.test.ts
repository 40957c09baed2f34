/** Short rows: whole vectors without a loop, rows that a loop keeps in registers, calls side by side; and what may not be taken together. */
import { describe, expect, it } from 'vitest';
import { plainJavaScript } from '../../../src/backends/typescript/emit.ts';
import { instantiate } from '../../../src/backends/typescript/instantiate.ts';
import { encodeModule } from '../../../src/backends/wasm/module.ts';
import { planVectorLoop, type PlanContext } from '../../../src/backends/wasm/vector-plan.ts';
import { trianglesWrittenOut } from '../../../src/backends/wasm/triangles.ts';
import { interpret } from '../../../src/schedule/interpret.ts';
import { addPoly, constantPoly, integerPoly, localPoly, scalePoly, type Poly } from '../../../src/schedule/poly.ts';
import type { Program, Stmt } from '../../../src/schedule/types.ts';
import { emitted } from '../../support/emitted.ts';

type Struct = Readonly<Record<string, Float64Array | Float32Array>>;
interface Model {
  newData?(): { readonly x: Float64Array | Float32Array };
  newParams(): Struct;
  newGradient(): Struct;
  valueGradient(params: Struct, data: object, out: Struct): number;
}

/** Rows of D elements beside each other; the softmax calls functions for each of the rows that run side by side. */
const beside = (D: number): string => `dim N, D = ${D}, K
data x: R[N, D]
param m: R[K, D], A: R[K, D, D]
d[n,k,i] = x[n,i] - m[k,i]
z[n,k,i] = sum[j] A[k,j,i]*d[n,k,j]
s[n,k] = -sum[i] z[n,k,i]^2
L = sum[n] (logsumexp[k](s[n,k]) + tanh(s[n,1]))
derive value, gradient of L wrt m, A`;

/** A row that every j adds to. */
const kept = (D: number): string => `dim N, D = ${D}
data x: R[N, D]
param m: R[D], A: R[D, D]
z[n,i] = sum[j] A[j,i]*(x[n,j] - m[j])
L = sum[n] tanh(sum[i] z[n,i]^2)
derive value, gradient of L wrt m, A`;

interface Run {
  readonly value: number;
  readonly out: Struct;
}

function run(code: string, sizes: { readonly N: number; readonly K: number }, D: number): Run {
  const m = (instantiate(code)['create'] as (dims: object) => Model)(sizes);
  const [data, params, out] = [m.newData?.() ?? { x: new Float64Array(sizes.N * D) }, m.newParams(), m.newGradient()];
  let seed = 0;
  for (const array of [data.x, ...Object.values(params)]) array.forEach((_, k) => (array[k] = 0.4 * Math.sin(++seed)));
  return { value: m.valueGradient(params, data, out), out };
}

describe('short rows', () => {
  it.each(Array.from({ length: 17 }, (_, k) => k + 3))('of %i elements are those of JavaScript', (D) => {
    for (const model of [beside, kept]) {
      const { plan } = emitted(model(D));
      const [plain, double, single] = [plainJavaScript(plan), plainJavaScript(plan, encodeModule), plainJavaScript(plan, (r) => encodeModule(r, 'f32'))];
      for (const sizes of [{ N: 1, K: 1 }, { N: 2, K: 3 }, { N: 5, K: 2 }]) {
        const want = run(plain.code, sizes, D);
        expectNear(run(double.code, sizes, D), want, 11);
        expectNear(run(single.code, sizes, D), want, 4);
      }
    }
  });
});

function expectNear(got: Run, want: Run, digits: number): void {
  expect(got.value).toBeCloseTo(want.value, digits);
  for (const name of ['m', 'A']) want.out[name]?.forEach((x, k) => expect(got.out[name]?.[k]).toBeCloseTo(x, digits));
}

describe('a loop that writes two rows of one array', () => {
  const [i, k] = [0, 1];
  const context: PlanContext = { isInteger: (l) => l === i || l === k, isIndex: () => false, isScalar: () => false, weight: () => 1 };
  const size: Poly = [{ coef: 10, sizes: ['K'], locals: [] }];
  const at = (index: Poly): Stmt => ({ kind: 'store', buffer: 0, index, combine: 'add', value: { kind: 'load', buffer: 1, index: localPoly(i) } });
  const loop = (distance: Poly): Extract<Stmt, { kind: 'for' }> => ({
    kind: 'for', local: i, from: [], to: integerPoly(10), direction: 'forward', body: [at(localPoly(i)), at(addPoly(localPoly(i), distance))],
  });

  it.each([
    ['rows that begin where the other ends', integerPoly(10), true],
    ['rows a block of such rows apart', size, true],
    ['rows that meet', integerPoly(9), false],
    ['rows that meet from below', integerPoly(-9), false],
    ['rows that end where the other begins', integerPoly(-10), true],
    ['rows at a distance that only run time tells', localPoly(k), false],
  ])('takes %s in vectors: %o', (_, distance, may) => {
    expect(planVectorLoop(loop(distance), context) !== undefined).toBe(may);
  });
});

describe('a triangle', () => {
  const [i, j] = [0, 1];
  const program = (rows: number): Program => ({
    buffers: [{ id: 0, use: 'output', name: 'A', shape: [String(rows * rows)], element: 'real' }],
    locals: [{ hint: 'i', named: false }, { hint: 'j', named: false }],
    body: [{
      kind: 'for', local: i, from: [], to: integerPoly(rows), direction: 'forward',
      body: [{
        kind: 'for', local: j, from: [], to: localPoly(i), direction: 'forward',
        body: [{ kind: 'store', buffer: 0, index: addPoly(scalePoly(localPoly(i), rows), localPoly(j)), combine: 'set', value: { kind: 'index', poly: addPoly(localPoly(i), localPoly(j)) } }],
      }],
    }],
  });
  const values = (p: Program, rows: number): number[] => {
    const array = new Float64Array(rows * rows).fill(-1);
    interpret(p, { sizes: new Map(), arrays: new Map([[0, array]]) });
    return [...array];
  };

  it('of few rows is written out row by row, with the same elements', () => {
    const out = trianglesWrittenOut(program(10));
    expect(out.body).toHaveLength(10);
    expect(out.body.map((s) => (s.kind === 'for' ? constantPoly(s.to) : undefined))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(values(out, 10)).toEqual(values(program(10), 10));
  });

  it('of many rows stays a loop', () => {
    expect(trianglesWrittenOut(program(17)).body).toHaveLength(1);
  });
});
