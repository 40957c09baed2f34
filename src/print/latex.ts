/** The spelling for papers: amsmath LaTeX without preamble. */
import { rowOf } from '../ops/table.ts';
import { isInteger, isOne, type Rational } from '../ir/rational.ts';
import { LEVEL, type Binder, type Formula } from './formula.ts';
import { rows, type Spelling, type Spelt } from './spell.ts';

export const latexSpelling: Spelling = { combine };

const COMPARISONS: { readonly [op: string]: string } = { lt: '<', le: '\\le', gt: '>', ge: '\\ge', eq: '=', ne: '\\ne' };
const CONSTANTS = { pi: '\\pi', e: 'e', inf: '\\infty', nan: '\\mathrm{NaN}' };
const BIG = { sum: '\\sum', prod: '\\prod', max: '\\max', min: '\\min', logsumexp: '\\operatorname{logsumexp}' };

const wrap = (part: Spelt | undefined, level: number): string => {
  if (part === undefined) return '';
  return part.level < level ? '\\left(' + part.text + '\\right)' : part.text;
};

function list(parts: readonly Spelt[], between: string, level: number): string {
  let text = '';
  for (let k = 0; k < parts.length; k++) text += (k > 0 ? between : '') + wrap(parts[k], level);
  return text;
}

function combine(formula: Formula, parts: readonly Spelt[]): Spelt {
  switch (formula.kind) {
    case 'number': return number(formula.value);
    case 'symbol': return { text: latexName(formula.name), level: LEVEL.atom };
    case 'constant': return { text: CONSTANTS[formula.name], level: LEVEL.atom };
    case 'call': return call(formula, parts);
    case 'negative': return { text: '-' + wrap(parts[0], LEVEL.prefix), level: LEVEL.sign };
    case 'sum': return sum(formula, parts);
    case 'product': return formula.apart === true ? { ...product(formula, parts), level: LEVEL.elementwise } : product(formula, parts);
    case 'elementwise': return elementwise(formula, parts);
    case 'power': return { text: wrap(parts[0], LEVEL.atom) + '^{' + wrap(parts[1], LEVEL.conditional) + '}', level: LEVEL.power };
    case 'compare': return { text: wrap(parts[0], LEVEL.sum) + ` ${COMPARISONS[formula.op] ?? formula.op} ` + wrap(parts[1], LEVEL.sum), level: LEVEL.compare };
    case 'logic': return { text: list(parts, formula.op === 'and' ? ' \\land ' : ' \\lor ', LEVEL[formula.op] + 1), level: LEVEL[formula.op] };
    case 'not': return { text: '\\lnot ' + wrap(parts[0], LEVEL.not), level: LEVEL.not };
    case 'conditional': {
      const [condition, whenTrue, whenFalse] = parts;
      const text = '\\begin{cases} ' + wrap(whenTrue, LEVEL.conditional) + ' & \\text{if } ' + wrap(condition, LEVEL.conditional)
        + ' \\\\ ' + wrap(whenFalse, LEVEL.conditional) + ' & \\text{otherwise} \\end{cases}';
      return { text, level: LEVEL.sum };
    }
    case 'index': return { text: indexedBase(wrap(parts[0], LEVEL.power)) + '_{' + list(parts.slice(1), ', ', LEVEL.conditional) + '}', level: LEVEL.power };
    case 'big': return big(formula.op, formula.binders, parts);
    case 'transpose': return { text: wrap(parts[0], LEVEL.atom) + '^{\\top}', level: LEVEL.power };
    case 'matrix': return { text: '\\begin{bmatrix} ' + rows(formula.rows, parts, ' \\\\ ', ' & ') + ' \\end{bmatrix}', level: LEVEL.atom };
    case 'range': return { text: wrap(parts[0], LEVEL.sum) + ':' + wrap(parts[1], LEVEL.sum), level: LEVEL.compare };
    case 'vector': return { text: '\\begin{bmatrix} ' + list(parts, ' \\\\ ', LEVEL.conditional) + ' \\end{bmatrix}', level: LEVEL.atom };
  }
}

function number(value: Rational): Spelt {
  if (isInteger(value)) return { text: String(value.num), level: LEVEL.atom };
  return { text: `\\frac{${value.num}}{${value.den}}`, level: LEVEL.product };
}

function sum(formula: Formula & { kind: 'sum' }, parts: readonly Spelt[]): Spelt {
  let text = '';
  for (let k = 0; k < parts.length; k++) {
    const negative = formula.terms[k]?.negative === true;
    text += (k === 0 ? (negative ? '-' : '') : negative ? ' - ' : ' + ') + wrap(parts[k], LEVEL.prefix);
  }
  return { text, level: LEVEL.sum };
}

function product(formula: Formula & { kind: 'product' }, parts: readonly Spelt[]): Spelt {
  const over = parts.slice(0, formula.over.length);
  const under = parts.slice(formula.over.length);
  const { num, den } = formula.coef;
  if (under.length === 0) {
    const coef = isOne(formula.coef) && over.length > 0 ? '' : number(formula.coef).text;
    return factors(coef, over);
  }
  const bottom = factors(den === 1n ? '' : String(den), under);
  const top = factors(num === 1n && over.length > 0 ? '' : String(num), over);
  return { text: '\\frac{' + top.text + '}{' + bottom.text + '}', level: LEVEL.product };
}

function factors(coef: string, parts: readonly Spelt[]): Spelt {
  const [only] = parts;
  if (coef === '' && parts.length === 1 && only !== undefined) return only;
  let text = coef;
  let level: number = LEVEL.product;
  parts.forEach((part, k) => {
    const open = k === parts.length - 1 && part.level === LEVEL.prefix;
    if (open) level = LEVEL.prefix;
    const asked = open ? LEVEL.prefix : LEVEL.product;
    // a digit after a digit would read as one number
    const between = text === '' ? '' : /^\d/.test(part.text) ? ' \\cdot ' : ' ';
    text += between + wrap(part, asked);
  });
  return { text, level };
}

function elementwise(formula: Formula & { kind: 'elementwise' }, parts: readonly Spelt[]): Spelt {
  const over = parts.slice(0, formula.factors.length);
  const under = parts.slice(formula.factors.length);
  let text = over.length === 0 ? '1' : list(over, ' \\odot ', LEVEL.power);
  for (const part of under) text += ' \\oslash ' + wrap(part, LEVEL.power);
  return { text, level: LEVEL.elementwise };
}

/** TeX takes one subscript: what has one already is braced. */
const indexedBase = (text: string): string => (/^[^({]*_/.test(text) ? `{${text}}` : text);

function big(op: keyof typeof BIG, binders: readonly Binder[], [body, condition]: readonly Spelt[]): Spelt {
  let head = '';
  binders.forEach((b, k) => {
    const filter = condition !== undefined && k === binders.length - 1 ? `,\\; ${condition.text}` : '';
    head += `${BIG[op]}_{${latexName(b.name)}=${b.from}${filter}}^{${latexName(b.to)}} `;
  });
  return { text: head + wrap(body, LEVEL.product), level: LEVEL.prefix };
}

/** The row's own LaTeX with arguments put in; one without a template is named upright. */
function call(formula: Formula & { kind: 'call' }, parts: readonly Spelt[]): Spelt {
  const row = formula.op === undefined ? undefined : rowOf(formula.op);
  const template = row?.latex;
  if (row === undefined || template === undefined) {
    const axis = formula.axis === undefined ? '' : `, \\text{axis } ${formula.axis}`;
    return { text: callee(formula.name) + '\\left(' + list(parts, ', ', LEVEL.conditional) + axis + '\\right)', level: LEVEL.power };
  }
  // an argument that the template brackets or puts in braces stands as it is, any other as an atom
  const pieces = template.split(/\{(\w+)\}/);
  let text = pieces[0] ?? '';
  for (let k = 1; k < pieces.length; k += 2) {
    const before = pieces[k - 1] ?? '';
    const after = pieces[k + 1] ?? '';
    const position = row.args.indexOf(pieces[k] ?? '');
    const enclosed = /[{(|,]\s*$/.test(before) && /^\s*(?:[}),|]|\\right|\\rfloor|\\rceil)/.test(after);
    text += (position < 0 ? `{${pieces[k] ?? ''}}` : wrap(parts[position], enclosed ? LEVEL.conditional : LEVEL.atom)) + after;
  }
  return { text, level: /^\\(?:left|begin|operatorname|[a-z]+\\left|sqrt)/.test(template) ? LEVEL.power : LEVEL.product };
}

const callee = (name: string): string => (name.length === 1 ? latexName(name) : `\\operatorname{${name.replace(/_/g, '\\_')}}`);

const GREEK: { readonly [letter: string]: string } = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta', ι: 'iota', κ: 'kappa', λ: 'lambda', μ: 'mu',
  ν: 'nu', ξ: 'xi', π: 'pi', ρ: 'rho', σ: 'sigma', τ: 'tau', υ: 'upsilon', φ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega',
  Γ: 'Gamma', Δ: 'Delta', Θ: 'Theta', Λ: 'Lambda', Ξ: 'Xi', Π: 'Pi', Σ: 'Sigma', Φ: 'Phi', Ψ: 'Psi', Ω: 'Omega', ℓ: 'ell',
};
const SPELT_GREEK = new Set(Object.values(GREEK));
const ACCENTS: { readonly [mark: string]: string } = { '\u0302': 'hat', '\u0303': 'tilde', '\u0304': 'bar', '\u0307': 'dot', '\u0308': 'ddot', '\u20d7': 'vec' };

/** `theta1` → `\theta_{1}`, `ŷ` → `\hat{y}`, `y_pred` → `y_{\mathrm{pred}}`, `N-1` as it is. */
export function latexName(name: string): string {
  const shifted = /^(.+?)([+-]\d+)$/.exec(name);
  if (shifted) return latexName(shifted[1] ?? '') + (shifted[2] ?? '');
  if (/^\d+$/.test(name)) return name;
  const [head = '', ...rest] = name.split('_').filter((part) => part !== '');
  const m = /^(\p{L}\p{M}*|[A-Za-z]+?\p{M}*)(\d+)$/u.exec(head);
  const base = latexWord(m?.[1] ?? head);
  const subscripts = [...(m?.[2] === undefined ? [] : [m[2]]), ...rest.map((part) => (part.length === 1 || /^\d+$/.test(part) ? part : latexWord(part)))];
  return subscripts.length === 0 ? base : `${base}_{${subscripts.join(', ')}}`;
}

function latexWord(word: string): string {
  const marks = [...word.normalize('NFD')];
  const accent = marks.length === 2 ? ACCENTS[marks[1] ?? ''] : undefined;
  if (accent !== undefined) return `\\${accent}{${latexWord(marks[0] ?? '')}}`;
  const greek = GREEK[word];
  if (greek !== undefined) return `\\${greek}`;
  if (SPELT_GREEK.has(word)) return `\\${word}`;
  return [...word].length <= 1 ? word : `\\mathrm{${[...word].map((c) => (GREEK[c] === undefined ? c : `}\\${GREEK[c]}\\mathrm{`)).join('')}}`;
}
