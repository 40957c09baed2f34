/** What may be written simpler where a sign is declared, assumed, or said by the branch. */
import type { Rule } from '../rule.ts';

const positive = [{ variable: 'u', is: 'positive' }] as const;
const nonnegative = [{ variable: 'u', is: 'nonnegative' }] as const;
const nonzero = [{ variable: 'u', is: 'nonzero' }] as const;

export const KNOWN_SIGN_RULES: readonly Rule[] = [
  { name: 'size-of-nonnegative', text: 'abs(u) -> u', source: 'R42', conditions: nonnegative },
  { name: 'sign-of-positive', text: 'sign(u) -> 1', source: 'R97', conditions: positive },
  { name: 'positive-part-of-nonnegative', text: 'max(u, 0) -> u', source: 'R74', conditions: nonnegative },
  { name: 'exp-of-ln', text: 'exp(ln(u)) -> u', source: 'R95', conditions: positive },
  { name: 'square-of-root', text: 'sqrt(u)^2 -> u', source: 'R95', conditions: nonnegative },
  { name: 'quotient-of-equals', text: 'u/u -> 1', source: 'R35', conditions: nonzero },
];
