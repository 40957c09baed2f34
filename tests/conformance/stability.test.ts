/**
 * The functions of which every model is made, as a user types them: value and derivative of the emitted module to
 * 1e-14 relative from -690 to 690, against 46-digit decimals.
 */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/answer/library.ts';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import type { OpName } from '../../src/ops/table.ts';
import { exactly, pi, R, type Real } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';
import { emitted, emittedScalar } from '../support/emitted.ts';

const BAR = 1e-14;
const SIZES = [1e-20, 1e-5, 0.1, 0.37, 0.9, 1.6, 2.9, 5.5, 9.3, 17, 24, 26.5, 36.8, 60, 210, 690];
const POINTS = [...SIZES, ...SIZES.map((x) => -x)];

const op = (name: OpName, ...args: readonly (Real | number)[]): Real => {
  const operation = extendedOperation(name);
  if (operation === undefined) throw new Error(`${name} has no extended form`);
  return operation(...args.map((a) => new R(a)));
};

interface Function_ {
  readonly text: string;
  readonly value: (x: Real) => Real;
  readonly slope: (x: Real) => Real;
  /** where the exact value has no double, or a rounded argument no digits */
  readonly within?: number;
}

const FUNCTIONS: Readonly<Record<string, Function_>> = {
  sigmoid: { text: '1/(1 + exp(-x))', value: (x) => op('sigmoid', x), slope: (x) => op('sigmoid', x).times(op('sigmoid', x.neg())) },
  softplus: { text: 'log(1 + exp(x))', value: (x) => op('softplus', x), slope: (x) => op('sigmoid', x) },
  tanh: { text: '(exp(x) - exp(-x))/(exp(x) + exp(-x))', value: (x) => op('tanh', x), slope: (x) => op('sech2', x) },
  'log-sum-exp': { text: 'log(exp(x) + exp(3))', value: (x) => op('logaddexp', x, 3), slope: (x) => op('sigmoid', x.minus(3)), within: 700 },
  softmax: { text: 'exp(x)/(exp(x) + exp(0))', value: (x) => op('sigmoid', x), slope: (x) => op('sigmoid', x).times(op('sigmoid', x.neg())) },
  gelu: {
    text: 'x*(1 + erf(x/sqrt(2)))/2', value: (x) => x.times(op('ndtr', x)), within: 60,
    slope: (x) => op('ndtr', x).plus(x.times(op('expsq', x, -0.5)).div(pi().times(2).sqrt())),
  },
  erfc: { text: '1 - erf(x)', value: (x) => op('erfc', x), slope: (x) => op('expsq', x, -1).times(-2).div(pi().sqrt()) },
  'log-erfc': { text: 'log(1 - erf(x))', value: (x) => op('logerfc', x), slope: (x) => new R(-2).div(pi().sqrt().times(op('erfcx', x))), within: 1e5 },
  norm: { text: 'sqrt(x^2 + 9)', value: (x) => op('hypot', x, 3), slope: (x) => x.div(op('hypot', x, 3)) },
};

/** Norms as they are typed, of w; rows of a matrix have norms of their own. */
const NORMS = ['norm(w)', 'sqrt(sum(w.^2))', "sqrt(w'*w)", 'sqrt(sum[i] w[i]^2)', 'sqrt(sum(w.^2) + sum(w.^2))/sqrt(2)'];
/** Subnormal numbers have fewer digits: the smallest norm here is the smallest normal number. */
const LENGTHS = [0, 5e-308, 1e-300, 3e-200, 7e-162, 1e-145, 1e-20, 0.3, 1, 5e8, 1e145, 1.3e154, 4e154, 3e200, 1e307];
const DIRECTION = [0.3, -0.4, 1e-9, 0, 0.7, 0.2, -0.1];

describe('norms of vectors over the range of doubles', () => {
  const lengthOf = (w: readonly number[]): Real => w.reduce((sum, x) => sum.plus(exactly(x).pow(2)), new R(0)).sqrt();
  const near = (found: number | undefined, exact: Real): boolean => exact.minus(found ?? Number.NaN).abs().lessThanOrEqualTo(exact.abs().times(BAR));

  it.each([...NORMS.map((text) => [text, 'n'] as const), ['norm(w)', '7'] as const, ['norm(w)', '3'] as const, ['norm(w)', '1'] as const])('%s in %s numbers', (text, size) => {
    const declared = size === 'n' ? 'dim n\n' : '';
    const elements = size === 'n' ? DIRECTION : DIRECTION.slice(0, Number(size));
    for (const [target, compiler] of [['JavaScript', undefined], ['machine code', encodeModule]] as const) {
      const module = emitted(`${declared}param w: R[${size}]\nf = ${text}\nderive value, gradient of f wrt w`, target, compiler);
      for (const length of LENGTHS) {
        const w = elements.map((x) => x * length);
        const { returned, out } = module.call('valueGradient', { n: w.length }, { w });
        const exact = lengthOf(w);
        expect(near(returned, exact), `${target}: ${returned} at ${length}, exactly ${exact.toPrecision(20)}`).toBe(true);
        w.forEach((x, k) => expect(near(out['w']?.[k], length === 0 ? exact : exactly(x).div(exact)), `${target}: slope ${out['w']?.[k]} at ${length}`).toBe(true));
      }
    }
  });

  it('second derivatives too', () => {
    const module = emitted('dim n\nparam w: R[n]\nf = norm(w)\nderive value, hessian of f wrt w');
    for (const length of LENGTHS.filter((l) => l > 1e-300)) {
      const w = DIRECTION.map((x) => x * length);
      const { out } = module.call('valueHessian', { n: w.length }, { w });
      const norm = lengthOf(w);
      const hessian = Object.values(out).find((values) => values.length === w.length ** 2) ?? [];
      w.forEach((x, i) => w.forEach((y, j) => {
        // the difference of two terms near 1/norm
        const exact = new R(i === j ? 1 : 0).minus(exactly(x).div(norm).times(exactly(y)).div(norm)).div(norm);
        expect(exact.minus(hessian[i * w.length + j] ?? Number.NaN).abs().times(norm).toNumber(), `[${i}, ${j}] at ${length}`).toBeLessThan(BAR);
      }));
    }
  });
});

describe('emitted functions over the range of doubles', () => {
  it.each(Object.entries(FUNCTIONS))('%s', (name, { text, value, slope, within = Infinity }) => {
    const f = emittedScalar(text, 'x', ['x']);
    const wrong = POINTS.filter((x) => Math.abs(x) <= within).flatMap((x) => {
      const got = f({ x });
      const at = exactly(x);
      return [['value', got.value, value(at)] as const, ['derivative', got.derivative, slope(at)] as const].flatMap(([what, found, exact]) => {
        const size = Math.abs(exact.toNumber());
        // subnormal numbers have fewer digits
        if (size < 1e-300) return Math.abs(found) < 1e-299 ? [] : [`${name}(${x}): ${what} ${found}, exactly ${exact.toPrecision(17)}`];
        const error = exact.minus(found).abs().div(size).toNumber();
        return error <= BAR ? [] : [`${name}(${x}): ${what} ${found}, exactly ${exact.toPrecision(20)}`];
      });
    });
    expect(wrong).toEqual([]);
  });
});

/** Lists of mixed magnitudes: the largest element stands anywhere, the others down to where their share has no double. */
const LISTS = [
  [-567.1, 88.3, 1], [0.1, 300.7, -200.3], [690.4, -17.3, 688.9, 690.39], [-690.7, 0.3, 3.1e-9], [1e-300, -123.45, -45.6], [-5e-324, -700.123, 1e-17],
  [12345.678, 12000.1, 12345.6, 11700.345], [1e15 + 0.25, 1e15 - 300.125, 1e15 - 0.5], [-1e10 - 0.3, -1e10 - 512.7, -1e10], [7.7, 7.7, -600.1, 7.7],
  [-33.3, -1e-3, -97.531, -250.75, -500.9], [1e300, 1e300, -1e300], [17, 17 - 1e-13, -311.31],
];

describe('softmax and log-sum-exp over the range of doubles', () => {
  const shares = (list: readonly number[]): { readonly lse: Real; readonly softmax: readonly Real[] } => {
    const top = exactly(Math.max(...list));
    const terms = list.map((x) => exactly(x).minus(top).exp());
    const total = terms.reduce((sum, term) => sum.plus(term), new R(0));
    return { lse: top.plus(total.ln()), softmax: terms.map((term) => term.div(total)) };
  };
  const misses = (what: string, found: number, exact: Real): readonly string[] => {
    const size = Math.abs(exact.toNumber());
    if (size < 1e-300 && size > 0 ? Math.abs(found - size) < 1e-314 + 1e-14 * size : size === 0 ? found === 0 : exact.minus(found).abs().div(exact).abs().toNumber() <= BAR) return [];
    return [`${what}: ${found}, exactly ${exact.toPrecision(20)}`];
  };
  const targets = [['JavaScript', undefined], ['machine code', encodeModule]] as const;

  it.each(targets)('of lists in %s', (target, compiler) => {
    const value = emitted('dim n\nparam x: R[n]\ng = exp(x)/sum(exp(x))\nderive value of g', target, compiler);
    const gradient = emitted('dim n\nparam x: R[n]\nf = log(sum(exp(x)))\nderive value, gradient of f', target, compiler);
    const wrong = LISTS.flatMap((x) => {
      const exact = shares(x);
      const g = value.call('value', { n: x.length }, { x }).out['g'] ?? [];
      const { returned, out } = gradient.call('valueGradient', { n: x.length }, { x });
      return [
        ...misses(`logsumexp(${x.join(', ')})`, returned ?? Number.NaN, exact.lse),
        ...exact.softmax.flatMap((share, k) => [...misses(`softmax(${x.join(', ')})[${k}]`, g[k] ?? Number.NaN, share), ...misses(`slope(${x.join(', ')})[${k}]`, out['x']?.[k] ?? Number.NaN, share)]),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it.each(targets)('of two and of three names in %s', (target, compiler) => {
    const two = emitted('param x: R, y: R\nf = log(exp(x) + exp(y))\nderive value, gradient of f', target, compiler);
    const first = emitted('param x: R, y: R\ng = exp(x)/(exp(x) + exp(y))\nderive value, gradient of g', target, compiler);
    const three = emitted('param x: R, y: R, z: R\nf = log(exp(x) + exp(y) + exp(z))\nderive gradient of f', target, compiler);
    const one = emitted('param x: R\nf = log(exp(x) + exp(3))\nderive value, gradient of f', target, compiler);
    const wrong = LISTS.flatMap(([x = 0, y = 0, z = 0]) => {
      const [pair, triple, beside3] = [shares([x, y]).softmax, shares([x, y, z]).softmax, shares([x, 3])] as const;
      const [p, q] = pair as [Real, Real];
      const out = two.call('valueGradient', {}, { x, y }).out;
      const of = first.call('valueGradient', {}, { x, y });
      const alone = one.call('valueGradient', {}, { x });
      return [
        ...misses(`d/dx of ${x}, ${y}`, out['x']?.[0] ?? Number.NaN, p), ...misses(`d/dy of ${x}, ${y}`, out['y']?.[0] ?? Number.NaN, q),
        ...misses(`share of ${x}, ${y}`, of.returned ?? Number.NaN, p), ...misses(`its slope at ${x}, ${y}`, of.out['x']?.[0] ?? Number.NaN, p.times(q)),
        ...['x', 'y', 'z'].flatMap((name, k) => misses(`d/d${name} of ${x}, ${y}, ${z}`, three.call('gradient', {}, { x, y, z }).out[name]?.[0] ?? Number.NaN, triple[k] ?? new R(Number.NaN))),
        ...misses(`beside 3: ${x}`, alone.returned ?? Number.NaN, beside3.lse), ...misses(`slope beside 3: ${x}`, alone.out['x']?.[0] ?? Number.NaN, beside3.softmax[0] ?? new R(Number.NaN)),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it.each(targets)('infinite elements in %s: values are limits, two have shares, lists have some where the largest is finite', (target, compiler) => {
    const list = emitted('dim n\nparam x: R[n]\nf = log(sum(exp(x)))\nderive value, gradient of f', target, compiler);
    const pair = emitted('param x: R, y: R\nf = log(exp(x) + exp(y))\nderive value, gradient of f', target, compiler);
    const cases: readonly (readonly [x: readonly number[], value: number, slope: readonly number[], ofList: readonly number[]])[] = [
      [[-Infinity, -Infinity], -Infinity, [0.5, 0.5], [Number.NaN, Number.NaN]], [[Infinity, Infinity], Infinity, [0.5, 0.5], [Number.NaN, Number.NaN]],
      [[Infinity, 0], Infinity, [1, 0], [Number.NaN, 0]], [[-Infinity, 2], 2, [0, 1], [0, 1]],
      [[Infinity, -Infinity], Infinity, [1, 0], [Number.NaN, 0]], [[Number.NaN, 0], Number.NaN, [Number.NaN, Number.NaN], [Number.NaN, Number.NaN]],
    ];
    for (const [x, value, slope, ofList] of cases) {
      const called = [list.call('valueGradient', { n: 2 }, { x }), pair.call('valueGradient', {}, { x: x[0] ?? 0, y: x[1] ?? 0 })];
      expect(called.map(({ returned, out }) => [returned, ...Object.values(out).flatMap((values) => Array.from(values))]), `at ${x.join(', ')}`).toEqual([[value, ...ofList], [value, ...slope]]);
    }
  });

  it.each(targets)('differences of multiples of inputs in %s are what they are', (target, compiler) => {
    const text = 'sigmoid(3 - 2*x) + sigmoid(2*x + 1) + sigmoid(2*x - y) + sigmoid(1/3 - x) + sigmoid(x - 40)';
    const f = emitted(`param x: R, y: R\nf = ${text}\nderive value of f`, target, compiler);
    const plain = (x: number, y: number): number => [3 - 2 * x, 2 * x + 1, 2 * x - y, 1 / 3 - x, x - 40].reduce((sum, z) => sum + 1 / (1 + Math.exp(-z)), 0);
    for (const [x, y] of [[0.25, 1], [-1.5, 0.5], [30, 7]] as const) {
      expect(f.call('value', {}, { x, y }).returned).toBeCloseTo(plain(x, y), 13);
      expect(evaluate(text, { x, y })).toBeCloseTo(plain(x, y), 13);
    }
  });
});
