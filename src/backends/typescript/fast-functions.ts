/**
 * The exponential for loops over data, where a call of Math.exp is most of the work: tables instead of a long
 * series. Measured on Node 20 in such a loop: 2.7 ns instead of 6 to 7. A hyperbolic tangent made so has an error
 * of 2.02 ulp, and a sigmoid one of 2.64: more than 2, so they stay what the platform and the kernels give.
 */
import type { OpName } from '../../ops/table.ts';
import { helper, type Helper } from './carried.ts';

/** What stands for an operation that a loop evaluates often. */
export const FAST: Readonly<Partial<Record<OpName, string>>> = { exp: 'fastExp' };

export const FAST_HELPERS: Readonly<Record<string, Helper>> = {
  powersOfTwo: helper(`
/** 2^k for k from -1023 to 1023. */
const powersOfTwo = tableOfPowers();

function tableOfPowers(): Float64Array {
  const powers = new Float64Array(2047);
  for (let k = 0, up = 1, down = 1; k <= 1023; k++, up *= 2, down /= 2) {
    powers[1023 + k] = up;
    powers[1023 - k] = down;
  }
  return powers;
}`),
  fractions: helper(`
/** 2^(j/64) for j from 0 to 63. */
const fractions = tableOfFractions();

function tableOfFractions(): Float64Array {
  return Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
}`),
  fastExp: helper(`
/** exp(x) as 2^(k/64)·exp(r), |r| <= ln(2)/128, for finite results that are not subnormal. Maximum error 2 ulp. */
function fastExp(x: number): number {
  if (!(x > -708 && x < 709)) return Math.exp(x);
  const k = x * 92.33248261689366 + 6755399441055744 - 6755399441055744;
  const r = x - k * 0.010830417275428772 - k * 7.420820373486988e-9;
  const s = powersOfTwo[(k >> 6) + 1023]! * fractions[k & 63]!;
  const r2 = r * r;
  return s + s * (r + r2 * (0.4999999999998506 + r * 0.16666666666664534 + r2 * (0.041666707403338075 + r * 0.008333339152857227)));
}`, 'powersOfTwo', 'fractions'),
};
