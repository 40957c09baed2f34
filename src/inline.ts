/**
 * Formulas inside TypeScript: `inline('f(w, b; x) = w*x + b')`. The text is a string literal because TypeScript keeps the
 * type of a literal, and with it the names, where it forgets that of a tagged template. The plugin compiles the call
 * when a project is built; without it the same code is made when the call is met, by the same function.
 */
import { answered } from './answer/library.ts';
import { plainJavaScript } from './backends/typescript/emit.ts';
import { run } from './backends/typescript/instantiate.ts';
import { identifiers, Names } from './backends/typescript/names.ts';
import { readModel } from './compile.ts';
import type { Bag } from './diagnostics/bag.ts';
import { reportLimit } from './diagnostics/limit.ts';
import { planInto } from './generate.ts';

type Trim<T extends string> = T extends ` ${infer R}` | `\n${infer R}` ? Trim<R> : T extends `${infer R} ` | `${infer R}\n` ? Trim<R> : T;
type Split<T extends string, By extends string> = T extends `${infer A}${By}${infer B}` ? Trim<A> | Split<B, By> : Trim<T>;
type NameOf<P extends string> = P extends `${infer N}:${string}` ? Trim<N> : P;
type Arguments<P extends string, V> = { [K in P as NameOf<K>]: K extends `${string}:${infer T}` ? (Trim<T> extends 'R' ? number : V) : number };
/** What stands in the parentheses: variables, and after `;` what is not differentiated by. */
type Head<T extends string> = T extends `${string}(${infer P})${string}=${string}` ? P : never;
type Variables<T extends string> = Head<T> extends `${infer A};${string}` ? Split<A, ','> : Split<Head<T>, ','>;
type Constants<T extends string> = Head<T> extends `${string};${infer B}` ? Split<B, ','> : never;

/** Values by the names of the formula: numbers, and arrays where the formula says `R[n]`. */
export type InlineArguments<T extends string> = Arguments<Variables<T> | Constants<T>, Float64Array>;
/** Partial derivatives by the names of the variables. */
export type InlineGradient<T extends string> = Arguments<Variables<T>, Float64Array>;

/** A compiled formula: call it for the value. */
export interface InlineFunction<T extends string> {
  (at: InlineArguments<T>): number;
  gradient(at: InlineArguments<T>): InlineGradient<T>;
  valueGradient(at: InlineArguments<T>): { value: number; gradient: InlineGradient<T> };
}

/**
 * A formula with its derivatives, from the text `f(x, y) = …`; what stands after a semicolon, as in `f(w, b; x)`, is not
 * differentiated by. Arguments are numbers, or vectors of a fixed length: `f(w: R[3]; x: R[3]) = …`. Mistakes throw `DiffcError`.
 * The text must be a literal for the plugin to compile it; elsewhere, and where a page forbids `new Function`, use a `.diff` file.
 */
export function inline<const T extends string>(formula: T): InlineFunction<T> {
  return run(answered((bag) => inlineCode(formula, bag))) as InlineFunction<T>;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly role: 'param' | 'data';
}

/** The body of a function that makes the compiled formula; undefined, and diagnostics, when there are mistakes. Only text made by the backend is in it. */
export function inlineCode(formula: string, bag: Bag): string | undefined {
  try {
    return compiled(formula, bag);
  } catch (error) {
    reportLimit(error, bag);
    return undefined;
  }
}

function compiled(formula: string, bag: Bag): string | undefined {
  const read = readHead(formula);
  if (read === undefined) {
    bag.report('bad-inline', undefined, { text: formula.length > 60 ? `${formula.slice(0, 60)}…` : formula });
    return undefined;
  }
  const { name, parameters, body } = read;
  const variables = parameters.filter((p) => p.role === 'param').map((p) => p.name);
  const text = [
    ...parameters.map((p) => `${p.role} ${p.name}: ${p.type}`), `${name} = ${body}`,
    `derive value of ${name} as inlineValue`, `derive value, gradient of ${name} wrt ${variables.join(', ')} as inlineGradient`,
  ].join('\n');
  const model = readModel({ name: '<inline>', text }, {}, bag);
  if (model === undefined || bag.hasErrors) return undefined;
  const plan = planInto(bag, model, '<inline>');
  if (bag.hasErrors) return undefined;
  return wrapped(plainJavaScript(plan).code, parameters);
}

const HEAD = /^\s*([\p{L}_][\p{L}\p{N}\p{M}_]*)\s*\(([^()]*)\)\s*=(?!=)([\s\S]*)$/u;
const PARAMETER = /^\s*([\p{L}_][\p{L}\p{N}\p{M}_]*)\s*(?::\s*(R|R\[\d+\])\s*)?$/u;

function readHead(formula: string): { readonly name: string; readonly parameters: readonly Parameter[]; readonly body: string } | undefined {
  const [, name = '', list = '', body = ''] = HEAD.exec(formula) ?? [];
  const [variables = '', constants, ...rest] = list.split(';');
  const read = (text: string, role: Parameter['role']): (Parameter | undefined)[] => text.split(',').map((part) => {
    const [, own, type = 'R'] = PARAMETER.exec(part) ?? [];
    return own === undefined ? undefined : { name: own, type, role };
  });
  const parameters = [...read(variables, 'param'), ...(constants === undefined ? [] : read(constants, 'data'))];
  if (name === '' || rest.length > 0 || parameters.includes(undefined)) return undefined;
  return { name, parameters: parameters.filter((p) => p !== undefined), body: body.trim() };
}

/** The module without its exports, and a function around it that takes and gives names as they were typed. */
function wrapped(module: string, parameters: readonly Parameter[]): string {
  const fields = identifiers(parameters.map((p) => p.name), new Names());
  const struct = (role: Parameter['role']): string => `{ ${parameters.filter((p) => p.role === role).map((p) => `${fields.get(p.name) ?? p.name}: at[${JSON.stringify(p.name)}]`).join(', ')} }`;
  const call = (name: string): string => `${name}(${(new RegExp(`function ${name}\\(([^)]*)\\)`).exec(module)?.[1] ?? '').split(', ').map((p) => GIVEN[p] ?? p).join(', ')})`;
  const result = `{ ${parameters.filter((p) => p.role === 'param').map((p) => `${JSON.stringify(p.name)}: out.${fields.get(p.name) ?? p.name}`).join(', ')} }`;
  return `'use strict';
${module.replace(/^\/\/.*\n/gm, '').replace(/^export function/gm, 'function').trim()}
const $parts = (at) => ({ params: ${struct('param')}, data: ${struct('data')} });
const $value = (at) => { const own = $parts(at); return ${call('inlineValue')}; };
const $valueGradient = (at) => { const own = $parts(at); const out = newGradient(); const value = ${call('inlineGradient')}; return { value, gradient: ${result} }; };
return Object.assign($value, { gradient: (at) => $valueGradient(at).gradient, valueGradient: $valueGradient });`;
}

/** What the parameters of emitted functions are given. */
const GIVEN: Readonly<Record<string, string>> = { params: 'own.params', data: 'own.data', prepared: 'prepare(own.data)', out: 'out' };
