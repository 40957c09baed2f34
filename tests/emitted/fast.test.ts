/** The functions that loops over data call: as exact as their comments say, and what Math says where the tables end. */
import { runInNewContext } from 'node:vm';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { helperTexts } from '../../src/backends/typescript/module-functions.ts';
import { emitted } from '../support/emitted.ts';
import { seededRandom } from '../../src/verify/random.ts';

type Unary = (x: number) => number;
const NAMES = ['fastExp', 'fastSigmoid', 'fastTanh', 'fastTanhslope', 'fastSigmoidrest'] as const;
const fast = runInNewContext(`${helperTexts([...NAMES], javascript, 'f64').join('\n')}\n({ ${NAMES.join(', ')} })`) as Record<'fastExp' | 'fastSigmoid' | 'fastTanh', Unary>
  & Record<'fastTanhslope' | 'fastSigmoidrest', (x: number, y: number) => number>;

const Wide = Decimal.clone({ precision: 40 });
/** The double exactly: a Decimal made of one takes its shortest text. */
function exactly(x: number): Decimal {
  let [m, e] = [x, 0];
  for (; m !== Math.floor(m); e++) m *= 2;
  return new Wide(m).div(new Wide(2).pow(e));
}
const ulp = (v: number): number => 2 ** (Math.floor(Math.log2(Math.abs(v))) - 52);

const random = seededRandom(5);
const points = [700, 30, 3, 0.3, 0.02, 1e-6].flatMap((scale) => Array.from({ length: 60 }, () => random.uniform(-scale, scale)));

interface Case {
  readonly name: string;
  readonly of: Unary;
  readonly exact: (x: Decimal) => Decimal;
  readonly bound: number;
}
const sigmoid = (x: Decimal): Decimal => x.neg().exp().add(1).pow(-1);
const CASES: readonly Case[] = [
  { name: 'fastExp', of: fast.fastExp, exact: (x) => x.exp(), bound: 0.8 },
  { name: 'fastSigmoid', of: fast.fastSigmoid, exact: sigmoid, bound: 3 },
  { name: 'fastSigmoidrest', of: (x) => fast.fastSigmoidrest(x, fast.fastSigmoid(x)), exact: (x) => sigmoid(x.neg()), bound: 4 },
  { name: 'fastTanh', of: fast.fastTanh, exact: (x) => x.tanh(), bound: 2 },
  { name: 'fastTanhslope', of: (x) => fast.fastTanhslope(x, fast.fastTanh(x)), exact: (x) => x.cosh().pow(-2), bound: 4 },
];

type Pair = (x: Float64Array, xStart: number, to: Float64Array, start: number, beside: Float64Array, besideStart: number, n: number) => void;
const pairs = runInNewContext(`${helperTexts(['fastSigmoidPairs', 'fastTanhPairs'], javascript, 'f64').join('\n')}\n({ fastSigmoidPairs, fastTanhPairs })`) as Record<'fastSigmoidPairs' | 'fastTanhPairs', Pair>;
/** Both results, one array beside the other. */
function both(pair: Pair, x: readonly number[]): [number[], number[]] {
  const n = x.length;
  const out = new Float64Array(2 * n);
  pair(Float64Array.from([0, ...x]), 1, out, 0, out, n, n);
  return [[...out.subarray(0, n)], [...out.subarray(n)]];
}
const worst = (got: readonly number[], exact: (x: Decimal) => Decimal): number => Math.max(...points.map((x, k) => {
  const want = exact(exactly(x));
  return want.abs().gt(1e-300) ? exactly(got[k]!).sub(want).div(ulp(want.toNumber())).abs().toNumber() : 0;
}));

describe('functions of loops over data', () => {
  it('a function and its companion from one exponential or one row of a table', () => {
    const [s, rest] = both(pairs.fastSigmoidPairs, points);
    expect(worst(s, sigmoid)).toBeLessThanOrEqual(3);
    expect(worst(rest, (x) => sigmoid(x.neg()))).toBeLessThanOrEqual(3);
    const [t, slope] = both(pairs.fastTanhPairs, points);
    expect(worst(t, (x) => x.tanh())).toBeLessThanOrEqual(2);
    expect(worst(slope, (x) => x.cosh().pow(-2))).toBeLessThanOrEqual(2);
    expect(s).toEqual(points.map(fast.fastSigmoid));
    expect(t).toEqual(points.map(fast.fastTanh));
    const odd = points.slice(0, 7);
    expect(both(pairs.fastSigmoidPairs, odd)).toEqual([s.slice(0, 7), [...rest.slice(0, 6), fast.fastSigmoid(-points[6]!)]]);
    expect(both(pairs.fastTanhPairs, odd)).toEqual([t.slice(0, 7), [...slope.slice(0, 6), fast.fastTanhslope(points[6]!, t[6]!)]]);
    expect(both(pairs.fastSigmoidPairs, [Infinity, -Infinity, NaN, -800, 0])).toEqual([[1, 0, NaN, 0, 0.5], [0, 1, NaN, 1, 0.5]]);
    expect(both(pairs.fastTanhPairs, [Infinity, -Infinity, NaN, 0])).toEqual([[1, -1, NaN, 0], [0, 0, NaN, 1]]);
  });

  it.each(CASES)('$name stays within $bound ulp', ({ of, exact, bound }) => {
    // where the result is subnormal, an ulp says nothing
    const errors = points.filter((x) => exact(exactly(x)).abs().gt(1e-300)).map((x) => {
      const want = exact(exactly(x));
      return exactly(of(x)).sub(want).div(ulp(want.toNumber())).abs().toNumber();
    });
    expect(errors.length).toBeGreaterThan(200);
    expect(Math.max(...errors)).toBeLessThanOrEqual(bound);
  });

  it('special values', () => {
    const { fastExp, fastSigmoid, fastTanh } = fast;
    expect([0, Infinity, -Infinity, NaN, 710, -746].map(fastExp)).toEqual([1, Infinity, 0, NaN, Infinity, 0]);
    expect(fastExp(-740)).toBe(Math.exp(-740));
    expect([0, Infinity, -Infinity, NaN, -800].map(fastSigmoid)).toEqual([0.5, 1, 0, NaN, 0]);
    expect([0, Infinity, -Infinity, NaN, 20, -1e-300].map(fastTanh)).toEqual([0, 1, -1, NaN, 1, -1e-300]);
    expect([0, Infinity, NaN].map((x) => fast.fastTanhslope(x, Math.tanh(x)))).toEqual([1, 0, NaN]);
    expect([-Infinity, Infinity, NaN].map((x) => fast.fastSigmoidrest(x, fastSigmoid(x)))).toEqual([1, 0, NaN]);
  });

  it('stand in loops over data and nowhere else', () => {
    const { code } = emitted('dim N\ndata x: R[N]\nparam a: R\nL = exp(a)*sum[n] exp(a*x[n])\nderive value of L');
    expect(code).toMatch(/ fastExp\(a \* x\[n\]\)/);
    expect(code).toContain('Math.exp(a)');
    expect(emitted('param a: R\nL = exp(a)\nderive value of L').code).not.toContain('fastExp');
  });
});
