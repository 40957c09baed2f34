/** The logistic function and its logarithms. */
import type { Rule } from '../rule.ts';

export const LOGISTIC_RULES: readonly Rule[] = [
  { name: 'ln-of-one-plus-exp', text: 'ln(1 + exp(u)) -> softplus(u)', source: 'R01' },
  { name: 'ln-of-sigmoid', text: 'ln(sigmoid(u)) -> -softplus(-u)', source: 'R02' },
  { name: 'one-over-one-plus-exp', text: '1/(1 + exp(u)) -> sigmoid(-u)', source: 'R07' },
  { name: 'exp-times-sigmoid', text: 'sigmoid(-u)*exp(u) -> sigmoid(u)', source: 'R07' },
  { name: 'one-minus-sigmoid', text: '1 - sigmoid(u) -> sigmoid(-u)', source: 'R09' },
  { name: 'softplus-difference', text: 'softplus(u) - softplus(-u) -> u', source: 'R69' },
  { name: 'ln-of-odds', text: 'ln(u/(1 - u)) -> logit(u)', source: 'R39' },
];
