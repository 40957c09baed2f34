/** Which columns of a table are which data of a model. */
import type { Bag } from '../diagnostics/bag.ts';
import type { Span } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Input } from '../elaborate/model.ts';
import type { Table } from '../runtime/data/table.ts';
import type { Arguments } from './arguments.ts';
import { attempt, type DataFile } from './data-file.ts';
import { splitAssignments } from './point-text.ts';

/** Values of one input, before they are compared with its declaration. */
export interface Bound {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** the file, for messages */
  readonly source: string;
  /** of a column of labels */
  readonly classes?: readonly string[];
  /** where element k stands in the file */
  readonly placeOf?: (k: number) => { readonly text: string; readonly span: Span | undefined };
}

type TableFile = Extract<DataFile, { kind: 'table' }>;

/** What `--columns` says, else by name; inputs without columns are left out. */
export function bindColumns(inputs: readonly Input[], file: TableFile, args: Arguments, bag: Bag): [string, Bound][] {
  const { table, source } = file;
  const explicit = readColumns(args.flags.get('columns'), inputs, bag);
  const chosen = new Map<string, readonly string[] | '*'>();
  for (const input of inputs) {
    const words = explicit.get(input.name);
    const names = words === undefined ? columnsByName(input, table) : words.join() === '*' ? '*' : words.flatMap((word) => expand(word, table, source.name, bag));
    if (names !== undefined) chosen.set(input.name, names);
  }
  if (bag.hasErrors) return [];
  const used = new Set([...chosen.values()].flatMap((names) => (names === '*' ? [] : names)));
  return inputs.flatMap((input): [string, Bound][] => {
    const names = chosen.get(input.name);
    if (names === undefined) return [];
    const value = attempt(source, bag, () => read(input, names === '*' ? table.names.filter((n) => !used.has(n)) : names, file));
    return value === undefined ? [] : [[input.name, value]];
  });
}

/** `X=a,b,c,y=price` */
function readColumns(text: string | undefined, inputs: readonly Input[], bag: Bag): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  for (const [name, list] of text === undefined ? [] : splitAssignments(text)) {
    const input = inputs.find((i) => i.name === name);
    const words = list.split(',').map((w) => w.trim().normalize('NFC')).filter((w) => w !== '');
    if (input === undefined) {
      const better = suggest(name, inputs.map((i) => i.name));
      bag.report('unused-value', undefined, { name }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
    } else if (words.length === 0 || input.shape.length > 2 || (input.shape.length < 2 && (words.length > 1 || words[0] === '*'))) {
      bag.report('bad-flag-value', undefined, { flag: '--columns', value: `${name}=${list}`, expected: input.shape.length < 2 ? 'one column for a vector' : 'the columns of a matrix' });
    } else columns.set(name, words);
  }
  return columns;
}

/** A vector is the column of its name; a matrix the columns with its name and a number. */
function columnsByName({ name, shape }: Input, table: Table): readonly string[] | undefined {
  if (shape.length <= 1) return table.has(name) ? [name] : undefined;
  if (shape.length > 2) return undefined;
  for (const spelling of [(k: number) => `${name}${k}`, (k: number) => `${name}_${k}`, (k: number) => `${name}[${k}]`]) {
    const first = [0, 1].find((k) => table.has(spelling(k)));
    if (first === undefined) continue;
    const names: string[] = [];
    for (let k = first; table.has(spelling(k)); k++) names.push(spelling(k));
    return names;
  }
  return table.has(name) ? [name] : undefined;
}

/** A name, or `a..c` for all columns from a to c. */
function expand(word: string, table: Table, path: string, bag: Bag): string[] {
  if (table.has(word)) return [word];
  const [from = '', to] = word.split('..');
  const missing = [from, ...(to === undefined ? [] : [to])].find((n) => !table.has(n));
  if (missing === undefined && to !== undefined) return table.names.slice(table.names.indexOf(from), table.names.indexOf(to) + 1);
  const better = suggest(missing ?? word, table.names);
  bag.report('unknown-column', undefined, { path, reason: `there is no column \`${missing ?? word}\`` }, { hint: better === undefined ? `there are ${table.names.slice(0, 12).map((n) => `\`${n}\``).join(', ')}` : `did you mean \`${better}\`?` });
  return [];
}

function read(input: Input, names: readonly string[], { table, source }: TableFile): Bound {
  const placeOf = (k: number): { text: string; span: Span | undefined } => {
    const { row, column, line, start, end } = table.placeOf(Math.floor(k / names.length), names[k % names.length] ?? '');
    return { text: `row ${row}${line === undefined ? '' : ` (line ${line})`}, column \`${column}\``, span: start === undefined || end === undefined ? undefined : { source, start, end } };
  };
  const [name = ''] = names;
  const common = { source: source.name, placeOf, shape: input.shape.length === 2 ? [table.rows, names.length] : [table.rows] };
  if (input.element === 'index' && table.isText(name)) {
    const { positions, classes } = table.labels(name);
    return { ...common, data: Float64Array.from(positions), classes };
  }
  const data = table.matrix(names);
  // a number that is the same in every row stands for a constant
  return input.shape.length === 0 && data.every((x) => x === data[0]) ? { ...common, shape: [], data: data.slice(0, 1) } : { ...common, data };
}
