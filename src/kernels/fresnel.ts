/** Fresnel integrals in the convention with pi/2: S(x) is the integral of sin(pi t^2/2) from 0 to x. */

import { complexFraction } from './complex-fraction.ts';

/** x^2 modulo 4, exact but for the last rounding: the phase pi x^2/2 keeps its digits for large x. */
function squareModulo4(x: number): number {
  const spread = 134217729 * x;
  const high = spread - (spread - x);
  const low = x - high;
  return ((high * high) % 4) + ((2 * high * low) % 4) + low * low;
}

/** Fresnel sine integral, the integral of sin(pi t^2/2) from 0 to x. Relative error below 2e-15. */
export function fresnelS(x: number): number {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.sin(phase), Math.cos(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = p * x;
  let sum = power / 3;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / (2 * k * (2 * k + 1));
    sum += power / (4 * k + 3);
  }
  return sum;
}

/** Fresnel cosine integral, the integral of cos(pi t^2/2) from 0 to x. Relative error below 2e-15. */
export function fresnelC(x: number): number {
  const a = Math.abs(x);
  if (a > 1.5) {
    if (a > 1e17) return x < 0 ? -0.5 : 0.5;
    const phase = 0.5 * Math.PI * squareModulo4(a);
    const tail = a * complexFraction(-Math.PI * a * a, 4, 4, 2, Math.cos(phase), -Math.sin(phase));
    return x < 0 ? tail - 0.5 : 0.5 - tail;
  }
  if (x === 0) return x;
  const p = 0.5 * Math.PI * x * x;
  let power = x;
  let sum = x;
  for (let k = 1; k < 20; k++) {
    power *= (-p * p) / ((2 * k - 1) * 2 * k);
    sum += power / (4 * k + 1);
  }
  return sum;
}
