/** The spellings that are typed: ASCII, and the same with mathematical signs. Both parse back. */
import type { OpName } from '../ops/table.ts';
import { formatRational, isInteger, isOne, type Rational } from '../ir/rational.ts';
import { LEVEL, type Binder, type Formula } from './formula.ts';
import { rows, type Spelling, type Spelt } from './spell.ts';

interface Signs {
  readonly times: string;
  readonly elementwise: string;
  readonly comparisons: { readonly [op: string]: string };
  readonly constants: { readonly [name: string]: string };
  readonly transpose: string;
  readonly sum: string;
  readonly prod: string;
  readonly minus: string;
  /** a whole exponent as superscript, where the notation has one */
  superscript(exponent: Rational): string | undefined;
}

const COMPARISONS = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=' };

const ASCII: Signs = {
  times: '*', elementwise: ' .* ', transpose: "'", sum: 'sum', prod: 'prod', minus: '-',
  comparisons: COMPARISONS,
  constants: { pi: 'pi', e: 'e', inf: 'inf', nan: 'nan' },
  superscript: () => undefined,
};

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const UNICODE: Signs = {
  times: '·', elementwise: ' ⊙ ', transpose: 'ᵀ', sum: '∑', prod: '∏', minus: '−',
  comparisons: { ...COMPARISONS, le: '≤', ge: '≥', ne: '≠' },
  constants: { pi: 'π', e: 'e', inf: '∞', nan: 'nan' },
  superscript: (n) => (isInteger(n) && n.num > 0n ? Array.from(n.num.toString(), (d) => DIGITS[Number(d)]).join('') : undefined),
};

const wrap = (part: Spelt | undefined, level: number): string => {
  if (part === undefined) return '';
  return part.level < level ? '(' + part.text + ')' : part.text;
};

/** Joins with `+`, never with `join`: see `spell`. */
function list(parts: readonly Spelt[], between: string, level: number): string {
  let text = '';
  for (let k = 0; k < parts.length; k++) text += (k > 0 ? between : '') + wrap(parts[k], level);
  return text;
}

function plain(signs: Signs): Spelling {
  return { combine: (formula, parts) => combine(signs, formula, parts) };
}
export const asciiSpelling = plain(ASCII);
export const unicodeSpelling = plain(UNICODE);

function combine(signs: Signs, formula: Formula, parts: readonly Spelt[]): Spelt {
  switch (formula.kind) {
    case 'number': return { text: formatRational(formula.value), level: isInteger(formula.value) ? LEVEL.atom : LEVEL.product };
    case 'symbol': return { text: formula.name, level: LEVEL.atom };
    case 'constant': return { text: signs.constants[formula.name] ?? formula.name, level: LEVEL.atom };
    case 'call': return { text: formula.name + '(' + list(parts, ', ', LEVEL.conditional) + (formula.axis === undefined ? ')' : `, axis = ${formula.axis})`), level: LEVEL.atom };
    case 'negative': return { text: signs.minus + wrap(parts[0], LEVEL.prefix), level: parts[0]?.level === LEVEL.prefix ? LEVEL.prefix : LEVEL.sign };
    case 'sum': return sum(signs, formula, parts);
    case 'product': return formula.apart === true ? { ...product(signs, formula, parts), level: LEVEL.elementwise } : product(signs, formula, parts);
    case 'elementwise': return elementwise(signs, formula, parts);
    case 'power': return power(signs, formula, parts);
    case 'compare': return { text: wrap(parts[0], LEVEL.sum) + ` ${comparison(signs, formula.op)} ` + wrap(parts[1], LEVEL.sum), level: LEVEL.compare };
    case 'logic': return { text: list(parts, ` ${formula.op} `, LEVEL[formula.op] + 1), level: LEVEL[formula.op] };
    case 'not': return { text: 'not ' + wrap(parts[0], LEVEL.not), level: LEVEL.not };
    case 'conditional': return conditional(parts);
    case 'index': return { text: wrap(parts[0], LEVEL.atom) + '[' + list(parts.slice(1), ', ', LEVEL.conditional) + ']', level: LEVEL.atom };
    case 'big': return big(signs, formula.op, formula.binders, parts);
    case 'transpose': return { text: wrap(parts[0], LEVEL.atom) + signs.transpose, level: LEVEL.atom };
    case 'vector': return { text: '[' + list(parts, ', ', LEVEL.conditional) + ']', level: LEVEL.atom };
    case 'matrix': return { text: '[' + rows(formula.rows, parts, '; ', ', ') + ']', level: LEVEL.atom };
    case 'range': return { text: wrap(parts[0], LEVEL.sum) + '..' + wrap(parts[1], LEVEL.sum), level: LEVEL.compare };
  }
}

const comparison = (signs: Signs, op: OpName): string => signs.comparisons[op] ?? op;

function conditional(parts: readonly Spelt[]): Spelt {
  const text = 'if ' + wrap(parts[0], LEVEL.or) + ' then ' + wrap(parts[1], LEVEL.conditional) + ' else ' + wrap(parts[2], LEVEL.conditional);
  return { text, level: LEVEL.conditional };
}

function sum(signs: Signs, formula: Formula & { kind: 'sum' }, parts: readonly Spelt[]): Spelt {
  let text = '';
  for (let k = 0; k < parts.length; k++) {
    const negative = formula.terms[k]?.negative === true;
    // after a sign a big operator stands as it is: its body ends at the next + or -
    text += (k === 0 ? (negative ? signs.minus : '') : ` ${negative ? signs.minus : '+'} `) + wrap(parts[k], LEVEL.prefix);
  }
  return { text, level: LEVEL.sum };
}

/** `x/2`, `2*x/y`, `x/(2*y)`: the denominator of the coefficient joins the others. Behind a big operator nothing can stand. */
function product(signs: Signs, formula: Formula & { kind: 'product' }, parts: readonly Spelt[]): Spelt {
  const over = parts.slice(0, formula.over.length);
  const under = parts.slice(formula.over.length);
  const { num, den } = formula.coef;
  if (under.length === 0) {
    const coef = isOne(formula.coef) ? '' : formatRational(formula.coef);
    if (over.length === 0) return { text: coef === '' ? '1' : coef, level: den === 1n ? LEVEL.atom : LEVEL.product };
    if (den === 1n || parts[parts.length - 1]?.level === LEVEL.prefix) return factors(signs, coef, over);
  }
  const bottom = [...(den === 1n ? [] : [{ text: String(den), level: LEVEL.atom }]), ...under];
  const divisor = bottom.length === 1 ? wrap(bottom[0], LEVEL.power) : '(' + factors(signs, '', bottom).text + ')';
  const top = factors(signs, num === 1n && over.length > 0 ? '' : String(num), over, 'closed');
  return { text: top.text + '/' + divisor, level: LEVEL.product };
}

/** A big operator may end a product only when nothing follows it. */
function factors(signs: Signs, coef: string, parts: readonly Spelt[], end: 'open' | 'closed' = 'open'): Spelt {
  let text = coef;
  let level: number = LEVEL.product;
  parts.forEach((part, k) => {
    const last = end === 'open' && k === parts.length - 1;
    if (last && part.level === LEVEL.prefix) level = LEVEL.prefix;
    // the first factor may itself be a product: a*b then *c is a*b*c
    const asked = last && part.level === LEVEL.prefix ? LEVEL.prefix : text === '' ? LEVEL.product : LEVEL.power;
    text += (text === '' ? '' : signs.times) + wrap(part, asked);
  });
  const [only] = parts;
  if (coef === '' && parts.length === 1 && only !== undefined) return { text, level: Math.max(only.level, LEVEL.prefix) };
  return { text, level };
}

function elementwise(signs: Signs, formula: Formula & { kind: 'elementwise' }, parts: readonly Spelt[]): Spelt {
  const over = parts.slice(0, formula.factors.length);
  let text = over.length === 0 ? '1' : list(over, signs.elementwise, LEVEL.power);
  for (const under of parts.slice(formula.factors.length)) text += ' ./ ' + wrap(under, LEVEL.power);
  return { text, level: LEVEL.elementwise };
}

function power(signs: Signs, formula: Formula & { kind: 'power' }, parts: readonly Spelt[]): Spelt {
  const base = wrap(parts[0], LEVEL.atom);
  const exponent = formula.exponent.kind === 'number' && !formula.elementwise ? signs.superscript(formula.exponent.value) : undefined;
  if (exponent !== undefined) return { text: base + exponent, level: LEVEL.power };
  return { text: base + (formula.elementwise ? '.^' : '^') + wrap(parts[1], LEVEL.atom), level: LEVEL.power };
}

function big(signs: Signs, op: string, binders: readonly Binder[], [body, condition]: readonly Spelt[]): Spelt {
  let ranges = binders.map((b) => `${b.name} in ${b.from}..${b.to}`).join(', ');
  if (condition !== undefined) ranges += ', ' + condition.text;
  const head = op === 'sum' && signs.sum !== 'sum' ? `${signs.sum} (${ranges}) ` : op === 'prod' && signs.prod !== 'prod' ? `${signs.prod} (${ranges}) ` : `${op}[${ranges}] `;
  return { text: head + wrap(body, LEVEL.product), level: LEVEL.prefix };
}
