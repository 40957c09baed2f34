/** Misspelt words of a closed list. */
import type { Name } from '../ast/types.ts';
import type { ReportOptions } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';

/** The hint and the fix for the word most like the one written; nothing when none is. */
export function didYouMean(written: Pick<Name, 'name' | 'span'>, words: Iterable<string>): ReportOptions {
  const close = suggest(written.name, words);
  return close === undefined ? {} : { fix: { span: written.span, text: close }, hint: `did you mean \`${close}\`?` };
}
