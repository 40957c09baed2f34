/** For derivatives only, which are needed where the primal is defined. */
import type { Rule } from '../rule.ts';

export const DERIVATIVE_RULES: readonly Rule[] = [
  { name: 'guarded-quotient-of-equals', text: 'xdivy(u, u) -> 1', source: 'R35', conditions: [{ variable: 'u', is: 'nonzero' }] },
  { name: 'size-from-sign', text: 'u*sign(u) -> abs(u)', source: 'R73' },
  // what is divided by the size is infinite or undefined at 0: ln(abs(u)), ln(u^2)
  { name: 'reciprocal-from-size', text: 'sign(u)/abs(u) -> 1/u', source: 'R73' },
  { name: 'value-from-size', text: 'abs(u)*sign(u) -> u', source: 'R73' },
  // what the slope is made of overflows or vanishes before the slope does
  { name: 'exp-over-one-plus-its-square', text: 'exp(u)/(1 + exp(u)^2) -> sech(u)/2', source: 'R65' },
  { name: 'slope-of-tanh-of-ln', text: 'sech2(ln(u))/u -> 4*xover1psq(u)/(1 + u^2)', source: 'R66' },
  { name: 'exp-of-acosh-over-root', text: 'exp(acosh(u))/(sqrt(u - 1)*sqrt(u + 1)) -> 1 + u/(sqrt(u - 1)*sqrt(u + 1))', source: 'R28' },
  { name: 'slope-of-atan-of-square', text: 'u/(1 + u^4) -> u/hypot(1, u^2)^2', source: 'R66' },
];
