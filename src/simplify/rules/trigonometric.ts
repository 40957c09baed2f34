/** Trigonometric functions near the ends of their ranges. */
import type { Rule } from '../rule.ts';

export const TRIGONOMETRIC_RULES: readonly Rule[] = [
  { name: 'cos-minus-one', text: 'cos(u) - 1 -> cosm1(u)', source: 'R62' },
  { name: 'acos-near-one', text: 'acos(1 - u) -> acos1m(u)', source: 'R63' },
];
