import type { Severity } from './entry.ts';

/** How parts of a frame are set off from each other. */
export interface Style {
  severity(severity: Severity, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

const plainText = (text: string): string => text;
/** No colour: for files, pipes, tests. */
export const plain: Style = { severity: (_, text) => text, strong: plainText, faint: plainText };

const colours: { readonly [S in Severity]: number } = { error: 31, warning: 33, note: 36 };
const escape = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[0m`;
/** ANSI colours, for terminals that want them; the caller decides. */
export const ansi: Style = {
  severity: (severity, text) => escape(colours[severity], text),
  strong: (text) => escape(1, text),
  faint: (text) => escape(2, text),
};
