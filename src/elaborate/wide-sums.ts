/**
 * Sums over more than the grammar gives them. By the grammar `Σᵢ` takes one term, as in `Σᵢ xᵢ² + λ`; but in
 * `-Σᵢ yᵢ log pᵢ + (1 - yᵢ) log(1 - pᵢ)` the second term has an i of no other sum, and people write this to mean both.
 * Such a sum runs to the last term that uses its index.
 */
import { run, type Visit } from '../ast/trampoline.ts';
import type { Argument, Big, Expr, Statement } from '../ast/types.ts';
import { cover, type Span } from '../diagnostics/span.ts';
import { withImplied } from './implied.ts';
import { summandsOf, ungroup, type Summand } from './spine.ts';
import { childrenOf, expressionsOf, subscripted } from './syntax.ts';

export interface WideSum {
  readonly sum: Span;
  /** all of its terms */
  readonly body: Span;
}

/** The statement with its sums as wide as their indices are used, and which were widened. */
export function withWideSums(statement: Statement): { readonly statement: Statement; readonly wide: readonly WideSum[] } {
  if (!expressionsOf(statement).some(leavesIndices)) return { statement, wide: [] };
  const wide: WideSum[] = [];
  const widen = (expr: Expr): Expr => run(widened(expr, wide));
  switch (statement.kind) {
    case 'define': case 'update': case 'expression': return { statement: { ...statement, value: widen(statement.value) }, wide };
    case 'check': return { statement: { ...statement, claim: widen(statement.claim) }, wide };
    default: return { statement, wide };
  }
}

/** Whether some chain of terms has a sum with its index in a later term. */
function leavesIndices(root: Expr): boolean {
  const stack: Expr[] = [root];
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    const summands = isChain(expr) ? summandsOf(expr) : [];
    if (summands.some((_, k) => reachOf(summands, k) > k)) return true;
    stack.push(...(summands.length > 0 ? summands.map((s) => s.expr) : childrenOf(expr)));
  }
  return false;
}

const isChain = (expr: Expr): boolean => expr.kind === 'binary' && (expr.op === '+' || expr.op === '-');

/** The last term to which a sum that ends term k runs; k where none needs another. */
function reachOf(summands: readonly Summand[], k: number): number {
  const expr = summands[k]?.expr;
  const indices = expr === undefined ? [] : rightEdge(expr).flatMap((part) => (part.kind === 'big' ? indicesOf(part) : []));
  return indices.length === 0 ? k : lastUse(summands, k, indices);
}

/** The last term behind k that uses one of the indices; k where none does. */
function lastUse(summands: readonly Summand[], k: number, indices: readonly string[]): number {
  const own = new Set(indices);
  for (let last = summands.length - 1; last > k; last--) {
    const expr = summands[last]?.expr;
    if (expr !== undefined && usesIndex(expr, own)) return last;
  }
  return k;
}

/** What ends where the expression ends, outermost first: a sum on it would take whatever stands behind the expression in brackets. */
function rightEdge(expr: Expr): readonly Expr[] {
  const edge: Expr[] = [];
  for (let end: Expr | undefined = expr; end !== undefined;) {
    edge.push(end);
    if (end.kind === 'big') end = end.body;
    else if (end.kind === 'negate') end = end.operand;
    else end = end.kind === 'binary' && (end.op === '*' || end.op === 'juxt' || end.op === 'coef') ? end.right : undefined;
  }
  return edge;
}

const indicesOf = (sum: Big): readonly string[] =>
  withImplied(sum.binders, () => false).flatMap((binder) => (binder.kind === 'over' ? [binder.name.name] : []));

/** Whether one of the names stands in an index, and no sum inside binds it. */
function usesIndex(root: Expr, names: ReadonlySet<string>): boolean {
  const stack: (readonly [Expr, ReadonlySet<string>])[] = [[root, names]];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const [expr, left] = item;
    if (left.size === 0) continue;
    if (positionsIn(expr).some((name) => left.has(name))) return true;
    const bound = expr.kind === 'big' ? indicesOf(expr) : [];
    const inside = bound.length === 0 ? left : new Set([...left].filter((name) => !bound.includes(name)));
    for (const child of childrenOf(expr)) stack.push([child, inside]);
  }
  return false;
}

/** The names in the indices of an element: `x[i, j+1]`, `xᵢⱼ`, `x_i`, `x_ij`. */
function positionsIn(expr: Expr): readonly string[] {
  if (expr.kind === 'name') {
    const { suffix } = subscripted(expr.name);
    return /^[i-s]{2,3}$/u.test(suffix) ? [...suffix] : [suffix];
  }
  const items = expr.kind === 'subscript' ? expr.indices : expr.kind === 'index' ? expr.indices.flatMap((item) => (item.kind === 'at' ? [item.value] : [])) : [];
  return items.flatMap((item) => {
    const terms = summandsOf(ungroup(item)).map((term) => ungroup(term.expr));
    return terms.flatMap((term) => (term.kind === 'name' ? [term.name] : []));
  });
}

function* widened(expr: Expr, wide: WideSum[]): Visit<Expr> {
  if (isChain(expr)) {
    const summands: Summand[] = [];
    for (const summand of summandsOf(expr)) summands.push({ ...summand, expr: yield widened(summand.expr, wide) });
    return joined(summands, wide);
  }
  switch (expr.kind) {
    case 'binary': return { ...expr, left: yield widened(expr.left, wide), right: yield widened(expr.right, wide) };
    case 'group': return { ...expr, inner: yield widened(expr.inner, wide) };
    case 'negate': case 'sqrt': case 'nabla': case 'abs': case 'norm': return { ...expr, operand: yield widened(expr.operand, wide) };
    case 'big': case 'leibniz': return { ...expr, body: yield widened(expr.body, wide) };
    case 'partial': return { ...expr, target: yield widened(expr.target, wide) };
    case 'superscript': return { ...expr, base: yield widened(expr.base, wide) };
    case 'compare': {
      const operands: Expr[] = [];
      for (const operand of expr.operands) operands.push(yield widened(operand, wide));
      return { ...expr, operands };
    }
    case 'apply': {
      const args: Argument[] = [];
      for (const argument of expr.args) args.push(argument.kind === 'positional' ? { ...argument, value: yield widened(argument.value, wide) } : argument);
      return { ...expr, args };
    }
    default: return expr;
  }
}

/** The chain with every sum around the terms that it reaches. */
function joined(summands: readonly Summand[], wide: WideSum[]): Expr {
  const terms: Summand[] = [];
  for (let k = 0; k < summands.length; k++) {
    const summand = summands[k];
    if (summand === undefined) continue;
    const last = reachOf(summands, k);
    terms.push(last === k ? summand : { ...summand, expr: around(summands, k, wide) });
    k = last;
  }
  return chain(terms);
}

/** Term k with the terms that its sums reach, each in the innermost sum that needs it. */
function around(summands: readonly Summand[], k: number, wide: WideSum[]): Expr {
  const edge = summands[k] === undefined ? [] : rightEdge(summands[k].expr);
  let taken = k;
  return edge.reduceRight((inner, part) => {
    const span = cover(part.span, inner.span);
    if (part.kind === 'binary') return { ...part, right: inner, span };
    if (part.kind === 'negate') return { ...part, operand: inner, span };
    if (part.kind !== 'big') return inner;
    const last = lastUse(summands, taken, indicesOf(part));
    if (last === taken) return { ...part, body: inner, span };
    const body = chain([{ expr: inner, negative: false }, ...summands.slice(taken + 1, last + 1)]);
    taken = last;
    const sum: Big = { ...part, body: { kind: 'group', bracket: '(', inner: body, span: body.span }, span: cover(part.span, body.span) };
    wide.push({ sum: sum.span, body: body.span });
    return sum;
  });
}

function chain(terms: readonly Summand[]): Expr {
  return terms.map((term) => term.expr).reduce((left, right, k) => {
    const { negative = false, opSpan = right.span } = terms[k] ?? {};
    return { kind: 'binary', op: negative ? '-' : '+', opSpan, left, right, span: cover(left.span, right.span) };
  });
}
