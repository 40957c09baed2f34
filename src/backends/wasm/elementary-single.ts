/**
 * Elementary functions on vectors of four single numbers, after Cephes: exp and log within 1.5 ulp of single
 * precision, tanh within 2 (held by tests/backends/wasm/elementary.test.ts).
 */
import type { Callee, Code } from './code.ts';
import { estrin } from './estrin.ts';
import { SINGLE_EXP } from './exponential.ts';
import { F32, vectorLanes } from './lanes.ts';

const SINGLES = vectorLanes(F32);

const { high: LN2_HIGH, low: LN2_LOW } = SINGLE_EXP.ln2;

/** (ln(1 + f) - f + f²/2)/f³ for 1 + f between √½ and √2 */
const LOG = [3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1, -1.2420140846e-1, 1.1676998740e-1, -1.1514610310e-1, 7.0376836292e-2];
/** bits of √½ */
const ROOT_HALF = 0x3f3504f3;

/** x = 2^k (1 + f): ln(x) = k ln 2 + ln(1 + f). */
export function buildSingleLog(code: Code): void {
  const x = 0;
  const [odd, u, shift, e, k, f, square] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  const anyOdd = code.local('i32');
  // what is no positive normal number
  code.get(x).f32x4(1.1754943508222875e-38).op('f32x4.ge').get(x).f32x4(Infinity).op('f32x4.lt', 'v128.and', 'v128.not').tee(odd).op('v128.any_true').tee(anyOdd);
  code.get(x).set(u);
  code.when(() => {
    // subnormal numbers are scaled by 2^24
    code.get(x).f32x4(16777216).op('f32x4.mul').get(x).get(odd).op('v128.bitselect').set(u);
    code.f32x4(24).get(odd).op('v128.and').set(shift);
  });
  code.get(u).i32(ROOT_HALF).op('i32x4.splat', 'i32x4.sub').i32(23).op('i32x4.shr_s').set(e);
  code.get(e).op('f32x4.convert_i32x4_s').get(shift).op('f32x4.sub').set(k);
  code.get(u).get(e).i32(23).op('i32x4.shl', 'i32x4.sub').f32x4(1).op('f32x4.sub').set(f);
  code.get(f).get(f).op('f32x4.mul').set(square);
  estrin(code, SINGLES, f, LOG);
  code.get(f).op('f32x4.mul').get(square).op('f32x4.mul');
  code.get(k).f32x4(LN2_LOW).op('f32x4.mul', 'f32x4.add');
  code.get(square).f32x4(0.5).op('f32x4.mul', 'f32x4.sub');
  code.get(f).op('f32x4.add').get(k).f32x4(LN2_HIGH).op('f32x4.mul', 'f32x4.add').set(f);
  code.get(anyOdd).when(() => {
    // 0 to -∞, negative and NaN to NaN, ∞ to ∞; what is left was subnormal
    code.f32x4(-Infinity).get(f).get(x).f32x4(0).op('f32x4.eq', 'v128.bitselect').set(f);
    code.f32x4(Number.NaN).get(f).get(x).f32x4(0).op('f32x4.ge', 'v128.not', 'v128.bitselect').set(f);
    code.f32x4(Infinity).get(f).get(x).f32x4(Infinity).op('f32x4.eq', 'v128.bitselect').set(f);
  });
  code.get(f);
}

/** (tanh(x) - x)/x³ in x², up to 0.625 */
const TANH = [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3];

/** x + x³P(x²) up to 0.625, then 1 - 2/(exp(2|x|) + 1). */
export function buildSingleTanh(code: Code, exp: Callee): void {
  const x = 0;
  const [a, z] = [code.local('v128'), code.local('v128')];
  code.get(x).op('f32x4.abs').set(a).get(x).get(x).op('f32x4.mul').set(z);
  estrin(code, SINGLES, z, TANH);
  code.get(z).op('f32x4.mul').get(a).op('f32x4.mul').get(a).op('f32x4.add');
  code.f32x4(1).f32x4(2).get(a).get(a).op('f32x4.add').call(exp).f32x4(1).op('f32x4.add', 'f32x4.div', 'f32x4.sub');
  code.get(a).f32x4(0.625).op('f32x4.lt', 'v128.bitselect');
  // the sign of x
  code.get(x).f32x4(-0).op('v128.and', 'v128.or');
}
