/** Scalar operations in 50-digit decimals, by name; the ones that samples use. */
import { Decimal } from 'decimal.js';

Decimal.set({ precision: 50, toExpNeg: -9e15, toExpPos: 9e15, maxE: 9e15, minE: -9e15 });

type Operation = (...x: Decimal[]) => Decimal;

const zero = new Decimal(0);
const one = new Decimal(1);
const nan = new Decimal(Number.NaN);
const truth = (b: boolean): Decimal => (b ? one : zero);
const unary = (f: (x: Decimal) => Decimal): Operation => (x = nan) => f(x);
const binary = (f: (x: Decimal, y: Decimal) => Decimal): Operation => (x = nan, y = nan) => f(x, y);

const table: Readonly<Record<string, Operation>> = {
  exp: unary((x) => x.exp()),
  ln: unary((x) => x.ln()),
  log2: unary((x) => x.log(2)),
  log10: unary((x) => x.log(10)),
  log1p: unary((x) => x.plus(1).ln()),
  expm1: unary((x) => x.exp().minus(1)),
  sqrt: unary((x) => x.sqrt()),
  cbrt: unary((x) => x.cbrt()),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  tan: unary((x) => x.tan()),
  asin: unary((x) => x.asin()),
  acos: unary((x) => x.acos()),
  atan: unary((x) => x.atan()),
  atan2: binary((y, x) => Decimal.atan2(y, x)),
  sinh: unary((x) => x.sinh()),
  cosh: unary((x) => x.cosh()),
  tanh: unary((x) => x.tanh()),
  sigmoid: unary((x) => one.div(x.neg().exp().plus(1))),
  softplus: unary((x) => x.exp().plus(1).ln()),
  logit: unary((x) => x.div(one.minus(x)).ln()),
  xlogy: binary((x, y) => (x.isZero() ? zero : x.times(y.ln()))),
  abs: unary((x) => x.abs()),
  sign: unary((x) => new Decimal(Decimal.sign(x))),
  relu: unary((x) => Decimal.max(x, zero)),
  max: binary((x, y) => Decimal.max(x, y)),
  min: binary((x, y) => Decimal.min(x, y)),
  floor: unary((x) => x.floor()),
  pow: binary((x, y) => x.pow(y)),
  hypot: binary((x, y) => x.times(x).plus(y.times(y)).sqrt()),
  lt: binary((x, y) => truth(x.lt(y))),
  le: binary((x, y) => truth(x.lte(y))),
  gt: binary((x, y) => truth(x.gt(y))),
  ge: binary((x, y) => truth(x.gte(y))),
  eq: binary((x, y) => truth(x.eq(y))),
  ne: binary((x, y) => truth(!x.eq(y))),
  and: binary((x, y) => truth(!x.isZero() && !y.isZero())),
  or: binary((x, y) => truth(!x.isZero() || !y.isZero())),
  not: unary((x) => truth(x.isZero())),
  where: (c = nan, x = nan, y = nan) => (c.isZero() ? y : x),
  erf: unary(erf),
  erfc: unary((x) => one.minus(erf(x))),
  lgamma: unary(lgamma),
};

/** The operation, or an error that names the row to add here. */
export function extendedOp(name: string): Operation {
  const operation = Object.hasOwn(table, name) ? table[name] : undefined;
  if (operation === undefined) throw new RangeError(`extended-ops.ts has no '${name}'`);
  return operation;
}

/** Maclaurin series; samples stay within |x| < 6, where 50 digits lose at most 16. */
function erf(x: Decimal): Decimal {
  let term = x;
  let sum = x;
  for (let n = 1; n < 400; n++) {
    term = term.times(x).times(x).neg().div(n);
    sum = sum.plus(term.div(2 * n + 1));
  }
  return sum.times(2).div(Decimal.acos(-1).sqrt());
}

/** Stirling's series after shifting the argument above 30; good to about 30 digits. */
function lgamma(x: Decimal): Decimal {
  let shift = zero;
  let z = x;
  while (z.lt(30)) {
    shift = shift.plus(z.ln());
    z = z.plus(1);
  }
  const bernoulli = ['1/12', '-1/360', '1/1260', '-1/1680', '1/1188', '-691/360360', '1/156', '-3617/122400', '43867/244188', '-174611/125400'];
  const series = bernoulli.reduce((sum, text, k) => {
    const [num = '0', den = '1'] = text.split('/');
    return sum.plus(new Decimal(num).div(den).div(z.pow(2 * k + 1)));
  }, zero);
  const twoPi = Decimal.acos(-1).times(2);
  return z.minus(0.5).times(z.ln()).minus(z).plus(twoPi.ln().div(2)).plus(series).minus(shift);
}
