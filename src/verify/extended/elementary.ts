/** Powers, exponentials, circular, hyperbolic and logistic functions, kinks and logic in decimals. */
import type { OpName } from '../../ops/table.ts';
import { binary, infinity, nan, one, pi, R, truth, unary, zero, type Operation, type Real } from './decimal.ts';

const half = new R('0.5');

/** Below this, three terms of a series are exact where a sum with 1 would lose a third of the digits. */
const tiny = (): Real => new R(10).pow(-Math.ceil(R.precision / 3));

/** ln(1 + x) */
export function log1p(x: Real): Real {
  if (x.abs().lt(tiny())) return x.minus(x.times(x).div(2)).plus(x.pow(3).div(3));
  return x.plus(1).ln();
}

function expm1(x: Real): Real {
  if (x.abs().lt(tiny())) return x.plus(x.times(x).div(2)).plus(x.pow(3).div(6));
  return x.exp().minus(1);
}

function softplus(x: Real): Real {
  return x.gt(0) ? x.plus(log1p(x.neg().exp())) : log1p(x.exp());
}

function logcosh(value: Real): Real {
  const x = value.abs();
  if (!x.isFinite()) return x;
  // ln cosh x = ½ ln(1 + sinh² x)
  if (x.lt(1)) return log1p(x.sinh().pow(2)).div(2);
  return x.plus(log1p(x.times(-2).exp())).minus(R.ln(2));
}

function logaddexp(x: Real, y: Real): Real {
  const top = R.max(x, y);
  if (!top.isFinite()) return top;
  return top.plus(log1p(R.min(x, y).minus(top).exp()));
}

function log1mexp(x: Real): Real {
  if (x.gt(0)) return nan;
  return x.lt(-1) ? log1p(x.exp().neg()) : expm1(x).neg().ln();
}

/** IEEE pow: x^0 = 1 for every x, and no value for a negative base and a broken exponent. */
function pow(x: Real, n: Real): Real {
  if (n.isZero()) return one;
  return x.pow(n);
}

function tanh(x: Real): Real {
  if (!x.isFinite()) return x.isNaN() ? nan : new R(R.sign(x));
  // beyond, 1 − tanh x is smaller than the last digit
  return x.abs().gt(1.2 * R.precision) ? new R(R.sign(x)) : x.tanh();
}

function round(x: Real): Real {
  return x.plus(half).floor();
}

function xlogy(x: Real, y: Real): Real {
  return x.isZero() && !y.isNaN() ? zero : x.times(y.ln());
}

function xlog1py(x: Real, y: Real): Real {
  return x.isZero() && !y.isNaN() ? zero : x.times(log1p(y));
}

function hypot(x: Real, y: Real): Real {
  if (x.abs().eq(infinity) || y.abs().eq(infinity)) return infinity;
  return x.times(x).plus(y.times(y)).sqrt();
}

/** The larger root is taken apart so that x near 1 keeps its digits. */
function acosh(x: Real): Real {
  if (x.lt(1)) return nan;
  const t = x.minus(1);
  return log1p(t.plus(t.times(t.plus(2)).sqrt()));
}

function atanh(x: Real): Real {
  if (x.abs().gt(1)) return nan;
  return log1p(x).minus(log1p(x.neg())).div(2);
}

function asinh(x: Real): Real {
  if (!x.isFinite()) return x;
  const a = x.abs();
  const square = a.times(a);
  const value = log1p(a.plus(square.div(one.plus(square.plus(1).sqrt()))));
  return x.isNegative() ? value.neg() : value;
}

/** 2 atan √((1 − x)/(1 + x)): no digits are lost at either end. */
function acos(x: Real): Real {
  if (x.abs().gt(1)) return nan;
  if (x.eq(-1)) return pi();
  return one.minus(x).div(one.plus(x)).sqrt().atan().times(2);
}

const reciprocal = (f: (x: Real) => Real) => (x: Real): Real => f(one.div(x));

export const elementary = {
  pow: binary(pow), sqrt: unary((x) => x.sqrt()), cbrt: unary((x) => x.cbrt()), hypot: binary(hypot),
  exp: unary((x) => x.exp()), ln: unary((x) => x.ln()), log2: unary((x) => x.ln().div(R.ln(2))), log10: unary((x) => x.ln().div(R.ln(10))),
  log1p: unary(log1p), expm1: unary(expm1),
  sin: unary((x) => x.sin()), cos: unary((x) => x.cos()), tan: unary((x) => x.sin().div(x.cos())),
  sec: unary((x) => one.div(x.cos())), csc: unary((x) => one.div(x.sin())), cot: unary((x) => x.cos().div(x.sin())),
  asin: unary((x) => x.asin()), acos: unary(acos), atan: unary((x) => x.atan()), acot: unary(reciprocal((x) => x.atan())),
  asec: unary(reciprocal(acos)), acsc: unary(reciprocal((x) => x.asin())), atan2: binary((v, u) => R.atan2(v, u)),
  sinh: unary((x) => x.sinh()), cosh: unary((x) => x.cosh()), tanh: unary(tanh),
  sech: unary((x) => one.div(x.cosh())), csch: unary((x) => one.div(x.sinh())), coth: unary((x) => one.div(tanh(x))),
  asinh: unary(asinh), acosh: unary(acosh), atanh: unary(atanh),
  acoth: unary(reciprocal(atanh)), asech: unary(reciprocal(acosh)), acsch: unary(reciprocal(asinh)),
  sigmoid: unary((x) => one.div(one.plus(x.neg().exp()))), softplus: unary(softplus), logit: unary((x) => x.ln().minus(log1p(x.neg()))),
  log1mexp: unary(log1mexp), logaddexp: binary(logaddexp), logcosh: unary(logcosh), xlogy: binary(xlogy), xlog1py: binary(xlog1py),
  abs: unary((x) => x.abs()), sign: unary((x) => (x.isNaN() ? nan : new R(R.sign(x)))),
  floor: unary((x) => x.floor()), ceil: unary((x) => x.ceil()), round: unary(round),
  max: binary((x, y) => R.max(x, y)), min: binary((x, y) => R.min(x, y)),
  clamp: (x = nan, lo = nan, hi = nan) => R.min(R.max(x, lo), hi),
  mod: binary((x, m) => x.minus(m.times(x.div(m).floor()))), relu: unary((x) => R.max(x, zero)),
  lt: binary((x, y) => truth(x.lt(y))), le: binary((x, y) => truth(x.lte(y))), gt: binary((x, y) => truth(x.gt(y))), ge: binary((x, y) => truth(x.gte(y))),
  eq: binary((x, y) => truth(x.eq(y))), ne: binary((x, y) => truth(!x.eq(y))),
  and: binary((x, y) => truth(!x.isZero() && !y.isZero())), or: binary((x, y) => truth(!x.isZero() || !y.isZero())), not: unary((x) => truth(x.isZero())),
  where: (c = nan, x = nan, y = nan) => (c.isZero() ? y : x),
} as const satisfies Partial<Record<OpName, Operation>>;
