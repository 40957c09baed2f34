/** All `check` statements of a model, decided and reported. */
import { sameNormalForm } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { CheckRequest, Model } from '../elaborate/model.ts';
import type { Verdict } from '../verify/claim.ts';
import { settle } from '../verify/settle.ts';
import { counterexampleText } from './claims.ts';

export interface DecidedClaim {
  readonly check: CheckRequest;
  readonly verdict: Verdict;
}

export function decideClaims(model: Model, bag: Bag): DecidedClaim[] {
  const prove = sameNormalForm(model);
  return model.checks.map((check) => {
    const verdict = settle(model, check, prove);
    if (verdict.kind === 'fails') bag.report('check-failed', check.span, { counterexample: counterexampleText(verdict.counterexample) });
    if (verdict.kind === 'undecided') bag.report('check-undecided', check.span, { reason: 'neither side has a finite value at the points tried' });
    return { check, verdict };
  });
}
