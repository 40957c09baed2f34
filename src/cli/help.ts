/** Help texts, examples first, from the tables of commands and flags. */
import { commands, type Command } from './commands.ts';
import { commonFlags, flagRows, shortFlags, type Flag, type FlagRow } from './flags.ts';

const INDENT = 29;
const WIDTH = 110;

/** What `diffc --help` says. */
export function overallHelp(): string {
  const [expression] = commands;
  return sections([
    ['diffc: exact derivatives from mathematics as people write it, and fast TypeScript that computes them.', []],
    ['Examples', commands.filter((c) => !['ops', 'explain', 'init', 'completion', 'repl'].includes(c.name)).flatMap(exampleLines)],
    ['Commands', commands.flatMap((c) => entry(`diffc ${signature(c)}`, c.summary))],
    ['Flags of EXPR', expression === undefined ? [] : flagLines(Object.entries(expression.flags))],
    ['Everywhere', [...commonLines(), ...entry('-', 'reads an expression or a model from standard input')]],
    ['Flags of a command: `diffc COMMAND --help`.', []],
    [EXIT_CODES, []],
  ]);
}

/** What `diffc COMMAND --help` says. */
export function commandHelp(command: Command): string {
  return sections([
    [`diffc ${signature(command)}: ${command.summary}`, []],
    ['Examples', exampleLines(command)],
    ['Flags', flagLines(Object.entries(command.flags))],
    ['Everywhere', commonLines()],
    [EXIT_CODES, []],
  ]);
}

export const EXIT_CODES = 'Exit codes: 0 done, 1 the input is wrong or a module is stale, 2 wrong usage, 70 a defect of diffc.';

/** A command with its arguments, without `diffc`. */
export const signature = ({ name, takes }: Command): string => [name, takes].filter((word) => word !== '').join(' ');

/** A section without lines is its title alone; consecutive sections are a blank line apart. */
function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return `${parts.filter(([title, lines]) => lines.length > 0 || / /.test(title)).map(([title, lines]) => [title, ...lines].join('\n')).join('\n\n')}\n`;
}

function exampleLines({ examples }: Command): string[] {
  return examples.map(([line, remark]) => `  ${`diffc ${line}`.padEnd(43)}  ${remark}`);
}

function flagLines(rows: readonly (readonly [string, FlagRow])[]): string[] {
  return rows.flatMap(([name, { takes, summary }]) => entry(`--${name}${takes === undefined ? '' : ` ${takes}`}`, summary));
}

function commonLines(): string[] {
  const short = (flag: Flag): string => [...shortFlags].filter(([, long]) => long === flag).map(([letter]) => `${letter}, `).join('');
  return commonFlags.flatMap((flag) => entry(`${short(flag)}--${flag}`, flagRows[flag].summary));
}

/** A term and its text, the text in a column of its own and broken between words. */
function entry(term: string, text: string): string[] {
  const lines: string[] = [];
  let line = term.length < INDENT - 3 ? `  ${term}`.padEnd(INDENT) : '';
  if (line === '') {
    lines.push(`  ${term}`);
    line = ' '.repeat(INDENT);
  }
  for (const word of text.split(' ')) {
    if (line.trimEnd().length > INDENT && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = ' '.repeat(INDENT);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
