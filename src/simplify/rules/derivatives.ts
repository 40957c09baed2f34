/** For derivatives only, which are needed where the primal is defined. */
import type { Rule } from '../rule.ts';

export const DERIVATIVE_RULES: readonly Rule[] = [
  { name: 'guarded-quotient-of-equals', text: 'xdivy(u, u) -> 1', source: 'R35', conditions: [{ variable: 'u', is: 'nonzero' }] },
  { name: 'size-from-sign', text: 'u*sign(u) -> abs(u)', source: 'R73' },
  // what is divided by the size is infinite or undefined at 0: ln(abs(u)), ln(u^2)
  { name: 'reciprocal-from-size', text: 'sign(u)/abs(u) -> 1/u', source: 'R73' },
  { name: 'value-from-size', text: 'abs(u)*sign(u) -> u', source: 'R73' },
];
