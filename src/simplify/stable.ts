/**
 * The catalogues of the two passes that make formulas keep their digits: over what the user wrote, and over what
 * differentiation made of it. A value keeps its domain; a derivative is needed only where the primal is defined.
 */
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import type { Change } from '../ir/walk.ts';
import { PRODUCTS_OF_EXPONENTIALS, SOFTMAX } from './exponentials.ts';
import { LOGARITHMS } from './logarithms.ts';
import { normalise } from './normalise.ts';
import { Facts } from './facts.ts';
import { KNOWN_COMPARISONS } from './known-comparisons.ts';
import { recognise, type Catalogue } from './recognise.ts';
import { QUOTIENTS_IN_DENOMINATORS } from './denominators.ts';
import { DIFFERENCES_OF_RECIPROCALS, DIFFERENCES_OF_ROOTS, DIFFERENCES_OF_SQUARES, ROOTS } from './roots.ts';
import { RECOGNISERS } from './rules.ts';
import { DERIVATIVE_RULES } from './rules/derivatives.ts';
import { LAST_RULES } from './rules/exponential.ts';
import { KNOWN_SIGN_RULES } from './rules/known-signs.ts';
import { POWERS_NEAR_ONE } from './powers-near-one.ts';
import { XEXPY, XEXPY_IN_DERIVATIVES, XLOGY } from './zero-products.ts';

/** … over values. */
export const VALUES: Catalogue = {
  rules: [...KNOWN_SIGN_RULES, ...RECOGNISERS],
  recognisers: [KNOWN_COMPARISONS, SOFTMAX, PRODUCTS_OF_EXPONENTIALS, LOGARITHMS, ROOTS, DIFFERENCES_OF_SQUARES, DIFFERENCES_OF_ROOTS, DIFFERENCES_OF_RECIPROCALS, POWERS_NEAR_ONE, XLOGY, XEXPY],
  last: LAST_RULES,
};
/** … over derivatives. */
export const DERIVATIVES: Catalogue = { rules: [...RECOGNISERS, ...DERIVATIVE_RULES], recognisers: [SOFTMAX, PRODUCTS_OF_EXPONENTIALS, XEXPY_IN_DERIVATIVES, QUOTIENTS_IN_DENOMINATORS], last: [] };

/** What is recognised may leave room for more: a sum of logarithms, an exponential that merges. */
const ROUNDS = 3;

/**
 * Values in stable form, to be evaluated, emitted and differentiated. They are shown as they were typed, and keep the
 * structure in which they were typed unless the normal form shows more to recognise.
 */
export function stableValues(b: Builder, roots: readonly NodeId[], facts: Facts = new Facts(b, [])): NodeId[] {
  let current = settled(b, roots, facts);
  for (let round = 0; round < ROUNDS; round++) {
    const normal = normalise(b, current);
    const next = settled(b, normal, facts);
    if (isSame(next, normal)) break;
    current = next;
  }
  return [...current];
}

/** What one walk makes may be part of something that the next one knows: 2·hypot(1, x) - 2. */
function settled(b: Builder, roots: readonly NodeId[], facts: Facts): readonly NodeId[] {
  let current = roots;
  for (let round = 0; round < ROUNDS; round++) {
    const next = recognise(b, current, VALUES, facts);
    if (isSame(next, current)) break;
    current = next;
  }
  return current;
}

const isSame = (x: readonly NodeId[], y: readonly NodeId[]): boolean => x.every((id, k) => id === y[k]);

/** Derivatives in stable form; they are in normal form already. `then` changes each node further in the same walk. */
export function stableDerivatives(b: Builder, roots: readonly NodeId[], then?: Change): NodeId[] {
  return recognise(b, roots, DERIVATIVES, new Facts(b, [], 'nonzero'), then);
}
