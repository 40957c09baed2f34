/**
 * Gives chains their shape. The grammar parses `a^b^c` and `a < b < c` to the left, since nearley is linear on
 * left recursion only; here powers are turned to the right and comparisons become one node. Explicit brackets
 * are group nodes, so a power directly left of a power is always a chain.
 */
import { childrenOf } from '../../ast/children.ts';
import { expressionsOf } from '../../ast/statement-parts.ts';
import { isPower } from '../../ast/levels.ts';
import type { Binary, Compare, Expr, Statement } from '../../ast/types.ts';
import { cover } from '../../diagnostics/span.ts';

/** The parser's own nodes, not yet shared with anyone, may be completed in place. */
type Fresh<T> = { -readonly [K in keyof T]: T[K] };

/** Completes the expressions of a statement in place, with a stack of its own. */
export function finishStatement(statement: Statement): void {
  const stack: Expr[] = [...expressionsOf(statement)];
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (isPowerNode(e)) turnPowers(e);
    else if (e.kind === 'compare') flattenComparisons(e);
    for (const child of childrenOf(e)) stack.push(child);
  }
}

function isPowerNode(e: Expr): e is Binary {
  return e.kind === 'binary' && isPower(e.op);
}

/** ((a^b)^-c)^d becomes a^(b^(-(c^d))): signs in an exponent take the rest of the chain. */
function turnPowers(top: Fresh<Binary>): void {
  const links: Binary[] = [];
  let base: Expr = top;
  while (isPowerNode(base)) {
    links.push(base);
    base = base.left;
  }
  if (links.length === 1) return;
  const last = links[0] as Binary;
  const end = last.right.span;
  // from the right: `tail` is the exponent of the link before it
  let tail: Expr = last.right;
  for (let i = 1; i < links.length; i += 1) {
    const link = links[i] as Binary;
    const next = links[i - 1] as Binary;
    tail = underSigns(link.right, (operand) => ({
      kind: 'binary', op: next.op, left: operand, right: tail, span: cover(operand.span, end), opSpan: next.opSpan,
    }));
  }
  const head = links.at(-1) as Binary;
  const { op, opSpan } = head;
  Object.assign(top, { op, opSpan, left: base, right: tail });
}

/** Rebuilds `--x` as `--f(x)`. */
function underSigns(e: Expr, f: (operand: Expr) => Binary): Expr {
  const signs: Expr[] = [];
  let operand = e;
  while (operand.kind === 'negate') {
    signs.push(operand);
    operand = operand.operand;
  }
  let out: Expr = f(operand);
  for (let sign = signs.pop(); sign; sign = signs.pop()) out = { kind: 'negate', operand: out, span: cover(sign.span, out.span) };
  return out;
}

function flattenComparisons(top: Fresh<Compare>): void {
  const links: Compare[] = [];
  let first: Expr = top;
  while (first.kind === 'compare' && first.operands[0]) {
    links.push(first);
    first = first.operands[0];
  }
  if (links.length === 1) return;
  links.reverse();
  top.operators = links.flatMap((link) => link.operators);
  top.operands = [first, ...links.map((link) => link.operands[1] as Expr)];
}
