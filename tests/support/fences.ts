/**
 * The fences of a Markdown page, as tests run them. CONTRIBUTING.md says what each kind of fence means; a comment
 * `<!-- ts … -->` before a program stands for what the page has no room for, and runs before it.
 */

export interface Fence {
  /** the first word behind the backticks */
  readonly language: string;
  /** the words and `key="text"` behind it; a word without a value is its own value */
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
  /** what a comment before it adds */
  readonly hidden: string;
  /** the line of the page on which it begins, from 1 */
  readonly line: number;
}

export interface Command {
  readonly line: string;
  readonly output: string;
}

const FENCE = /(?:^<!-- (?:ts|js)\n([\s\S]*?)-->\n+)?^```(\S*)([^\n]*)\n([\s\S]*?)^```$/gm;
const MARK = /([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g;

export function fencesOf(page: string): Fence[] {
  return [...page.matchAll(FENCE)].map((m) => {
    const [whole, hidden = '', language = '', marks = '', text = ''] = m;
    const opening = m.index + whole.lastIndexOf(`\`\`\`${language}${marks}\n${text}\`\`\``);
    return { language, marks: Object.fromEntries([...marks.matchAll(MARK)].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? name])), text, hidden, line: page.slice(0, opening).split('\n').length };
  });
}

/** The page with other texts in the fences that begin on these lines. */
export function withTexts(page: string, texts: ReadonlyMap<number, string>): string {
  const lines = page.split('\n');
  for (const fence of fencesOf(page).reverse()) {
    const text = texts.get(fence.line);
    if (text !== undefined) lines.splice(fence.line, fence.text.split('\n').length - 1, ...text.split('\n').slice(0, -1));
  }
  return lines.join('\n');
}

/** The commands of a `console` fence, each with what it prints. */
export function commandsOf({ text }: Fence): Command[] {
  return text.split(/^\$ /m).slice(1).map((part) => ({ line: part.slice(0, part.indexOf('\n')), output: part.slice(part.indexOf('\n') + 1) }));
}

export const sessionText = (commands: readonly Command[]): string => commands.map(({ line, output }) => `$ ${line}\n${output}`).join('');
