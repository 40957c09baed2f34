/**
 * Sums in fewer operations: c - (p + q) rather than -p - q + c, the same number with a sign less, and 2*(p + q) rather
 * than 2*p + 2*q. One that only subtracts is the negative of a sum.
 */
import { arithmetic, negated, number } from './scalar.ts';
import type { Expr, Program, Stmt } from './types.ts';
import { rewriteExpr, rewriteOwn } from './visit.ts';

export function shortSums(program: Program): Program {
  const body = program.body.map(inStatement);
  return { ...program, body, ...(program.result === undefined ? {} : { result: rewriteExpr(program.result, shortSum) }) };
}

function inStatement(s: Stmt): Stmt {
  const own = rewriteOwn(s, (e) => rewriteExpr(e, shortSum), (p) => p);
  return own.kind === 'for' || own.kind === 'if' ? { ...own, body: own.body.map(inStatement) } : own;
}

export function shortSum(e: Expr): Expr {
  if (e.kind !== 'arithmetic' || (e.op !== '+' && e.op !== '-')) return e;
  const { op, left, right } = e;
  if (right.kind === 'negate') return shortSum({ ...e, op: op === '+' ? '-' : '+', right: right.arg });
  if (left.kind === 'negate') return op === '+' ? shortSum({ ...e, op: '-', left: right, right: left.arg }) : negated(shortSum({ ...e, op: '+', left: left.arg }));
  const [first, second] = [multipleOf(left), multipleOf(right)];
  if (first === undefined || second?.coefficient !== first.coefficient) return e;
  return arithmetic('*', number(first.coefficient), shortSum({ ...e, left: first.of, right: second.of }));
}

function multipleOf(e: Expr): { readonly coefficient: number; readonly of: Expr } | undefined {
  return e.kind === 'arithmetic' && e.op === '*' && e.left.kind === 'number' ? { coefficient: e.left.value, of: e.right } : undefined;
}
