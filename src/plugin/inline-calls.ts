/** `inline('…')` in a file of the project becomes the code it would make when it runs. Lines stay where they are. */
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { inlineCode } from '../inline.ts';
import { inlineUse } from '../project/typescript.ts';
import { quantity } from '../source-map.ts';

export interface Compiled {
  readonly code: string;
  /** each line leads to the line of the same number; what stands below the last one leads nowhere */
  readonly mappings: string;
  readonly diagnostics: readonly Diagnostic[];
  /** of the first call that has a mistake */
  readonly place?: { readonly line: number; readonly column: number };
}

/** Undefined when there is nothing to compile. */
export async function compileInlineCalls(path: string, text: string): Promise<Compiled | undefined> {
  const { calls, unneeded } = await inlineUse(path, text);
  if (calls.length === 0) return undefined;
  const bag = new Bag();
  const added: string[] = [];
  const edits = unneeded === undefined ? [] : [{ ...unneeded, replacement: '' }];
  for (const { start, end, text: formula } of calls) {
    const body = inlineCode(formula, bag);
    if (body === undefined) return { code: text, mappings: '', diagnostics: bag.diagnostics, place: placeOf(text, start) };
    const name = `$diffcInline${added.length + 1}`;
    edits.push({ start, end, replacement: `${name}()` });
    // functions are known before their line: nothing has to stand above the user's first one
    added.push(`function ${name}() {\n${body}\n}`);
  }
  let code = '';
  let at = 0;
  for (const { start, end, replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    code += text.slice(at, start) + replacement + '\n'.repeat(text.slice(start, end).split('\n').length - 1);
    at = end;
  }
  return { code: `${code}${text.slice(at)}\n${added.join('\n')}\n`, mappings: sameLines(text.split('\n').length), diagnostics: bag.diagnostics };
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
}

function sameLines(count: number): string {
  const next = `AA${quantity(1)}A`;
  return ['AAAA', ...Array.from({ length: count - 1 }, () => next)].join(';');
}
