/**
 * Indices that a binder brings along without listing them: `∑_{i<j}` runs over pairs, `∑_{1≤i≤n}` from 1 to n,
 * `∑_{j≠i}` over all but the i that stands around it, `∑_{ij}` over i and j.
 */
import type { Binder, Compare, Expr, Name } from '../ast/types.ts';
import { ungroup } from './spine.ts';

/** The same binders, with one of its own for every index. */
export function withImplied(binders: readonly Binder[], isBound: (name: string) => boolean): readonly Binder[] {
  const all: Binder[] = [];
  const own = new Set<string>();
  for (const binder of binders.flatMap(splitLetters)) {
    // beside indices that are listed a condition is only a condition
    const condition = binder.kind === 'filter' && own.size === 0 ? ungroup(binder.condition) : undefined;
    const parts = condition?.kind === 'compare' ? readCondition(condition, isBound) : [binder];
    for (const part of parts) {
      if (part.kind === 'over') own.add(part.name.name);
      all.push(part);
    }
  }
  return all;
}

/** `ij` is two indices, unless it is given a range. */
function splitLetters(binder: Binder): readonly Binder[] {
  if (binder.kind !== 'over' || binder.from !== undefined || binder.set !== undefined || !/^[i-s]{2,3}$/u.test(binder.name.name)) return [binder];
  return [...binder.name.name].map((name, k): Binder => {
    const start = binder.name.span.start + k;
    return { kind: 'over', name: { kind: 'name', name, span: { ...binder.name.span, start, end: start + 1 } } };
  });
}

function readCondition(condition: Compare, isBound: (name: string) => boolean): readonly Binder[] {
  const range = rangeOf(condition, isBound);
  if (range !== undefined) return range;
  const [first, second] = condition.operands;
  const running = condition.operands.filter((operand): operand is Name => isIndexName(operand) && !isBound(operand.name));
  // `j ≠ i`, `j < i`, `k ≠ y` by themselves speak of one i, of one class y; all pairs are written `i ≠ j`
  const isPair = first?.kind === 'name' && second?.kind === 'name' && first.name < second.name && PAIRED.test(second.name);
  const introduced = running.length === 2 && !isPair ? running.slice(0, 1) : running;
  return [...introduced.map((name): Binder => ({ kind: 'over', name })), { kind: 'filter', condition, span: condition.span }];
}

/** `1 ≤ i < j ≤ n`: every index runs between the ends, and what stands between two of them is a condition. */
function rangeOf({ operands, operators, span }: Compare, isBound: (name: string) => boolean): readonly Binder[] | undefined {
  const inner = operands.slice(1, -1);
  const from = bound(operands[0], operators[0], 1);
  const to = bound(operands.at(-1), operators.at(-1), -1);
  if (from === undefined || to === undefined || inner.length === 0) return undefined;
  if (!inner.every((operand): operand is Name => isIndexName(operand) && !isBound(operand.name))) return undefined;
  const ranges = inner.map((name): Binder => ({ kind: 'over', name, from, to }));
  if (inner.length === 1) return ranges;
  return [...ranges, { kind: 'filter', condition: { kind: 'compare', operands: inner, operators: operators.slice(1, -1), span }, span }];
}

/** An end of a chain as the first or last position: `0 < i` begins at 1. */
function bound(end: Expr | undefined, operator: Compare['operators'][number] | undefined, step: 1 | -1): Expr | undefined {
  if (end === undefined || isIndexName(end)) return undefined;
  if (operator === '<=') return end;
  const one: Expr = { kind: 'number', text: '1', span: end.span };
  return operator === '<' ? { kind: 'binary', op: step === 1 ? '+' : '-', opSpan: end.span, left: end, right: one, span: end.span } : undefined;
}

const PAIRED = /^[i-s]/u;

/** Indices are small letters; n and capitals are sizes. */
export const isIndexName = (expr: Expr): expr is Name => expr.kind === 'name' && /^\p{Ll}\d*$/u.test(expr.name) && expr.name !== 'n';
