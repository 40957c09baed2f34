/** Trigonometric functions near the ends of their ranges. */
import type { Rule } from '../rule.ts';

export const TRIGONOMETRIC_RULES: readonly Rule[] = [
  { name: 'one-minus-cos', text: '1 - cos(u) -> versin(u)', source: 'R62' },
  { name: 'acos-near-one', text: 'acos(1 - u) -> acos1m(u)', source: 'R63' },
];
