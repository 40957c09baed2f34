/**
 * Derivatives as people type them: `d2/dx2 f`, `(d/dx)^2 f`, `d^2/dxdy f`, `d(f)/dx`, and `dy/dx` of a y that the line or file
 * defines. Their tokens become those of `d^2/dx^2 f` and `∂^2/∂x∂y f`; where one of `d2`, `dx2` is a name elsewhere in the text
 * it is one here, too.
 */
import { superscripts } from '../../../grammar/math.lexer.ts';
import { letterNames } from '../../ast/notation.ts';
import { cover } from '../../diagnostics/span.ts';
import { insertedToken, type Token } from './tokens.ts';

const LETTER = [...letterNames, '\\p{L}'].join('|');
/** `d`, `d2`, `dy`, `d2y` */
const ABOVE = /^d([2-9]?)(\p{L}[\p{L}\p{N}_]*)?$/u;
/** `dx`, `dx2`, `dw_1`, `dw_ij` */
const BELOW = new RegExp(`^d((?:${LETTER})(?:_[\\p{L}\\p{N}]+)?)([2-9]?)$`, 'u');
/** `dxdy` */
const MIXED = new RegExp(`^d(${LETTER})d(${LETTER})$`, 'u');
/** With these what an operator is applied to may begin. */
const OPERANDS: ReadonlySet<string> = new Set(['NAME', 'NUM', 'LP', 'LB', 'ROOT', 'NORM', 'BAR', 'BIGSYM', 'LEIB', 'PARTIAL']);

/** A derivative that some tokens spell. */
interface Spelt {
  /** so many tokens, from the first one on */
  readonly length: number;
  readonly by: readonly Token[];
  /** positions of those that would be names otherwise */
  readonly heads: readonly number[];
}

/** The tokens of a line or file with the derivatives that they spell. */
export function withDifferentials(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((t) => t.type === 'DIV' || t.type === 'LEIB')) return tokens;
  const reader = new Reader(tokens);
  const found = new Map<number, Spelt>();
  for (let at = 0; at < tokens.length; at += found.get(at)?.length ?? 1) {
    const spelt = reader.power(at) ?? reader.derivative(at);
    if (spelt !== undefined) found.set(at, spelt);
  }
  if (found.size === 0) return tokens;
  const heads = new Set([...found.values()].flatMap((spelt) => spelt.heads));
  const names = new Set(tokens.flatMap((t, at) => (t.type === 'NAME' && !heads.has(at) ? [t.text] : [])));
  const out: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const spelt = found.get(at);
    const isName = spelt?.heads.some((head) => names.has(tokens[head]?.text ?? '')) ?? true;
    const token = tokens[at];
    if (spelt !== undefined && !isName) out.push(...spelt.by);
    else if (token !== undefined) out.push(token);
    at += spelt === undefined || isName ? 1 : spelt.length;
  }
  return out;
}

/** Above or below the bar: an order, what stands behind it, and where it ends. */
interface Side {
  readonly order: number;
  readonly name: string;
  readonly end: number;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #defined: ReadonlyMap<string, 'function' | 'value'>;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#defined = definedNames(tokens);
  }

  /** `(d/dx)^2` before what it is applied to */
  power(at: number): Spelt | undefined {
    const [open, operator, close] = this.#tokens.slice(at, at + 3);
    if (open?.type !== 'LP' || operator?.type !== 'LEIB' || close?.type !== 'RP' || !operator.text.startsWith('d/d')) return undefined;
    const order = this.#order(at + 3);
    if (order === undefined || !this.#isOperand(order.end)) return undefined;
    const by = this.#operator(at, order.end, order.order, operator.text.slice(3));
    return { length: order.end - at, by, heads: [] };
  }

  derivative(at: number): Spelt | undefined {
    if (this.#tokens[at - 1]?.type === 'DIV') return undefined;
    const above = this.#above(at);
    const bar = above === undefined ? -1 : above.name === '' ? this.#closing(above.end) ?? above.end : above.end;
    if (above === undefined || this.#tokens[bar]?.type !== 'DIV') return undefined;
    const below = this.#below(bar + 1, above.order);
    if (below === undefined) return undefined;
    const { end, names: [first = '', second] } = below;
    const operator = second === undefined ? this.#operator(at, end, above.order, first) : this.#mixed(at, end, [first, second]);
    const [head] = operator;
    const heads = [at, bar + 1];
    const spelt = (by: readonly Token[]): Spelt => ({ length: end - at, by, heads });
    // an operator before what it is applied to
    if (above.name === '' && bar === above.end) return this.#isOperand(end) ? spelt(operator) : undefined;
    if (head === undefined) return undefined;
    const kind = above.name === '' ? 'value' : this.#defined.get(above.name);
    // `df/dx(2)` is f'(2)
    if (kind === 'function' && second === undefined && this.#tokens[end]?.type === 'LP' && this.#tokens[end]?.spaced === false) {
      return spelt([{ ...head, type: 'NAME', text: above.name }, insertedToken('PRIME', "'".repeat(above.order), head.span)]);
    }
    const bracket = (type: 'LP' | 'RP'): Token => ({ ...insertedToken(type, type === 'LP' ? '(' : ')', head.span), spaced: type === 'LP' && head.spaced });
    // what stands above the bar is the whole of what is differentiated
    const body = above.name === '' ? this.#tokens.slice(above.end, bar) : kind !== undefined ? [{ ...insertedToken('NAME', above.name, head.span), spaced: true }] : undefined;
    return body && spelt([bracket('LP'), ...operator, ...body, bracket('RP')]);
  }

  /** `d`, `d2`, `d^2`, `dy`, `d2y`, `d^2 y` */
  #above(at: number): Side | undefined {
    const token = this.#tokens[at];
    const [, digit = '', name = ''] = (token?.type === 'NAME' ? ABOVE.exec(token.text) : undefined) ?? [];
    if (token?.type !== 'NAME' || !ABOVE.test(token.text)) return undefined;
    const order = digit === '' && name === '' ? this.#order(at + 1) : undefined;
    if (order === undefined) return { order: digit === '' ? 1 : Number(digit), name, end: at + 1 };
    const behind = this.#tokens[order.end];
    return behind?.type === 'NAME' ? { order: order.order, name: behind.text, end: order.end + 1 } : { ...order, name: '' };
  }

  /** `dx`, `dx2`, `dx^2`, `dxdy`, of the order above */
  #below(at: number, order: number): { readonly names: readonly string[]; readonly end: number } | undefined {
    const token = this.#tokens[at];
    if (token?.type !== 'NAME') return undefined;
    const mixed = order === 2 ? MIXED.exec(token.text) : null;
    if (mixed !== null) return { names: mixed.slice(1), end: at + 1 };
    const [, name, digit = ''] = BELOW.exec(token.text) ?? [];
    if (name === undefined) return undefined;
    const raised = digit === '' ? this.#order(at + 1) : undefined;
    const found = raised?.order ?? (digit === '' ? 1 : Number(digit));
    return found === order ? { names: [name], end: raised?.end ?? at + 1 } : undefined;
  }

  /** `^2`, `²` */
  #order(at: number): Pick<Side, 'order' | 'end'> | undefined {
    const [sign, number] = this.#tokens.slice(at, at + 2);
    const raised = sign?.type === 'SUP' ? superscripts.get(sign.text) : undefined;
    if (raised !== undefined && /^[2-9]$/.test(raised)) return { order: Number(raised), end: at + 1 };
    return sign?.type === 'POW' && number?.type === 'NUM' && /^[2-9]$/.test(number.text) ? { order: Number(number.text), end: at + 2 } : undefined;
  }

  #isOperand(at: number): boolean {
    return OPERANDS.has(this.#tokens[at]?.type ?? '');
  }

  /** What follows the bracket that closes the one at a place. */
  #closing(at: number): number | undefined {
    if (this.#tokens[at]?.type !== 'LP') return undefined;
    let depth = 0;
    for (let k = at; k < this.#tokens.length; k++) {
      const type = this.#tokens[k]?.type;
      if (type === 'SEMI' || type === 'NL') return undefined;
      depth += type === 'LP' ? 1 : type === 'RP' ? -1 : 0;
      if (depth === 0) return k + 1;
    }
    return undefined;
  }

  #operator(at: number, end: number, order: number, name: string): Token[] {
    const power = order === 1 ? '' : `^${order}`;
    const [first, last] = [this.#tokens[at], this.#tokens[end - 1]];
    return first === undefined || last === undefined ? [] : [{ ...first, type: 'LEIB', text: `d${power}/d${name}${power}`, span: cover(first.span, last.span) }];
  }

  #mixed(at: number, to: number, names: readonly string[]): Token[] {
    const [first, last] = [this.#tokens[at], this.#tokens[to - 1]];
    if (first === undefined || last === undefined) return [];
    const span = cover(first.span, last.span);
    // each name where it stands: what a name means is found by its place
    let end = last.span.end - names.reduce((n, name) => n + 1 + name.length, 0);
    const by = names.flatMap((name) => {
      const start = end;
      end = start + 1 + name.length;
      return [insertedToken('PARTIAL', '∂', { ...last.span, start, end: start + 1 }), insertedToken('NAME', name, { ...last.span, start: start + 1, end })];
    });
    return [{ ...first, ...insertedToken('PARTIAL', '∂', span), spaced: first.spaced }, insertedToken('POW', '^', span), insertedToken('NUM', '2', span), insertedToken('DIV', '/', span), ...by];
  }
}

/** `y = …`, `f(x) = …`, `… where y = …` */
function definedNames(tokens: readonly Token[]): ReadonlyMap<string, 'function' | 'value'> {
  const names = new Map<string, 'function' | 'value'>();
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]?.type;
    if (token.type !== 'NAME' || (before !== undefined && before !== 'SEMI' && before !== 'NL' && before !== 'WHERE')) return;
    let next = at + 1;
    if (tokens[next]?.type === 'LP') while (next < tokens.length && tokens[next++]?.type !== 'RP');
    if (tokens[next]?.type === 'EQ') names.set(token.text, next > at + 1 ? 'function' : 'value');
  });
  return names;
}
