/** What `verify`, `accuracy` and `steps` are about: a model file, or an expression typed on the command line. */
import { readExpression, readModel } from '../compile.ts';
import { variablesOf } from '../answer/question.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Source } from '../diagnostics/span.ts';
import type { Input, Model } from '../elaborate/model.ts';
import type { NodeId } from '../ir/types.ts';
import { decode, kindOf, readSource } from '../project/files.ts';
import { importLoader } from '../project/imports.ts';
import type { Arguments } from './arguments.ts';
import type { Flag } from './flags.ts';
import { reportFailure, type Terminal } from './report.ts';

export type Subject = { readonly kind: 'file'; readonly name: string; readonly model: Model } | ExpressionSubject;

export interface ExpressionSubject {
  readonly kind: 'expression';
  readonly name: string;
  readonly model: Model;
  readonly of: { readonly name: string; readonly node: NodeId };
  readonly wrt: readonly Input[];
}

/** Undefined when it cannot be read; the bag says why. */
export function readSubject(text: string, args: Arguments, terminal: Terminal, bag: Bag): Subject | undefined {
  return text === '-' || text.endsWith('.diff') || kindOf(text) === 'file' ? readFileSubject(text, terminal, bag) : readExpressionSubject(text, args, bag);
}

/** The one argument of a command. Undefined when the usage, with all that the bag holds, is wrong: it has been reported. */
export function onlyTarget(targets: readonly string[], command: { readonly name: string; readonly takes: string }, args: Arguments, terminal: Terminal, usage: Bag): string | undefined {
  const [target, extra] = targets;
  if (target === undefined) usage.report('missing-flag-value', undefined, { flag: command.name, expected: command.takes });
  if (extra !== undefined) usage.report('unexpected-argument', undefined, { argument: extra });
  if (!usage.hasErrors) return target;
  reportFailure(terminal, args.flags.has('json') ? 'json' : 'text', usage.diagnostics);
  return undefined;
}

function readFileSubject(path: string, terminal: Terminal, bag: Bag): Subject | undefined {
  const source = path === '-' ? fromStdin(terminal, bag) : readSource(path, bag);
  const model = source === undefined ? undefined : readModel(source, { load: importLoader(bag) }, bag);
  return model === undefined || bag.hasErrors ? undefined : { kind: 'file', name: path, model };
}

export function fromStdin(terminal: Terminal, bag: Bag): Source | undefined {
  const text = decode('<stdin>', terminal.readStdin(), bag);
  return text === undefined ? undefined : { name: '<stdin>', text };
}

function readExpressionSubject(text: string, args: Arguments, bag: Bag): Subject | undefined {
  const names = readNames(args, 'wrt', bag);
  if (bag.hasErrors) return undefined;
  const model = readExpression({ name: '<expression>', text }, { mode: args.flags.has('matrix') ? 'matrix' : 'math', ...(names !== undefined && { wrt: names }) }, bag);
  const answer = model?.answer;
  if (model === undefined || answer === undefined || bag.hasErrors) return undefined;
  if (answer.kind === 'check' || answer.kind === 'explanation') {
    bag.report('not-supported', undefined, { what: 'a claim or an explanation here' }, { hint: 'give an expression such as `x^2 + sin(y)`' });
    return undefined;
  }
  const wrt = names === undefined ? variablesOf(model) : names.flatMap((name) => namedInput(model, name, bag));
  if (bag.hasErrors) return undefined;
  const own = answer.kind === 'derivative' ? undefined : answer.name;
  const name = own ?? ['f', 'F', 'g', 'value'].find((n) => model.inputs.every((i) => i.name !== n)) ?? 'f';
  return { kind: 'expression', name: text, model, of: { name, node: answer.node }, wrt };
}

function namedInput(model: Model, name: string, bag: Bag): Input[] {
  const input = model.inputs.find((i) => i.name === name);
  if (input !== undefined) return [input];
  reportUnused(name, model, bag);
  return [];
}

/** A name that the formula does not have, with the one that may be meant. */
export function reportUnused(name: string, model: Model, bag: Bag): void {
  const names = model.inputs.map((i) => i.name);
  const better = suggest(name, names);
  const all = names.length === 0 || names.length > 12 ? undefined : names.length === 1 ? `its variable is \`${names[0] ?? ''}\`` : `its variables are ${names.map((n) => `\`${n}\``).join(', ')}`;
  const hint = better === undefined ? all : `did you mean \`${better}\`?`;
  bag.report('unused-value', undefined, { name }, hint === undefined ? {} : { hint });
}

/** The names that a flag lists; undefined without the flag. */
export function readNames(args: Arguments, flag: Flag, bag: Bag): readonly string[] | undefined {
  const text = args.flags.get(flag);
  if (text === undefined) return undefined;
  const names = text.split(',').map((n) => n.trim().normalize('NFC'));
  if (names.every((n) => n !== '')) return names;
  bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value: text, expected: 'names such as `x,y`' });
  return [];
}

/** What a flag with a list of values was given; the reading of arguments has refused anything else. */
export function choice<T extends string>({ flags }: Arguments, flag: Flag, values: readonly T[]): T | undefined {
  const text = flags.get(flag);
  return values.find((value) => value === text);
}

/** The same for several with commas between them. */
export function choices<T extends string>({ flags }: Arguments, flag: Flag, values: readonly T[]): T[] | undefined {
  return flags.get(flag)?.split(',').flatMap((word) => values.find((value) => value === word.trim()) ?? []);
}

/** The number that a flag was given; the reading of arguments has refused what its row does not allow. */
export function numberOf({ flags }: Arguments, flag: Flag): number | undefined {
  const text = flags.get(flag);
  return text === undefined ? undefined : Number(text);
}
