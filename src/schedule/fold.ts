/**
 * Arithmetic on numbers that unrolling made visible. A zero here is structural (a position off the diagonal,
 * an accumulator before its first term): 0·x is nothing, whatever x is.
 */
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';
import { constantPoly } from './poly.ts';
import { arithmetic, isNumber, negated, number } from './scalar.ts';
import type { Expr } from './types.ts';
import { rewriteExpr } from './visit.ts';

export function fold(e: Expr): Expr {
  return rewriteExpr(e, foldOne);
}

function foldOne(e: Expr): Expr {
  switch (e.kind) {
    case 'index': {
      const n = constantPoly(e.poly);
      return n === undefined ? e : number(n);
    }
    case 'arithmetic': return foldArithmetic(e);
    case 'negate': return e.arg.kind === 'number' || e.arg.kind === 'negate' ? negated(e.arg) : e;
    case 'op': return foldOperation(e);
    default: return e;
  }
}

function foldArithmetic(e: Extract<Expr, { kind: 'arithmetic' }>): Expr {
  const { op, left, right } = e;
  if (left.kind === 'number' && right.kind === 'number') return arithmetic(op, left, right);
  switch (op) {
    case '+':
      if (isNumber(left, 0)) return right;
      return isNumber(right, 0) ? left : right.kind === 'negate' ? foldOne({ ...e, op: '-', right: right.arg }) : e;
    case '-':
      if (isNumber(right, 0)) return left;
      return isNumber(left, 0) ? negated(right) : right.kind === 'negate' ? foldOne({ ...e, op: '+', right: right.arg }) : e;
    case '*':
      if (isNumber(left, 0) || isNumber(right, 0)) return number(0);
      if (isNumber(left, 1)) return right;
      if (isNumber(right, 1)) return left;
      return isNumber(left, -1) ? negated(right) : isNumber(right, -1) ? negated(left) : e;
    case '/':
      if (isNumber(left, 0)) return number(0);
      return isNumber(right, 1) ? left : e;
  }
}

/** Comparisons and selections of numbers are decided; nothing else is evaluated ahead of time. */
function foldOperation(e: Extract<Expr, { kind: 'op' }>): Expr {
  const row = rowOf(e.op);
  const [first, second, third] = e.args;
  if (e.op === core.where && first?.kind === 'number' && second !== undefined && third !== undefined) return first.value !== 0 ? second : third;
  if (row.kind !== 'primitive' || !(row.facts?.includes('boolean') ?? false)) return e;
  const values = e.args.flatMap((a) => (a.kind === 'number' ? [a.value] : []));
  return values.length === e.args.length ? number(row.evaluate(...values)) : e;
}
