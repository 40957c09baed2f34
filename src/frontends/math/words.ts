import { bigOperators as bigOperatorNames, letterNames } from '../../ast/notation.ts';
import { findOp } from '../../ops/table.ts';

/** Words with a meaning in source text, apart from the operations (src/ops) and the keywords (grammar). */

/** First words of statements; they are ordinary names everywhere else. */
export const statementWords = [
  'module', 'import', 'base', 'matrix', 'dim', 'data', 'param', 'hyper', 'const', 'index', 'fn', 'opaque', 'recur', 'init', 'derive',
  'check', 'assume', 'subject', 'update',
] as const;

/** Names that become big operators in front of a binder: `sum[i] x[i]`. */
export const bigOperators: ReadonlySet<string> = new Set(bigOperatorNames);

/** Letters that stand for the operators where a lower limit shows it; alone they are variables. */
export const bigLetters: ReadonlyMap<string, string> = new Map([['Σ', 'sum'], ['Π', 'prod']]);

/** Whether the name is that of a built-in function, so that `y ln(z)` is a product. */
export function isFunctionWord(name: string): boolean {
  return findOp(name) !== undefined || bigOperators.has(name);
}

/** Whether the name can hardly be anything but a function: `sin x` is a call without parentheses, `k x` is a product. */
export function needsArgument(name: string): boolean {
  if (/^log_\d+$/.test(name)) return true;
  return /^[A-Za-z][A-Za-z0-9_]+$/.test(name) && !letterNames.has(name) && isFunctionWord(name);
}

/** Whether a word behind a function is another function that lacks its parentheses: `log det A`. */
export function looksLikeFunction(name: string): boolean {
  return needsArgument(name) || (/^[a-z]{3,}$/.test(name) && !letterNames.has(name));
}
