/** The exponential on vectors of doubles and of single numbers: one method, two sets of constants. */
import type { Code } from './code.ts';
import { estrin } from './estrin.ts';
import { F32, F64, vectorLanes, type Lanes } from './lanes.ts';
import type { Simd } from './opcodes.ts';

interface Exponential {
  readonly lanes: Lanes;
  /** in two parts; the high one has few enough bits that its product with an exponent is exact */
  readonly ln2: { readonly high: number; readonly low: number };
  /** (exp(r) - 1 - r)/r² for |r| <= ln(2)/2, by rising powers */
  readonly series: readonly number[];
  /** adding it leaves an integer in the low bits */
  readonly round: number;
  readonly absolute: Simd;
  /** where the exponent moves into place, and the unit of that place */
  readonly shift: Simd;
  readonly unit: Simd;
  readonly mantissa: number;
  /** up to here in absolute value 2^n is a normal number */
  readonly usual: number;
  /** nothing changes beyond */
  readonly least: number;
  readonly most: number;
}

/** At Chebyshev points: relative error of the series 3e-18. */
export const DOUBLE_EXP: Exponential = {
  lanes: vectorLanes(F64), ln2: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
  series: [0.5, 0.16666666666666669, 0.041666666666624136, 0.008333333333330063, 0.001388888891720967, 0.00019841269863050506, 2.4801521302241082e-05, 2.7557268464831627e-06, 2.7620085455018414e-07, 2.510038319586702e-08],
  round: 6755399441055744, absolute: 'f64x2.abs', shift: 'i64x2.shl', unit: 'i64x2.add', mantissa: 52, usual: 708, least: -1400, most: 1420,
};

/** After Cephes. */
export const SINGLE_EXP: Exponential = {
  lanes: vectorLanes(F32), ln2: { high: 0.693359375, low: -2.12194440e-4 },
  series: [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4],
  round: 12582912, absolute: 'f32x4.abs', shift: 'i32x4.shl', unit: 'i32x4.add', mantissa: 23, usual: 87, least: -170, most: 170,
};

/** exp(x) = 2^n exp(r), r = x - n ln 2. Beyond the usual range as the square of exp(x/2). */
export function buildExp(code: Code, { lanes, ln2, series, round, absolute, shift, unit, mantissa, usual, least, most }: Exponential): void {
  const [far, t, n, r] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  const anyFar = code.local('i32');
  const x = 0;
  const constant = (value: number): Code => {
    lanes.constant(code, value);
    return code;
  };
  const [add, sub, mul] = [lanes.op('add'), lanes.op('sub'), lanes.op('mul')];
  code.get(x).op(absolute);
  constant(usual).op(lanes.compare('>')).tee(far).op('v128.any_true').tee(anyFar);
  code.when(() => {
    code.get(x);
    constant(least).op(lanes.op('max'));
    constant(most).op(lanes.op('min'));
    constant(0.5).op(mul).get(x).get(far).op('v128.bitselect').set(x);
  });
  code.get(x);
  constant(Math.LOG2E).op(mul);
  constant(round).op(add).tee(t);
  constant(round).op(sub).set(n);
  code.get(x).get(n);
  constant(ln2.high).op(mul, sub).get(n);
  constant(ln2.low).op(mul, sub).set(r);
  // 2^n: the integer moves into the exponent
  code.get(t).i32(mantissa).op(shift);
  constant(1).op(unit).set(t).get(t);
  estrin(code, lanes, r, series);
  code.get(r).get(r).op(mul, mul).get(r).op(add).get(t).op(mul, add).set(r);
  code.get(anyFar).when(() => void code.get(r).get(r).op(mul).get(r).get(far).op('v128.bitselect').set(r));
  code.get(r);
}
