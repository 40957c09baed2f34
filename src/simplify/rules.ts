/**
 * The rules, each with its place in the catalogue. A generic test samples both sides of every rule over the
 * corner grid: left finite implies right finite and equal.
 */
import type { Rule } from './rule.ts';

/** Stable primitives, recognised in the primal before it is differentiated; tried in this order. */
export const RECOGNISERS: readonly Rule[] = [
  { name: 'ln-of-one-plus-exp', text: 'ln(1 + exp(u)) -> softplus(u)', source: 'R01' },
  { name: 'one-over-one-plus-exp', text: '1/(1 + exp(u)) -> sigmoid(-u)', source: 'R07' },
  { name: 'exp-times-sigmoid', text: 'exp(u)*sigmoid(-u) -> sigmoid(u)', source: 'R07' },
  { name: 'ln-of-sigmoid', text: 'ln(sigmoid(u)) -> -softplus(-u)', source: 'R02' },
  { name: 'ln-of-one-minus-sigmoid', text: 'ln(1 - sigmoid(u)) -> -softplus(u)', source: 'R02' },
];

/** Shorter names for what derivatives produce; for printing only. */
export const READING_RULES: readonly Rule[] = [
  { name: 'sinh-over-cosh', text: 'sinh(u)/cosh(u) -> tanh(u)', source: 'R20' },
  { name: 'sin-over-cos', text: 'sin(u)/cos(u) -> tan(u)', source: 'quotient' },
  // where it has a derivative x is positive
  { name: 'product-with-ln', text: 'xlogy(y, x) -> y*ln(x)', source: 'R36', conditions: [{ variable: 'x', is: 'positive' }] },
];
