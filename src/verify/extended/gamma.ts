/** The gamma function and its relatives in decimals: shift the argument up, then Stirling's series. */
import type { OpName } from '../../ops/table.ts';
import { arithmetic, binary, euler, infinity, lazily, nan, one, pi, R, rounded, series, unary, zero, type Arithmetic, type Operation, type Real } from './decimal.ts';

/** From here on 60 terms of Stirling's series are good to more than 46 digits. */
const FAR = 60;
/** A negative argument is shifted up step by step; further down the oracle has no value. */
const DEEPEST = -5000;

/** B₂, B₄, …, from the recurrence of the Bernoulli numbers. */
function bernoulli(A: Arithmetic, count: number): readonly Real[] {
  const wide = arithmetic(A.precision + 2 * count);
  const all = [new wide(1), new wide('-0.5')];
  for (let n = 2; n <= 2 * count; n++) {
    let binomial = new wide(1);
    let sum = new wide(0);
    for (let k = 0; k < n; k++) {
      sum = sum.plus(binomial.times(all[k] ?? zero));
      binomial = binomial.times(n + 1 - k).div(k + 1);
    }
    all[n] = n % 2 === 1 ? new wide(0) : sum.neg().div(n + 1);
  }
  return Array.from({ length: count }, (_, k) => new A(all[2 * k + 2] ?? zero).plus(0));
}
/** Small arguments of Γ(a, x) lose digits to cancellation: everything there has 140. */
const W = arithmetic(140);
const bernoulliNumbers = lazily(() => bernoulli(W, 60));

const isPole = (x: Real): boolean => x.isInteger() && !x.gt(0);
const halfLogTwoPi = (): Real => pi().times(2).ln().div(2);

/** ln Γ(x) for x > 0 */
function logGamma(x: Real): Real {
  if (!x.isFinite()) return x;
  let product = one;
  let z = x;
  for (; z.lt(FAR); z = z.plus(1)) product = product.times(z);
  const stirling = asymptoticSum(z, (k) => new R(1).div((2 * k + 2) * (2 * k + 1)), 1);
  return z.minus('0.5').times(z.ln()).minus(z).plus(halfLogTwoPi()).plus(stirling).minus(product.ln());
}

/** Σ Bₖ · factor(k) / z^(2k + power) over the even Bernoulli numbers */
function asymptoticSum(z: Real, factor: (k: number) => Real, power: number): Real {
  let sum = zero;
  const square = z.times(z);
  let down = z.pow(power);
  for (const [k, b] of bernoulliNumbers().entries()) {
    const term = b.times(factor(k)).div(down);
    sum = sum.plus(term);
    if (term.e < sum.e - R.precision - 10) break;
    down = down.times(square);
  }
  return sum;
}

/** sin πx for x of any size: the argument is reduced exactly. */
function sinPi(x: Real): Real {
  const turns = x.minus(x.div(2).round().times(2));
  return turns.times(pi()).sin();
}

function lgamma(x: Real): Real {
  if (x.isNaN()) return nan;
  if (isPole(x)) return infinity;
  if (x.gt(0)) return logGamma(x);
  return pi().div(sinPi(x).abs()).ln().minus(logGamma(one.minus(x)));
}

function gamma(x: Real): Real {
  if (x.isNaN() || (isPole(x) && !x.isZero())) return nan;
  if (x.isZero()) return x.isNegative() ? infinity.neg() : infinity;
  if (x.gt(0)) return logGamma(x).exp();
  return pi().div(sinPi(x).times(logGamma(one.minus(x)).exp()));
}

/** The n-th derivative of digamma. */
function polygamma(order: Real, x: Real): Real {
  if (!order.isInteger() || order.lt(0) || order.gt(100) || x.isNaN() || isPole(x) || x.lt(DEEPEST)) return nan;
  const n = order.toNumber();
  if (x.eq(infinity)) return n === 0 ? infinity : zero;
  const far = FAR + 2 * n;
  let shift = zero;
  let z = x;
  for (; z.lt(far); z = z.plus(1)) shift = shift.plus(one.div(z.pow(n + 1)));
  if (n === 0) return z.ln().minus(one.div(z.times(2))).minus(asymptoticSum(z, (k) => new R(1).div(2 * k + 2), 2)).minus(shift);
  const factorial = (m: number): Real => Array.from({ length: m }, (_, k) => k + 1).reduce((p, k) => p.times(k), one);
  // (2k + n − 1)!/(2k)!
  const rising = (k: number): Real => Array.from({ length: n - 1 }, (_, j) => 2 * k + 3 + j).reduce((p, m) => p.times(m), one);
  const tail = factorial(n - 1).div(z.pow(n)).plus(factorial(n).div(z.pow(n + 1).times(2))).plus(asymptoticSum(z, rising, n + 2));
  const value = tail.plus(factorial(n).times(shift));
  return n % 2 === 0 ? value.neg() : value;
}

function lbeta(a: Real, b: Real): Real {
  // ln Γ of huge arguments cancel: as many digits more as they have before the point
  const A = arithmetic(60 + 2 * Math.max(0, a.plus(b).e));
  return a.e + b.e > 60 ? nan : rounded(new A(lgamma(a)).plus(lgamma(b)).minus(lgamma(a.plus(b))));
}

/** Γ(a, x), the integral of t^(a−1) e^(−t) from x to ∞. */
function gammainc(a: Real, x: Real): Real {
  if (a.isNaN() || x.isNaN()) return nan;
  if (x.eq(infinity)) return zero;
  if (a.isInteger() && a.gt(0)) return x.eq(infinity.neg()) ? nan : finiteSum(a.toNumber(), x);
  if (x.lt(0)) return nan;
  if (x.isZero()) return a.gt(0) ? gamma(a) : infinity;
  return rounded(x.gt(25) ? continued(a, x) : bySeries(a, x));
}

/** (a − 1)! e^(−x) Σ x^k/k!, for a positive integer */
function finiteSum(a: number, x: Real): Real {
  if (a > 5000) return nan;
  const A = arithmetic(90 + Math.max(0, a));
  const z = new A(x);
  let term = new A(1);
  let sum = term;
  let factorial = term;
  for (let k = 1; k < a; k++) {
    term = term.times(z).div(k);
    sum = sum.plus(term);
    factorial = factorial.times(k);
  }
  return rounded(factorial.times(z.neg().exp()).times(sum));
}

/** Legendre's continued fraction by the modified Lentz rule. */
function continued(a: Real, x: Real): Real {
  const A = arithmetic(80);
  const tiny = new A('1e-300');
  let b = new A(x).plus(1).minus(a);
  let c = new A(1).div(tiny);
  let d = new A(1).div(b.isZero() ? tiny : b);
  let h = d;
  for (let n = 1; n < 5000; n++) {
    const an = new A(n).times(a.minus(n));
    b = b.plus(2);
    d = an.times(d).plus(b);
    d = new A(1).div(d.isZero() ? tiny : d);
    c = b.plus(an.div(c));
    if (c.isZero()) c = tiny;
    const step = c.times(d);
    h = h.times(step);
    if (step.minus(1).abs().lt('1e-70')) break;
  }
  return h.times(new A(x).neg().exp()).times(new A(x).pow(a));
}

/** Γ(a) − x^a Σ (−x)^n/(n! (a + n)); for a = 0, −1, … through E₁. */
function bySeries(a: Real, x: Real): Real {
  const z = new W(x);
  if (!a.isInteger()) {
    // near a pole of Γ the two parts cancel: the pole's digits come on top
    const distance = a.minus(a.round()).abs();
    if (a.gt('0.5') || distance.e > -25) return wideGamma(new W(a)).minus(z.pow(a).times(alternating(z, new W(a))));
    return nan;
  }
  const order = -a.toNumber();
  if (order > 500) return nan;
  let value = wideE1(z);
  let power = new W(1);
  const decay = z.neg().exp();
  for (let n = 1; n <= order; n++) {
    power = power.times(z);
    value = decay.div(power).minus(value).div(n);
  }
  return value;
}

function alternating(x: Real, a: Real): Real {
  let factor = new W(1);
  return series(new W(1).div(a), (_, n) => {
    factor = factor.times(x).neg().div(n);
    return factor.div(a.plus(n));
  });
}

/** −γ − ln x − Σ (−x)^n/(n n!) */
function wideE1(x: Real): Real {
  let factor = new W(1);
  const sum = series(new W(0), (_, n) => {
    factor = factor.times(x).neg().div(n);
    return factor.div(n);
  });
  return new W(euler()).neg().minus(x.ln()).minus(sum);
}

/** Γ to more digits than R has: Γ(z)/(a (a + 1) … (z − 1)) with z beyond 200, where 60 terms suffice. */
function wideGamma(a: Real): Real {
  let z = a;
  let product = new W(1);
  for (; z.lt(200); z = z.plus(1)) product = product.times(z);
  const sum = bernoulliNumbers().reduce((s, b, k) => s.plus(b.div(new W((2 * k + 2) * (2 * k + 1)).times(z.pow(2 * k + 1)))), new W(0));
  const log = z.minus('0.5').times(z.ln()).minus(z).plus(new W(W.acos(-1).times(2)).ln().div(2)).plus(sum);
  return log.exp().div(product);
}

/** E_n(x) = x^(n − 1) Γ(1 − n, x) */
function expint(n: Real, x: Real): Real {
  if (x.isZero()) return n.gt(1) ? one.div(n.minus(1)) : infinity;
  return x.pow(n.minus(1)).times(gammainc(one.minus(n), x));
}

export const gammaFunctions = {
  gamma: unary(gamma), lgamma: unary(lgamma),
  digamma: unary((x) => polygamma(zero, x)), trigamma: unary((x) => polygamma(one, x)), polygamma: binary(polygamma),
  beta: binary((a, b) => lbeta(a, b).exp()), lbeta: binary(lbeta),
  gammainc: binary(gammainc), expint: binary(expint), E1: unary((x) => gammainc(zero, x)),
} as const satisfies Partial<Record<OpName, Operation>>;
