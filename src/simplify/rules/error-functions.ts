/** The error function in its tails. */
import type { Rule } from '../rule.ts';

export const ERROR_FUNCTION_RULES: readonly Rule[] = [
  { name: 'one-minus-erf', text: '1 - erf(u) -> erfc(u)', source: 'R54' },
  { name: 'one-plus-erf', text: '1 + erf(u) -> erfc(-u)', source: 'R54' },
  { name: 'one-minus-erfc', text: '1 - erfc(u) -> erf(u)', source: 'R54' },
  { name: 'normal-distribution', text: 'erfc(u/sqrt(2)) -> 2*ndtr(-u)', source: 'R91' },
  { name: 'ln-of-normal-distribution', text: 'ln(ndtr(u)) -> loghalferfc(-u/sqrt(2))', source: 'R56' },
  { name: 'ln-of-half-erfc', text: 'ln(erfc(u)/2) -> loghalferfc(u)', source: 'R56' },
  { name: 'ln-of-erfc', text: 'ln(erfc(u)) -> logerfc(u)', source: 'R56' },
  { name: 'scaled-erfc', text: 'erfc(u)*exp(u^2) -> erfcx(u)', source: 'R57' },
  { name: 'inverse-mills-of-normal', text: '1/ndtr(u)*exp(-u^2/2) -> 2/erfcx(-u/sqrt(2))', source: 'R57' },
  { name: 'inverse-mills', text: '1/erfc(u)*exp(-u^2) -> 1/erfcx(u)', source: 'R57' },
];
