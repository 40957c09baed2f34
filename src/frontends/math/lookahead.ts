/** What must be known of a bracket before it is entered, found in one pass so that the filter stays linear. */
import { subscriptText } from './scripts.ts';
import type { Token } from './tokens.ts';

export interface GroupFacts {
  /** positions of opening brackets with a comma directly inside */
  readonly hasComma: ReadonlySet<number>;
  /** positions of opening brackets with `..` or `to` directly inside */
  readonly hasRange: ReadonlySet<number>;
  /** opening bracket → its closing bracket */
  readonly partner: ReadonlyMap<number, number>;
  /** letter → the last place where it stands below something: `x_i`, `xᵢ`, `x_{i}` */
  readonly lastBelow: ReadonlyMap<string, number>;
}

export function groupFacts(tokens: readonly Token[]): GroupFacts {
  const hasComma = new Set<number>();
  const hasRange = new Set<number>();
  const partner = new Map<number, number>();
  const lastBelow = new Map<string, number>();
  const open: number[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    for (const letter of lettersBelow(tokens, at)) lastBelow.set(letter, at);
    const innermost = open[open.length - 1];
    switch (tokens[at]?.type) {
      case 'LP': case 'LB': case 'LC': case 'LSUB': case 'LSUP':
        open.push(at);
        break;
      case 'RP': case 'RB': case 'RC':
        open.pop();
        if (innermost !== undefined) partner.set(innermost, at);
        break;
      case 'COMMA':
        if (innermost !== undefined) hasComma.add(innermost);
        break;
      case 'DOTS': case 'TO':
        if (innermost !== undefined) hasRange.add(innermost);
        break;
    }
  }
  return { hasComma, hasRange, partner, lastBelow };
}

/** The letters of the subscript that a token holds or begins. */
export function lettersBelow(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  switch (token?.type) {
    case 'SUB': return subscriptText(token);
    case 'LSUB': return tokens[at + 1]?.type === 'NAME' ? tokens[at + 1]?.text ?? '' : '';
    case 'NAME': return /_(\p{L}+)$/u.exec(token.text)?.[1] ?? '';
    default: return '';
  }
}

/** Whether the parenthesis at `at` binds indices: `(i in …`, `(i, j ∈ …`, `(i = 1 to N`; `(z, axis = 1` does not. */
export function startsBinder(tokens: readonly Token[], facts: GroupFacts, at: number): boolean {
  for (let i = at + 1; tokens[i]?.type === 'NAME'; i += 2) {
    const next = tokens[i + 1]?.type;
    if (next === 'IN' || next === 'ELEM') return true;
    if (next === 'EQ') return facts.hasRange.has(at);
    if (next !== 'COMMA') return false;
  }
  return false;
}

/** Whether the ∂ at `at`, after a denominator, is the numerator of a further derivative. */
export function beginsDerivative(tokens: readonly Token[], facts: GroupFacts, at: number): boolean {
  let next = at + 1;
  if (tokens[next]?.type !== 'NAME') return true;
  next += 1;
  while (['SUB', 'SUP'].includes(tokens[next]?.type ?? '')) next += 1;
  const bracket = facts.partner.get(next);
  if (bracket !== undefined && tokens[next]?.type !== 'LP') next = bracket + 1;
  return tokens[next]?.type === 'DIV' && tokens[next + 1]?.type === 'PARTIAL';
}

/** The variable of `∇_x`, `∇ₓ`, `∇_{x}`, in how many tokens behind the nabla it stands; undefined when there is none. */
export function variableBelow(tokens: readonly Token[], at: number): { readonly name: Token; readonly tokens: number } | undefined {
  const [next, inner, close] = tokens.slice(at + 1, at + 4);
  if (next === undefined || next.spaced) return undefined;
  if (next.type === 'LSUB' && inner?.type === 'NAME' && close?.type === 'RC') return { name: inner, tokens: 3 };
  const letters = next.type === 'SUB' ? subscriptText(next) : next.type === 'NAME' && next.text.startsWith('_') ? next.text.slice(1) : '';
  return letters === '' ? undefined : { name: { ...next, text: letters, span: next.type === 'SUB' ? next.span : { ...next.span, start: next.span.start + 1 } }, tokens: 1 };
}

/** Whether the ∂ at `at` stands alone above the line: `∂/∂x f`, `∂²/∂x² f`. */
export function isOperator(tokens: readonly Token[], at: number): boolean {
  const order = tokens[at + 1]?.type === 'SUP' ? 1 : tokens[at + 1]?.type === 'POW' && tokens[at + 2]?.type === 'NUM' ? 2 : 0;
  return tokens[at + 1 + order]?.type === 'DIV';
}
