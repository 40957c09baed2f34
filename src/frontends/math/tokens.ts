import type { Span } from '../../diagnostics/span.ts';

/** What the filter and the grammar work on. `type` is the grammar's terminal; `text` is canonical (`·` is `*`). */
export interface Token {
  readonly type: string;
  readonly text: string;
  readonly span: Span;
  /** white space stands before it */
  readonly spaced: boolean;
  /** offset from the start of its line */
  readonly column: number;
  /** documentation comments directly above */
  readonly docs: readonly string[];
  /** documentation comments behind it on its own line */
  readonly trailing: readonly string[];
  /** what a token that stands for many has been parsed to (deep.ts) */
  readonly parsed?: unknown;
}

/** A token that the filter adds between two others. */
export function insertedToken(type: string, text: string, span: Span): Token {
  return { type, text, span, spaced: false, column: 0, docs: [], trailing: [] };
}

/** The text as the user wrote it. */
export function sourceText(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}
