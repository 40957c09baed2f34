/**
 * The functions of which every model is made, as a user types them: value and derivative of the emitted module to
 * 1e-14 relative from -690 to 690, against 46-digit decimals.
 */
import { describe, expect, it } from 'vitest';
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
