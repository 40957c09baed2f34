/** The library's `check`: apart from the other functions, because its verdicts may need decimals. */
import { readModel, sameNormalForm } from '../compile.ts';
import { isText } from '../diagnostics/text.ts';
import type { Verdict } from '../verify/claim.ts';
import { settle } from '../verify/settle.ts';
import { answered } from './library.ts';

/** A claim of a model as it was typed, and what was decided. */
export interface CheckResult {
  readonly claim: string;
  readonly verdict: Verdict;
}

/** Decides the `check` statements of a model text. Throws `DiffcError` when the text itself is wrong. */
export function check(source: string, name = '<model>'): CheckResult[] {
  return answered((bag) => {
    if (!isText(source, bag)) return undefined;
    const model = readModel({ name, text: source }, {}, bag);
    if (model === undefined || bag.hasErrors) return undefined;
    const prove = sameNormalForm(model);
    return model.checks.map((claim) => ({ claim: claim.text, verdict: settle(model, claim, prove) }));
  });
}
