/** Questions about syntax trees that need no meaning. Loops, not recursion: trees are as deep as users nest. */
import type { Argument, Binder, Expr, IndexItem, Statement, Subscript } from '../ast/types.ts';

/** The direct parts of an expression, in reading order. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number': case 'name': case 'string': case 'ellipsis': case 'error': return [];
    case 'binary': return [expr.left, expr.right];
    case 'negate': case 'not': case 'sqrt': case 'nabla': case 'abs': case 'norm': return [expr.operand];
    case 'compare': return expr.operands;
    case 'conditional': return [expr.condition, expr.whenTrue, expr.whenFalse];
    case 'lambda': case 'leibniz': return [expr.body];
    case 'apply': return [expr.callee, ...expr.args.flatMap(partsOfArgument)];
    case 'index': return [expr.base, ...expr.indices.flatMap(partsOfItem)];
    case 'subscript': return [expr.base, ...expr.indices];
    case 'superscript': return [expr.base, expr.exponent];
    case 'prime': case 'transpose': case 'factorial': return [expr.base];
    case 'partial': return [expr.target, ...expr.denominators.map((d) => d.variable)];
    case 'limit': return [expr.target, expr.body];
    case 'big': return [...expr.binders.flatMap(partsOfBinder), expr.body];
    case 'group': return [expr.inner];
    case 'tuple': case 'vector': return expr.items;
    case 'matrix': return expr.rows.flat();
  }
}

export function partsOfBinder(binder: Binder): Expr[] {
  if (binder.kind === 'filter') return [binder.condition];
  return [binder.from, binder.to, binder.set].filter((e) => e !== undefined);
}

function partsOfItem(item: IndexItem): Expr[] {
  if (item.kind === 'all') return [];
  return item.kind === 'at' ? [item.value] : [item.from, item.to];
}

function partsOfArgument(argument: Argument): Expr[] {
  return argument.kind === 'generator' ? [argument.value, ...argument.binders.flatMap(partsOfBinder)] : [argument.value];
}

/** Every expression of a tree, outermost first, in reading order. */
export function* everyExpr(root: Expr): Generator<Expr, void, undefined> {
  const stack: Expr[] = [root];
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    yield expr;
    const children = childrenOf(expr);
    for (let k = children.length - 1; k >= 0; k--) {
      const child = children[k];
      if (child !== undefined) stack.push(child);
    }
  }
}

export function someExpr(root: Expr, test: (expr: Expr) => boolean): boolean {
  for (const expr of everyExpr(root)) if (test(expr)) return true;
  return false;
}

/** Whether a derivative is taken somewhere inside. */
export function takesDerivative(root: Expr): boolean {
  return someExpr(root, (e) => e.kind === 'leibniz' || e.kind === 'partial' || e.kind === 'nabla' || e.kind === 'limit');
}

/** The expressions that stand directly in a statement of a function or loop body. */
export function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.kind) {
    case 'define': case 'update': return [statement.left, statement.value];
    case 'return': case 'expression': return [statement.value];
    case 'init': return statement.items.flatMap((item) => [item.left, item.value]);
    case 'const': return statement.items.map((item) => item.value);
    case 'distributed': return [statement.left, statement.distribution];
    case 'check': return [statement.claim];
    case 'check-derivative': return [statement.of, ...statement.wrt, statement.expected];
    case 'derive': return [...statement.what.flatMap((r) => r.order ?? []), ...statement.of, ...statement.wrt, ...statement.along];
    case 'assume': return [statement.condition];
    case 'subject': return statement.constraints;
    default: return [];
  }
}

/** `θ₁` as a name of its own, where θ is no tensor: `θ_1`; `aₗ₋₁` stays as it is written. */
export function compositeName(expr: Subscript): string {
  const { base, text } = expr;
  const name = base.kind === 'name' ? base.name : '';
  return /^\w+$/u.test(text) ? `${name}_${text}` : expr.span.source.text.slice(expr.span.start, expr.span.end);
}

/** `s_k`: what stands before and after its last underscore. */
export function subscripted(name: string): { readonly base: string; readonly suffix: string } {
  const at = name.lastIndexOf('_');
  return at <= 0 ? { base: name, suffix: '' } : { base: name.slice(0, at), suffix: name.slice(at + 1) };
}
