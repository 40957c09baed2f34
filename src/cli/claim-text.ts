/** Verdicts on claims in words. */
import { counterexampleText } from '../answer/claims.ts';
import type { Verdict } from '../verify/claim.ts';

export function claimLine(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proved': return 'proved';
    case 'holds': return `holds numerically at ${verdict.points} points (worst relative difference ${verdict.worst.toExponential(1)}), not proved`;
    case 'fails': return counterexampleText(verdict.counterexample);
    case 'undecided': return 'undecided: neither side has a finite value at the points tried';
  }
}
