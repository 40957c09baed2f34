/** Exponentials minus their value at 0, logarithms near 1. */
import type { Rule } from '../rule.ts';

export const EXPONENTIAL_RULES: readonly Rule[] = [
  { name: 'ln-of-exp', text: 'ln(exp(u)) -> u', source: 'R29' },
  { name: 'root-of-exp', text: 'sqrt(exp(u)) -> exp(u/2)', source: 'R29' },
  { name: 'log1p-of-expm1', text: 'log1p(expm1(u)) -> u', source: 'R29' },
  { name: 'exp-of-softplus', text: 'exp(softplus(u)) -> 1 + exp(u)', source: 'R29' },
  { name: 'expm1-of-softplus', text: 'expm1(softplus(u)) -> exp(u)', source: 'R29' },
  { name: 'difference-of-exponentials', text: 'ln(exp(u) - exp(v)) -> u + log1mexp(v - u)', source: 'R12' },
  { name: 'ln-of-one-minus-exp', text: 'ln(-expm1(u)) -> log1mexp(u)', source: 'R10' },
  { name: 'ln-of-exp-minus-one', text: 'ln(expm1(u)) -> logexpm1(u)', source: 'R11' },
  { name: 'ln-of-two-minus-exp', text: 'ln(1 - expm1(u)) -> log1p(-expm1(u))', source: 'R88' },
  { name: 'ln-of-one-plus-square', text: 'ln(1 + u^2) -> log1psq(u)', source: 'R15' },
  { name: 'ln-of-sum-of-squares', text: 'ln(u^2 + v^2) -> 2*ln(hypot(u, v))', source: 'R31' },
  { name: 'ln-of-one-plus-scaled-square', text: 'ln(1 + u^2*v) -> log1pmul(u, u*v)', source: 'R15' },
  { name: 'log1p-minus', text: 'log1p(u) - u -> log1pmx(u)', source: 'R16' },
  { name: 'exp-minus-one', text: 'exp(u) - 1 -> expm1(u)', source: 'R13', constant: 'shrinks' },
  { name: 'scaled-exp-minus-scale', text: 'c*exp(u) - c -> c*expm1(u)', source: 'R13' },
];

/** When a sum under a logarithm is nothing better. */
export const LAST_RULES: readonly Rule[] = [
  { name: 'ln-of-one-plus', text: 'ln(1 + u) -> log1p(u)', source: 'R14' },
];
