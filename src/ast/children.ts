/** The parts of a node, for passes that treat most kinds alike. */
import type { Argument, Binder, Expr, IndexItem } from './types.ts';

/** The expressions directly inside an expression, from left to right as written. */
export function childrenOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'number': case 'name': case 'string': case 'ellipsis': case 'error': return [];
    case 'binary': return [e.left, e.right];
    case 'negate': case 'not': case 'sqrt': case 'nabla': case 'abs': case 'norm': return [e.operand];
    case 'compare': return e.operands;
    case 'conditional': return [e.condition, e.whenTrue, e.whenFalse];
    case 'lambda': return [e.parameter, e.body];
    case 'apply': return [e.callee, ...e.args.flatMap(argumentParts)];
    case 'index': return [e.base, ...e.indices.flatMap(indexParts)];
    case 'subscript': return [e.base, ...e.indices];
    case 'superscript': return [e.base, e.exponent];
    case 'prime': case 'transpose': case 'factorial': return [e.base];
    case 'partial': return [e.target, ...e.denominators.map((d) => d.variable)];
    case 'leibniz': return [e.variable, e.body];
    case 'limit': return [e.variable, e.target, e.body];
    case 'big': return [...e.binders.flatMap(binderParts), e.body];
    case 'group': return [e.inner];
    case 'tuple': case 'vector': return e.items;
    case 'matrix': return e.rows.flat();
  }
}

export function argumentParts(a: Argument): readonly Expr[] {
  switch (a.kind) {
    case 'positional': case 'given': return [a.value];
    case 'named': return [a.name, a.value];
    case 'generator': return [a.value, ...a.binders.flatMap(binderParts)];
  }
}

export function indexParts(i: IndexItem): readonly Expr[] {
  switch (i.kind) {
    case 'at': return [i.value];
    case 'range': return [i.from, i.to];
    case 'all': return [];
    case 'bind': return [i.name, i.from, i.to];
  }
}

export function binderParts(b: Binder): readonly Expr[] {
  if (b.kind === 'filter') return [b.condition];
  return [b.name, b.from, b.to, b.set].filter((part) => part !== undefined);
}
