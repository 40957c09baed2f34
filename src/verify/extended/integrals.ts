/** Error functions, exponential and trigonometric integrals, Bessel and Lambert functions in decimals. */
import type { OpName } from '../../ops/table.ts';
import { arithmetic, asymptotic, binary, euler, infinity, nan, one, pi, R, rounded, series, unary, zero, type Arithmetic, type Operation, type Real } from './decimal.ts';
import { elementary } from './elementary.ts';

/** Beyond, asymptotic series reach 46 digits: their smallest term is about e^(−|x|). */
const FAR = 150;
/** Alternating series lose as many digits as e^|x| has. */
const wideFor = (x: Real): Arithmetic => arithmetic(75 + Math.ceil(0.9 * Math.min(FAR, x.abs().toNumber())));
const rootPi = (): Real => pi().sqrt();

// ---- error functions ----------------------------------------------------------------------------------

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!!: every term is positive. */
function erf(x: Real): Real {
  if (x.isNaN()) return nan;
  if (x.abs().gt(Math.sqrt(2.4 * R.precision) + 1)) return new R(R.sign(x));
  const square = x.times(x).times(2);
  const sum = series(x, (term, n) => term.times(square).div(2 * n + 1));
  return sum.times(2).times(x.times(x).neg().exp()).div(rootPi());
}

/** e^(x²) erfc(x) for x > 4, by Laplace's continued fraction evaluated backwards. */
function scaledTail(x: Real): Real {
  const terms = x.gt(30) ? 60 : 500;
  let fraction = x;
  for (let k = terms; k > 0; k--) fraction = x.plus(new R(k).div(2).div(fraction));
  return one.div(fraction.times(rootPi()));
}

function erfc(x: Real): Real {
  if (x.lt(4)) return one.minus(erf(x));
  return x.eq(infinity) ? zero : scaledTail(x).times(x.times(x).neg().exp());
}

function erfcx(x: Real): Real {
  if (x.eq(infinity)) return zero;
  return x.lt(4) ? x.times(x).exp().times(one.minus(erf(x))) : scaledTail(x);
}

function erfi(x: Real): Real {
  if (!x.isFinite()) return x;
  const square = x.times(x);
  const factor = new R(2).div(rootPi());
  if (x.abs().gt(13)) return square.exp().div(x.times(rootPi())).times(asymptotic(one, (term, n) => term.times(2 * n - 1).div(square.times(2))));
  let power = x;
  return factor.times(series(x, (_, n) => {
    power = power.times(square).div(n);
    return power.div(2 * n + 1);
  }));
}

// ---- exponential and trigonometric integrals ----------------------------------------------------------

/** Σ (sx)^n/(n n!) over n of the parity asked for, in wide arithmetic; `sign` multiplies successive terms of that parity. */
function powerSum(x: Real, start: 1 | 2, step: 1 | 2, sign: 1 | -1): Real {
  let factor = start === 1 ? x : x.times(x).div(2);
  return series(factor.div(start), (_, k) => {
    for (let j = 1; j <= step; j++) factor = factor.times(x).div(start + step * (k - 1) + j);
    factor = factor.times(sign);
    return factor.div(start + step * k);
  });
}

function Ei(x: Real): Real {
  if (x.isNaN()) return nan;
  if (x.isZero()) return infinity.neg();
  if (!x.isFinite()) return x.gt(0) ? infinity : zero;
  if (x.abs().gt(FAR)) return x.exp().div(x).times(asymptotic(one, (term, n) => term.times(n).div(x)));
  const A = wideFor(x);
  const z = new A(x);
  return rounded(new A(euler()).plus(z.abs().ln()).plus(powerSum(z, 1, 1, 1)));
}

/** f and g of the asymptotic forms: Si = π/2 − f cos x − g sin x, Ci = f sin x − g cos x. */
function auxiliary(x: Real): { f: Real; g: Real } {
  const square = x.times(x);
  const f = asymptotic(one.div(x), (term, n) => term.times(-2 * n * (2 * n - 1)).div(square));
  const g = asymptotic(one.div(square), (term, n) => term.times(-2 * n * (2 * n + 1)).div(square));
  return { f, g };
}

function Si(x: Real): Real {
  if (x.isNaN()) return nan;
  if (!x.isFinite()) return pi().div(2).times(R.sign(x));
  if (x.abs().gt(FAR)) {
    const { f, g } = auxiliary(x.abs());
    const value = pi().div(2).minus(f.times(x.cos())).minus(g.times(x.abs().sin()));
    return value.times(R.sign(x));
  }
  return rounded(powerSum(new (wideFor(x))(x), 1, 2, -1));
}

function Ci(x: Real): Real {
  if (x.isNaN() || x.lt(0)) return nan;
  if (x.isZero()) return infinity.neg();
  if (!x.isFinite()) return zero;
  if (x.gt(FAR)) {
    const { f, g } = auxiliary(x);
    return f.times(x.sin()).minus(g.times(x.cos()));
  }
  const A = wideFor(x);
  const z = new A(x);
  return rounded(new A(euler()).plus(z.ln()).plus(powerSum(z, 2, 2, -1).neg()));
}

function Shi(x: Real): Real {
  if (!x.isFinite()) return x;
  if (x.abs().gt(FAR)) return Ei(x).minus(Ei(x.neg())).div(2);
  return rounded(powerSum(new (wideFor(x))(x), 1, 2, 1));
}

function Chi(x: Real): Real {
  if (x.isNaN() || x.lt(0)) return nan;
  if (x.isZero()) return infinity.neg();
  if (!x.isFinite()) return infinity;
  return Ei(x).plus(Ei(x.neg())).div(2);
}

// ---- Fresnel, Bessel, Lambert ---------------------------------------------------------------------------

/** Σ (−1)ⁿ t^(2n+first)/((2n+first)! (4n+2first+1)) · x with t = πx²/2, or the auxiliary functions far out. */
function fresnel(x: Real, which: 'S' | 'C'): Real {
  if (x.isNaN()) return nan;
  if (!x.isFinite()) return new R(R.sign(x)).div(2);
  const t = pi().times(x).times(x).div(2);
  if (t.gt(FAR)) {
    const a = x.abs();
    const z = pi().times(a).times(a);
    const square = z.times(z);
    const f = asymptotic(one.div(pi().times(a)), (term, n) => term.times(-(4 * n - 1) * (4 * n - 3)).div(square));
    const g = asymptotic(one.div(pi().times(a).times(z)), (term, n) => term.times(-(4 * n + 1) * (4 * n - 1)).div(square));
    // cos and sin of πx²/2, the argument reduced exactly
    const A = arithmetic(60 + 2 * Math.max(0, a.e) + 60);
    const quarter = new A(a).times(a).mod(4);
    const angle = new A(A.acos(-1)).times(quarter).div(2);
    const [c, s] = [angle.cos(), angle.sin()];
    const value = which === 'C' ? new R('0.5').plus(f.times(s)).minus(g.times(c)) : new R('0.5').minus(f.times(c)).minus(g.times(s));
    return value.times(R.sign(x));
  }
  const A = wideFor(t);
  const z = new A(x);
  const angle = new A(A.acos(-1)).times(z).times(z).div(2);
  const first = which === 'S' ? 1 : 0;
  let factor = first === 1 ? angle : new A(1);
  const sum = series(factor.div(2 * first + 1), (_, n) => {
    factor = factor.times(angle).times(angle).neg().div((2 * n + first) * (2 * n + first - 1));
    return factor.div(4 * n + 2 * first + 1);
  });
  return rounded(sum.times(z));
}

function sinc(x: Real): Real {
  if (x.isZero()) return one;
  return x.isFinite() ? x.sin().div(x) : x.isNaN() ? nan : zero;
}

/** xⁿ/(2n+1)!! Σ (−x²/2)ᵏ/(k! (2n+3)…(2n+2k+1)); the recurrence upwards where x is large. */
function sphericalj(order: Real, x: Real): Real {
  if (!order.isInteger() || order.lt(0) || order.gt(200) || x.isNaN()) return nan;
  const n = order.toNumber();
  if (!x.isFinite()) return zero;
  if (x.abs().gt(FAR + n)) return upwards(n, x);
  const A = wideFor(x);
  const z = new A(x);
  const step = z.times(z).div(-2);
  let front = new A(1);
  for (let k = 1; k <= n; k++) front = front.times(z).div(2 * k + 1);
  return rounded(front.times(series(new A(1), (term, k) => term.times(step).div(k * (2 * n + 2 * k + 1)))));
}

function upwards(n: number, x: Real): Real {
  let before = x.sin().div(x);
  let current = before.div(x).minus(x.cos().div(x));
  if (n === 0) return before;
  for (let k = 1; k < n; k++) [before, current] = [current, current.times(2 * k + 1).div(x).minus(before)];
  return current;
}

/** Halley's iteration from the asymptotic or the branch-point form. */
function lambertw(x: Real): Real {
  if (x.isNaN() || x.isZero()) return x;
  if (x.eq(infinity)) return infinity;
  // the double nearest −1/e may lie a hair below the branch point
  const A = arithmetic(100);
  const distance = new A(A.exp(1)).times(x).plus(1);
  if (distance.lt('-1e-15')) return nan;
  if (distance.lte(0)) return one.neg();
  const start = distance.lt(1) ? distance.times(2).sqrt().minus(1) : x.gt(3) ? x.ln().minus(x.ln().ln()) : x.div(x.plus(1));
  let w = new A(start);
  for (let k = 0; k < 200; k++) {
    const e = w.exp();
    const f = w.times(e).minus(x);
    const slope = e.times(w.plus(1));
    const step = f.div(slope.minus(w.plus(2).times(f).div(w.times(2).plus(2))));
    w = w.minus(step);
    if (step.isZero() || step.e < w.e - 70) break;
  }
  return rounded(w);
}

export const integrals = {
  erf: unary(erf), erfc: unary(erfc), erfcx: unary(erfcx), erfi: unary(erfi),
  Ei: unary(Ei), li: unary((x) => (x.isZero() ? zero : Ei(elementary.ln(x)))),
  Si: unary(Si), Ci: unary(Ci), Shi: unary(Shi), Chi: unary(Chi),
  fresnelS: unary((x) => fresnel(x, 'S')), fresnelC: unary((x) => fresnel(x, 'C')),
  sinc: unary(sinc), sphericalj: binary(sphericalj), lambertw: unary(lambertw),
} as const satisfies Partial<Record<OpName, Operation>>;
