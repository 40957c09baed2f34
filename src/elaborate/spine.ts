/** Chains of operators as lists: the tree of `a + b - c` leans to the left and may be 1e5 deep. */
import type { Expr } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';

export interface Summand {
  readonly expr: Expr;
  readonly negative: boolean;
  /** the operator in front; absent for the first summand */
  readonly opSpan?: Span;
}

/** `a + b - c` as its summands in order. Groups are left alone: what the user bracketed stays together. */
export function summandsOf(expr: Expr): Summand[] {
  const reversed: Summand[] = [];
  let rest = expr;
  while (rest.kind === 'binary' && (rest.op === '+' || rest.op === '-')) {
    reversed.push({ expr: rest.right, negative: rest.op === '-', opSpan: rest.opSpan });
    rest = rest.left;
  }
  reversed.push({ expr: rest, negative: false });
  return reversed.reverse();
}

/** The expression inside any number of grouping brackets. */
export function ungroup(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'group') inner = inner.inner;
  return inner;
}
