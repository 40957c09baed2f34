/**
 * The functions of which every model is made, as a user types them: value and derivative of the emitted module to
 * 1e-14 relative from -690 to 690, against 46-digit decimals.
 */
import { describe, expect, it } from 'vitest';
import type { OpName } from '../../src/ops/table.ts';
import { exactly, pi, R, type Real } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';
import { emittedScalar } from '../support/emitted.ts';

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
