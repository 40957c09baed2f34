/** One Earley run over the tokens of a statement. nearley stays behind this door; so do its messages. */
import nearley from 'nearley';
import { makeRules, start } from '../../../grammar/math.generated.ts';
import type { Statement } from '../../ast/types.ts';
import { invariant } from '../../diagnostics/internal.ts';
import * as expressions from './build-expressions.ts';
import * as lists from './cells.ts';
import * as statements from './build-statements.ts';
import { parseDeepBrackets } from './deep.ts';
import type { Token } from './tokens.ts';

export type Outcome =
  | { readonly kind: 'parsed'; readonly statement: Statement }
  /** `at` is the index of the token that does not fit (the number of tokens: the end); `expected` are terminals */
  | { readonly kind: 'failed'; readonly at: number; readonly expected: ReadonlySet<string> };

/** What nearley keeps per token; its type declarations leave it out. */
interface Column {
  readonly scannable: readonly { readonly rule: { readonly symbols: readonly unknown[] }; readonly dot: number }[];
}
type Internals = nearley.Parser & { readonly table: readonly (Column | undefined)[]; current: number; reportError(): string };

let rules: readonly nearley.ParserRule[] | undefined;
const grammars = new Map<string, nearley.Grammar>();
/** Built once per process and nonterminal: the rules are constant. */
function mathGrammar(from: string): nearley.Grammar {
  rules ??= makeRules({ ...lists, ...expressions, ...statements }) as nearley.ParserRule[];
  let grammar = grammars.get(from);
  if (grammar === undefined) grammars.set(from, (grammar = nearley.Grammar.fromCompiled({ ParserStart: from, ParserRules: [...rules] })));
  return grammar;
}

/** Hands nearley the tokens that the filter has made. */
class TokenFeed implements nearley.Lexer {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  reset(): void {
    this.#at = 0;
  }
  next(): nearley.Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token && terminal(token);
  }
  save(): nearley.LexerState {
    return {};
  }
  formatError(): string {
    return '';
  }
}

/** Terminals that the grammar treats alike; which one it was, the actions read from the text. */
const classes: ReadonlyMap<string, string> = new Map(Object.entries({
  PLUS: 'ADD', MINUS: 'ADD', MUL: 'TIMES', DIV: 'TIMES', AT: 'TIMES', EMUL: 'TIMES', EDIV: 'TIMES', JUXT: 'TIMES', POW: 'RAISE', EPOW: 'RAISE',
  ROOT: 'TIGHT', NABLA: 'TIGHT', SUP: 'MARK', SUB: 'MARK', PRIME: 'MARK', TRANS: 'MARK', BANG: 'MARK', GETS: 'SETS', OPSET: 'SETS',
}));

/** nearley compares `type` and hands the token itself to the actions; its declarations ask for a `value`. */
function terminal({ type, text, span, spaced, column, docs, trailing, parsed }: Token): Token & { value: string } {
  return { type: classes.get(type) ?? type, text, span, spaced, column, docs, trailing, parsed, value: text };
}

/** Parses one statement. */
export function runEarley(tokens: readonly Token[]): Outcome {
  const folded = parseDeepBrackets(tokens, (from, content) => {
    const run = runFrom(from, content);
    return 'data' in run ? run : undefined;
  });
  const run = runFrom(start, folded);
  if ('data' in run) return { kind: 'parsed', statement: run.data as Statement };
  // what does not fit is told by its place among all tokens
  const failure = folded === tokens ? run : runFrom(start, tokens);
  invariant('at' in failure, 'parse', 'brackets read by themselves do not fit where they stand');
  return { kind: 'failed', at: failure.at, expected: failure.expected };
}

interface Failure {
  readonly at: number;
  readonly expected: ReadonlySet<string>;
}

/** One run over the tokens; more than one reading is a defect of the grammar, never of the text. */
function runFrom(from: string, tokens: readonly Token[]): { readonly data: unknown } | Failure {
  const parser = new nearley.Parser(mathGrammar(from), { lexer: new TokenFeed(tokens) }) as Internals;
  // the default report walks and prints the whole parse table
  parser.reportError = () => '';
  try {
    parser.feed('');
  } catch (error) {
    if (parser.current >= tokens.length || !isNearleyFailure(error)) throw error;
    return { at: parser.current, expected: expectedAt(parser.table[parser.current]) };
  }
  const results = parser.results as unknown[];
  invariant(results.length <= 1, 'parse', 'a statement has several readings', tokens.map((t) => t.text).join(' '));
  return results.length === 1 ? { data: results[0] } : { at: tokens.length, expected: expectedAt(parser.table[parser.current]) };
}

/** nearley marks its own failures with the offending token. */
function isNearleyFailure(error: unknown): boolean {
  return error instanceof Error && 'offset' in error && 'token' in error;
}

function expectedAt(column: Column | undefined): ReadonlySet<string> {
  const out = new Set<string>();
  for (const { rule, dot } of column?.scannable ?? []) {
    const symbol = rule.symbols[dot];
    if (typeof symbol === 'object' && symbol !== null && 'type' in symbol && typeof symbol.type === 'string') out.add(symbol.type);
  }
  return out;
}
