/**
 * The rules, each with its place in the catalogue. A generic test samples both sides of every rule over the
 * corner grid: left finite implies right finite and equal.
 */
import type { Rule } from './rule.ts';
import { ERROR_FUNCTION_RULES } from './rules/error-functions.ts';
import { EXPONENTIAL_RULES } from './rules/exponential.ts';
import { HYPERBOLIC_RULES } from './rules/hyperbolic.ts';
import { LOGISTIC_RULES } from './rules/logistic.ts';
import { POWER_RULES } from './rules/powers.ts';
import { RATIO_RULES } from './rules/ratios.ts';
import { TRIGONOMETRIC_RULES } from './rules/trigonometric.ts';

/** Stable primitives, recognised in the primal before it is differentiated and again after it; tried in this order. */
export const RECOGNISER_FAMILIES: Readonly<Record<string, readonly Rule[]>> = {
  'Logistic function': LOGISTIC_RULES,
  'Error functions': ERROR_FUNCTION_RULES,
  'Hyperbolic functions': HYPERBOLIC_RULES,
  'Roots and powers near 1': POWER_RULES,
  'Trigonometric functions': TRIGONOMETRIC_RULES,
  'Exponentials and logarithms': EXPONENTIAL_RULES,
  'Quotients and differences that vanish': RATIO_RULES,
};
export const RECOGNISERS: readonly Rule[] = Object.values(RECOGNISER_FAMILIES).flat();
