/**
 * The token filter: one pass over the tokens of a statement, a stack of brackets, one token of look-back and bounded
 * look-ahead. It decides what makes mathematical notation ambiguous (which bar opens, where juxtaposition
 * multiplies, what is a call or an index bracket, where ∂ begins a denominator), so the grammar need not.
 */
import type { Bag } from '../../diagnostics/bag.ts';
import { BigWords } from './big-words.ts';
import { FilterReporter } from './filter-reports.ts';
import { beginsDerivative, groupFacts, isOperator, startsBinder, variableBelow } from './lookahead.ts';
import type { GroupFacts } from './lookahead.ts';
import { bigLetters, isFunctionWord, needsArgument } from './words.ts';
import type { Mode } from './split.ts';
import { insertedToken, sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';

/** After one of these, the next token follows an operand. */
const ends = new Set([
  'NAME', 'NUM', 'STR', 'RP', 'RB', 'RBAR', 'RNORM', 'SUP', 'SUB', 'PRIME', 'TRANS', 'BANG', 'ELL', 'RSUB', 'RSUP', 'PROP', 'DSUP', 'DSUB',
]);
/** These begin an operand, so after an operand they multiply. */
const starts = new Set([
  'NAME', 'NUM', 'STR', 'LP', 'LB', 'LBAR', 'LNORM', 'ROOT', 'PARTIAL', 'NABLA', 'BIG', 'LEIB', 'LIM', 'ELL',
]);
/** Behind one of these `_k` is no name of its own. */
const takesSubscript = new Set(['RBAR', 'RNORM', 'BIG', 'RP', 'RB']);
const typedHeads = new Set(['DATA', 'PARAM', 'HYPER', 'FN', 'OPAQUE']);
const closerOf: Readonly<Record<string, string>> = { LP: 'RP', LPC: 'RP', LB: 'RB', LBI: 'RB', LC: 'RC', LSUB: 'RSUB', LSUP: 'RSUP', BAR: 'RBAR', NORM: 'RNORM' };

/** What is known about the innermost open bracket. */
interface Frame {
  readonly open: Token | undefined;
  /** `LP`, `LPC` (call), `LB`, `LBI` (index), `LC`, `LSUB`, `LSUP`, `BAR`, `NORM`, or `''` outside all brackets */
  readonly kind: string;
  /** the bracket binds indices: what follows it is the operator's body */
  readonly binder: boolean;
  /** open conditionals, to read `else if` as `elif` in prefix ones */
  readonly conditionals: ('IF' | 'IFX')[];
  /** where in `∂f/∂x` we are */
  partial: 'none' | 'numerator' | 'operator' | 'denominator' | 'operator-denominator';
  /** between the colon of a declaration and the end of its type */
  inType: boolean;
}

/** The grammar's tokens, or undefined when a mistake was found (and reported). */
export function filterStatement(tokens: readonly Token[], mode: Mode, bag: Bag): Token[] | undefined {
  return new TokenFilter(tokens, mode, bag).run();
}

class TokenFilter {
  readonly #tokens: readonly Token[];
  readonly #mode: Mode;
  readonly #report: FilterReporter;
  readonly #facts: GroupFacts;
  readonly #big: BigWords;
  readonly #typed: boolean;
  readonly #out: Token[] = [];
  readonly #frames: Frame[] = [{ open: undefined, kind: '', binder: false, conditionals: [], partial: 'none', inType: false }];

  constructor(tokens: readonly Token[], mode: Mode, bag: Bag) {
    this.#tokens = tokens;
    this.#mode = mode;
    this.#report = new FilterReporter(bag);
    this.#facts = groupFacts(tokens);
    this.#typed = typedHeads.has(tokens[0]?.type ?? '');
    this.#big = new BigWords(tokens, this.#facts, this.#typed);
  }

  run(): Token[] | undefined {
    for (let at = 0; at < this.#tokens.length; at += 1) {
      const token = this.#tokens[at];
      if (!token) break;
      at += this.#take(token, at);
      if (this.#report.failed) return undefined;
    }
    const { open } = this.#top;
    if (open) this.#report.unclosedBar(open);
    return this.#report.failed ? undefined : this.#out;
  }

  get #top(): Frame {
    // The outermost frame is never popped: the splitter has matched all brackets.
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  get #previous(): Token | undefined {
    return this.#out[this.#out.length - 1];
  }

  get #afterOperand(): boolean {
    return ends.has(this.#previous?.type ?? '');
  }

  /** Takes one token; returns how many more it has consumed. */
  #take(token: Token, at: number): number {
    const top = this.#top;
    if (this.#report.lexical(token, this.#previous)) return 0;
    if (top.partial !== 'none' && this.#takePartial(token, at, top)) return 0;
    switch (token.type) {
      case 'LP': case 'LB': case 'LC': case 'LSUB': case 'LSUP': this.#open(token, at); return 0;
      case 'RP': case 'RB': case 'RC': this.#close(token); return 0;
      case 'BAR': case 'NORM': this.#bar(token, at); return 0;
      case 'SUP': case 'SUB': this.#script(token); return 0;
      case 'POW': case 'EPOW': return this.#power(token, at);
      case 'PRIME':
        if (!this.#afterOperand || token.spaced) this.#report.strayPrime(token);
        else this.#push(token);
        return 0;
      case 'IF': return this.#conditional(token, at);
      case 'WHERE': this.#where(token, at); return 0;
      case 'ELSE': return this.#otherwise(token, at);
      case 'DOTS': this.#dots(token); return 0;
      case 'BIGSYM': this.#operand({ ...token, type: 'BIG' }, at); return 0;
      case 'LEIB': return this.#leibniz(token, at);
      case 'NABLA': return this.#nabla(token, at);
      case 'NAME': this.#name(token, at); return 0;
      default:
        if (starts.has(token.type)) this.#operand(token, at);
        else this.#other(token);
        return 0;
    }
  }

  #push(token: Token): void {
    this.#out.push(token);
  }

  /** Operators, separators, keywords. */
  #other(token: Token): void {
    const top = this.#top;
    // `∑_{i, j : i < j}`: what follows is one more condition
    if (token.type === 'COLON' && top.binder) return this.#push({ ...token, type: 'COMMA' });
    if (this.#typed) {
      const depth = this.#frames.length - 1;
      if (token.type === 'COLON' && depth <= 1 && this.#previous?.type !== 'QM') top.inType = true;
      else if (token.type === 'COMMA' || token.type === 'EQ' || token.type === 'WHERE') top.inType = false;
    }
    this.#push(token);
  }

  #name(token: Token, at: number): void {
    if (this.#previous?.type === 'DOT') this.#push(token);
    else if (takesSubscript.has(this.#previous?.type ?? '') && !token.spaced && /^_./u.test(token.text)) this.#nameSubscript(token, this.#previous?.type === 'BIG' ? 'RSUBB' : 'RSUB');
    else if (this.#top.inType && this.#afterOperand && (token.spaced || this.#previous?.type !== 'NUM')) this.#push({ ...token, type: 'PROP' });
    else if (this.#big.isBeforeBinder(token, at + 1)) {
      this.#operand({ ...token, type: 'BIG' }, at);
    } else if (this.#big.hasSubscript(token, at + 1, this.#previous)) {
      this.#bigWithSubscript(token, at);
    } else if (token.text === 'lim' && this.#big.opensLimit(at + 1)) {
      this.#operand({ ...token, type: 'LIM' }, at);
    } else this.#operand(token, at);
  }

  /** `‖A‖_F`, `‖x‖_1`, `∑_i`, `softmax(z)_k`: the same as with braces. */
  #nameSubscript(token: Token, close: 'RSUB' | 'RSUBB'): void {
    const text = token.text.slice(1);
    const [mark, inner] = [{ ...token.span, end: token.span.start + 1 }, { ...token.span, start: token.span.start + 1 }];
    this.#push(insertedToken('LSUB', '_{', mark));
    this.#push(insertedToken(/^\d+$/.test(text) ? 'NUM' : 'NAME', text === '∞' ? 'inf' : text, inner));
    this.#push(insertedToken(close, '}', { ...inner, start: inner.end }));
  }

  #bigWithSubscript(token: Token, at: number): void {
    const [word = '', index = ''] = token.text.split('_');
    const end = index === '' ? token.span.end : token.span.start + word.length;
    this.#operand({ ...token, type: 'BIG', text: bigLetters.get(word) ?? word, span: { ...token.span, end } }, at);
    if (index !== '') this.#nameSubscript({ ...token, text: `_${index}`, span: { ...token.span, start: end } }, 'RSUBB');
  }

  /** A token that begins an operand. */
  #operand(token: Token, at: number): void {
    this.#separate(token, at);
    this.#push(token);
    if (token.type === 'PARTIAL') this.#top.partial = isOperator(this.#tokens, at) ? 'operator' : 'numerator';
  }

  /** Puts the product that juxtaposition means in front of an operand that follows another one. */
  #separate(token: Token, at: number): void {
    const previous = this.#previous;
    if (!previous || !this.#afterOperand) return;
    if (previous.type === 'ELL' || token.type === 'ELL') this.#push(insertedToken('COMMA', ',', gap(previous, token)));
    else this.#juxtapose(previous, token, at);
  }

  #juxtapose(previous: Token, token: Token, at: number): void {
    const bare = this.#bareFunction(previous);
    if (bare) return this.#report.bareFunction(bare, previous, token, this.#tokens.slice(at + 1, at + 3), this.#endOfCall(at));
    if (token.type === 'NUM') return this.#report.numberAfterOperand(previous, token);
    const tight = previous.type === 'NUM' && !token.spaced;
    if (tight && (token.type === 'NAME' || token.type === 'ROOT' || token.type === 'LP')) {
      if (this.#report.ambiguousNumber(this.#out, token)) return;
      this.#push(insertedToken('COEF', '', gap(previous, token)));
      return;
    }
    const untyped = this.#typed && this.#frames.length === 1;
    if (this.#mode === 'file' && !untyped && token.type === 'NAME' && previous.type === 'NAME' && !this.#isCallOfKnown(token, at)) {
      return this.#report.missingOperator(previous, token, this.#out.length === 1);
    }
    if (token.type === 'STR' || previous.type === 'STR') return this.#report.missingOperator(previous, token, false);
    this.#push(insertedToken('JUXT', ' ', gap(previous, token)));
  }

  /** `y ln(ŷ)`: a built-in function applied directly behind a name is a factor even in files. */
  #isCallOfKnown(token: Token, at: number): boolean {
    const next = this.#tokens[at + 1];
    return next?.type === 'LP' && !next.spaced && isFunctionWord(token.text);
  }

  /** The bracket that closes `det(…)`, unless the value is raised to a power. */
  #endOfCall(at: number): Token | undefined {
    const next = this.#tokens[at + 1];
    const end = this.#tokens[at]?.type === 'NAME' && next?.type === 'LP' && !next.spaced ? this.#facts.partner.get(at + 1) : undefined;
    if (end === undefined || ['POW', 'SUP', 'PRIME'].includes(this.#tokens[end + 1]?.type ?? '')) return undefined;
    return this.#tokens[end];
  }

  /** `sin`, `sin²`, `sin^2`: a built-in function that has not got its argument. */
  #bareFunction(previous: Token): Token | undefined {
    const [base, power] = this.#out.slice(-3);
    const raised = previous.type === 'NUM' && power?.type === 'POW' ? base : undefined;
    const name = previous.type === 'SUP' ? this.#out[this.#out.length - 2] : raised ?? previous;
    return name?.type === 'NAME' && needsArgument(name.text) ? name : undefined;
  }

  #open(token: Token, at: number): void {
    const previous = this.#previous;
    if (previous?.type === 'RSUBB' && token.type === 'LSUP') return this.#enter(token, 'LSUP', true);
    if (previous?.type === 'BIG' && sourceText(previous.span).endsWith('_')) return this.#enter(token, 'LSUB', true);
    if (previous?.type === 'BIG' || previous?.type === 'LIM') {
      const binds = previous.type === 'LIM' || token.type === 'LSUB'
        || (token.type === 'LP' ? startsBinder(this.#tokens, this.#facts, at) : token.type === 'LB' && !isSymbol(previous));
      return this.#enter(token, binds && token.type === 'LB' ? 'LBI' : token.type, binds);
    }
    if (!this.#afterOperand || !previous) {
      if (token.type === 'LSUB') this.#report.scriptBehindNothing(token);
      return this.#enter(token, token.type, false);
    }
    // `A^T (x - y)`: of T nobody takes a function's value
    const transposed = previous.type === 'NAME' && previous.text === 'T' && this.#out[this.#out.length - 2]?.type === 'POW';
    const callable = !transposed && previous.type !== 'NUM' && previous.type !== 'STR' && previous.type !== 'ELL';
    if (token.type === 'LP' && callable) return this.#enter(token, 'LPC', false);
    if (token.type === 'LB' && callable && (!token.spaced || this.#top.inType)) return this.#enter(token, 'LBI', false);
    if (token.type === 'LP' || token.type === 'LB') this.#separate(token, at);
    this.#enter(token, token.type, false);
  }

  #enter(token: Token, kind: string, binder: boolean): void {
    this.#frames.push({ open: token, kind, binder, conditionals: [], partial: 'none', inType: false });
    this.#push({ ...token, type: kind });
  }

  #close(token: Token): void {
    const top = this.#top;
    if (top.kind === 'BAR' || top.kind === 'NORM') {
      if (top.open) this.#report.unclosedBar(top.open);
      return;
    }
    this.#frames.pop();
    const plain = closerOf[top.kind] ?? token.type;
    this.#push({ ...token, type: top.binder ? { RP: 'RPB', RB: 'RBB', RSUB: 'RSUBB', RSUP: 'RSUPB' }[plain] ?? plain : plain });
  }

  /** A bar after an operand closes the innermost bar of its kind; in a call it is the bar of `p(y | mu)`; any other opens. */
  #bar(token: Token, at: number): void {
    const top = this.#top;
    const after = this.#afterOperand;
    if (after && top.kind === token.type) {
      this.#frames.pop();
      this.#push({ ...token, type: token.type === 'BAR' ? 'RBAR' : 'RNORM' });
      return;
    }
    if (after && token.type === 'NORM' && top.kind === 'BAR') {
      const { start, end } = token.span;
      if (end - start === 2) {
        this.#bar({ ...token, type: 'BAR', text: '|', span: { ...token.span, end: start + 1 } }, at);
        this.#bar({ ...token, type: 'BAR', text: '|', spaced: false, span: { ...token.span, start: start + 1 } }, at);
        return;
      }
    }
    if (after && token.type === 'BAR' && top.kind === 'LPC' && (token.spaced || this.#previous?.type !== 'NUM')) return this.#push({ ...token, type: 'GIVEN' });
    const opening = token.type === 'BAR' ? 'LBAR' : 'LNORM';
    const previous = this.#previous;
    if (after && previous) this.#juxtapose(previous, { ...token, type: opening }, at);
    if (this.#report.failed) return;
    this.#frames.push({ open: token, kind: token.type, binder: false, conditionals: [], partial: 'none', inType: false });
    this.#push({ ...token, type: opening });
  }

  #script(token: Token): void {
    const type = this.#previous?.type;
    if (type === 'BIG' && token.type === 'SUB') this.#push({ ...token, type: 'BSUB' });
    else if (type === 'BSUB' && token.type === 'SUP') this.#push({ ...token, type: 'BSUP' });
    else if (this.#afterOperand) this.#push(token);
    else this.#report.scriptBehindNothing(token);
  }

  /** `f^2(e)` is `f²(e)`; after a TeX lower limit `^N` is the upper limit. */
  #power(token: Token, at: number): number {
    const previous = this.#previous;
    if (previous?.type === 'RSUBB') {
      this.#push({ ...token, type: 'BPOW' });
      const upper = this.#tokens[at + 1];
      if (upper?.type !== 'NAME' && upper?.type !== 'NUM') return 0;
      // the limit is no operand of the body that follows it
      this.#push(upper);
      this.#push(insertedToken('BEND', '', { ...upper.span, start: upper.span.end }));
      return 1;
    }
    const number = this.#tokens[at + 1];
    const after = this.#tokens[at + 2];
    const raised = previous && this.#afterOperand && previous.type !== 'NUM' && this.#out[this.#out.length - 2]?.type !== 'POW';
    if (raised && number?.type === 'NUM' && after?.type === 'LP' && !after.spaced) {
      this.#push({ ...token, type: 'SUP', text: number.text, span: { ...token.span, end: number.span.end } });
      return 1;
    }
    this.#other(token);
    return 0;
  }

  /** `if(c, a, b)` is a function; `a if c else b` stands after its value. */
  #conditional(token: Token, at: number): number {
    const next = this.#tokens[at + 1];
    if (!this.#afterOperand && next?.type === 'LP' && !next.spaced && this.#facts.hasComma.has(at + 1)) {
      this.#push({ ...token, type: 'NAME', text: 'where' });
      return 0;
    }
    const type = this.#afterOperand ? 'IFX' : 'IF';
    this.#top.conditionals.push(type);
    this.#push({ ...token, type });
    return 0;
  }

  /** `where(c, a, b)` is a function; behind an operand the word begins a condition. */
  #where(token: Token, at: number): void {
    const next = this.#tokens[at + 1];
    const call = !this.#afterOperand && next?.type === 'LP' && !next.spaced;
    if (call) this.#operand({ ...token, type: 'NAME' }, at);
    else this.#other(token);
  }

  /** `else if` continues a prefix conditional: a list instead of ever deeper nesting. */
  #otherwise(token: Token, at: number): number {
    const { conditionals } = this.#top;
    const next = this.#tokens[at + 1];
    const call = this.#tokens[at + 2];
    const isCall = call?.type === 'LP' && !call.spaced && this.#facts.hasComma.has(at + 2);
    if (conditionals.at(-1) === 'IF' && next?.type === 'IF' && !isCall) {
      this.#push({ ...token, type: 'ELIF', text: 'elif', span: { ...token.span, end: next.span.end } });
      return 1;
    }
    conditionals.pop();
    this.#push(token);
    return 0;
  }

  /** `..` between the ends of a range; `...` or `..` in a list is an ellipsis. */
  #dots(token: Token): void {
    if (this.#previous?.type === 'COMMA' && token.span.end - token.span.start === 3) this.#push({ ...token, type: 'ELL', text: '…' });
    else this.#push(token);
  }

  /** `d/dx` without a body is the quotient of `d` and `dx`. */
  /** `∇_x`: the name of the variable goes with the sign. */
  #nabla(token: Token, at: number): number {
    this.#operand(token, at);
    const below = variableBelow(this.#tokens, at);
    if (below !== undefined) this.#push({ ...below.name, type: 'VBELOW' });
    return below?.tokens ?? 0;
  }

  #leibniz(token: Token, at: number): number {
    const next = this.#tokens[at + 1];
    const hasBody = next && (starts.has(next.type) || ['BAR', 'NORM', 'BIGSYM', 'MINUS'].includes(next.type));
    if (hasBody || !token.text.startsWith('d/d')) {
      this.#report.leibnizOrders(token);
      this.#operand(token, at);
      return 0;
    }
    const { span } = token;
    this.#operand({ ...token, type: 'NAME', text: 'd', span: { ...span, end: span.start + 1 } }, at);
    this.#push({ ...token, type: 'DIV', text: '/', spaced: false, span: { ...span, start: span.start + 1, end: span.start + 2 } });
    this.#push({ ...token, type: 'NAME', text: token.text.slice(2), spaced: false, span: { ...span, start: span.start + 2 } });
    return 0;
  }

  /** Takes tokens of `∂²f/∂x∂y` that mean something else there than elsewhere. */
  #takePartial(token: Token, at: number, top: Frame): boolean {
    const previous = this.#previous;
    if (top.partial === 'numerator' || top.partial === 'operator') return this.#takeNumerator(token, at, top, previous);
    switch (token.type) {
      case 'NAME':
        if (previous?.type !== 'PDEN') break;
        this.#push(token);
        return true;
      case 'SUB': case 'SUP':
        this.#push({ ...token, type: `D${token.type}` });
        return true;
      case 'POW': {
        const number = this.#tokens[at + 1];
        if (number?.type !== 'NUM') break;
        this.#push({ ...token, type: 'DSUP', text: number.text, span: { ...token.span, end: number.span.end } });
        return true;
      }
      case 'NUM':
        if (this.#tokens[at - 1]?.type === 'POW' && previous?.type === 'DSUP') return true;
        break;
      case 'LB':
        if (token.spaced) break;
        this.#enter(token, 'LBI', false);
        return true;
      case 'LSUB': case 'RB': case 'RC': case 'PDEN':
        return false;
      case 'PARTIAL':
        if (beginsDerivative(this.#tokens, this.#facts, at)) break;
        this.#push({ ...token, type: 'PDEN' });
        return true;
    }
    this.#endDenominators(token, top);
    if (token.type !== 'LP' || top.partial !== 'none' || !this.#afterOperand || !previous) return false;
    // after a derivative, parentheses are a factor and never a call of its last variable
    this.#push(insertedToken('JUXT', ' ', gap(previous, token)));
    this.#enter(token, 'LP', false);
    return true;
  }

  #takeNumerator(token: Token, at: number, top: Frame, previous: Token | undefined): boolean {
    const first = previous?.type === 'PARTIAL';
    if (first && token.type === 'SUP') {
      this.#push({ ...token, type: 'PSUP' });
      return true;
    }
    if (first && token.type === 'POW') {
      const number = this.#tokens[at + 1];
      if (number?.type !== 'NUM') return false;
      this.#push({ ...token, type: 'PSUP', text: number.text, span: { ...token.span, end: number.span.end } });
      return true;
    }
    if (token.type === 'NUM' && previous?.type === 'PSUP' && this.#tokens[at - 1]?.type === 'POW') return true;
    if (token.type === 'DIV') {
      const over = this.#tokens[at + 1]?.type === 'PARTIAL';
      if (over) {
        this.#push({ ...token, type: 'PDIV' });
        top.partial = top.partial === 'operator' ? 'operator-denominator' : 'denominator';
        return true;
      }
      top.partial = 'none';
    } else if (!ends.has(token.type) && !['LP', 'LB', 'LSUB', 'LSUP', 'RC', 'BAR', 'NORM', 'DOT'].includes(token.type)) top.partial = 'none';
    return false;
  }

  #endDenominators(token: Token, top: Frame): void {
    const previous = this.#previous;
    if (top.partial === 'operator-denominator' && previous) this.#push(insertedToken('PEND', '', gap(previous, token)));
    top.partial = 'none';
  }
}

/** The place between two neighbouring tokens. */
function gap(previous: Token, token: Token): Token['span'] {
  return { source: token.span.source, start: previous.span.end, end: token.span.start };
}

/** `∑ [x]` sums a group, `sum[x]` binds. */
function isSymbol(big: Token): boolean {
  return !/^[a-z]/.test(big.span.source.text.slice(big.span.start, big.span.end));
}
