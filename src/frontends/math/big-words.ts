/** Which names are big operators: `sum[i]`, `sum_i`, `Σ_{i=1}`, `Σᵢ`; others of these letters and words are names. */
import { startsBinder, type GroupFacts } from './lookahead.ts';
import { subscriptText } from './scripts.ts';
import type { Token } from './tokens.ts';
import { bigLetters, bigOperators } from './words.ts';

/** The body of an operator begins with one of these. */
const BODIES: ReadonlySet<string> = new Set(['NAME', 'NUM', 'STR', 'LP', 'LB', 'BAR', 'NORM', 'LBAR', 'LNORM', 'ROOT', 'PARTIAL', 'NABLA', 'BIG', 'LEIB', 'LIM', 'ELL']);
const beginsBody = (token: Token | undefined): boolean => BODIES.has(token?.type ?? '');

/** `i`, `ij` */
const INDICES = /^(?:\p{L}|[i-s]{2,3})$/u;

export class BigWords {
  readonly #tokens: readonly Token[];
  readonly #facts: GroupFacts;
  /** the statement gives types, where such names are declared */
  readonly #typed: boolean;

  constructor(tokens: readonly Token[], facts: GroupFacts, typed: boolean) {
    this.#tokens = tokens;
    this.#facts = facts;
    this.#typed = typed;
  }

  /** `sum[i]`, `max_{k}`, `sum(i in 1..N)`; `at` is the position behind the name, here and below */
  isBeforeBinder(token: Token, at: number): boolean {
    const next = this.#tokens[at];
    if (next === undefined || next.spaced || !bigOperators.has(token.text)) return false;
    if (next.type === 'LB' || next.type === 'LSUB') return true;
    return next.type === 'LP' && startsBinder(this.#tokens, this.#facts, at);
  }

  /** `lim(x -> 0)`, `lim_{x -> 0}` */
  opensLimit(at: number): boolean {
    const next = this.#tokens[at];
    return (next?.type === 'LP' || next?.type === 'LSUB') && this.#tokens[at + 1]?.type === 'NAME' && this.#tokens[at + 2]?.type === 'ARROW';
  }

  /** `Σ_{i=1}` (the letter), `Σᵢ` where something has that index, `sum_(i=1)` of AsciiMath, and `sum_i` with a body behind it. */
  hasSubscript(token: Token, at: number, previous: Token | undefined): boolean {
    const next = this.#tokens[at];
    if (next === undefined) return false;
    const bounded = this.#tokens[at + 1]?.type === 'NAME' && this.#tokens[at + 2]?.type === 'EQ';
    const [word = '', index = ''] = token.text.split('_');
    if (bigLetters.has(word)) return (next.type === 'LSUB' && (bounded || this.#listsIndices(at))) || (previous?.type !== 'PRIME' && this.#isIndexed(index, next, at));
    if (/^(?:sum|prod)_$/.test(token.text)) return next.type === 'LP' && !next.spaced && bounded;
    const isIndex = INDICES.test(index) && (word === 'sum' || word === 'prod' || this.#stand(index, at));
    return bigOperators.has(word) && isIndex && !this.#typed && next.spaced && (beginsBody(next) || (this.#isSign(at) && this.#stand(index, at)));
  }

  /** `sum_i -x_i`: a minus that stands with what follows */
  #isSign(at: number): boolean {
    const [sign, behind] = this.#tokens.slice(at, at + 2);
    return sign?.type === 'MINUS' && sign.spaced && behind?.spaced === false && beginsBody(behind);
  }

  /** `Σ_{i,j}` and `Σ_{ij}` before a body with such an index */
  #listsIndices(at: number): boolean {
    const end = this.#facts.partner.get(at) ?? at;
    const [first] = this.#tokens.slice(at + 1, at + 2);
    if (first?.type !== 'NAME' || !beginsBody(this.#tokens[end + 1])) return false;
    if (this.#facts.hasComma.has(at)) return (this.#facts.lastBelow.get(first.text) ?? -1) > end;
    return end === at + 2 && /^[i-s]{2,3}$/u.test(first.text) && this.#stand(first.text, end + 1);
  }

  /** `Σ_i` and `Σᵢ` before a body with that index. A covariance `Σ_k` has its inverse or an argument behind it. */
  #isIndexed(index: string, next: Token, at: number): boolean {
    const written = index === '' && next.type === 'SUB';
    const letter = written ? subscriptText(next) : index;
    const body = this.#tokens[written ? at + 1 : at];
    const isIndex = INDICES.test(letter) && this.#stand(letter, written ? at + 1 : at);
    return isIndex && !this.#typed && beginsBody(body);
  }

  /** Whether all letters stand below something from a position on. */
  #stand(letters: string, from: number): boolean {
    return [...letters].every((letter) => (this.#facts.lastBelow.get(letter) ?? -1) >= from);
  }
}
