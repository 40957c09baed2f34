/** The data, constants and sizes of a model from `--data`, `--columns` and `--set`, for commands that run it. */
import { misfitText, placedNumbers } from '../answer/nested.ts';
import { initialOf } from '../answer/point.ts';
import { bindColumns, type Bound } from './columns.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { readDim } from '../ir/dim.ts';
import type { Arguments } from './arguments.ts';
import { readArrayFile, readDataFile, type DataFile } from './data-file.ts';
import { checkElements } from './data-elements.ts';
import { readPoint, splitAssignments } from './point-text.ts';

export interface ModelData {
  /** of every dim of the model */
  readonly sizes: ReadonlyMap<string, number>;
  /** data and hyper by the names of the inputs, row-major; positions count from 0 */
  readonly inputs: ReadonlyMap<string, Float64Array>;
  /** what the file or `--set` says about parameters: where to start */
  readonly starts: ReadonlyMap<string, unknown>;
  /** names of the classes of columns of labels */
  readonly classes: ReadonlyMap<string, readonly string[]>;
}

/** Undefined when something is missing or wrong: it has been reported. */
export function readModelData(model: Model, args: Arguments, bag: Bag): ModelData | undefined {
  const before = bag.size;
  const given = readGiven(model, args, bag);
  if (given === undefined) return undefined;
  const { set, file, arrays } = given;
  const wanted = model.inputs.filter((i) => i.role === 'data' || i.role === 'hyper');
  const values = new Map(file?.kind === 'values' ? [...file.values, ...set] : set);
  const bound = new Map<string, Bound>(arrays);
  for (const input of wanted) {
    const value = values.get(input.name);
    if (value !== undefined) bind(input, value, file?.kind === 'values' && !set.has(input.name) ? file.source.name : '--set', bound, bag);
  }
  if (file?.kind === 'table') {
    const open = wanted.filter((i) => !bound.has(i.name) && (i.shape.length > 0 || file.table.has(i.name)));
    for (const [name, value] of bindColumns(open, file, args, bag)) bound.set(name, value);
  } else if (args.flags.has('columns')) bag.report('bad-flag-value', undefined, { flag: '--columns', value: args.flags.get('columns') ?? '', expected: 'a table as `--data`' });
  if (bag.size > before && bag.hasErrors) return undefined;
  return complete(model, wanted, values, bound, file, bag);
}

interface Given {
  readonly set: ReadonlyMap<string, unknown>;
  readonly file: DataFile | undefined;
  readonly arrays: readonly [string, Bound][];
}

function readGiven(model: Model, { flags }: Arguments, bag: Bag): Given | undefined {
  const text = flags.get('set');
  const set = text === undefined ? new Map<string, unknown>() : readPoint(text, 'set', bag);
  if (set === undefined) return undefined;
  const known = [...model.inputs, ...model.dims].map((i) => i.name);
  for (const name of set.keys()) if (!known.includes(name)) reportUnknown(name, known, bag);
  const path = flags.get('data');
  const named = path?.includes('=') === true && !path.startsWith('=');
  const arrays = named ? readArrays(model, path, bag) : [];
  const file = path === undefined || named ? undefined : readDataFile(path, bag);
  if (bag.hasErrors) return undefined;
  const unused = file?.kind === 'values' ? [...file.values.keys()].filter((name) => !known.includes(name)) : [];
  if (unused.length > 0) {
    const better = unused.map((name) => suggest(name, known)).find((name) => name !== undefined);
    bag.report('data-not-used', undefined, { path: file?.source.name ?? '', names: unused.map((n) => `\`${n}\``).join(', ') }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
  }
  return { set, file, arrays };
}

function reportUnknown(name: string, known: readonly string[], bag: Bag): void {
  const better = suggest(name, known);
  bag.report('unused-value', undefined, { name }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
}

/** `--data X=x.npy,y=y.npy` */
function readArrays(model: Model, text: string, bag: Bag): [string, Bound][] {
  return splitAssignments(text).flatMap(([name, path]): [string, Bound][] => {
    if (model.inputs.every((i) => i.name !== name)) {
      reportUnknown(name, model.inputs.map((i) => i.name), bag);
      return [];
    }
    const array = readArrayFile(path, bag);
    return array === undefined ? [] : [[name, { ...array, source: path }]];
  });
}

function bind(input: Input, value: unknown, source: string, bound: Map<string, Bound>, bag: Bag): void {
  const found = placedNumbers(value);
  if ('reason' in found) bag.report('bad-data', undefined, { name: input.name, reason: misfitText(found) });
  else bound.set(input.name, { ...found, source });
}

function complete(model: Model, wanted: readonly Input[], values: ReadonlyMap<string, unknown>, bound: ReadonlyMap<string, Bound>, file: DataFile | undefined, bag: Bag): ModelData | undefined {
  const sizes = new Map<string, number>(model.dims.flatMap((d) => (d.value === undefined ? [] : [[d.name, d.value] as const])));
  for (const { name } of model.dims) {
    const n = values.get(name);
    if (n !== undefined && (typeof n !== 'number' || !Number.isInteger(n) || n < 0)) bag.report('bad-data', undefined, { name, reason: 'a size is a whole number' });
    else if (typeof n === 'number') sizes.set(name, n);
  }
  for (const input of wanted) inferSizes(input, bound.get(input.name), sizes, bag);
  for (const input of wanted) inferClasses(input, bound.get(input.name), sizes);
  const inputs = new Map<string, Float64Array>();
  const classes = new Map<string, readonly string[]>();
  for (const input of wanted) {
    const value = bound.get(input.name);
    if (value !== undefined) {
      checkElements(input, value, sizes, bag);
      inputs.set(input.name, value.data);
      if (value.classes !== undefined) classes.set(input.name, value.classes);
    } else if (input.initial === undefined) bag.report('missing-data', undefined, { name: input.name, what: missingText(input, file) }, { hint: hintFor(input, file) });
  }
  for (const { name } of model.dims) {
    if (!sizes.has(name) && !bag.hasErrors) bag.report('missing-data', undefined, { name, what: 'no data decide this size' }, { hint: `give it: \`--set ${name}=10\`` });
  }
  if (bag.hasErrors) return undefined;
  // every size is known now
  for (const input of wanted) {
    const declared = inputs.has(input.name) ? undefined : initialOf(model, input, { sizes, inputs });
    if (declared !== undefined) inputs.set(input.name, declared);
  }
  const params = new Set(model.inputs.filter((i) => i.role === 'param' || i.role === 'variable').map((i) => i.name));
  return { sizes, inputs, classes, starts: new Map([...values].filter(([name]) => params.has(name))) };
}

function inferSizes(input: Input, value: Bound | undefined, sizes: Map<string, number>, bag: Bag): void {
  if (value === undefined) return;
  const { shape } = value;
  if (shape.length !== input.shape.length) {
    const levels = (n: number): string => (n === 0 ? 'one number' : n === 1 ? 'a list' : `${n} nested lists`);
    bag.report('bad-data', undefined, { name: input.name, reason: `${levels(input.shape.length)} expected, found ${levels(shape.length)} in ${value.source}` });
    return;
  }
  for (const [axis, dim] of input.shape.entries()) {
    const { base, offset } = readDim(dim);
    const length = shape[axis] ?? 0;
    const known = base === undefined ? 0 : sizes.get(base);
    if (known === undefined && base !== undefined) sizes.set(base, length - offset);
    else if ((known ?? 0) + offset !== length) bag.report('bad-data', undefined, { name: input.name, reason: `axis ${axis + 1} has ${length} elements in ${value.source} where ${dim} = ${(known ?? 0) + offset} are expected` });
  }
}

/** `index[N] of K`: as many classes as there are labels, when nothing else decides it. */
function inferClasses(input: Input, value: Bound | undefined, sizes: Map<string, number>): void {
  if (input.of === undefined || value === undefined) return;
  const { base, offset } = readDim(input.of);
  if (base === undefined || sizes.has(base)) return;
  const count = value.classes?.length ?? 1 + value.data.reduce((a, b) => Math.max(a, b), 0);
  if (Number.isInteger(count)) sizes.set(base, count - offset);
}

function missingText(input: Input, file: DataFile | undefined): string {
  if (file === undefined) return 'there is no `--data`';
  if (file.kind === 'values') return `${file.source.name} has no such name`;
  const names = file.table.names.slice(0, 12).map((n) => `\`${n}\``).join(', ');
  return `${file.source.name} has ${file.table.names.length > 12 ? `${file.table.names.length} columns, ${names}, …` : `the columns ${names}`}${input.shape.length > 2 ? '; arrays of three and more axes come from JSON or .npy' : ''}`;
}

function hintFor(input: Input, file: DataFile | undefined): string {
  if (file?.kind === 'table' && input.shape.length === 1) return `name its column: \`--columns ${input.name}=NAME\``;
  if (file?.kind === 'table' && input.shape.length === 2) return `name its columns: \`--columns ${input.name}=a,b,c\`, or all others: \`--columns '${input.name}=*'\``;
  return input.shape.length === 0 ? `give it: \`--set ${input.name}=1\`` : 'give a file: `--data FILE.csv` or `--data FILE.json`';
}
