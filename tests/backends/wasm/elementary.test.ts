/** Our own elementary functions against 40 digits, and at the ends of their ranges against the platform. */
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { encodeBinary } from '../../../src/backends/wasm/binary.ts';
import { F64 } from '../../../src/backends/wasm/lanes.ts';
import { Library } from '../../../src/backends/wasm/library.ts';
import { platform } from './support.ts';

const Exact = Decimal.clone({ precision: 40 });

/** The function of numbers as the library makes it. */
function compiled(name: string): (x: number) => number {
  const library = new Library(F64);
  const { position } = library.callee(name, 1, library.scalar);
  const bytes = encodeBinary({ functions: library.imports, globals: [], memory: { module: 'host', name: 'memory' }, code: library.code, exports: [{ name: 'f', code: position }] });
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

/** The distance to the next double. */
function ulp(x: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -1022);
  return 2 ** (exponent - 52);
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

describe('elementary functions', () => {
  it.each(CASES)('$name stays within $bound ulp', ({ name, exact, at, bound }) => {
    const f = compiled(name);
    let worst = 0;
    for (const x of at) {
      const want = exact(decimal(x));
      const error = decimal(f(x)).minus(want).toNumber();
      worst = Math.max(worst, Math.abs(error) / ulp(want.toNumber()));
    }
    expect(worst).toBeLessThan(bound);
    // a bound that is far from what happens says nothing
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
  });
});
