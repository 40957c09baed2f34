/** Constants are rounded once: to the double that is nearest to the exact value, against decimals of 80 digits. */
import { describe, expect, it } from 'vitest';
import { add, exp, fromRational, ln, multiply, nearestDouble, pi, power, squareRoot, type BigReal } from '../../src/ir/big-real.ts';
import { Builder } from '../../src/ir/build.ts';
import { foldConstants } from '../../src/ir/constants.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { reachable } from '../../src/ir/walk.ts';
import { arithmetic, type Real } from '../../src/verify/extended/decimal.ts';
import { emitted } from '../support/emitted.ts';
import * as fc from '../support/property.ts';

const D = arithmetic(80);
const nearest = (x: Real): number => Number(x.toString());
const PI = D.acos(-1);

describe('reals of 57 digits', () => {
  const cases = (x: BigReal, X: Real): readonly (readonly [string, BigReal | undefined, Real])[] => [
    ['itself', x, X], ['root', squareRoot(x), X.sqrt()], ['ln', ln(x), X.ln()], ['cube root', power(x, Q.rational(1n, 3n)), X.pow(new D(1).div(3))],
    ['x^-3', power(x, Q.integer(-3)), X.pow(-3)], ['x^(-3/2)', power(x, Q.rational(-3n, 2n)), X.pow(-1.5)], ['pi*x', multiply(pi(), x), PI.times(X)],
    ['pi - x', add(pi(), multiply(x, fromRational(Q.MINUS_ONE))), PI.minus(X)],
    ...(X.lessThan(700) ? [['exp', exp(x), X.exp()] as const, ['exp of -x', exp(multiply(x, fromRational(Q.MINUS_ONE))), X.neg().exp()] as const] : []),
  ];

  it('are within the error they state and round to the nearest double', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (n, d) => {
      for (const [name, found, exact] of cases(fromRational(Q.rational(BigInt(n), BigInt(d))), new D(n).div(d))) {
        if (found === undefined) throw new Error(`${name} of ${n}/${d} has no value`);
        const error = new D(found.m.toString()).times(new D(2).pow(found.e)).minus(exact).abs();
        expect(error.lessThanOrEqualTo(found.error === -Infinity ? 0 : new D(2).pow(found.error)), `${name} of ${n}/${d}`).toBe(true);
        // ln 1 is 0, of which no digits are certain
        if (!exact.isZero()) expect(nearestDouble(found), `${name} of ${n}/${d}`).toBe(nearest(exact));
      }
    }));
  });

  it('reach from the smallest to the largest double, and say when a rounding is not certain', () => {
    for (const x of [-745, -740, -708, 709, 710, 1000]) expect(nearestDouble(exp(fromRational(Q.integer(x))) ?? fromRational(Q.ZERO))).toBe(nearest(new D(x).exp()));
    expect(exp(fromRational(Q.integer(5000)))).toBeUndefined();
    expect(nearestDouble({ m: 3n, e: 0, error: 1 })).toBeUndefined();
    expect(nearestDouble({ m: (1n << 53n) + 1n, e: 0, error: -20 })).toBeUndefined();
    expect(nearestDouble({ m: (1n << 53n) + 1n, e: 0, error: -Infinity })).toBe(2 ** 53);
  });
});

describe('constants of formulas', () => {
  const E = new D(1).exp();
  it.each([
    ['sqrt(2*pi)', PI.times(2).sqrt()], ['sqrt(2/pi)', new D(2).div(PI).sqrt()], ['1/sqrt(2*pi)', PI.times(2).pow(-0.5)], ['ln(2*pi)/2', PI.times(2).ln().div(2)],
    ['exp(1)^pi', E.pow(PI)], ['sqrt(2)*ln(3)/7', new D(2).sqrt().times(new D(3).ln()).div(7)], ['exp(-1/2)/sqrt(3)', new D(-0.5).exp().div(new D(3).sqrt())],
    ['sqrt(2) + sqrt(3) - pi', new D(2).sqrt().plus(new D(3).sqrt()).minus(PI)], ['2^(1/12)', new D(2).pow(new D(1).div(12))], ['pi^2/6', PI.pow(2).div(6)],
  ])('%s', (text, exact) => {
    const module = emitted(`param x: R\nf = (${text})*x\ng = ${text} + x\nderive value of f\nderive value of g`);
    expect(module.code).toContain(String(nearest(exact)));
  });

  it('are those of doubles where there is no exact value', () => {
    const b = new Builder(new Graph());
    const root = b.map('sin', [b.whole(b.map('sqrt', [b.whole(b.integer(2))], []))], []);
    expect(foldConstants(b.graph, reachable(b.graph, [root])).values.get(root)).toBe(Math.sin(Math.SQRT2));
  });
});
