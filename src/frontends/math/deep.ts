/**
 * Earley keeps a column for every bracket that is open. What stands many brackets deep is therefore parsed by itself, from
 * the inside out, and goes on as one token: memory is that of a slice of the text, however deep it is.
 */
import { insertedToken, type Token } from './tokens.ts';

/** What stands between brackets, by the kind of the opening one: the nonterminal and the token of the same. */
const CONTENTS: ReadonlyMap<string, { readonly start: string; readonly token: string }> = new Map([
  ['LP', { start: 'exprs', token: 'EXPRS' }],
  ['LPC', { start: 'callArgs', token: 'ARGS' }],
]);
/** Terminals that no text has. */
export const PARSED: ReadonlySet<string> = new Set([...CONTENTS.values()].map(({ token }) => token));
const CLOSERS: ReadonlySet<string> = new Set(['RP', 'RPB']);

/** So many levels are parsed together. */
const LEVELS = 30;

/** A pair of brackets that is open, and how many levels inside it have not been parsed. */
interface Open {
  readonly at: number;
  levels: number;
}

/** The meaning of some tokens as that nonterminal; undefined when they are none. */
export type ParseAs = (start: string, tokens: readonly Token[]) => { readonly data: unknown } | undefined;

/** The tokens with deep brackets parsed; the same list where there are none, or where something in them does not parse. */
export function parseDeepBrackets(tokens: readonly Token[], parseAs: ParseAs): readonly Token[] {
  const out: Token[] = [];
  const outside: Open = { at: -1, levels: 0 };
  const open: Open[] = [];
  for (const token of tokens) {
    const closed = CLOSERS.has(token.type) ? open.pop() : undefined;
    if (closed !== undefined) {
      const { start, token: type } = CONTENTS.get(out[closed.at]?.type ?? '') ?? { start: '', token: '' };
      const around = open.at(-1) ?? outside;
      if (closed.levels < LEVELS || token.type !== 'RP') around.levels = Math.max(around.levels, closed.levels + 1);
      else {
        const content = out.splice(closed.at + 1);
        const parsed = parseAs(start, content);
        if (parsed === undefined) return tokens;
        out.push({ ...insertedToken(type, '', token.span), parsed: parsed.data });
      }
    }
    if (CONTENTS.has(token.type)) open.push({ at: out.length, levels: 0 });
    out.push(token);
  }
  return out.length === tokens.length ? tokens : out;
}
