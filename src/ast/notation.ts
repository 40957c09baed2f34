/** Spellings of the two notations that trees are printed in. */
import type { BinaryOperator, Comparison, Expr } from './types.ts';

/** Operators that take a binder: `sum[i] x[i]`. */
export const bigOperators = ['sum', 'prod', 'mean', 'max', 'min', 'logsumexp', 'any', 'all'] as const;

export interface Notation {
  readonly name: 'ascii' | 'unicode';
  readonly partial: string;
  readonly nabla: string;
  readonly transpose: string;
  readonly norm: string;
  readonly arrow: string;
  readonly comparisons: { readonly [C in Comparison]: string };
  readonly operators: { readonly [O in BinaryOperator]: string };
}

const operators = {
  or: ' or ', and: ' and ', '+': ' + ', '-': ' - ', '*': '*', '/': '/', '@': ' @ ', '.*': ' .* ', './': ' ./ ', '^': '^', '.^': ' .^ ', '**': '**', juxt: '*', coef: '*',
} as const;

/** The canonical reading: every product written out, no brackets but those that are needed. */
export const ascii: Notation = {
  name: 'ascii', partial: '∂', nabla: '∇', transpose: '.T', norm: '||', arrow: '->',
  comparisons: { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '==', '!=': '!=', in: '∈' },
  operators,
};

/** As mathematicians write; the user's own brackets and juxtapositions are kept. */
export const unicode: Notation = {
  name: 'unicode', partial: '∂', nabla: '∇', transpose: 'ᵀ', norm: '‖', arrow: '→',
  comparisons: { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '==': '==', '!=': '≠', in: '∈' },
  operators: { ...operators, '.*': ' ⊙ ', '*': '·', juxt: ' ', coef: '' },
};

function inverse(plain: string, raised: string): ReadonlyMap<string, string> {
  const targets = Array.from(raised);
  return new Map(Array.from(plain, (character, i) => [character, targets[i] ?? '']));
}
const raised = inverse('0123456789+-abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRUVW', '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂ');
const lowered = inverse('0123456789+-aehijklmnoprstuvxβγρφχ', '₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ');
const vulgar: ReadonlyMap<string, string> = new Map([
  ['1/2', '½'], ['1/3', '⅓'], ['2/3', '⅔'], ['1/4', '¼'], ['3/4', '¾'], ['1/5', '⅕'], ['1/6', '⅙'], ['1/8', '⅛'], ['3/8', '⅜'], ['5/8', '⅝'], ['7/8', '⅞'],
]);

/** `1/2` → `½` */
export function vulgarFraction(text: string): string | undefined {
  return vulgar.get(text);
}

/** An exponent in superscript characters, if there are some for all of it. */
export function asSuperscript(exponent: Expr): string | undefined {
  return respell(plainSum(exponent, plainProduct), raised);
}

/** Indices in subscript characters, if they can be told apart without commas. */
export function asSubscript(indices: readonly Expr[]): string | undefined {
  let text = '';
  for (const item of indices) {
    const part = plainSum(item, plainFactor);
    if (part === undefined) return undefined;
    const merges = text !== '' && (/^[+-]/.test(part) || (/[0-9]$/.test(text) && /^[0-9]/.test(part)));
    if (merges) return undefined;
    text += part;
  }
  return respell(text, lowered);
}

/** Order of a derivative: nothing for the first. */
export function orderMark(order: number, notation: Notation): string {
  if (order === 1) return '';
  const text = String(order);
  return notation.name === 'unicode' ? (respell(text, raised) ?? `^${text}`) : `^${text}`;
}

function respell(text: string | undefined, map: ReadonlyMap<string, string>): string | undefined {
  if (text === undefined || text === '') return undefined;
  let out = '';
  for (const character of text) {
    const spelt = map.get(character);
    if (spelt === undefined) return undefined;
    out += spelt;
  }
  return out;
}

/** A sum of short terms without spaces, as scripts write it; undefined when it is more than that. */
function plainSum(e: Expr, plainTerm: (term: Expr) => string | undefined): string | undefined {
  let tail = '';
  let at = e;
  while (at.kind === 'binary' && (at.op === '+' || at.op === '-')) {
    const right = plainTerm(at.right);
    if (right === undefined) return undefined;
    tail = at.op + right + tail;
    at = at.left;
  }
  const sign = at.kind === 'negate' ? '-' : '';
  const head = plainTerm(at.kind === 'negate' ? at.operand : at);
  return head === undefined ? undefined : sign + head + tail;
}

function plainFactor(e: Expr): string | undefined {
  if (e.kind === 'number') return /^[0-9]+$/.test(e.text) ? e.text : undefined;
  return e.kind === 'name' && Array.from(e.name).length === 1 ? e.name : undefined;
}

/** `2n`, in exponents only: side by side in a subscript are two indices. Longer products are written with braces. */
function plainProduct(e: Expr): string | undefined {
  if (e.kind !== 'binary' || (e.op !== 'coef' && e.op !== 'juxt')) return plainFactor(e);
  const left = plainFactor(e.left);
  const right = e.right.kind === 'name' ? plainFactor(e.right) : undefined;
  return left === undefined || right === undefined || (e.op === 'coef') !== (e.left.kind === 'number') ? undefined : left + right;
}

/** Names of Greek letters, which are variables more often than the functions that bear the same names. */
export const letterNames: ReadonlySet<string> = new Set([
  'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu', 'nu', 'xi', 'rho', 'sigma', 'tau', 'upsilon',
  'phi', 'chi', 'psi', 'omega', 'eps', 'lam',
]);

/** What is said of every spelling of an integral. */
export const integrals = 'integrals are not part of the language; by its upper limit, the integral of f(t) from a to x has the derivative f(x)';
