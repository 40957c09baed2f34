/** Spells a formula bottom-up with an explicit stack: nesting is bounded by memory only. */
import { partsOf, type Formula } from './formula.ts';

/** A spelt part and how tightly it holds together (`LEVEL`). */
export interface Spelt {
  readonly text: string;
  readonly level: number;
}

/** One notation: how a formula is spelt once its parts are. */
export interface Spelling {
  combine(formula: Formula, parts: readonly Spelt[]): Spelt;
}

interface Frame {
  readonly formula: Formula;
  readonly parts: readonly Formula[];
  readonly spelt: Spelt[];
}

const frame = (formula: Formula): Frame => ({ formula, parts: partsOf(formula), spelt: [] });

/**
 * Texts are built with `+` only: the engine keeps such strings as ropes, so a chain 1e5 deep costs
 * linear time, where joining arrays would copy the inner text once per level.
 */
export function spell(root: Formula, spelling: Spelling): string {
  const known = new Map<Formula, Spelt>();
  const stack: Frame[] = [frame(root)];
  for (;;) {
    const top = stack[stack.length - 1];
    if (top === undefined) return '';
    const next = top.parts[top.spelt.length];
    if (next !== undefined) {
      const done = known.get(next);
      if (done === undefined) stack.push(frame(next));
      else top.spelt.push(done);
      continue;
    }
    const result = spelling.combine(top.formula, top.spelt);
    known.set(top.formula, result);
    stack.pop();
    if (stack.length === 0) return result.text;
  }
}

/** The parts of a matrix literal, row by row. */
export function rows(shape: readonly (readonly Formula[])[], parts: readonly Spelt[], betweenRows: string, betweenItems: string): string {
  let text = '';
  let next = 0;
  shape.forEach((row, r) => row.forEach((_, c) => {
    text += (c > 0 ? betweenItems : r > 0 ? betweenRows : '') + (parts[next++]?.text ?? '');
  }));
  return text;
}
