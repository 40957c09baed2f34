/** Shorter and customary names for what derivatives produce; for printing only. */
import type { Rule } from '../rule.ts';

export const READING_RULES: readonly Rule[] = [
  { name: 'sinh-over-cosh', text: 'sinh(u)/cosh(u) -> tanh(u)', source: 'R20' },
  { name: 'sin-over-cos', text: 'sin(u)/cos(u) -> tan(u)', source: 'quotient' },
  { name: 'exponential-less-logarithm', text: 'exp(u - ln(v)) -> exp(u)/v', source: 'R05' },
  { name: 'sigmoid-slope', text: 'sigmoid(u)*sigmoid(-u) -> sigmoid(u)*(1 - sigmoid(u))', source: 'R09' },
];

/** The same, tried before anything is factored, while u is one quotient. */
export const EARLY_READING_RULES: readonly Rule[] = [
  { name: 'product-of-conjugates', text: '(1 - u)*(1 + u) -> 1 - u^2', source: 'R51' },
  { name: 'reciprocals-of-conjugates', text: '1/((1 - u)*(1 + u)) -> 1/(1 - u^2)', source: 'R51' },
];
