/** How much a piece of a program probably does: to tell the loops that matter. */
import { core } from '../../ops/core.ts';
import type { OpName } from '../../ops/table.ts';
import { constantPoly, evaluatePoly, type Poly } from '../poly.ts';
import type { SizeHint } from '../prepare.ts';
import type { Expr, Stmt } from '../types.ts';
import { eachExpr, ownExprs } from '../visit.ts';

/** Operations that the machine has as a few instructions. */
const CHEAP: ReadonlySet<OpName> = new Set([core.abs, core.max, core.min, core.where, core.lt, core.le, core.gt, core.ge, core.eq, core.and, core.sqrt, core.hypot, core.xdivy]);
/** What any other operation costs, in multiplications. */
const DEAR = 10;

/** Calls a function: what is saved beside it does not show. */
export function isDear(e: Expr): boolean {
  let dear = false;
  eachExpr(e, (x) => {
    if (x.kind === 'call' || (x.kind === 'op' && !CHEAP.has(x.op))) dear = true;
  });
  return dear;
}

/** At probable sizes. */
export function workOf(statements: readonly Stmt[], hint: SizeHint): number {
  let total = 0;
  for (const s of statements) {
    total += 1;
    for (const e of ownExprs(s)) eachExpr(e, (x) => (total += x.kind === 'call' || (x.kind === 'op' && !CHEAP.has(x.op)) ? DEAR : 1));
    if (s.kind === 'for') total += extent(s.to, hint) * workOf(s.body, hint);
    if (s.kind === 'if') total += workOf(s.body, hint);
    if (s.kind === 'matmul') total += extent(s.rows, hint) * extent(s.columns, hint) * extent(s.inner, hint);
  }
  return total;
}

const extent = (p: Poly, hint: SizeHint): number => constantPoly(p) ?? Math.max(evaluatePoly(p, hint, () => 1), 1);
