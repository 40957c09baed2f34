/** Lexemes to tokens: white space and comments go, documentation is attached, spellings become canonical. */
import { fractions, lex } from '../../../grammar/math.lexer.ts';
import type { Source } from '../../diagnostics/span.ts';
import type { Token } from './tokens.ts';

const spellings: ReadonlyMap<string, string> = new Map([
  ['≠', '!='], ['=\u0338', '!='], ['≤', '<='], ['≥', '>='], ['∞', 'inf'], ['−=', '-='],
]);
/** Types whose spellings all mean one thing. */
const oneSpelling: ReadonlyMap<string, string> = new Map(Object.entries({
  PARTIAL: '∂', NABLA: '∇', ROOT: '√', ARROW: '->', GETS: ':=', TILDE: '~', EPOW: '.^', EMUL: '.*', EDIV: './', MUL: '*', DIV: '/',
  MINUS: '-', NORM: '‖', BAR: '|', TRANS: 'ᵀ', ELEM: 'in', DOTS: '..',
}));
const bigSymbols: Readonly<Record<string, string>> = { '∑': 'sum', '∏': 'prod', '\\sum': 'sum', '\\prod': 'prod' };
const none: readonly string[] = [];

/** All tokens of a source, with `NL` and `SEMI` where they stand. */
export function scan(source: Source): Token[] {
  const out: Token[] = [];
  let spaced = false;
  let lineStart = 0;
  let lineHasTokens = false;
  let docs: string[] = [];
  for (const { type, text, offset } of lex(source.text)) {
    switch (type) {
      case 'WS': case 'COMMENT': case 'QUALIFIER':
        spaced ||= type !== 'QUALIFIER';
        break;
      case 'DOC': {
        const doc = text.slice(3).trim();
        const last = out.at(-1);
        if (lineHasTokens && last) out[out.length - 1] = { ...last, trailing: [...last.trailing, doc] };
        else docs.push(doc);
        spaced = true;
        break;
      }
      default: {
        const span = { source, start: offset, end: offset + text.length };
        const isBreak = type === 'NL';
        // numpy's power works element by element
        const isElementwise = type === 'POW' && text === '**';
        // written out rather than spread: long sums have a million of them
        out.push({
          type: isElementwise ? 'EPOW' : type, text: canonicalText(type, text), span, spaced, column: offset - lineStart,
          docs: docs.length > 0 && !isBreak ? docs : none, trailing: none,
        });
        if (isBreak) lineStart = offset + 1;
        else if (docs.length > 0) docs = [];
        lineHasTokens = !isBreak;
        spaced = isBreak;
      }
    }
  }
  return out;
}

function canonicalText(type: string, text: string): string {
  const one = oneSpelling.get(type);
  if (one !== undefined) return one;
  switch (type) {
    case 'NAME': return spellings.get(text) ?? nameText(text);
    case 'NUM': return numberText(text);
    case 'BIGSYM': return bigSymbols[text] ?? 'sum';
    case 'PRIME': return "'".repeat(primeOrder(text));
    default: return spellings.get(text) ?? text;
  }
}

/** One spelling per name whatever the keyboard: `y` + combining circumflex is `ŷ`; the micro sign is the letter mu. */
function nameText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the range is all of ASCII
  return /^[\0-\x7f]*$/.test(text) ? text : text.normalize('NFC').replaceAll('\u00b5', 'μ');
}

/** Exact, and of one form: `.5` is `0.5`, `2.` is `2`, `½` is `1/2`. */
function numberText(text: string): string {
  const fraction = fractions.get(text);
  if (fraction !== undefined) return fraction;
  if (!text.includes('.')) return text;
  const led = text.startsWith('.') ? `0${text}` : text;
  return led.replace(/\.(?=$|[eE])/, '');
}

function primeOrder(text: string): number {
  let order = 0;
  for (const mark of text) order += mark === '″' ? 2 : mark === '‴' ? 3 : 1;
  return order;
}
