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
export const RECOGNISERS: readonly Rule[] = [
  ...LOGISTIC_RULES, ...ERROR_FUNCTION_RULES, ...HYPERBOLIC_RULES, ...POWER_RULES, ...TRIGONOMETRIC_RULES, ...EXPONENTIAL_RULES, ...RATIO_RULES,
];
