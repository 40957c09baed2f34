/** The command line as data. Expressions may start with a minus: only `--…`, `-h`, `-V` and `-` are flags. */
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';

/** Flags with what they take; the help text says the rest. */
const FLAGS = {
  wrt: 'names such as `x,y`', order: 'a whole number', derive: 'kinds such as `hvp,jvp`', at: '`x=1,y=2` or a JSON file', matrix: '', latex: '', unicode: '', ascii: '',
  json: '', after: 'a stage', 'out-dir': 'a directory', target: '`ts` or `js`', check: '', 'no-format': '', quiet: '', 'no-color': '', points: 'a whole number', seed: 'a whole number', range: '`x=-700:700`', help: '', version: '',
} as const satisfies Record<string, string>;

export type Flag = keyof typeof FLAGS;

/** Flags that take something after one command only. */
const AFTER: Readonly<Record<string, Partial<Record<Flag, string>>>> = { steps: { check: 'an answer' } };

export interface Arguments {
  readonly positionals: readonly string[];
  /** the value of a flag; `''` for one that takes none */
  readonly flags: ReadonlyMap<Flag, string>;
}

const isFlag = (name: string): name is Flag => Object.hasOwn(FLAGS, name);
const SHORT: ReadonlyMap<string, Flag> = new Map([['-h', 'help'], ['-V', 'version']]);

export function readArguments(argv: readonly string[], bag: Bag): Arguments {
  const positionals: string[] = [];
  const flags = new Map<Flag, string>();
  for (let k = 0; k < argv.length; k++) {
    const word = argv[k] ?? '';
    if (word === '--') {
      positionals.push(...argv.slice(k + 1));
      break;
    }
    const short = SHORT.get(word);
    if (short !== undefined) {
      flags.set(short, '');
    } else if (!word.startsWith('--')) {
      positionals.push(word);
    } else {
      k += readFlag(word, argv[k + 1], AFTER[positionals[0] ?? ''] ?? {}, flags, bag);
    }
  }
  return { positionals, flags };
}

/** Returns how many further words the flag has used. */
function readFlag(word: string, next: string | undefined, own: Partial<Record<Flag, string>>, flags: Map<Flag, string>, bag: Bag): number {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  if (!isFlag(name)) {
    const better = suggest(name, Object.keys(FLAGS));
    bag.report('unknown-flag', undefined, { flag: `--${name}` }, better === undefined ? {} : { hint: `did you mean \`--${better}\`?` });
    return 0;
  }
  const expected = own[name] ?? FLAGS[name];
  if (expected === '') {
    if (equals >= 0) bag.report('bad-flag-value', undefined, { flag: `--${name}`, value: word.slice(equals + 1), expected: 'no value' });
    flags.set(name, '');
    return 0;
  }
  if (equals >= 0) {
    flags.set(name, word.slice(equals + 1));
    return 0;
  }
  if (next === undefined) bag.report('missing-flag-value', undefined, { flag: `--${name}`, expected });
  else flags.set(name, next);
  return 1;
}
