/** Our own elementary functions against 40 digits, and at the ends of their ranges against the platform. */
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { encodeBinary } from '../../../src/backends/wasm/binary.ts';
import { F32, F64, type Element } from '../../../src/backends/wasm/lanes.ts';
import { Library } from '../../../src/backends/wasm/library.ts';
import { platform } from './support.ts';

const Exact = Decimal.clone({ precision: 40 });

/** The function of numbers as the library makes it. */
function compiled(name: string, element: Element = F64): (x: number) => number {
  const library = new Library(element);
  const { position } = library.callee(name, 1, library.scalar);
  const { bytes } = encodeBinary({ functions: library.imports, globals: [], memory: { module: 'host', name: 'memory', shared: false }, code: library.code, exports: [{ name: 'f', code: position }] });
  const { exports } = new platform.Instance(new platform.Module(bytes), { host: { memory: new platform.Memory({ initial: 1 }) } });
  return exports['f'] ?? (() => Number.NaN);
}

/** A double as it is: the constructor keeps fifteen digits of a number. */
function decimal(x: number): Decimal {
  if (x === 0) return new Exact(0);
  const exponent = Math.floor(Math.log2(Math.abs(x))) - 52;
  // in two steps: 2^1074 is no double
  const mantissa = (x * 2 ** -Math.trunc(exponent / 2)) * 2 ** -(exponent - Math.trunc(exponent / 2));
  return new Exact(String(mantissa)).times(new Exact(2).pow(exponent));
}

/** The distance to the next double, or to the next single number. */
function ulp(x: number, { name }: Element): number {
  const [digits, least] = name === 'f64' ? [52, -1022] : [23, -126];
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), least) - digits);
}

/** Points spread over an interval, the same in every run. */
function points(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + (to - from) * ((k * 0.6180339887498949) % 1));
}

const CASES = [
  { name: 'Math.exp', exact: (x: Decimal) => x.exp(), at: [...points(-700, 700, 300), ...points(-1, 1, 300), 1e-300], bound: 1 },
  { name: 'Math.exp', exact: (x: Decimal) => x.exp(), at: [...points(-745, -708, 50), ...points(708, 709.7, 50)], bound: 2 },
  { name: 'Math.log', exact: (x: Decimal) => x.ln(), at: [...points(0.001, 4, 300), ...points(0.9, 1.1, 200), ...points(1, 1e300, 100), 5e-324, 1e-310, 2 ** 1023], bound: 1 },
  { name: 'Math.log1p', exact: (x: Decimal) => (x.abs().lt(1e-12) ? x.minus(x.times(x).div(2)) : x.plus(1).ln()), at: [...points(-0.99, 3, 300), ...points(-1e-3, 1e-3, 200), 1e-300, -1e-18, 1e18, 1e300], bound: 1.2 },
  { name: 'Math.tanh', exact: (x: Decimal) => x.tanh(), at: [...points(-3, 3, 400), ...points(-0.65, 0.65, 200), 1e-300, 25, -400], bound: 2 },
];

const SINGLE_CASES = [
  { name: 'Math.exp', exact: (x: Decimal) => x.exp(), at: [...points(-87, 87, 300), ...points(-1, 1, 300), 1e-30], bound: 1.5 },
  { name: 'Math.exp', exact: (x: Decimal) => x.exp(), at: [...points(-103, -87, 50), ...points(87, 88.7, 50)], bound: 2.5 },
  { name: 'Math.log', exact: (x: Decimal) => x.ln(), at: [...points(0.001, 4, 300), ...points(0.9, 1.1, 200), ...points(1, 1e38, 100), 1e-45, 1e-40, 2 ** 127], bound: 1.5 },
  { name: 'Math.tanh', exact: (x: Decimal) => x.tanh(), at: [...points(-3, 3, 400), ...points(-0.65, 0.65, 200), 1e-30, 25, -400], bound: 2 },
  // as a double, rounded once
  { name: 'Math.log1p', exact: (x: Decimal) => x.plus(1).ln(), at: [...points(-0.99, 3, 100), 1e30], bound: 0.51 },
];

/** The largest error in units of the last place. */
function worstError(f: (x: number) => number, element: Element, exact: (x: Decimal) => Decimal, at: readonly number[]): number {
  return Math.max(...at.map((x) => {
    const want = exact(decimal(x));
    return Math.abs(decimal(f(x)).minus(want).toNumber()) / ulp(want.toNumber(), element);
  }));
}

describe('elementary functions', () => {
  it.each(CASES)('$name stays within $bound ulp', ({ name, exact, at, bound }) => {
    const worst = worstError(compiled(name), F64, exact, at);
    expect(worst).toBeLessThan(bound);
    // a bound that is far from what happens says nothing
    expect(worst).toBeGreaterThan(bound / 4);
  });
  it.each(SINGLE_CASES)('$name of single numbers stays within $bound ulp', ({ name, exact, at, bound }) => {
    const worst = worstError(compiled(name, F32), F32, exact, at.map(Math.fround));
    expect(worst).toBeLessThan(bound);
    expect(worst).toBeGreaterThan(bound / 4);
  });

  it.each([
    ['Math.exp', [0, -0, 710, 1e308, Infinity, -746, -Infinity, Number.NaN]],
    ['Math.log', [0, -0, 1, -1, Infinity, -Infinity, Number.NaN]],
    ['Math.log1p', [0, -1, -2, Infinity, -Infinity, Number.NaN]],
    ['Math.tanh', [0, -0, Infinity, -Infinity, Number.NaN]],
  ] as const)('%s at the ends', (name, at) => {
    const f = compiled(name);
    const platformOwn = Math[name.slice(5) as 'exp' | 'log' | 'log1p' | 'tanh'];
    expect(at.map(f)).toEqual(at.map(platformOwn));
    const single = compiled(name, F32);
    expect(at.map(single)).toEqual(at.map((x) => Math.fround(platformOwn(Math.fround(x)))));
  });
});

it.each([F64, F32])('the sign of zeros, NaN and infinities is JavaScript\'s ($name)', (element) => {
  const sign = compiled('Math.sign', element);
  for (const x of [0, -0, 2, -2, Infinity, -Infinity, Number.NaN, 1e-30]) expect(Object.is(sign(x), Math.sign(x)), String(x)).toBe(true);
});
