/** Roots near 1, powers near 1. */
import type { Rule } from '../rule.ts';

export const POWER_RULES: readonly Rule[] = [
  { name: 'root-minus-one', text: 'sqrt(1 + u) - 1 -> sqrt1pm1(u)', source: 'R50' },
  { name: 'hypotenuse-minus-one', text: 'hypot(1, u) - 1 -> hypot1m1(u)', source: 'R50' },
  { name: 'hypotenuse-minus-side', text: 'hypot(1, u) - u -> exp(-asinh(u))', source: 'R50' },
];
