export type Severity = 'error' | 'warning' | 'note';

/**
 * One kind of diagnostic: everything that is ever said about it. Adding one is adding one object literal to a
 * file of `catalog/`, and one golden file `tests/errors/<code>.txt`.
 */
export interface Entry {
  readonly severity: Severity;
  /** stands alone, lower case, no final full stop; quotes source text in back-quotes */
  readonly message: (args: never) => string;
  /** what to do about it; a report may give a more exact one */
  readonly hint?: string | ((args: never) => string | undefined);
  /** a paragraph or two for `diffc explain`: why it is refused, what is meant */
  readonly explanation: string;
  /** the examples are one-line expressions, not files */
  readonly examples?: 'line';
  /** a complete source that gives this diagnostic (for the usage stage: a command line) */
  readonly wrong: string;
  /** the same, corrected */
  readonly right: string;
}
