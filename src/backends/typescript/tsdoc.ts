/** Documentation comments. User text is inert in them: nothing in it can end the comment or start a tag. */
import { shownText } from '../../diagnostics/width.ts';
import { LONGEST_FORMULA } from '../../schedule/plan.ts';

/** One line of the user's text, harmless inside a comment: it ends nothing there, and reads in the order in which it stands. */
export function inert(text: string): string {
  return shownText(text.replace(/[\r\n\u2028\u2029]+/g, ' ')).replaceAll('*/', '*∕').replaceAll('/*', '∕*').replace(/@(?=\w)/g, '＠').trimEnd();
}

/** A comment with a final line break, or nothing. */
export function docComment(lines: readonly string[], indent: string): string {
  const text = lines.map((line) => line.replaceAll('*/', '*∕'));
  const [only] = text;
  if (only === undefined) return '';
  if (text.length === 1 && only.length < 100) return `${indent}/** ${only} */\n`;
  return `${indent}/**\n${text.map((line) => (line === '' ? `${indent} *\n` : `${indent} * ${line}\n`)).join('')}${indent} */\n`;
}

export function formulaDoc(text: string): string {
  if (text.length <= LONGEST_FORMULA) return inert(text);
  const equals = text.indexOf(' = ');
  return inert(equals > 0 && equals < LONGEST_FORMULA ? `${text.slice(0, equals)} = …` : `${text.slice(0, LONGEST_FORMULA)} …`);
}
