/** Identifiers from mathematics: `ŷ` → yHat, `θ₁` → theta1, `class` → class_. Deterministic, never reserved. */

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ϵ: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta', ϑ: 'theta',
  ι: 'iota', κ: 'kappa', ϰ: 'kappa', λ: 'lambda', μ: 'mu', ν: 'nu', ξ: 'xi', ο: 'omicron', π: 'pi', ϖ: 'pi', ρ: 'rho', ϱ: 'rho',
  σ: 'sigma', ς: 'sigma', τ: 'tau', υ: 'upsilon', φ: 'phi', ϕ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega',
  ℓ: 'ell', ℏ: 'hbar', ı: 'i', ȷ: 'j', ℝ: 'R', ℕ: 'N', ℤ: 'Z', ℂ: 'C', '∂': 'd', '∇': 'grad', '∞': 'inf',
};
const MARKS: Readonly<Record<string, string>> = {
  '\u0302': 'Hat', '\u0304': 'Bar', '\u0305': 'Bar', '\u0303': 'Tilde', '\u0307': 'Dot', '\u0308': 'Ddot', '\u20d7': 'Vec', '\u0331': 'Under',
};
const DIGITS = '₀₁₂₃₄₅₆₇₈₉';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Keywords, names with a meaning in every scope, and members that every object has. */
const RESERVED = new Set([
  ...'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package private protected public await async of arguments eval undefined NaN Infinity Math Number Float64Array Float32Array Int32Array RangeError ArrayLike'.split(' '),
  ...Object.getOwnPropertyNames(Object.prototype),
]);

function transliterate(char: string): string {
  const lower = char.toLowerCase();
  const greek = GREEK[char] ?? (GREEK[lower] === undefined ? undefined : capital(GREEK[lower]));
  if (greek !== undefined) return greek;
  if (MARKS[char] !== undefined) return MARKS[char];
  if (DIGITS.includes(char)) return String(DIGITS.indexOf(char));
  if (RAISED.includes(char)) return String(RAISED.indexOf(char));
  if (/[\p{ID_Continue}]/u.test(char) || char === '$') return char;
  return /[[\](),.\s]/.test(char) ? '_' : `u${(char.codePointAt(0) ?? 0).toString(16)}`;
}

export const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A legal identifier for a name of the model; equal names give equal identifiers. */
export function identifier(name: string): string {
  const letters = [...name.normalize('NFD')].map(transliterate).join('').normalize('NFC');
  const trimmed = letters.replace(/_+$/, '').replace(/__+/g, '_') || 'value';
  const legal = /^\p{ID_Start}|^[_$]/u.test(trimmed) ? trimmed : `_${trimmed}`;
  return RESERVED.has(legal) ? `${legal}_` : legal;
}

/** Names in one scope; inner scopes see outer ones, siblings may repeat each other. */
export class Names {
  readonly #taken = new Set<string>();
  /** where the search for a number starts: names are claimed ten thousand times */
  readonly #next = new Map<string, number>();
  readonly #outer: Names | undefined;

  constructor(outer?: Names) {
    this.#outer = outer;
  }
  has(name: string): boolean {
    return this.#taken.has(name) || (this.#outer?.has(name) ?? false);
  }
  /** The name itself, or the name with the first number that makes it new. */
  claim(wanted: string): string {
    let name = wanted;
    let k = this.#next.get(wanted) ?? 2;
    for (; this.has(name); k++) name = /\d$/.test(wanted) ? `${wanted}_${k}` : `${wanted}${k}`;
    this.#next.set(wanted, k);
    this.#taken.add(name);
    return name;
  }
}

/** Identifiers for a list of names: by order of declaration, the first keeps the plain form. */
export function identifiers(names: readonly string[], scope: Names): Map<string, string> {
  const map = new Map<string, string>();
  for (const name of names) if (!map.has(name)) map.set(name, scope.claim(identifier(name)));
  return map;
}
