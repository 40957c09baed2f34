/** The error function and its relatives. */

/** The square of x, exponentiated: exp(sign * x^2), with the rounding error of x^2 carried. Maximum error 1.5 ulp. */
export function expSquare(x: number, sign: number): number {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = (x - high) * (x + high);
  return Math.exp(sign * high * high) * Math.exp(sign * low);
}

/** exp(x^2) erfc(x) for x >= 1/2: a rational fit on each of [1/2, 2], [2, 6] and [6, inf). */
export function erfcxTail(x: number): number {
  if (x > 6) {
    const u = 1 / x / x;
    const p =
      0.5641895835477563 + u * (8.901011254112538 + u * (39.35849041807591 + u * (49.455754302320535 + u *
      8.500004955702206)));
    const q =
      1 + u * (16.276631674305023 + u * (77.14942374458492 + u * (115.9002802439517 + u * 39.110130541547186)));
    return p / q / x;
  }
  if (x > 2) {
    const p =
      1.0000051589405021 + x * (1.7831359355573473 + x * (1.5490798827668613 + x * (0.8169154070757844 + x *
      (0.2756356904777643 + x * (0.057148379067808425 + x * 0.00613279393828789)))));
    const q =
      1 + x * (2.911553357976 + x * (3.8342763503467885 + x * (2.9844683046200444 + x * (1.4985948341342439 + x *
      (0.4939863931508411 + x * (0.10129287125585888 + x * 0.010870094124385832))))));
    return p / q;
  }
  const p =
    1.0000000000221436 + x * (1.4707040964484739 + x * (1.0833603967313767 + x * (0.4781175360511636 + x *
    (0.13158778199412063 + x * (0.021325879836226243 + x * 0.001602167831680362)))));
  const q =
    1 + x * (2.5990832639330885 + x * (3.0161118020890294 + x * (2.034604789884884 + x * (0.8664491833367242 + x *
    (0.23464242494251306 + x * (0.03779983111056296 + x * 0.0028397465540572603))))));
  return p / q;
}

/** Error function. Maximum error ERR_erf ulp. */
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

/** Complementary error function 1 - erf(x), full relative accuracy in the tail. Maximum error ERR_erfc ulp. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  return x > 27.3 ? 0 : expSquare(x, -1) * erfcxTail(x);
}

/** Scaled complementary error function exp(x^2) erfc(x). Maximum error ERR_erfcx ulp. */
export function erfcx(x: number): number {
  if (x >= 0.5) return erfcxTail(x);
  return x < -26.7 ? Infinity : expSquare(x, 1) * (1 - erf(x));
}

/** Imaginary error function 2/sqrt(pi) times the integral of exp(t^2) from 0 to x. Maximum error ERR_erfi ulp. */
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
    const half = expSquare(x * Math.SQRT1_2, 1);
    return half * ((half * sum) / (x * 1.772453850905516));
  }
  let power = x;
  let sum = x;
  for (let k = 1; Math.abs(power) > 1e-17 * Math.abs(sum); k++) {
    power *= u / k;
    sum += power / (2 * k + 1);
  }
  return 1.1283791670955126 * sum;
}
