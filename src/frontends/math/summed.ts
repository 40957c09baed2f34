/**
 * Sums of a line that name no index but have one below what they add: `Σ (y_i - p_i)²`, `mean((y_i - w*x_i - b)^2)`. Their tokens
 * become those of `∑_i (y_i - p_i)²` and `(mean_i ((y_i - w*x_i - b)^2))`, so that what has no index is one number in every term.
 */
import { groupFacts, lettersBelow, startsBinder, type GroupFacts } from './lookahead.ts';
import { insertedToken, type Token } from './tokens.ts';
import { bigLetters, bigOperators } from './words.ts';

/** Letters that count; x and y hardly ever do. */
const INDEX = /^[i-nt]+$/u;
/** Outside of brackets a term ends here. */
const AFTER_TERM: ReadonlySet<string> = new Set(['PLUS', 'MINUS', 'EQ', 'CMP', 'COMMA', 'SEMI', 'NL', 'RP', 'RB', 'RC', 'IF', 'ELSE', 'WHERE']);
/** What is added begins with one of these. */
const BEGINS: ReadonlySet<string> = new Set(['NAME', 'NUM', 'LP', 'BAR', 'NORM', 'ROOT', 'BIGSYM']);
const OPENING: ReadonlySet<string> = new Set(['LP', 'LB', 'LC', 'LSUB', 'LSUP']);
const CLOSING: ReadonlySet<string> = new Set(['RP', 'RB', 'RC']);

/** The tokens of a line with an index for every sum that leaves it to the reader. */
export function withIndices(tokens: readonly Token[]): readonly Token[] {
  const isLeftOut = tokens.some((token) => operatorOf(token) !== undefined) && tokens.some((_, at) => INDEX.test(lettersBelow(tokens, at)));
  return isLeftOut ? new Sums(tokens).read() : tokens;
}

/** The operator that a token can stand for. */
function operatorOf({ type, text }: Token): string | undefined {
  if (type === 'BIGSYM') return text;
  return type === 'NAME' ? bigLetters.get(text) ?? (bigOperators.has(text) ? text : undefined) : undefined;
}

/** Whether a token adds, multiplies or compares over an index: `∑`, `sum`, `mean_i`. */
export function isOperator(token: Token): boolean {
  const [word = ''] = token.text.split('_');
  return operatorOf(token) !== undefined || (token.type === 'NAME' && (bigOperators.has(word) || bigLetters.has(word)));
}

/** Where one letter stands below something, and where it is bound by a sum of its own; both in order. */
interface Places {
  readonly used: number[];
  readonly bound: number[];
}

class Sums {
  readonly #tokens: readonly Token[];
  readonly #facts: GroupFacts;
  readonly #places = new Map<string, Places>();
  /** letters below what stands in the same term, for every open bracket, and how many of these speak of a letter */
  readonly #terms: Set<string>[] = [new Set()];
  readonly #spokenOf = new Map<string, number>();
  /** letters on the left of the statement's equals sign */
  #left: ReadonlySet<string> = new Set();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#facts = groupFacts(tokens);
    tokens.forEach((_, at) => {
      for (const letter of this.#below(at)) {
        const places = this.#places.get(letter) ?? { used: [], bound: [] };
        places[this.#isBinder(at) ? 'bound' : 'used'].push(at);
        this.#places.set(letter, places);
      }
    });
  }

  read(): readonly Token[] {
    const out: Token[] = [];
    /** brackets around calls, by the token behind which they close */
    const closing = new Map<number, Token>();
    this.#tokens.forEach((token, at) => {
      this.#follow(token, at);
      const sum = this.#sumAt(token, at);
      if (sum === undefined) out.push(token);
      else {
        const end = { ...token.span, start: token.span.end };
        if (sum.isRaised) {
          out.push({ ...insertedToken('LP', '(', { ...token.span, end: token.span.start }), spaced: token.spaced });
          closing.set(sum.end, insertedToken('RP', ')', end));
        }
        out.push({ ...token, type: 'BIGSYM', text: sum.operator, spaced: !sum.isRaised && token.spaced });
        out.push(insertedToken('LSUB', '_{', end), insertedToken('NAME', sum.index, end), insertedToken('RC', '}', end));
      }
      const close = closing.get(at);
      if (close !== undefined) out.push(close);
    });
    return out;
  }

  /** Keeps up with what a term has spoken of. */
  #follow(token: Token, at: number): void {
    if (OPENING.has(token.type)) this.#terms.push(new Set());
    else if (CLOSING.has(token.type) && this.#terms.length > 1) this.#leave(this.#terms.pop());
    const term = this.#terms.at(-1) ?? new Set();
    if (AFTER_TERM.has(token.type) && !CLOSING.has(token.type)) {
      if (token.type === 'EQ' && this.#terms.length === 1) this.#left = new Set(term);
      if (token.type === 'SEMI' || token.type === 'NL') this.#left = new Set();
      this.#leave(term);
      term.clear();
    }
    for (const letter of this.#below(at)) {
      if (term.has(letter)) continue;
      term.add(letter);
      this.#spokenOf.set(letter, (this.#spokenOf.get(letter) ?? 0) + 1);
    }
  }

  #leave(term: ReadonlySet<string> = new Set()): void {
    for (const letter of term) this.#spokenOf.set(letter, (this.#spokenOf.get(letter) ?? 1) - 1);
  }

  #sumAt(token: Token, at: number): { readonly operator: string; readonly index: string; readonly isRaised: boolean; readonly end: number } | undefined {
    const operator = operatorOf(token);
    const next = this.#tokens[at + 1];
    if (operator === undefined || next === undefined || !BEGINS.has(next.type) || next.text.startsWith('_')) return undefined;
    const isSymbol = token.type === 'BIGSYM' || bigLetters.has(token.text);
    if (next.type === 'LP' && (startsBinder(this.#tokens, this.#facts, at + 1) || this.#facts.hasComma.has(at + 1))) return undefined;
    // `x' Σ x_i`: a matrix between two vectors; `max x_i` is a name beside another
    const before = this.#tokens[at - 1]?.type;
    if (bigLetters.has(token.text) && (before === 'PRIME' || before === 'TRANS')) return undefined;
    const isCall = !isSymbol && next.type === 'LP' && !next.spaced;
    const end = isCall ? this.#facts.partner.get(at + 1) : this.#endOfTerm(at + 1);
    const index = end === undefined ? undefined : this.#indexOf(at + 1, end);
    if (index === undefined || end === undefined) return undefined;
    // `sum(x_i)^2` is the square of a sum, unlike `∑ (x_i)^2`
    const isRaised = isCall && !AFTER_TERM.has(this.#tokens[end + 1]?.type ?? 'NL');
    return { operator, index, isRaised, end };
  }

  #endOfTerm(from: number): number {
    let at = from;
    while (at < this.#tokens.length && !AFTER_TERM.has(this.#tokens[at]?.type ?? '')) at = (this.#facts.partner.get(at) ?? at) + 1;
    return at - 1;
  }

  /** The one letter below what stands there of which nothing around it speaks. */
  #indexOf(from: number, to: number): string | undefined {
    const open = [...this.#places].flatMap(([letter, { used, bound }]) => {
      const isSpokenOf = this.#left.has(letter) || (this.#spokenOf.get(letter) ?? 0) > 0;
      return !isSpokenOf && has(used, from, to) && !has(bound, from, to) ? [letter] : [];
    });
    return open.length === 1 ? open[0] : undefined;
  }

  /** `ij` below w is i and j. */
  #below(at: number): readonly string[] {
    const letters = [...lettersBelow(this.#tokens, at)];
    return letters.length <= 2 && letters.every((letter) => INDEX.test(letter)) ? letters : [];
  }

  /** The letter of `∑_i`, `sum_i`, `Σᵢ` */
  #isBinder(at: number): boolean {
    const token = this.#tokens[at];
    const before = this.#tokens[at - 1];
    if (token?.type !== 'NAME' || token.text.startsWith('_')) return token?.type === 'NAME' ? before?.type === 'BIGSYM' : before !== undefined && operatorOf(before) !== undefined;
    return isOperator(token);
  }
}

/** Whether one of the places, which are in order, lies between two. */
function has(places: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const first = places[low];
  return first !== undefined && first <= to;
}
