/** Tokens to statements: one pass with a stack of brackets. Bracket mistakes are reported here, at the opener. */
import type { Bag } from '../../diagnostics/bag.ts';
import { statementWords } from './words.ts';
import type { Token } from './tokens.ts';

/** The tokens of one statement, without line ends; its block, if any, follows as units up to the matching `close`. */
export interface StatementUnit {
  readonly kind: 'statement';
  readonly tokens: readonly Token[];
  readonly opensBlock: boolean;
  /** brackets do not match; already reported */
  readonly broken: boolean;
}
export interface CloseUnit {
  readonly kind: 'close';
  readonly brace: Token;
}
export type Unit = StatementUnit | CloseUnit;
/** A file, or a one-line expression, where a lone word is a name and never a file setting. */
export type Mode = 'file' | 'line';

const closers: ReadonlyMap<string, string> = new Map([['LP', 'RP'], ['LB', 'RB'], ['LC', 'RC'], ['LSUB', 'RC'], ['LSUP', 'RC']]);
const closingTexts: ReadonlyMap<string, string> = new Map([['RP', ')'], ['RB', ']'], ['RC', '}']]);
/** A line that begins with one of these goes on with the statement before it. */
const continues = new Set([
  'PLUS', 'MUL', 'DIV', 'EMUL', 'EDIV', 'AT', 'POW', 'EPOW', 'CMP', 'ELEM', 'QM', 'EQ', 'TILDE', 'GETS', 'OPSET', 'RP', 'RB', 'COMMA',
  'ELSE', 'AND', 'OR', 'WRT', 'WHERE', 'THEN', 'ELIF', 'AS', 'ALONG', 'USING', 'FOR', 'VIA',
]);
/** After one of these a statement is not over, whatever begins the next line. */
const unfinished = new Set([
  'PLUS', 'MINUS', 'MUL', 'DIV', 'EMUL', 'EDIV', 'AT', 'POW', 'EPOW', 'CMP', 'ELEM', 'QM', 'EQ', 'TILDE', 'GETS', 'OPSET', 'COMMA',
  'COLON', 'ARROW', 'IF', 'THEN', 'ELSE', 'ELIF', 'AND', 'OR', 'NOT', 'IN', 'TO', 'WRT', 'OF', 'WHERE', 'FOR', 'ALONG', 'BIGSYM', 'LEIB',
  'ROOT', 'NABLA',
]);
const heads: ReadonlyMap<string, string> = new Map(statementWords.map((word) => [word, word.toUpperCase()]));
const statementTypes = new Set(heads.values());
const claimStart = new Set(['NAME', 'NUM', 'PARTIAL', 'LEIB', 'NABLA', 'BIGSYM', 'ROOT', 'NOT', 'IF', 'LP', 'LB', 'BAR', 'NORM', 'MINUS']);

export function splitStatements(tokens: readonly Token[], mode: Mode, bag: Bag): Unit[] {
  return new Splitter(tokens, mode, bag).run();
}

/** The positions outside all brackets. */
function outermost(tokens: readonly Token[]): number[] {
  let depth = 0;
  return tokens.flatMap(({ type }, at) => {
    if (closers.has(type)) depth += 1;
    else if (closingTexts.has(type)) depth -= 1;
    return depth === 0 && !closingTexts.has(type) ? [at] : [];
  });
}

/** Whether every bracket of the text has its partner; only otherwise are line starts searched for a way out. */
function isBalanced(tokens: readonly Token[]): boolean {
  const stack: string[] = [];
  for (const { type } of tokens) {
    const closer = closers.get(type);
    if (closer !== undefined) stack.push(closer);
    else if (closingTexts.has(type) && stack.pop() !== type) return false;
  }
  return stack.length === 0;
}

class Splitter {
  readonly #tokens: readonly Token[];
  readonly #mode: Mode;
  readonly #bag: Bag;
  readonly #balanced: boolean;
  readonly #units: Unit[] = [];
  readonly #blocks: Token[] = [];
  #current: Token[] = [];
  #brackets: Token[] = [];
  #broken = false;

  constructor(tokens: readonly Token[], mode: Mode, bag: Bag) {
    this.#tokens = tokens;
    this.#mode = mode;
    this.#bag = bag;
    this.#balanced = isBalanced(tokens);
  }

  run(): Unit[] {
    for (let at = 0; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if (token) this.#take(token, at);
    }
    this.#end(false);
    const open = this.#blocks.at(-1);
    if (open) this.#bag.report('unclosed-bracket', open.span, { open: '{', close: '}' });
    return this.#units;
  }

  #take(token: Token, at: number): void {
    if (token.type === 'NL') {
      if (this.#endsHere(at)) this.#end(false);
      return;
    }
    if (token.type === 'SEMI') {
      if (this.#brackets.length > 0) this.#current.push({ ...token, type: 'ROWSEP' });
      else this.#end(false);
      return;
    }
    const first = this.#current.length === 0;
    const head = first ? headType(token, this.#tokens[at + 1], this.#mode) : undefined;
    if (token.type === 'LC' && this.#brackets.length === 0 && this.#takesBlock()) {
      this.#blocks.push(token);
      this.#end(true);
      return;
    }
    if (token.type === 'RC' && this.#brackets.length === 0 && this.#blocks.length > 0) {
      this.#end(false);
      this.#blocks.pop();
      this.#units.push({ kind: 'close', brace: token });
      return;
    }
    if (closers.has(token.type)) this.#brackets.push(token);
    else if (closingTexts.has(token.type)) this.#close(token);
    this.#current.push(head === undefined ? token : { ...token, type: head });
  }

  #takesBlock(): boolean {
    const head = this.#current[0]?.type;
    return head === 'FN' || head === 'RECUR';
  }

  #close(token: Token): void {
    const open = this.#brackets.at(-1);
    if (open && closers.get(open.type) === token.type) {
      this.#brackets.pop();
      return;
    }
    if (!this.#broken) {
      this.#bag.report(
        'unbalanced-bracket', token.span, { close: token.text, ...(open && { open: open.text }) },
        open ? { labels: [{ span: open.span, text: 'opened here' }], hint: `write \`${closingTexts.get(closers.get(open.type) ?? '') ?? ''}\` here` } : {},
      );
    }
    this.#broken = true;
    const partner = this.#brackets.findLastIndex((bracket) => closers.get(bracket.type) === token.type);
    if (partner >= 0) this.#brackets.length = partner;
  }

  /** Whether the line end at `at` ends the statement. */
  #endsHere(at: number): boolean {
    const first = this.#current[0];
    const last = this.#current.at(-1);
    if (!first || !last) return false;
    let next = at + 1;
    while (this.#tokens[next]?.type === 'NL') next += 1;
    const token = this.#tokens[next];
    if (!token) return true;
    const dedented = token.column <= first.column;
    if (this.#brackets.length > 0) return !this.#balanced && dedented && this.#startsStatement(next);
    if (unfinished.has(last.type)) return last.type !== 'COMMA' && dedented && this.#startsStatement(next);
    if (continues.has(token.type)) return false;
    return !(token.type === 'MINUS' && token.column > first.column);
  }

  /** Whether a line reads as the beginning of a statement: a statement word, or an `=` outside brackets. */
  #startsStatement(at: number): boolean {
    const token = this.#tokens[at];
    if (!token || token.type !== 'NAME') return false;
    if (headType(token, this.#tokens[at + 1], this.#mode) !== undefined) return true;
    let depth = 0;
    for (let i = at + 1; ; i += 1) {
      const type = this.#tokens[i]?.type;
      if (type === undefined || type === 'NL' || depth < 0) return false;
      if (closers.has(type)) depth += 1;
      else if (closingTexts.has(type)) depth -= 1;
      else if (depth === 0 && (type === 'EQ' || type === 'GETS' || type === 'TILDE')) return true;
    }
  }

  /** `s^2 + s where s = sin(x), …` in a line: the definitions become statements before what they are for. */
  #definitionsFirst(tokens: Token[]): Token[] {
    const outer = outermost(tokens);
    const where = outer.find((at) => at > 0 && tokens[at]?.type === 'WHERE' && tokens[at + 1]?.type === 'NAME');
    if (where === undefined) return tokens;
    const commas = outer.filter((at) => at > where && tokens[at]?.type === 'COMMA');
    const clauses = [where, ...commas].map((at, k) => tokens.slice(at + 1, commas[k] ?? tokens.length));
    const defines = (clause: readonly Token[]): boolean => outermost(clause).some((at) => clause[at]?.type === 'EQ');
    if (statementTypes.has(tokens[0]?.type ?? '') || !clauses.every(defines)) return tokens;
    for (const clause of clauses) this.#units.push({ kind: 'statement', tokens: clause, opensBlock: false, broken: false });
    return tokens.slice(0, where);
  }

  #end(opensBlock: boolean): void {
    const open = this.#brackets.at(-1);
    const last = this.#current.at(-1);
    if (open && last && !this.#broken) {
      const close = closingTexts.get(closers.get(open.type) ?? '') ?? '';
      const span = { ...last.span, start: last.span.end };
      this.#bag.report('unclosed-bracket', open.span, { open: open.text, close }, { fix: { span, text: close } });
      this.#broken = true;
    }
    if (this.#mode === 'line' && !this.#broken) this.#current = this.#definitionsFirst(this.#current);
    if (this.#current.length > 0) {
      this.#units.push({ kind: 'statement', tokens: this.#current, opensBlock, broken: this.#broken });
    }
    this.#current = [];
    this.#brackets = [];
    this.#broken = false;
  }
}

/** The terminal of a statement word at the head of a statement that cannot be a definition of that name. */
function headType(token: Token, next: Token | undefined, mode: Mode): string | undefined {
  if (token.type === 'RETURN') return 'RETURN';
  const head = token.type === 'NAME' ? heads.get(token.text) : undefined;
  if (head === undefined) return undefined;
  const type = next?.type ?? 'NL';
  switch (head) {
    case 'IMPORT': return type === 'LC' ? head : undefined;
    case 'BASE': return type === 'NUM' && next?.spaced === true ? head : undefined;
    case 'MATRIX': return mode === 'file' && (type === 'NL' || type === 'SEMI') ? head : undefined;
    case 'SUBJECT': return type === 'TO' ? head : undefined;
    case 'CHECK': case 'ASSUME':
      return claimStart.has(type) && next?.spaced === true ? head : undefined;
    default: return type === 'NAME' ? head : undefined;
  }
}
