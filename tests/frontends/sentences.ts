/** Random sentences of the grammar, as tokens: a derivation whose rules are chosen by how much room is left. */
import { makeRules, start } from '../../grammar/math.generated.ts';
import type { Actions, Rule } from '../../grammar/math.generated.ts';
import { PARSED } from '../../src/frontends/math/deep.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import type { Token } from '../../src/frontends/math/tokens.ts';

/** mulberry32: small, fast, and the same everywhere */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const actions = new Proxy({}, { get: () => () => undefined }) as Actions;
const byName = new Map<string, Rule[]>();
const isWritten = (rule: Rule): boolean => !rule.symbols.some((symbol) => typeof symbol === 'object' && PARSED.has(symbol.type));
for (const rule of makeRules(actions).filter(isWritten)) byName.set(rule.name, [...(byName.get(rule.name) ?? []), rule]);

/** The least number of tokens that each nonterminal, and each rule, derives. */
const shortest = new Map<string, number>();
for (let changed = true; changed;) {
  changed = false;
  for (const [name, rules] of byName) {
    const best = Math.min(...rules.map(lengthOf));
    if (best < (shortest.get(name) ?? Infinity)) {
      shortest.set(name, best);
      changed = true;
    }
  }
}
function lengthOf(rule: Rule): number {
  return rule.symbols.reduce((sum, symbol) => sum + (typeof symbol === 'string' ? shortest.get(symbol) ?? Infinity : 1), 0);
}

/** Terminals of one sentence with about `room` tokens to spare. */
export function randomSentence(random: () => number, room: number): string[] {
  const out: string[] = [];
  const stack: (string | { readonly type: string })[] = [start];
  let left = room;
  for (let symbol = stack.pop(); symbol !== undefined; symbol = stack.pop()) {
    if (typeof symbol !== 'string') {
      out.push(symbol.type);
      left -= 1;
      continue;
    }
    const rules = byName.get(symbol) ?? [];
    const affordable = rules.filter((rule) => lengthOf(rule) <= Math.max(left, shortest.get(symbol) ?? 0));
    // the ladder of precedence is long: without a push towards longer rules nearly every sentence is one operand
    const weights = affordable.map((rule) => (rule.symbols.length === 1 ? 1 : left > 0 ? 0.7 : 0.05));
    let pick = random() * weights.reduce((a, b) => a + b, 0);
    let at = 0;
    while (at < weights.length - 1 && (pick -= weights[at] ?? 0) > 0) at += 1;
    for (const part of affordable[at]?.symbols.toReversed() ?? []) stack.push(part);
  }
  return out;
}

const spellings: Readonly<Record<string, readonly string[]>> = {
  NAME: ['x', 'y', 'A', 'f', 'θ'], NUM: ['2', '3', '10', '1/2'], STR: ['"./a.diff"'], SUP: ['²', 'ⁿ⁺¹'], SUB: ['ᵢ', '₁', 'ₗ₋₁'], PSUP: ['²'], DSUP: ['²', '³'], DSUB: ['ᵢ', '₁'],
  BSUB: ['ᵢ'], BSUP: ['ᴺ'], LEIB: ['d/dx', 'd²/dt²'], BIG: ['sum', 'prod'], CMP: ['<', '==', '!='], ELEM: ['in'], PRIME: ["'", "''"],
  TRANS: ['ᵀ'], PARTIAL: ['∂'], PDEN: ['∂'], NABLA: ['∇'], ROOT: ['√'], ARROW: ['->'], GETS: [':='], OPSET: ['-='], TILDE: ['~'], EQ: ['='],
  DOTS: ['..'], EPOW: ['.^'], POW: ['^'], BPOW: ['^'], EMUL: ['.*'], EDIV: ['./'], AT: ['@'], MUL: ['*'], DIV: ['/'], PDIV: ['/'], PLUS: ['+'],
  MINUS: ['-'], JUXT: [' '], COEF: [''], PEND: [''], BEND: [''], LBAR: ['|'], RBAR: ['|'], GIVEN: ['|'], LNORM: ['‖'], RNORM: ['‖'], BANG: ['!'],
  QM: ['?'], COMMA: [','], COLON: [':'], DOT: ['.'], ELL: ['…'], LP: ['('], LPC: ['('], RP: [')'], RPB: [')'], LB: ['['], LBI: ['['], RB: [']'],
  RBB: [']'], LC: ['{'], RC: ['}'], LSUB: ['_{'], LSUP: ['^{'], RSUB: ['}'], RSUBB: ['}'], RSUP: ['}'], RSUPB: ['}'], ROWSEP: [';'], LIM: ['lim'],
  IFX: ['if'], PROP: ['sym'],
};

/** Classes of terminals that the grammar treats alike. */
const members: Readonly<Record<string, readonly string[]>> = {
  ADD: ['PLUS', 'MINUS'], TIMES: ['MUL', 'DIV', 'AT', 'EMUL', 'EDIV', 'JUXT'], RAISE: ['POW', 'EPOW'], TIGHT: ['ROOT', 'NABLA'],
  MARK: ['SUP', 'SUB', 'PRIME', 'TRANS', 'BANG'], SETS: ['GETS', 'OPSET'],
};

/** One member for every class. */
export function typesOf(terminals: readonly string[], random: () => number): string[] {
  return terminals.map((type) => {
    const choices = members[type];
    return choices?.[Math.floor(random() * choices.length)] ?? type;
  });
}

/** Terminals as tokens over a source text of their spellings. */
export function tokensOf(terminals: readonly string[], random: () => number): Token[] {
  const chosen = terminals.map((type) => {
    const texts = spellings[type] ?? [type.toLowerCase()];
    return texts[Math.floor(random() * texts.length)] ?? '';
  });
  const source: Source = { name: '<fuzz>', text: chosen.join(' ') };
  let at = 0;
  return terminals.map((type, i) => {
    const text = chosen[i] ?? '';
    const span = { source, start: at, end: at + text.length };
    at += text.length + 1;
    return { type, text, span, spaced: true, column: span.start, docs: [], trailing: [] };
  });
}
