/** The command line as data. Expressions may start with a minus: only `--…`, `-h`, `-V` and `-` are flags. */
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { acceptsFlag, commandOf, commands, commandsWith, type Command } from './commands.ts';
import { commonFlags, flagRows, isFlag, shortFlags, type Flag, type NumberRange } from './flags.ts';

export interface Arguments {
  /** the words that are not flags, without the name of the command */
  readonly targets: readonly string[];
  /** the value of a flag; `''` for one that takes none */
  readonly flags: ReadonlyMap<Flag, string>;
}

export interface CommandLine {
  readonly command: Command;
  readonly args: Arguments;
}

export function readArguments(argv: readonly string[], bag: Bag): CommandLine {
  const words: string[] = [];
  const flags = new Map<Flag, string>();
  let literal = 0;
  for (let k = 0; k < argv.length; k++) {
    const word = argv[k] ?? '';
    if (word === '--') {
      literal = argv.length - k - 1;
      words.push(...argv.slice(k + 1));
      break;
    }
    const short = shortFlags.get(word);
    if (short !== undefined) {
      flags.set(short, '');
    } else if (!word.startsWith('--')) {
      words.push(word);
    } else {
      k += readFlag(word, argv[k + 1], commandOf(words[0]), flags, bag);
    }
  }
  // what follows `--` is an expression even when it reads like a command
  const command = commandOf(literal === words.length ? undefined : words[0]);
  judgeFlags(command, flags, bag);
  judgeValues(command, flags, bag);
  if (command.name === '') judgeWords(words, bag);
  return { command, args: { targets: command.name === '' ? words : words.slice(1), flags } };
}

/** Returns how many further words the flag has used. */
function readFlag(word: string, next: string | undefined, command: Command, flags: Map<Flag, string>, bag: Bag): number {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  if (!isFlag(name)) {
    const better = suggest(name, Object.keys(command.flags)) ?? suggest(name, Object.keys(flagRows));
    bag.report('unknown-flag', undefined, { flag: `--${name}` }, { hint: better === undefined ? `${helpOf(command)} lists the flags` : `did you mean \`--${better}\`?` });
    return 0;
  }
  const row = command.flags[name] ?? flagRows[name];
  if (row.takes === undefined) {
    if (equals >= 0) bag.report('bad-flag-value', undefined, { flag: `--${name}`, value: word.slice(equals + 1), expected: 'no value' });
    flags.set(name, '');
    return 0;
  }
  if (equals >= 0) {
    flags.set(name, word.slice(equals + 1));
    return 0;
  }
  if (next === undefined) bag.report('missing-flag-value', undefined, { flag: `--${name}`, expected: row.expects ?? row.takes });
  else flags.set(name, next);
  return 1;
}

const helpOf = ({ name }: Command): string => `\`diffc ${name === '' ? '' : `${name} `}--help\``;

/** A flag of another command would be ignored: that is never what was meant. */
function judgeFlags(command: Command, flags: ReadonlyMap<Flag, string>, bag: Bag): void {
  for (const flag of flags.keys()) {
    if (acceptsFlag(command, flag)) continue;
    const own = [...Object.keys(command.flags), ...commonFlags];
    const hint = `${commandsWith(flag).map((c) => `\`${c}\``).join(' and ')} ${commandsWith(flag).length > 1 ? 'take' : 'takes'} it`;
    bag.report('misplaced-flag', undefined, { flag: `--${flag}`, command: command.name === '' ? 'diffc EXPR' : `diffc ${command.name}` }, { hint: suggest(flag, own) === undefined ? hint : `did you mean \`--${suggest(flag, own)}\`?` });
  }
}

/** Everything that a row says of a value: commands read it without looking again. */
function judgeValues(command: Command, flags: ReadonlyMap<Flag, string>, bag: Bag): void {
  for (const [flag, value] of flags) judgeValue(command, flag, value, bag);
}

/** Whether a value is one of its row's list, or a number as the row wants it. */
export function judgeValue(command: Command, flag: Flag, text: string, bag: Bag): void {
  const { values, several, number, expects = '' } = command.flags[flag] ?? flagRows[flag];
  const help = `${helpOf(command)} says what it is for`;
  const misfit = (value: string, expected: string, hint: string): void => bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value, expected }, { hint });
  if (number !== undefined && !fits(text, number)) misfit(text, rangeText(number), help);
  if (!Array.isArray(values)) return;
  for (const value of several === true ? text.split(',').map((v) => v.trim()) : [text]) {
    if (values.includes(value)) continue;
    const better = suggest(value, values);
    misfit(value, values.length === 1 ? expects : `one of ${values.join(', ')}`, better === undefined ? help : `did you mean \`${better}\`?`);
  }
}

function fits(text: string, { kind, from, to }: NumberRange): boolean {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return kind === 'whole' ? Number.isInteger(value) && value >= from && value <= to : value > from && value < to;
}

const rangeText = ({ kind, from, to }: NumberRange): string =>
  (kind === 'whole' ? `a whole number from ${from} to ${to}` : `a number above ${from}${to === Infinity ? '' : ` and below ${to}`}`);

/** Two words are no expression: a misspelt command, or an expression that the shell has split. */
function judgeWords([first, second]: readonly string[], bag: Bag): void {
  if (first === undefined || second === undefined) return;
  const better = suggest(first, commands.map((c) => c.name).filter((name) => name !== ''));
  const flag = /^-[a-z][\w-]*$/.test(second) ? suggest(second.slice(1), Object.keys(flagRows)) ?? (isFlag(second.slice(1)) ? second.slice(1) : undefined) : undefined;
  if (flag !== undefined) bag.report('unknown-flag', undefined, { flag: second }, { hint: `did you mean \`--${flag}\`?` });
  else if (better !== undefined && first.length > 2) bag.report('unknown-command', undefined, { name: first }, { hint: `did you mean \`diffc ${better}\`?` });
  else bag.report('unexpected-argument', undefined, { argument: second });
}
