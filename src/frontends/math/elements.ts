/**
 * Definitions of a line that name one element, `a_i = w_i*x_i + b; L = Σ_i (a_i - y_i)²`: where a later sum runs over that letter
 * they define all elements. Their left sides become `a[i]`.
 */
import { groupFacts, lettersBelow } from './lookahead.ts';
import { isOperator } from './summed.ts';
import { insertedToken, type Token } from './tokens.ts';

/** A statement of a line, as the positions of its first token and of the one behind its last. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The tokens of a line, with `a[i] = …` for each `a_i = …` whose elements are summed behind it. */
export function withElements(tokens: readonly Token[]): readonly Token[] {
  const statements = extents(tokens);
  if (statements.length < 2) return tokens;
  const out: Token[] = [];
  for (const { from, to } of statements) {
    const left = tokens[from];
    const parts = left === undefined ? undefined : elementDefined(tokens, { from, to });
    if (parts !== undefined && left !== undefined && isSummed(tokens, to, parts)) out.push(...indexed(left, parts));
    else if (left !== undefined) out.push(left);
    out.push(...tokens.slice(from + 1, to));
  }
  return out;
}

function extents(tokens: readonly Token[]): readonly Extent[] {
  const { partner } = groupFacts(tokens);
  const all: Extent[] = [];
  let from = 0;
  for (let at = 0; at < tokens.length; at = (partner.get(at) ?? at) + 1) {
    if (tokens[at]?.type !== 'SEMI' && tokens[at]?.type !== 'NL') continue;
    all.push({ from, to: at + 1 });
    from = at + 1;
  }
  return from < tokens.length ? [...all, { from, to: tokens.length }] : all;
}

interface Element {
  readonly base: string;
  readonly letters: readonly string[];
}

/** `a_i`, `w_ij` in front of `=`, where each letter stands below something behind it. */
function elementDefined(tokens: readonly Token[], { from, to }: Extent): Element | undefined {
  const [, base = '', below = ''] = /^(.+)_([i-nt]{1,2})$/u.exec(tokens[from]?.text ?? '') ?? [];
  if (base === '' || tokens[from]?.type !== 'NAME' || tokens[from + 1]?.type !== 'EQ') return undefined;
  const letters = [...below];
  const behind = new Set<string>();
  for (let at = from + 2; at < to; at++) for (const letter of lettersBelow(tokens, at)) behind.add(letter);
  return letters.every((letter) => behind.has(letter)) ? { base, letters } : undefined;
}

/** Whether sums stand behind the definition, and elements of what it defines. */
function isSummed(tokens: readonly Token[], from: number, { base }: Element): boolean {
  let [sums, uses] = [false, false];
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) continue;
    sums ||= isOperator(token);
    uses ||= token.type === 'NAME' && (token.text === base || token.text.startsWith(`${base}_`));
  }
  return sums && uses;
}

function indexed(left: Token, { base, letters }: Element): readonly Token[] {
  const at = left.span.start + base.length;
  const end = { ...left.span, start: left.span.end };
  const names = letters.map((letter, k) => insertedToken('NAME', letter, { ...left.span, start: at + 1 + k, end: at + 2 + k }));
  const list = names.flatMap((name, k) => (k === 0 ? [name] : [insertedToken('COMMA', ',', name.span), name]));
  return [{ ...left, text: base, span: { ...left.span, end: at } }, insertedToken('LB', '[', { ...left.span, start: at, end: at + 1 }), ...list, insertedToken('RB', ']', end)];
}
