/** The exponential that loops over data call: as exact as its comment says, and what Math says where the tables end. */
import { runInNewContext } from 'node:vm';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { helperTexts } from '../../src/backends/typescript/module-functions.ts';
import { emitted } from '../support/emitted.ts';
import { seededRandom } from '../../src/verify/random.ts';

type Unary = (x: number) => number;
const { fastExp } = runInNewContext(`${helperTexts(['fastExp'], javascript).join('\n')}\n({ fastExp })`) as Record<'fastExp', Unary>;

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
describe('functions of loops over data', () => {
  it('fastExp keeps its bound', () => {
    const worst = Math.max(...points.map((x) => {
      const want = exactly(x).exp();
      return exactly(fastExp(x)).sub(want).div(ulp(want.toNumber())).abs().toNumber();
    }));
    expect(points.length).toBeGreaterThan(200);
    expect(worst).toBeLessThanOrEqual(2);
  });

  it('special values', () => {
    expect([0, Infinity, -Infinity, NaN, 710, -746].map(fastExp)).toEqual([1, Infinity, 0, NaN, Infinity, 0]);
    expect(fastExp(-740)).toBe(Math.exp(-740));
  });

  it('stand in loops over data and nowhere else', () => {
    const { code } = emitted('dim N\ndata x: R[N]\nparam a: R\nL = exp(a)*sum[n] exp(a*x[n])\nderive value of L');
    expect(code).toMatch(/ fastExp\(a \* x\[n\]\)/);
    expect(code).toContain('Math.exp(a)');
    expect(emitted('param a: R\nL = exp(a)\nderive value of L').code).not.toContain('fastExp');
  });
});
