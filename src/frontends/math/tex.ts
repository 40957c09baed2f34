/** TeX commands in the words of the language: what to write for a command that was pasted. */
import { integrals } from '../../ast/notation.ts';

const sameName = new Set([
  'sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan', 'sinh', 'cosh', 'tanh', 'exp', 'ln', 'log', 'max', 'min', 'det',
  'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu', 'nu', 'xi', 'rho', 'sigma', 'tau',
  'phi', 'chi', 'psi', 'omega', 'pi', 'Gamma', 'Delta', 'Theta', 'Lambda', 'Xi', 'Pi', 'Sigma', 'Phi', 'Psi', 'Omega',
]);
const spelt: ReadonlyMap<string, string> = new Map([
  ['cdot', '*'], ['times', '*'], ['ast', '*'], ['div', '/'], ['le', '<='], ['leq', '<='], ['ge', '>='], ['geq', '>='], ['ne', '!='], ['neq', '!='],
  ['infty', 'inf'], ['to', '->'], ['rightarrow', '->'], ['quad', ''], ['left', ''], ['right', ''], ['varepsilon', 'epsilon'], ['vartheta', 'theta'], ['varphi', 'phi'], ['top', "'"],
]);
const forms: ReadonlyMap<string, string> = new Map([
  ['frac', '(a)/(b)'], ['dfrac', '(a)/(b)'], ['tfrac', '(a)/(b)'], ['sqrt', 'sqrt(x)'], ['mathbf', 'the letter alone'], ['vec', 'the letter alone'],
  ['hat', 'a name such as `y_hat`'], ['bar', 'a name such as `y_bar`'], ['begin', '[a, b; c, d]'], ['operatorname', 'the name alone'], ['text', 'the name alone'],
  ['mathrm', 'the name alone'], ['lVert', '‖x‖'], ['Vert', '‖x‖'], ['lvert', '|x|'], ['vert', '|x|'], ['lim', 'lim(x -> 0) f(x)'],
]);

export interface TexMeaning {
  /** takes the place of the command itself */
  readonly replacement?: string;
  readonly hint: string;
}

export function texMeaning(command: string): TexMeaning {
  if (sameName.has(command)) return { replacement: command, hint: `write \`${command}\`` };
  const sign = spelt.get(command);
  if (sign === '') return { replacement: '', hint: 'leave it out' };
  if (sign !== undefined) return { replacement: sign, hint: `write \`${sign}\`` };
  if (command === 'int' || command === 'oint') return { hint: integrals };
  const form = forms.get(command);
  if (form === undefined) return { hint: 'write the symbol or the word: `√`, `alpha`, `(a)/(b)`' };
  return { hint: `write ${/ /.test(form) && !/[[(|‖]/.test(form) ? form : `\`${form}\``}` };
}

const functions = 'sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|sinh|cosh|tanh|exp|ln|log|max|min|det';
/** Longer texts are left to the reader: nobody checks a repair of that size. */
const LONGEST = 2000;

/** A pasted formula with all its commands written as they are here; undefined when one of them has no such form. */
export function fromTex(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  let out = text.replaceAll(/\\(?:left|right|,|;|!|quad|displaystyle)(?![a-zA-Z])/g, '');
  for (let before = ''; before !== out;) {
    before = out;
    out = out
      .replaceAll(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '(($1)/($2))')
      .replaceAll(/\\sqrt\s*\{([^{}]*)\}/g, 'sqrt($1)')
      .replaceAll(/\\(?:mathrm|mathbf|operatorname|text|vec)\s*\{([^{}]*)\}/g, '$1')
      .replaceAll(new RegExp(`\\\\(${functions})\\s*\\{([^{}]*)\\}`, 'g'), '$1($2)')
      .replaceAll(new RegExp(`\\\\(${functions})\\s+([A-Za-z0-9]+)`, 'g'), '$1($2)');
  }
  out = out.replaceAll(/\\([a-zA-Z]+)/g, (command: string, name: string) => {
    if (/^(sum|prod|partial|nabla)$/.test(name)) return command;
    return texMeaning(name).replacement ?? command;
  });
  const rest = out.replaceAll(/\\(?:sum|prod|partial|nabla)(?![a-zA-Z])/g, '');
  // a fraction that is the whole formula needs no parentheses around it
  return rest.includes('\\') ? undefined : out.trim().replace(/^\((\([^()]*\)\/\([^()]*\))\)$/, '$1').replaceAll(/\(([A-Za-z0-9.]+)\)(?=\/)|(?<=\/)\(([A-Za-z0-9.]+)\)/g, '$1$2');
}
