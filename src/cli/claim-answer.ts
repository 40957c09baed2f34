/** A one-line claim, `diffc "d/dx tanh(x) = 1 - tanh(x)^2"`: decided and said. */
import { counterexampleText } from '../answer/claims.ts';
import { sameNormalForm } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { CheckRequest, Model } from '../elaborate/model.ts';
import { settle } from '../verify/settle.ts';
import { claimLine } from './claim-text.ts';
import { jsonDiagnostics, toJson, type Terminal } from './report.ts';

export function answerClaim(model: Model, check: CheckRequest, canonical: string, format: 'json' | 'text', terminal: Terminal, bag: Bag): boolean {
  const verdict = settle(model, check, sameNormalForm(model));
  if (verdict.kind === 'fails') {
    bag.report('check-failed', check.span, { counterexample: counterexampleText(verdict.counterexample) });
    return false;
  }
  if (format === 'json') terminal.write(`${toJson({ ok: true, version: 1, expression: canonical, verdict: verdict.kind, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  else terminal.write(`${canonical}\n  ${claimLine(verdict)}\n`);
  return true;
}
