/** The error function and its relatives. */

/** The square of x, exponentiated: exp(n * x^2) for n = 1, -1, 1/2, -1/2, with the rounding error of x^2 carried. Maximum error 2 ulp. */
export function expSquare(x: number, n: number): number {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = (x - high) * (x + high);
  return Math.exp(n * high * high) * Math.exp(n * low);
}

/** What is missing from 1/sqrt(pi) in x exp(x^2) erfc(x) for x >= 1/2: a rational fit on each of [1/2, 2], [2, 6] and [6, inf). */
export function erfcxGap(x: number): number {
  if (x > 6) {
    const u = 1 / x / x;
    const p =
      0.282094791773877 + u * (4.219345610468336 + u * (16.346520327840004 + u * 14.138997621247306));
    const q =
      1 + u * (16.457190751130856 + u * (78.88269195231085 + u * (119.85600846174259 + u * 40.91297501531904)));
    return (u * p) / q;
  }
  if (x > 2) {
    const p =
      0.5642597440139494 + x * (0.7321218817606125 + x * (0.4763458231433467 + x * (0.18805926373281348 + x *
      (0.044682366876187 + x * 0.00594058849642897))));
    const q =
      1 + x * (3.0710072199645078 + x * (4.28429733978354 + x * (3.5650914930793918 + x * (1.9260685796463188 + x *
      (0.6982487839884752 + x * (0.15839456820909778 + x * 0.021058843225922056))))));
    return p / q;
  }
  const p =
    0.564189583666479 + x * (0.5136218631158711 + x * (0.26402471718979476 + x * (0.07876117188703484 + x *
    (0.013790852502214818 + x * (0.0011130067383887494 + x * 4.3537311869639626e-08)))));
  const q =
    1 + x * (2.6828249037887857 + x * (3.223154928262744 + x * (2.259298108022914 + x * (1.0044848485729612 + x *
    (0.2858015751370895 + x * (0.04881712059152983 + x * 0.003950221113047125))))));
  return p / q;
}

/** exp(x^2) erfc(x) for x >= 1/2: the asymptotic 1/(sqrt(pi) x) less a fit whose rounding errors hardly count. */
function erfcxTail(x: number): number {
  return (0.5641895835477563 - erfcxGap(x)) / x;
}

/** Error function. Maximum error 1 ulp. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 1) {
    const u = x * x;
    const p =
      1.1283791670955126 + u * (-0.37612638903183515 + u * (0.1128379167094405 + u * (-0.026866170643090832 + u *
      (0.005223977605955977 + u * (-0.0008548325921832884 + u * (0.00012055293361789941 + u * (-1.4924708324571507e-05
      + u * (1.6447084274239356e-06 + u * (-1.6205964194101388e-07 + u * (1.3709519207384055e-08 + u *
      -7.77682913736281e-10))))))))));
    return x * p;
  }
  if (a > 6) return x < 0 ? -1 : x === x ? 1 : x;
  const tail = expSquare(a, -1) * erfcxTail(a);
  return x < 0 ? tail - 1 : 1 - tail;
}

/** Complementary error function 1 - erf(x), full relative accuracy in the tail. Maximum error 3 ulp. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  return x > 27.3 ? 0 : expSquare(x, -1) * erfcxTail(x);
}

/** Scaled complementary error function exp(x^2) erfc(x). Maximum error 3 ulp. */
export function erfcx(x: number): number {
  if (x >= 0.5) return erfcxTail(x);
  return x < -26.7 ? Infinity : expSquare(x, 1) * (1 - erf(x));
}

/** Imaginary error function 2/sqrt(pi) times the integral of exp(t^2) from 0 to x. Relative error below 5e-15. */
export function erfi(x: number): number {
  const u = x * x;
  if (u > 42) {
    if (u > 720) return x < 0 ? -Infinity : Infinity;
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 40 && term > 1e-17; k++) {
      term *= (k - 0.5) / u;
      sum += term;
    }
    // exp(x^2) in four factors: it may overflow where the quotient does not
    const quarter = expSquare(0.5 * x, 1);
    return quarter * quarter * (quarter * quarter * (sum / (x * 1.772453850905516)));
  }
  let power = x;
  let sum = x;
  for (let k = 1; Math.abs(power) > 1e-17 * Math.abs(sum); k++) {
    power *= u / k;
    sum += power / (2 * k + 1);
  }
  return 1.1283791670955126 * sum;
}
