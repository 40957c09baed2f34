/**
 * Our own elementary functions on vectors of two doubles, without branches on the usual range: exp and log within
 * 1 ulp (exp beyond ±708 within 2), log1p within 1.2, tanh within 2 (held by tests/backends/wasm/elementary.test.ts). What lies outside the usual range is
 * mended under one test of the whole vector.
 */
import { invariant } from '../../diagnostics/internal.ts';
import type { Callee, Code } from './code.ts';
import { buildSingleLog, buildSingleTanh } from './elementary-single.ts';
import { estrin } from './estrin.ts';
import { buildExp, DOUBLE_EXP, SINGLE_EXP } from './exponential.ts';
import { vectorLanes, F64, type Element } from './lanes.ts';

const DOUBLES = vectorLanes(F64);

type Call = (name: string) => Callee;
type Build = (code: Code, call: Call) => void;

const BUILD: Readonly<Record<Element['name'], Readonly<Record<string, Build>>>> = {
  f64: {
    'Math.exp': (code) => buildExp(code, DOUBLE_EXP),
    'Math.log': (code) => buildLog(code, 'x'),
    'Math.log1p': buildLog1p,
    'Math.tanh': buildTanh,
  },
  f32: {
    'Math.exp': (code) => buildExp(code, SINGLE_EXP),
    'Math.log': buildSingleLog,
    'Math.tanh': (code, call) => buildSingleTanh(code, call('Math.exp')),
  },
};

export function isElementary(name: string, { name: numbers }: Element): boolean {
  return Object.hasOwn(BUILD[numbers], name);
}

/** The body: the argument is local 0, the result stays on the stack. */
export function elementary(name: string, element: Element, code: Code, call: Call): void {
  const build = isElementary(name, element) ? BUILD[element.name][name] : undefined;
  invariant(build, 'wasm', `no ${element.name} vectors through ${name}`);
  build(code, call);
}

const { high: LN2_HIGH, low: LN2_LOW } = DOUBLE_EXP.ln2;

const LOG = [0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805, 0.15313837699209373, 0.14798198605116586];

/** After fdlibm: x = 2^k (1 + f) with 1 + f near 1, ln(1 + f) from s = f/(2 + f). For ln(1 + x) the rounding of 1 + x is put back. */
function buildLog(code: Code, of: 'x' | '1 + x'): void {
  const x = 0;
  const [u, odd, bits, k, f, s, z, half] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  const lost = code.local('v128');
  const shift = code.local('v128');
  const anyOdd = code.local('i32');
  if (of === 'x') code.get(x).set(u);
  else {
    code.f64x2(1).get(x).op('f64x2.add').set(u);
    // (x - (u - 1))/u, or (1 - (u - x))/u where x is the larger
    code.f64x2(1).get(u).get(x).op('f64x2.sub', 'f64x2.sub');
    code.get(x).get(u).f64x2(1).op('f64x2.sub', 'f64x2.sub');
    code.get(x).f64x2(1).op('f64x2.gt', 'v128.bitselect').get(u).op('f64x2.div').set(lost);
  }
  // what is no positive normal number
  code.get(u).f64x2(2.2250738585072014e-308).op('f64x2.ge').get(u).f64x2(Infinity).op('f64x2.lt', 'v128.and', 'v128.not').tee(odd).op('v128.any_true').tee(anyOdd);
  const mended = code.local('v128');
  code.get(u).set(mended);
  code.when(() => {
    // subnormal numbers are scaled by 2^54
    code.get(u).f64x2(18014398509481984).op('f64x2.mul').get(u).get(odd).op('v128.bitselect').set(mended);
    code.f64x2(54).get(odd).op('v128.and').set(shift);
  });
  code.get(mended).i64x2(0x3fe6a09e, 0x667f3bcd).op('i64x2.sub').i64x2(1023 << 20, 0).op('i64x2.add').i32(52).op('i64x2.shr_u').set(bits);
  code.get(bits).i64x2(0x43300000, 0).op('v128.or').f64x2(4503599627370496 + 1023).op('f64x2.sub').get(shift).op('f64x2.sub').set(k);
  code.get(mended).get(bits).i32(52).op('i64x2.shl', 'i64x2.sub').i64x2(1023 << 20, 0).op('i64x2.add').f64x2(1).op('f64x2.sub').set(f);
  code.get(f).get(f).f64x2(2).op('f64x2.add', 'f64x2.div').tee(s).get(s).op('f64x2.mul').set(z);
  code.get(f).get(f).op('f64x2.mul').f64x2(0.5).op('f64x2.mul').set(half);
  code.get(k).f64x2(LN2_HIGH).op('f64x2.mul');
  code.get(half);
  code.get(s).get(half);
  estrin(code, DOUBLES, z, LOG);
  code.get(z).op('f64x2.mul', 'f64x2.add', 'f64x2.mul').get(k).f64x2(LN2_LOW).op('f64x2.mul');
  if (of === '1 + x') code.get(lost).op('f64x2.add');
  code.op('f64x2.add', 'f64x2.sub').get(f).op('f64x2.sub', 'f64x2.sub').set(f);
  code.get(anyOdd).when(() => {
    // 0 to -∞, negative and NaN to NaN, ∞ to ∞; what is left was subnormal
    code.f64x2(-Infinity).get(f).get(u).f64x2(0).op('f64x2.eq', 'v128.bitselect').set(f);
    code.f64x2(Number.NaN).get(f).get(u).f64x2(0).op('f64x2.ge', 'v128.not', 'v128.bitselect').set(f);
    code.f64x2(Infinity).get(f).get(u).f64x2(Infinity).op('f64x2.eq', 'v128.bitselect').set(f);
  });
  code.get(f);
}

/** (ln(1 + x)/s - 2)/s² by powers of s², s = x/(2 + x), |s| <= 1/3. At Chebyshev points: relative error 7e-18. */
const LOG1P = [
  0.6666666666666666, 0.40000000000014596, 0.2857142856710506, 0.22222222717801782, 0.18181789417326447, 0.15385570592912243, 0.13314135550881162, 0.12001155182857778,
  0.08800317650868773, 0.16164938169471338,
];

/** For -1/2 <= x <= 1, as in ln(1 + exp(-|x|)), x - s(x - s²P(s²)): no exponent is taken apart, and no rounding of 1 + x put back. */
function buildLog1p(code: Code): void {
  const x = 0;
  const [s, z, far, result] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  code.get(x).get(x).f64x2(2).op('f64x2.add', 'f64x2.div').tee(s).get(s).op('f64x2.mul').set(z);
  code.get(x).get(s).get(x);
  estrin(code, DOUBLES, z, LOG1P);
  code.get(z).op('f64x2.mul', 'f64x2.sub', 'f64x2.mul', 'f64x2.sub').set(result);
  code.get(x).f64x2(0.25).op('f64x2.sub', 'f64x2.abs').f64x2(0.75).op('f64x2.gt').tee(far).op('v128.any_true').when(() => {
    buildLog(code, '1 + x');
    code.get(result).get(far).op('v128.bitselect').set(result);
  });
  code.get(result);
}

const TANH_ABOVE = [-1614.6876844170845, -99.28772310019185, -0.9643991794250523];
const TANH_BELOW = [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1];

/** After Cephes: x + x³P(x²)/Q(x²) up to 0.625, then 1 - 2/(exp(2|x|) + 1). One division serves both. */
function buildTanh(code: Code, call: Call): void {
  const x = 0;
  const [a, z, near, quotient] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  code.get(x).op('f64x2.abs').tee(a).f64x2(0.625).op('f64x2.lt').set(near);
  code.get(x).get(x).op('f64x2.mul').set(z);
  estrin(code, DOUBLES, z, TANH_ABOVE);
  code.get(z).op('f64x2.mul').f64x2(2).get(near).op('v128.bitselect');
  estrin(code, DOUBLES, z, TANH_BELOW);
  code.get(a).get(a).op('f64x2.add').call(call('Math.exp')).f64x2(1).op('f64x2.add').get(near).op('v128.bitselect', 'f64x2.div').set(quotient);
  code.get(a).get(a).get(quotient).op('f64x2.mul', 'f64x2.add');
  code.f64x2(1).get(quotient).op('f64x2.sub').get(near).op('v128.bitselect');
  // the sign of x
  code.get(x).f64x2(-0).op('v128.and', 'v128.or');
}
