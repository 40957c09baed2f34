/** Exponentials that loops over data call: as exact as their comments say, and what Math says where the tables end. */
import { runInNewContext } from 'node:vm';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { helperTexts } from '../../src/backends/typescript/module-functions.ts';
import { emitted } from '../support/emitted.ts';
import { seededRandom } from '../../src/verify/random.ts';

type Unary = (x: number) => number;
const { fastExp, fastTanh, fastSigmoid } = runInNewContext(`${helperTexts(['fastExp', 'fastTanh', 'fastSigmoid'], javascript).join('\n')}\n({ fastExp, fastTanh, fastSigmoid })`) as Record<'fastExp' | 'fastTanh' | 'fastSigmoid', Unary>;

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
const exact: Readonly<Record<string, (x: Decimal) => Decimal>> = {
  fastExp: (x) => x.exp(),
  fastTanh: (x) => { const e = x.mul(2).exp(); return e.sub(1).div(e.add(1)); },
  fastSigmoid: (x) => new Wide(1).div(x.neg().exp().add(1)),
};

describe('functions of loops over data', () => {
  it.each([['fastExp', fastExp, 2], ['fastTanh', fastTanh, 2.5], ['fastSigmoid', fastSigmoid, 3]] as const)('%s keeps its bound', (name, f, bound) => {
    // beyond 30 digits of 1 - tanh the reference would need more of them
    const near = points.filter((x) => name === 'fastExp' || Math.abs(x) < 30);
    const worst = Math.max(...near.map((x) => {
      const want = exact[name]!(exactly(x));
      return exactly(f(x)).sub(want).div(ulp(want.toNumber())).abs().toNumber();
    }));
    expect(near.length).toBeGreaterThan(200);
    expect(worst).toBeLessThanOrEqual(bound);
  });

  it('special values', () => {
    expect([0, Infinity, -Infinity, NaN, 710, -746].map(fastExp)).toEqual([1, Infinity, 0, NaN, Infinity, 0]);
    expect(fastExp(-740)).toBe(Math.exp(-740));
    expect([Infinity, -Infinity, NaN, 400, -400].map(fastTanh)).toEqual([1, -1, NaN, 1, -1]);
    expect([1e-300, 5e-324, -1e-300].map(fastTanh)).toEqual([1e-300, 5e-324, -1e-300]);
    expect([Infinity, -Infinity, NaN, 0, -800].map(fastSigmoid)).toEqual([1, 0, NaN, 0.5, 0]);
    for (const x of points) expect(fastTanh(-x)).toBe(-fastTanh(x));
  });

  it('stand in loops over data and nowhere else', () => {
    const { code } = emitted('dim N\ndata x: R[N]\nparam a: R\nL = exp(a)*sum[n] exp(a*x[n])\nderive value of L');
    expect(code).toMatch(/ fastExp\(a \* x\[n\]\)/);
    expect(code).toContain('Math.exp(a)');
    expect(emitted('param a: R\nL = exp(a)\nderive value of L').code).not.toContain('fastExp');
  });
});
