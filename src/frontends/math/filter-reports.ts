/** The mistakes that the token filter sees, each with the text that would be right. One per statement. */
import { integrals } from '../../ast/notation.ts';
import type { Bag } from '../../diagnostics/bag.ts';
import type { Span } from '../../diagnostics/span.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { findOp } from '../../ops/table.ts';
import { describeCharacter, lookAlike } from './look-alikes.ts';
import { sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';
import { bigOperators, looksLikeFunction, statementWords } from './words.ts';

export class FilterReporter {
  readonly #bag: Bag;
  /** a mistake has been reported; the statement cannot be parsed */
  failed = false;

  constructor(bag: Bag) {
    this.#bag = bag;
  }

  /** Characters that are not what they seem, or nothing at all. */
  lexical(token: Token, previous: Token | undefined): boolean {
    switch (token.type) {
      case 'NAME': return this.#nameCharacters(token, previous);
      case 'NUM': return this.#number(token, previous);
      case 'OTHER': return this.#character(token);
      case 'OPENCOMMENT':
        this.#bag.report('unclosed-comment', { ...token.span, end: token.span.start + 2 }, {});
        break;
      default: return false;
    }
    return this.#fail();
  }

  #fail(): true {
    this.failed = true;
    return true;
  }

  #nameCharacters(token: Token, previous: Token | undefined): boolean {
    const glued = previous?.type === 'NUM' && !token.spaced;
    if (glued && ((previous.text === '0' && /^[xXbBoO][0-9A-Fa-f]*[0-9][0-9A-Fa-f]*$/.test(token.text)) || /^_[0-9]/.test(token.text))) {
      this.#bag.report('bad-number', join(previous.span, token.span), { text: sourceText(join(previous.span, token.span)) });
      return this.#fail();
    }
    const found = lookAlike(token.text);
    if (!found) return false;
    this.#bag.report('look-alike', token.span, { ...found, ...describeCharacter(found.found) }, {
      hint: `write \`${found.fixed}\``, fix: { span: token.span, text: found.fixed },
    });
    return this.#fail();
  }

  #number(token: Token, previous: Token | undefined): boolean {
    const glued = previous?.type === 'NUM' && !token.spaced && previous.span.end === token.span.start;
    if (!glued) return false;
    const whole = join(previous.span, token.span);
    this.#bag.report('bad-number', whole, { text: sourceText(whole) });
    return this.#fail();
  }

  #character(token: Token): true {
    const found = sourceText(token.span);
    const alike = lookAlike(found);
    if (alike) {
      this.#bag.report('look-alike', token.span, { ...alike, ...describeCharacter(found) }, {
        hint: `write \`${alike.fixed}\``, fix: { span: token.span, text: alike.fixed },
      });
    } else if (found === '"') this.#bag.report('unclosed-string', token.span, {});
    else {
      const hint = meaningOf(found);
      this.#bag.report('unknown-character', token.span, { found, codePoint: describeCharacter(found).codePoint }, hint === undefined ? {} : { hint });
    }
    return this.#fail();
  }

  /** `d²/dx²` names its order twice. */
  leibnizOrders(token: Token): void {
    const [above = '', below = ''] = token.text.split('/').map((half) => /(?:\^[0-9]+|[²³⁴⁵⁶⁷⁸⁹])$/.exec(half)?.[0] ?? '');
    if (orderText(above) === orderText(below)) return;
    this.#bag.report('bad-derivative', token.span, { reason: `its order is ${orderText(above)} above and ${orderText(below)} below` }, { hint: 'a second derivative is written `d^2/dx^2`' });
    this.#fail();
  }

  strayPrime(token: Token): void {
    this.#bag.report('stray-prime', token.span, {});
    this.#fail();
  }

  scriptBehindNothing(token: Token): void {
    this.#bag.report('unexpected-token', token.span, { expected: 'an expression', found: `\`${sourceText(token.span)}\`` });
    this.#fail();
  }

  unclosedBar(open: Token): void {
    this.#bag.report('unclosed-bar', open.span, { bar: sourceText(open.span) });
    this.#fail();
  }

  numberAfterOperand(previous: Token, token: Token): void {
    const hint = previous.type === 'NUM' ? 'separate numbers by commas, or write `*` for a product' : previous.type === 'NAME' ? `write \`${previous.text}*${token.text}\`, \`${previous.text}^${token.text}\` or the name \`${previous.text}${token.text}\`` : undefined;
    this.#missing(previous, token, hint);
  }

  missingOperator(previous: Token, token: Token, atHead: boolean): void {
    const word = atHead && previous.type === 'NAME' ? suggest(previous.text, statementWords) : undefined;
    if (word !== undefined) {
      this.#bag.report('unknown-statement', previous.span, { word: previous.text }, {
        hint: `did you mean \`${word}\`?`, fix: { span: previous.span, text: word },
      });
      this.#fail();
      return;
    }
    this.#missing(previous, token, 'write `*` for a product, or a comma');
  }

  #missing(previous: Token, token: Token, hint: string | undefined): void {
    const at = { source: token.span.source, start: previous.span.end, end: token.span.start };
    const args = { left: sourceText(previous.span), right: sourceText(token.span) };
    this.#bag.report('missing-operator', at.start === at.end ? token.span : at, args, {
      ...(hint !== undefined && { hint }),
      ...(previous.type === 'NAME' && token.type === 'NAME' && { fix: { span: at, text: '*' } }),
    });
    this.#fail();
  }

  bareFunction(name: Token, previous: Token, argument: Token, [next, exponent]: readonly Token[], call: Token | undefined): void {
    const text = sourceText(argument.span);
    // `sin 2x` is the sine of 2·x, unless a power or an argument stands behind
    const scaled = argument.type === 'NUM' && next?.type === 'NAME' && (!exponent || exponent.spaced) ? next : undefined;
    // `sum p(x) log q(x)` adds products
    const isPart = bigOperators.has(name.text) && (call !== undefined || next !== undefined);
    const simple = !isPart && (call !== undefined || ((argument.type === 'NAME' || argument.type === 'NUM') && (!next || next.spaced || scaled !== undefined)));
    const nested = argument.type === 'NAME' && looksLikeFunction(argument.text) && next?.spaced === true && (next.type === 'NAME' || next.type === 'NUM') ? next : undefined;
    const last = call ?? scaled ?? nested ?? argument;
    const gap: Span = { source: name.span.source, start: previous.span.end, end: last.span.end };
    const inner = call !== undefined ? sourceText(join(argument.span, call.span)) : scaled !== undefined ? `${text}*${scaled.text}` : nested === undefined ? text : `${text}(${sourceText(nested.span)})`;
    const bars = /^[|‖]+$/.test(argument.text) ? argument.text : '';
    const long = bars === '' || next?.type !== 'NAME' ? '…' : `${bars}${next.text}${bars}`;
    const head = sourceText(join(name.span, previous.span));
    this.#bag.report('function-without-parentheses', name.span, { name: name.text }, {
      hint: simple || !next ? `write \`${head}(${simple ? inner : '…'})\`` : powerHint(head, text, next, exponent) ?? `write \`${head}(${long})\``,
      ...(simple && { fix: { span: gap, text: `(${inner})` } }),
    });
    this.#fail();
  }

  /** `/2x` and `^3x`: which of two readings is meant? */
  ambiguousNumber(out: readonly Token[], factor: Token): boolean {
    const number = out[out.length - 1];
    let before = out.length - 2;
    let sign = '';
    while (out[before]?.type === 'MINUS' || out[before]?.type === 'PLUS') {
      sign = (out[before]?.text ?? '') + sign;
      before -= 1;
    }
    const operator = out[before];
    if (!number || !operator) return false;
    const args = { number: `${sign}${sourceText(number.span)}`, factor: factor.type === 'LP' ? '(…)' : sourceText(factor.span) };
    const both = join(number.span, factor.span);
    const text = `${sourceText(number.span)}*${factor.text}`;
    const fix = factor.type === 'NAME' ? { fix: { span: both, text: `(${text})` } } : {};
    if (operator.type === 'DIV' || operator.type === 'EDIV') {
      const hint = `write \`/(${args.number}*${args.factor})\`, or \`/${args.number}*${args.factor}\` for the other reading`;
      this.#bag.report('ambiguous-quotient', join(operator.span, factor.span), args, { hint, ...fix });
      return this.#fail();
    }
    if (operator.type !== 'POW' && operator.type !== 'EPOW') return false;
    const base = out[before - 1];
    if (args.number === '-1' && base?.type === 'NAME' && factor.type === 'LP') {
      const inverse = findOp(`a${base.text}`);
      this.#bag.report('ambiguous-power', join(operator.span, factor.span), args, { hint: `write \`1/${base.text}(…)\` for the reciprocal${inverse === undefined ? '' : `, \`${inverse}(…)\` for the inverse function`}` });
      return this.#fail();
    }
    const hint = `write \`^(${args.number}*${args.factor})\`, or \`^${args.number}*${args.factor}\` for the other reading`;
    this.#bag.report('ambiguous-power', join(operator.span, factor.span), args, { hint, ...fix });
    return this.#fail();
  }
}

/** `sin x^2` may be the sine of the square or the square of the sine. */
function powerHint(name: string, argument: string, next: Token, exponent: Token | undefined): string | undefined {
  if (next.type !== 'POW' && next.type !== 'SUP') return undefined;
  const plain = exponent?.type === 'NAME' || exponent?.type === 'NUM' ? sourceText(exponent.span) : '…';
  const power = next.type === 'POW' ? `^${plain}` : sourceText(next.span);
  return `write \`${name}(${argument}${power})\` or \`${name}(${argument})${power}\``;
}

function orderText(mark: string): string {
  if (mark === '') return '1';
  return mark.startsWith('^') ? mark.slice(1) : String('²³⁴⁵⁶⁷⁸⁹'.indexOf(mark) + 2);
}

function join(a: Span, b: Span): Span {
  return { source: a.source, start: a.start, end: b.end };
}

/** What people mean by characters that other languages use. */
function meaningOf(character: string): string | undefined {
  switch (character) {
    case '&': return 'write `and`';
    case '%': return 'for a remainder write `mod(a, b)`';
    case '\\': return 'TeX commands are written as symbols or words: `√`, `sum`, `alpha`';
    case '$': return 'leave out the dollar signs of TeX';
    case '`': return 'names need no quotes';
    case '∛': return 'write `cbrt(x)`';
    case '∜': return 'write `x^(1/4)`';
    case '∫': return integrals;
    case '⌊': case '⌋': return 'write `floor(x)`';
    case '⌈': case '⌉': return 'write `ceil(x)`';
    case '±': return 'write the two signs as two formulas';
    default: return undefined;
  }
}
