import { binderParts, indexParts } from './children.ts';
import type { Declaration, Expr, Statement, TypeExpr } from './types.ts';

/** The outermost expressions of a statement, its block included block by block (`body` itself is not entered). */
export function expressionsOf(s: Statement): readonly Expr[] {
  switch (s.kind) {
    case 'module': case 'import': case 'broken': return [];
    case 'pragma': return s.value ? [s.value] : [];
    case 'dim': case 'declare': return s.items.flatMap(declarationParts);
    case 'const': return s.items.map((item) => item.value);
    case 'index': case 'recur': return s.binders.flatMap(binderParts);
    case 'define': return [s.left, s.value, ...s.family.flatMap(binderParts)];
    case 'update': return [s.left, s.value];
    case 'distributed': return [s.left, s.distribution];
    case 'fn': case 'opaque': return [...s.parameters.flatMap((p) => typeParts(p.type)), ...typeParts(s.result)];
    case 'return': case 'expression': return [s.value];
    case 'init': return s.items.flatMap((item) => [item.left, item.value]);
    case 'derive': return [...s.what.flatMap((r) => r.order ?? []), ...s.of, ...s.wrt, ...s.along, ...s.using.flatMap((o) => o.value ?? [])];
    case 'check': return [s.claim];
    case 'check-derivative': return [s.of, ...s.wrt, s.expected];
    case 'assume': return [s.condition];
    case 'subject': return s.constraints;
  }
}

function declarationParts(d: Declaration): readonly Expr[] {
  return [...d.family.flatMap(indexParts), ...typeParts(d.type), ...[d.init, d.where].filter((part) => part !== undefined)];
}

function typeParts(type: TypeExpr | undefined): readonly Expr[] {
  if (!type) return [];
  return [...type.dims, ...(type.range ? [type.range.from, type.range.to] : []), ...(type.of ? [type.of] : [])];
}
