/** Hyperbolic functions and their inverses. */
import type { Rule } from '../rule.ts';

export const HYPERBOLIC_RULES: readonly Rule[] = [
  { name: 'sinh-from-exponentials', text: 'exp(u) - exp(-u) -> 2*sinh(u)', source: 'R21' },
  { name: 'cosh-from-exponentials', text: 'exp(u) + exp(-u) -> 2*cosh(u)', source: 'R21' },
  { name: 'sinh-over-cosh', text: 'sinh(u)/cosh(u) -> tanh(u)', source: 'R20' },
  { name: 'sinh-times-sech', text: 'sinh(u)*sech(u) -> tanh(u)', source: 'R20' },
  { name: 'tanh-from-exponentials', text: 'expm1(u)*sigmoid(-u) -> tanh(u/2)', source: 'R20' },
  { name: 'tanh-from-sigmoid', text: '2*sigmoid(u) - 1 -> tanh(u/2)', source: 'R20' },
  { name: 'one-over-cosh', text: '1/cosh(u) -> sech(u)', source: 'R65' },
  { name: 'exp-times-sigmoid-of-twice', text: 'exp(u)*sigmoid(-2*u) -> sech(u)/2', source: 'R65' },
  { name: 'one-minus-tanh-squared', text: '1 - tanh(u)^2 -> sech2(u)', source: 'R23' },
  { name: 'one-plus-tanh', text: '1 + tanh(u) -> 2*sigmoid(2*u)', source: 'R24' },
  { name: 'one-minus-tanh', text: '1 - tanh(u) -> 2*sigmoid(-2*u)', source: 'R24' },
  { name: 'ln-of-cosh', text: 'ln(cosh(u)) -> logcosh(u)', source: 'R22' },
  { name: 'ln-of-sinh', text: 'ln(sinh(u)) -> logsinh(u)', source: 'R22' },
  { name: 'asinh-from-ln', text: 'ln(hypot(1, u) + u) -> asinh(u)', source: 'R18' },
  { name: 'acosh-from-ln', text: 'ln(sqrt(diffsq(u, 1)) + u) -> acosh(u)', source: 'R19' },
  { name: 'atanh-from-ln', text: 'ln((1 + u)/(1 - u)) -> 2*atanh(u)', source: 'R17' },
  { name: 'acosh-near-one', text: 'acosh(1 + u) -> acosh1p(u)', source: 'R63' },
];
