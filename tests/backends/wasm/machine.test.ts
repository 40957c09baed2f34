/** The module around the machine code: whose arrays are whose, what happens without WebAssembly, limits of memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plainJavaScript } from '../../../src/backends/typescript/emit.ts';
import { instantiate } from '../../../src/backends/typescript/instantiate.ts';
import { encodeModule, encodeWhereFaster } from '../../../src/backends/wasm/module.ts';
import { planOf } from '../../emitted/models.ts';
import { emitted } from '../../support/emitted.ts';
import { platform } from './support.ts';

interface Results { w: Float64Array; b: number }
interface Logistic {
  newData(): { X: Float64Array; y: Float64Array };
  newParams(): Results;
  newGradient(): Results;
  valueGradient(params: Results, data: { X: Float64Array; y: Float64Array }, out: Results): number;
}

const plan = planOf('samples/models/02-logistic.diff');
const text = plan === undefined ? '' : plainJavaScript(plan, encodeModule).code;
const plainText = plan === undefined ? '' : plainJavaScript(plan).code;
const create = (code: string, dims: object): Logistic => (instantiate(code)['create'] as (dims: object) => Logistic)(dims);

function fill(m: Logistic): { params: Results; data: { X: Float64Array; y: Float64Array } } {
  const data = m.newData();
  data.X.forEach((_, k) => (data.X[k] = Math.sin(3 * k)));
  data.y.forEach((_, k) => (data.y[k] = k % 2));
  const params = m.newParams();
  params.w.forEach((_, k) => (params.w[k] = Math.cos(k)));
  params.b = 0.25;
  return { params, data };
}

afterEach(() => vi.unstubAllGlobals());

describe('a module with machine code', () => {
  it('hands out one array of each kind in its memory, and takes any other', () => {
    const m = create(text, { N: 21, D: 6 });
    const { params, data } = fill(m);
    const [own, other] = [m.newGradient(), m.newGradient()];
    expect(own.w.buffer).toBe(data.X.buffer);
    expect(other.w.buffer).not.toBe(own.w.buffer);
    const value = m.valueGradient(params, data, own);
    const foreign = { X: data.X.slice(), y: data.y.slice() };
    expect(m.valueGradient({ w: params.w.slice(), b: params.b }, foreign, other)).toBe(value);
    expect(Array.from(other.w)).toEqual(Array.from(own.w));
    // a copy at the door leaves what lies in memory alone
    const moved = { w: params.w.map((x) => x + 1), b: 0 };
    m.valueGradient(moved, foreign, other);
    expect(m.valueGradient(params, data, own)).toBe(value);
  });

  it('refuses an argument that is also to be filled', () => {
    const m = create(text, { N: 9, D: 5 });
    const { params, data } = fill(m);
    const out = m.newGradient();
    m.valueGradient(params, data, out);
    const both = { w: params.w.slice(), b: params.b };
    expect(() => m.valueGradient(both, data, both)).toThrow(new RangeError('out.w shares memory with params.w, expected an array of its own'));
  });

  it.each(Array.from({ length: 19 }, (_, k) => k + 1))('agrees with JavaScript for %i rows', (N) => {
    for (const D of [1, 2, 3, 4, 7, 8, 9, 17]) {
      const m = create(text, { N, D });
      const { params, data } = fill(m);
      const [got, want] = [m.newGradient(), m.newGradient()];
      const value = m.valueGradient(params, data, got);
      const twin = create(plainText, { N, D });
      expect(value).toBeCloseTo(twin.valueGradient(params, data, want), 13);
      got.w.forEach((x, k) => expect(x).toBeCloseTo(want.w[k] ?? Number.NaN, 13));
      expect(got.b).toBeCloseTo(want.b, 13);
    }
  });

  it('of two instances neither sees the other', () => {
    const [first, second] = [create(text, { N: 8, D: 4 }), create(text, { N: 8, D: 4 })];
    const one = fill(first);
    const value = first.valueGradient(one.params, one.data, first.newGradient());
    const two = fill(second);
    two.data.X.fill(7);
    second.valueGradient(two.params, two.data, second.newGradient());
    expect(first.valueGradient(one.params, one.data, first.newGradient())).toBe(value);
  });

  it.each([
    ['WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    ['SIMD', () => vi.stubGlobal('WebAssembly', { ...ownProperties(), validate: () => false })],
    ['the right to compile', () => vi.stubGlobal('WebAssembly', { ...ownProperties(), Module: refused })],
  ] as const)('without %s computes the same in JavaScript', (_, stub) => {
    const m = create(text, { N: 33, D: 7 });
    const { params, data } = fill(m);
    const out = m.newGradient();
    const value = m.valueGradient(params, data, out);
    stub();
    const plain = create(text, { N: 33, D: 7 });
    const again = fill(plain);
    const other = plain.newGradient();
    expect(plain.valueGradient(again.params, again.data, other)).toBeCloseTo(value, 13);
    other.w.forEach((x, k) => expect(x).toBeCloseTo(out.w[k] ?? Number.NaN, 13));
    expect(other.w.buffer).not.toBe(again.data.X.buffer);
  });

  it('names the sizes and the limit when they need more memory than there can be', () => {
    expect(() => create(text, { N: 2e7, D: 50 })).toThrow(/N = 20000000, D = 50 need \d+ bytes of memory, WebAssembly addresses at most 4294967296/);
  });

  it('names the sizes when the machine has no memory left', () => {
    vi.stubGlobal('WebAssembly', { ...ownProperties(), Memory: exhausted });
    expect(() => create(text, { N: 4, D: 3 })).toThrow(/^dims N = 4, D = 3 need \d+ bytes of memory, this machine has less to give \(could not allocate\)$/);
  });

  it('refuses arrays of the wrong length before it copies them', () => {
    const m = create(text, { N: 4, D: 3 });
    const { params, data } = fill(m);
    expect(() => m.valueGradient({ ...params, w: new Float64Array(4) }, data, m.newGradient())).toThrow('params.w has 4 elements, expected 3');
    expect(() => m.valueGradient(params, { ...data, X: new Float64Array(0) }, m.newGradient())).toThrow('data.X has 0 elements, expected 12');
  });
});

describe('a module in single precision', () => {
  const single = plan === undefined ? '' : plainJavaScript(plan, (requests) => encodeModule(requests, 'f32')).code;

  it('takes and fills Float32Array, and is near the double one but not it', () => {
    const [m, double] = [create(single, { N: 43, D: 7 }), create(text, { N: 43, D: 7 })];
    const [a, b] = [fill(m), fill(double)];
    const [got, want] = [m.newGradient(), double.newGradient()];
    expect(got.w).toBeInstanceOf(Float32Array);
    const [value, exact] = [m.valueGradient(a.params, a.data, got), double.valueGradient(b.params, b.data, want)];
    expect(value).not.toBe(exact);
    expect(Math.abs(value - exact)).toBeLessThan(1e-6);
    got.w.forEach((x, k) => expect(Math.abs(x - (want.w[k] ?? Number.NaN))).toBeLessThan(1e-6));
    // what lies elsewhere is copied, with the same result
    const other = { w: new Float32Array(7), b: 0 };
    expect(m.valueGradient({ w: a.params.w.slice(), b: a.params.b }, { X: a.data.X.slice(), y: a.data.y.slice() }, other as never)).toBe(value);
    expect(Array.from(other.w)).toEqual(Array.from(got.w));
  });

  it('refuses arrays of doubles by name', () => {
    const m = create(single, { N: 4, D: 3 });
    const { data } = fill(m);
    expect(() => m.valueGradient({ w: new Float64Array(3), b: 0 }, data, m.newGradient())).toThrow(new RangeError('params.w is [object Float64Array], expected Float32Array'));
  });

  it('without WebAssembly computes in doubles and rounds what it stores', () => {
    const exact = create(text, { N: 33, D: 7 });
    const want = fill(exact);
    const gradient = exact.newGradient();
    const value = exact.valueGradient(want.params, want.data, gradient);
    vi.stubGlobal('WebAssembly', undefined);
    const m = create(single, { N: 33, D: 7 });
    const got = fill(m);
    const out = m.newGradient();
    expect(Math.abs(m.valueGradient(got.params, got.data, out) - value)).toBeLessThan(1e-6);
    out.w.forEach((x, k) => expect(Math.abs(x - (gradient.w[k] ?? Number.NaN))).toBeLessThan(1e-6));
  });

  it('adds ten million terms without drift', () => {
    const { plan: sum } = emitted('dim N\ndata x: R[N]\nparam a: R\nL = sum((x - a).^2)\nderive value, gradient of L wrt a');
    const { code } = plainJavaScript(sum, (requests) => encodeModule(requests, 'f32'));
    const m = (instantiate(code)['create'] as (dims: object) => { newData(): { x: Float32Array }; valueGradient(p: object, d: object, o: object): number })({ N: 1e7 });
    const data = m.newData();
    data.x.fill(0.1);
    expect(m.valueGradient({ a: 0 }, data, { a: 0 })).toBeCloseTo(1e7 * Math.fround(0.1) ** 2, 1);
  });
});

describe('--target auto', () => {
  it('takes machine code for loops over data and says what stays JavaScript', () => {
    const header = (path: string): string => { const p = planOf(path); return p === undefined ? '' : plainJavaScript(p, encodeWhereFaster).code.slice(0, 600); };
    expect(header('samples/models/02-logistic.diff')).toMatch(/WebAssembly \(\d+ bytes, SIMD\): valueGradient, hessian, hvp\./);
    expect(header('samples/basics/two-variables.diff')).toContain('JavaScript only: valueGradient (a call would cost more than it saves: about ');
    expect(header('samples/basics/two-variables.diff')).not.toContain('WebAssembly');
    // what it gathers it takes one by one
    expect(header('samples/adbench/ba.diff')).toContain('JavaScript only: errors (');
  });

  it('leaves to JavaScript what mostly calls functions that it would have to lend', () => {
    const header = (term: string): string => plainJavaScript(emitted(`dim N\ndata x: R[N]\nparam a: R\nL = sum[n] ${term}\nderive value of L as f`).plan, encodeWhereFaster).code.slice(0, 600);
    expect(header('sin(a*x[n])')).toMatch(/JavaScript only: f \(a call would cost more than it saves: about [\d.]+ (ns|µs) as it is, [\d.]+ (ns|µs) as machine code\)\./);
    expect(header('exp(a*x[n])')).toMatch(/WebAssembly \(\d+ bytes, SIMD\): f\./);
    // a few instructions
    expect(header('abs(a*x[n])*x[n]')).toMatch(/WebAssembly/);
  });
});

function refused(): never {
  throw new Error('refused by the policy of the page');
}

function exhausted(): never {
  throw new RangeError('could not allocate');
}

const ownProperties = (): object => Object.fromEntries(['validate', 'Module', 'Instance', 'Memory'].map((name) => [name, Reflect.get(platform, name)]));
