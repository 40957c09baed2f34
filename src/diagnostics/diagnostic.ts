import type { Code } from './catalog.ts';
import type { Severity } from './entry.ts';
import type { Span } from './span.ts';

/** A remark on a further place. One whose span is the diagnostic's own span is written beside the carets. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** Replaces the text of `span`; an empty span inserts. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

/** One remark to the user. The message stands alone: it makes sense without the frame around it. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  /** absent for mistakes outside any text (flags, files) */
  readonly span?: Span;
  readonly labels: readonly Label[];
  readonly hint?: string;
  readonly fix?: Fix;
}
