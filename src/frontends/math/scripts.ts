/** Subscripts and superscripts written in Unicode letters: `ₗ₋₁` is the expression l - 1, `ᵢⱼ` two indices, `²ⁿ` is 2n. */
import { subscripts, superscripts } from '../../../grammar/math.lexer.ts';
import { cover } from '../../diagnostics/span.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Expr } from '../../ast/types.ts';
import { sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';

/** One character of a script: `text` in plain letters, with its own place in the source. */
interface Mark {
  readonly text: string;
  readonly span: Span;
}

function marksOf(token: Token, plain: ReadonlyMap<string, string>): Mark[] {
  const written = sourceText(token.span);
  const { source } = token.span;
  let at = token.span.start;
  const out: Mark[] = [];
  for (const character of written) {
    out.push({ text: plain.get(character) ?? character, span: { source, start: at, end: at + character.length } });
    at += character.length;
  }
  return out;
}

/** The subscript in plain letters, without separators: `l-1`, `ij`, `12`. */
export function subscriptText(token: Token): string {
  return marksOf(token, subscripts).map((mark) => mark.text).join('');
}

/** The index expressions of a subscript; numbers run together, letters are indices of their own. */
export function subscriptIndices(token: Token): Expr[] {
  return readTerms(marksOf(token, subscripts)).flatMap((sum) => sum);
}

/** What stands before and after the `=` of `∑ᵢ₌₁`, if there is one. */
export function subscriptBinding(token: Token): { readonly indices: readonly Expr[]; readonly from: Expr | undefined } {
  const marks = marksOf(token, subscripts);
  const equals = marks.findIndex((mark) => mark.text === '=');
  if (equals < 0) return { indices: readTerms(marks), from: undefined };
  const from = readTerms(marks.slice(equals + 1));
  return { indices: readTerms(marks.slice(0, equals)), from: from[0] };
}

/** The exponent of `x²`, `xⁿ⁺¹`, `x⁻²ⁿ`. Tokens made from `^2` hold plain text. */
export function exponentOf(token: Token): Expr {
  if (/^[0-9]/.test(token.text)) return { kind: 'number', text: token.text, span: token.span };
  const marks = marksOf(token, superscripts);
  let total: Expr | undefined;
  let sign: Mark | undefined;
  for (let at = 0; at < marks.length;) {
    const mark = marks[at];
    if (!mark) break;
    if (isSign(mark)) {
      sign = mark;
      at += 1;
      continue;
    }
    const { term, next } = readProduct(marks, at);
    total = addTerm(total, sign, term);
    sign = undefined;
    at = next;
  }
  return total ?? { kind: 'error', span: token.span };
}

const isSign = (mark: Mark): boolean => mark.text === '+' || mark.text === '-';
const isDigit = (mark: Mark | undefined): boolean => mark !== undefined && /^[0-9]$/.test(mark.text);

/** Index terms: a sign joins its neighbours into one index, anything else begins a new one. */
function readTerms(marks: readonly Mark[]): Expr[] {
  const out: Expr[] = [];
  let sign: Mark | undefined;
  for (let at = 0; at < marks.length;) {
    const mark = marks[at];
    if (!mark) break;
    if (isSign(mark)) {
      sign = mark;
      at += 1;
      continue;
    }
    const { term, next } = readTerm(marks, at);
    if (sign) out.push(addTerm(out.pop(), sign, term));
    else out.push(term);
    sign = undefined;
    at = next;
  }
  return out;
}

/** A run of digits, or one letter. */
function readTerm(marks: readonly Mark[], at: number): { readonly term: Expr; readonly next: number } {
  let next = at + 1;
  if (isDigit(marks[at])) while (isDigit(marks[next])) next += 1;
  const run = marks.slice(at, next);
  const text = run.map((mark) => mark.text).join('');
  const head = run[0]?.span as Span;
  const span = cover(head, run.at(-1)?.span ?? head);
  return { term: isDigit(marks[at]) ? { kind: 'number', text, span } : { kind: 'name', name: text, span }, next };
}

/** Factors side by side multiply: `²ⁿ` is 2n. */
function readProduct(marks: readonly Mark[], at: number): { readonly term: Expr; readonly next: number } {
  let { term, next } = readTerm(marks, at);
  for (let mark = marks[next]; mark && !isSign(mark); mark = marks[next]) {
    const factor = readTerm(marks, next);
    const opSpan = { ...mark.span, end: mark.span.start };
    const op = term.kind === 'number' ? 'coef' : 'juxt';
    term = { kind: 'binary', op, left: term, right: factor.term, span: cover(term.span, factor.term.span), opSpan };
    next = factor.next;
  }
  return { term, next };
}

function addTerm(total: Expr | undefined, sign: Mark | undefined, term: Expr): Expr {
  if (!total) return sign?.text === '-' ? { kind: 'negate', operand: term, span: cover(sign.span, term.span) } : term;
  const op = sign?.text === '-' ? '-' : '+';
  return { kind: 'binary', op, left: total, right: term, span: cover(total.span, term.span), opSpan: sign?.span ?? term.span };
}
