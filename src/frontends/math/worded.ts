/** Derivatives that are asked for in words: `derivative of x^2 with respect to x`, `hessian of f wrt x, y`. */
import type { ReportOptions } from '../../diagnostics/bag.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Habit } from './habits.ts';
import type { Mode } from './split.ts';
import { sourceText, type Token } from './tokens.ts';
import { isFunctionWord } from './words.ts';

const DERIVATIVES: ReadonlySet<string> = new Set(['differentiate', 'derivative', 'derive', 'diff', 'grad', 'gradient']);
const ORDERS: ReadonlyMap<string, number> = new Map([['first', 1], ['1st', 1], ['second', 2], ['2nd', 2], ['third', 3], ['3rd', 3], ['fourth', 4], ['4th', 4]]);
/** Of `--derive`, by what they are called. */
const OBJECTS: ReadonlyMap<string, string> = new Map([['hessian', 'hessian'], ['Hessian', 'hessian'], ['jacobian', 'jacobian'], ['Jacobian', 'jacobian'], ['hvp', 'hvp'], ['jvp', 'jvp'], ['vjp', 'vjp'], ['gauss_newton', 'gauss_newton']]);

const differentiated = 'it differentiates them: write the formula alone';
const minimised = 'the minimum of a model file is found by `diffc fit`; in a line write the formula alone';
/** What other programs are asked to do with formulas, and what to write here. */
const wordsOfOthers: ReadonlyMap<string, string> = new Map([
  ...['integrate', 'solve', 'simplify', 'expand', 'factor', 'evaluate', 'compute', 'calculate', 'find', 'show', 'prove'].map((word) => [word, differentiated] as const),
  ...['minimize', 'minimise', 'maximize', 'maximise', 'optimize', 'optimise', 'argmin', 'argmax'].map((word) => [word, minimised] as const),
  ['plot', 'use the command: `diffc plot "sin(x)"`'], ...['taylor', 'Taylor', 'series'].map((word) => [word, 'derivatives of higher order are asked for on the command line: `diffc "sin(x)" --order 4`'] as const),
]);

/** With these what follows such a word begins. */
const FORMULAS: ReadonlySet<string> = new Set(['NAME', 'NUM', 'LEIB', 'OF', 'STR', 'LP', 'LB', 'NORM', 'BAR', 'BIGSYM', 'ROOT', 'PARTIAL', 'NABLA']);

const text = (tokens: readonly Token[]): string => {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : sourceText(covering(first, last));
};
const covering = (first: Token, last: Token): Span => ({ ...first.span, end: last.span.end });

/** What a line in words asks for. */
export function worded(tokens: readonly Token[], mode: Mode): Habit | undefined {
  if (mode !== 'line' || tokens.length < 2) return undefined;
  const order = ORDERS.get(tokens[0]?.type === 'NAME' ? tokens[0].text : '');
  const words = order === undefined ? tokens : tokens.slice(1);
  const [head] = words;
  if (head?.type !== 'NAME') return undefined;
  const { body, variables, form } = partsOf(words.slice(words[1]?.type === 'OF' ? 2 : 1));
  const object = OBJECTS.get(head.text);
  if (body.length === 0) return undefined;
  if (object !== undefined) {
    const flags = [`--derive ${object}`, ...(variables.length > 0 ? [`--wrt ${variables.join(',')}`] : []), ...(form === '' ? [] : [`--using ${form}`])];
    return { span: head.span, what: 'a line is a formula', options: { hint: `ask for it on the command line: \`diffc "${text(body)}" ${flags.join(' ')}\`` } };
  }
  if (DERIVATIVES.has(head.text)) return { span: head.span, what: 'a line asks for its derivatives without saying so', options: answer(tokens, text(body), variables, order ?? 1) };
  // `argmin_w` names what is varied
  const [word = ''] = head.text.split('_');
  const hint = order === undefined ? wordsOfOthers.get(word) : undefined;
  return hint === undefined ? undefined : { span: head.span, what: `diffc does not \`${head.text}\` formulas in words`, options: { hint } };
}

/** `minimize (x - 1)^2`: a word in front of a formula that would be a factor of it. */
export function isWordOfOthers(first: Token | undefined, second: Token | undefined): boolean {
  if (first?.type !== 'NAME' || second?.spaced !== true || !FORMULAS.has(second.type)) return false;
  const [word = '', below] = first.text.split('_');
  // `argmin (x)` is a call
  return wordsOfOthers.has(word) && (below !== undefined || second.type !== 'LP' || !isFunctionWord(word));
}

function answer(tokens: readonly Token[], body: string, variables: readonly string[], order: number): ReportOptions {
  const [first, last] = [tokens[0], tokens.at(-1)];
  const [variable] = variables;
  if (variables.length > 1 || (variable === undefined && order > 1)) {
    const flags = [...(variables.length > 0 ? [`--wrt ${variables.join(',')}`] : []), ...(order > 1 ? [`--order ${order}`] : [])];
    return { hint: `ask for it on the command line: \`diffc "${body}" ${flags.join(' ')}\`` };
  }
  const power = order === 1 ? '' : `^${order}`;
  const formula = variable === undefined ? body : `d${power}/d${variable}${power} (${body})`;
  return { hint: `write \`${formula}\``, ...(first !== undefined && last !== undefined && { fix: { span: covering(first, last), text: formula } }) };
}

/** `… wrt x, y using sparse`, `… with respect to x` */
function partsOf(tokens: readonly Token[]): { readonly body: readonly Token[]; readonly variables: readonly string[]; readonly form: string } {
  const spelt = tokens.findIndex((t, k) => t.text === 'with' && tokens[k + 1]?.text === 'respect' && tokens[k + 2]?.type === 'TO');
  const at = spelt >= 0 ? spelt : tokens.findIndex((t) => t.type === 'WRT');
  const using = tokens.findIndex((t) => t.type === 'USING');
  const end = using >= 0 ? using : tokens.length;
  const from = at < 0 ? end : at + (spelt >= 0 ? 3 : 1);
  return {
    body: tokens.slice(0, at < 0 ? end : at), form: using >= 0 ? text(tokens.slice(using + 1)) : '',
    variables: tokens.slice(from, end).flatMap((t) => (t.type === 'NAME' ? [t.text] : [])),
  };
}
