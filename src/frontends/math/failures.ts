/** What a failed Earley run means, in the words of the person who wrote the text. */
import type { Bag } from '../../diagnostics/bag.ts';
import type { Span } from '../../diagnostics/span.ts';
import { expectedWords } from './expected.ts';
import { sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';

const binaryOperators = new Set(['PLUS', 'MINUS', 'MUL', 'DIV', 'PDIV', 'AT', 'EMUL', 'EDIV', 'POW', 'EPOW', 'CMP', 'ELEM', 'AND', 'OR', 'TILDE', 'GETS', 'EQ', 'OPSET', 'BPOW']);
const neverFirst = new Set(['MUL', 'DIV', 'AT', 'EMUL', 'EDIV', 'POW', 'EPOW', 'CMP', 'ELEM', 'AND', 'OR', 'TILDE', 'GETS', 'OPSET', 'EQ']);
const prefixes = new Set(['ROOT', 'NABLA', 'PARTIAL', 'LEIB', 'BIG', 'NOT']);
const closing = new Set(['RP', 'RPB', 'RB', 'RBB', 'RC', 'RSUB', 'RSUBB', 'RSUP', 'RSUPB', 'RBAR', 'RNORM']);
const words = new Set(['IF', 'IFX', 'THEN', 'ELSE', 'ELIF', 'IN', 'TO', 'AND', 'OR', 'NOT', 'WRT', 'OF', 'AS', 'FOR', 'WHERE', 'RETURN', 'FROM', 'VIA', 'USING', 'ALONG', 'GIVEN']);
const inserted = new Set(['JUXT', 'COEF', 'PEND', 'BEND', 'COMMA']);

/** Reports why the tokens cannot be read on at `at`. */
export function reportFailure(tokens: readonly Token[], at: number, expected: ReadonlySet<string>, bag: Bag): void {
  const token = tokens[at];
  const previous = tokens[at - 1];
  const wantsOperand = expected.has('NUM') && expected.has('LP');
  if (previous && wantsOperand && (!token || closing.has(token.type) || token.type === 'COMMA')) {
    if (binaryOperators.has(previous.type)) return bag.report('dangling-operator', previous.span, { operator: sourceText(previous.span) });
    if (prefixes.has(previous.type)) return bag.report('dangling-operator', previous.span, { operator: sourceText(previous.span) });
  }
  if (!token) return reportEnd(tokens, expected, bag);
  if (token.type === 'EQ' && !expected.has('EQ')) {
    const insideCondition = openConditional(tokens, at) || expected.has('CMP');
    if (insideCondition) return bag.report('equals-in-expression', token.span, {}, { fix: { span: token.span, text: '==' } });
  }
  if (neverFirst.has(token.type) && wantsOperand) {
    const operator = sourceText(token.span);
    if (previous && binaryOperators.has(previous.type)) {
      const span = { ...previous.span, end: token.span.end };
      return bag.report('doubled-operator', span, { first: sourceText(previous.span), second: operator }, doubledHint(previous, token));
    }
    // a formula of a spreadsheet begins with =
    const sheet = operator === '=' && at === 0;
    return bag.report('missing-operand', token.span, { operator }, sheet ? { hint: 'leave the sign out: a formula stands alone', fix: { span: token.span, text: '' } } : {});
  }
  if (expected.has('ELSE') && openConditional(tokens, at) && (closing.has(token.type) || token.type === 'COMMA')) {
    return bag.report('missing-else', (lastConditional(tokens, at) ?? token).span, {});
  }
  if (words.has(token.type) && (wantsOperand || expected.has('NAME')) && token.type !== 'GIVEN') {
    return bag.report('reserved-word', token.span, { word: sourceText(token.span) });
  }
  if (token.type === 'COMMA' && decimalComma(tokens, at)) {
    const [before, after] = [previous as Token, tokens[at + 1] as Token];
    const text = `${sourceText(before.span)},${sourceText(after.span)}`;
    const span = { ...before.span, end: after.span.end };
    const point = text.replace(',', '.');
    // 1,000 may be a thousand or one
    if (/^[1-9]\d{0,2},000$/.test(text)) return bag.report('decimal-comma', span, { text }, { hint: `write \`${text.replace(',', '')}\`, or \`${point}\` for a decimal comma` });
    return bag.report('decimal-comma', span, { text }, { hint: `write \`${point}\``, fix: { span: token.span, text: '.' } });
  }
  const listed = token.type === 'COMMA' && isListOfDefinitions(tokens, at);
  if (listed) return bag.report('unexpected-token', token.span, { expected: expectedWords(expected), found: describe(token) }, { hint: 'statements are separated by `;`, and the last one is asked about', fix: { span: token.span, text: ';' } });
  const label = token.type === 'COLON' ? labelled(tokens, at) : undefined;
  if (label !== undefined) return bag.report('unexpected-token', token.span, { expected: expectedWords(expected), found: describe(token) }, label);
  const found = inserted.has(token.type) && token.type !== 'COMMA' ? tokens[at + 1] ?? token : token;
  const hint = statementHint(tokens[0]?.type, found.type) ?? placeHint(previous?.type, found.type, expected);
  bag.report('unexpected-token', found.span, { expected: expectedWords(expected), found: describe(found) }, hint === undefined ? {} : { hint });
}

/** `x(t) = cos(t), y(t) = sin(t)` */
function isListOfDefinitions(tokens: readonly Token[], at: number): boolean {
  return tokens.some((t, k) => t.type === 'EQ' && k < at) && tokens.some((t, k) => t.type === 'EQ' && k > at);
}

/** `loss: (y - p)^2`, unlike `x: R` */
function labelled(tokens: readonly Token[], at: number): { hint: string; fix: { span: Span; text: string } } | undefined {
  const [name, colon, next] = tokens;
  if (at !== 1 || name?.type !== 'NAME' || colon === undefined || next === undefined || tokens.length < 4 || /^(?:R|int|bool|index)$/.test(next.text)) return undefined;
  const [left, space] = [sourceText(name.span), next.spaced ? '' : ' '];
  return { hint: `a formula gets its name with \`=\`: \`${left} = …\``, fix: { span: colon.span, text: ` =${space}` } };
}

/** How a statement is written, where a habit from elsewhere explains the mistake. */
function statementHint(head: string | undefined, found: string): string | undefined {
  switch (head) {
    case 'PARAM': case 'DATA': case 'HYPER': return declarationHint(found);
    case 'FN': return found === 'EQ' ? 'a function of one formula needs no `fn`: `f(x) = …`' : undefined;
    case 'DERIVE': return 'write `derive gradient of L wrt w`';
    default: return undefined;
  }
}

function declarationHint(found: string): string | undefined {
  switch (found) {
    case 'NAME': return 'a type follows a colon: `param w: R[N]`';
    case 'CMP': return 'bounds follow the type: `param s: R where s > 0`';
    case 'WHERE': return 'several bounds are joined: `where s > 1 and s < 2`';
    case 'COLON': return 'the type comes before the value: `hyper r: R = 0.1`';
    case 'RB': return 'sizes stand in the brackets: `param w: R[N]`';
    default: return undefined;
  }
}

/** What is often meant where nothing else explains the mistake. */
function placeHint(previous: string | undefined, found: string, expected: ReadonlySet<string>): string | undefined {
  if (found === 'COMMA' && expected.has('ADD')) return 'several values are a vector: `[x, y]`';
  if (found === 'COMMA') return 'a value is missing before the comma';
  if (previous === 'COMMA' && closing.has(found)) return 'leave the last comma out';
  if (found === 'COLON') return 'a colon stands between a name and its type: `param x: R`';
  if (found === 'QM') return 'a choice is written `if x > 0 then a else b`';
  if (found === 'BANG') return 'write `not` before a condition, `n!` for a factorial';
  if (found === 'WHERE') return 'facts about names come first: `assume x > 0; ln(x)`';
  if (found === 'DOTS' || found === 'TO' || found === 'IN') return 'ranges stand in the brackets of an index: `sum[i in 1..N] x[i]`';
  if (found === 'OF') return 'a derivative is asked for with `d/dx`, a product is written `*`';
  if (found === 'ARROW') return 'an arrow stands in limits only: `lim(x -> 0) sin(x)/x`';
  if (found === 'LC') return 'braces hold the body of `fn` and `recur`, and groups of `x^{…}` and `x_{…}`';
  if (closing.has(found)) return 'something is missing before the bracket';
  if (found === 'EQ') return 'a definition has one name on its left: `f = x^2`';
  return undefined;
}

function reportEnd(tokens: readonly Token[], expected: ReadonlySet<string>, bag: Bag): void {
  const last = tokens.at(-1) as Token;
  const end: Span = { ...last.span, start: last.span.end };
  if (expected.has('ELSE') && openConditional(tokens, tokens.length)) {
    return bag.report('missing-else', (lastConditional(tokens, tokens.length) ?? last).span, {});
  }
  if (tokens.length === 1 && words.has(last.type)) return bag.report('reserved-word', last.span, { word: sourceText(last.span) });
  const hint = openConditionalWithoutThen(tokens) ? 'a conditional is written `if x > 0 then a else b`'
    : tokens.some((t) => t.type === 'QM') ? 'a choice is written `x > 0 ? a : b`'
    : tokens.some((t) => t.type === 'PARTIAL') ? 'a derivative is written `∂f/∂x`' : 'a statement goes on in the next line only inside brackets or after an operator';
  bag.report('unexpected-end', end, { expected: expectedWords(expected) }, { hint });
}

function openConditionalWithoutThen(tokens: readonly Token[]): boolean {
  return tokens.some((t) => t.type === 'IF' || t.type === 'IFX');
}

function doubledHint(previous: Token, token: Token): { hint?: string; fix?: { span: Span; text: string } } {
  const pair = previous.text + token.text;
  if (pair === '==') return { hint: 'write `==` without a space' };
  if (pair === '^^') return { hint: 'write `^` for a power', fix: { span: token.span, text: '' } };
  if (pair === '*^') return { hint: 'write `^` for a power' };
  const joined: Span = { ...previous.span, end: token.span.end };
  if (pair === '<>') return { hint: 'write `!=`', fix: { span: joined, text: '!=' } };
  if (pair === '=<') return { hint: 'write `<=`', fix: { span: joined, text: '<=' } };
  if (pair === '=>') return { hint: 'write `>=`', fix: { span: joined, text: '>=' } };
  return {};
}

/** Whether the token stands between an `if` and its `else`. */
function openConditional(tokens: readonly Token[], at: number): boolean {
  return lastConditional(tokens, at) !== undefined;
}

function lastConditional(tokens: readonly Token[], at: number): Token | undefined {
  let depth = 0;
  let closed = 0;
  for (let i = at - 1; i >= 0; i -= 1) {
    const token = tokens[i] as Token;
    if (closing.has(token.type)) depth += 1;
    else if (/^L(P|PC|B|BI|C|SUB|SUP|BAR|NORM)$/.test(token.type)) {
      if (depth === 0) return undefined;
      depth -= 1;
    } else if (depth === 0 && token.type === 'ELSE') closed += 1;
    else if (depth === 0 && (token.type === 'IF' || token.type === 'IFX')) {
      if (closed === 0) return token;
      closed -= 1;
    }
  }
  return undefined;
}

/** `3,14` without spaces, where no list is open. */
function decimalComma(tokens: readonly Token[], at: number): boolean {
  const [before, comma, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  return before?.type === 'NUM' && after?.type === 'NUM' && comma !== undefined
    && before.span.end === comma.span.start && comma.span.end === after.span.start;
}

function describe(token: Token): string {
  if (words.has(token.type)) return `the word \`${sourceText(token.span)}\``;
  if (token.type === 'STR') return 'a string';
  return `\`${sourceText(token.span) || token.text}\``;
}
