/** Quotients that are 0/0 at a point which their limit fills, and differences that vanish there to a higher order. */
import type { Rule } from '../rule.ts';

export const RATIO_RULES: readonly Rule[] = [
  { name: 'expm1-over-x', text: 'expm1(u)/u -> exprel(u)', source: 'R60' },
  { name: 'x-over-expm1', text: '1/expm1(u)*u -> bose(u)', source: 'R61' },
  { name: 'log1p-over-x', text: 'log1p(u)/u -> log1prel(u)', source: 'R61' },
  { name: 'ln-over-x-minus-one', text: 'ln(u)/(u - 1) -> lnrel(u)', source: 'R61' },
  { name: 'sin-over-x', text: 'sin(u)/u -> sinq(u)', source: 'R61' },
  { name: 'tanh-over-x', text: 'tanh(u)/u -> tanhc(u)', source: 'R61' },
  { name: 'versine-over-square', text: 'versin(u)/u^2 -> versinc(u)', source: 'R61' },
  { name: 'coth-minus-reciprocal', text: '1/tanh(u) - 1/u -> langevin(u)', source: 'R61' },
  { name: 'one-minus-sinc', text: '1 - sinq(u) -> onemsinq(u)', source: 'R61' },
  { name: 'x-minus-sin', text: 'sin(u) - u -> -sinegap(u)', source: 'R61' },
  { name: 'square-over-one-plus-square', text: '1/(1 + u^2)*u^2 -> saturation(u^2)', source: 'R67' },
  { name: 'ln-of-gamma', text: 'ln(gamma(u)) -> logofgamma(u)', source: 'R58' },
];
