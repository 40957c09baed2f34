/** The grammar's actions for statements. Documentation and blocks are put in afterwards (parse.ts). */
import type { BinaryOperator, Binder, Declaration, Expr, IndexItem, Name, Option, Parameter, Requested, Statement, TypeExpr } from '../../ast/types.ts';
import { cover } from '../../diagnostics/span.ts';
import type { Span } from '../../diagnostics/span.ts';
import { stringValue } from './build-expressions.ts';
import { toArray } from './cells.ts';
import type { Cell } from './cells.ts';
import type { Token } from './tokens.ts';

/** `name` tokens arrive as nodes; their documentation is looked up by the token's place. */
const docs: readonly string[] = [];
const nameOf = (t: Token): Name => ({ kind: 'name', name: t.text, span: t.span });

// ---------- file level ----------
export const moduleStatement = ([head, name]: [Token, Token]): Statement => ({
  kind: 'module', name: nameOf(name), docs, span: cover(head.span, name.span),
});
interface ImportName {
  readonly name: Name;
  readonly as?: Name;
}
export const importName = ([name, , as]: [Token, Token?, Token?]): ImportName => ({ name: nameOf(name), ...(as && { as: nameOf(as) }) });
export const importStatement = ([head, , names, , , path]: [Token, Token, Cell<ImportName>, Token, Token, Token]): Statement => ({
  kind: 'import', names: toArray(names), from: { kind: 'string', value: stringValue(path), span: path.span }, docs, span: cover(head.span, path.span),
});
export const basePragma = ([head, value]: [Token, Token]): Statement => ({
  kind: 'pragma', name: nameOf(head), value: { kind: 'number', text: value.text, span: value.span }, docs, span: cover(head.span, value.span),
});
export const matrixPragma = ([head]: [Token]): Statement => ({ kind: 'pragma', name: nameOf(head), docs, span: head.span });

// ---------- declarations ----------
interface Where {
  readonly condition?: Expr;
  readonly via: Name | undefined;
  readonly span: Span;
}
export const whereClause = ([head, condition, , via]: [Token, Expr, Token?, Name?]): Where => ({
  condition, via, span: cover(head.span, via?.span ?? condition.span),
});

function declaration(name: Name, family: Cell<IndexItem> | undefined, type: TypeExpr | undefined, init: Expr | undefined, where: Where | undefined): Declaration {
  return {
    name, family: toArray(family), docs,
    span: cover(name.span, where?.span ?? init?.span ?? type?.span ?? name.span),
    ...(type && { type }), ...(init && { init }), ...(where?.condition && { where: where.condition }), ...(where?.via && { via: where.via }),
  };
}
export const dimItem = ([name, init, where]: [Name, Expr | undefined, Where | undefined]): Declaration => declaration(name, undefined, undefined, init, where);
export const declItem = (d: [Name, Cell<IndexItem> | undefined, TypeExpr | undefined, Expr | undefined, Where | undefined]): Declaration => declaration(...d);

export const viaItem = ([name, family, type, init, , via]: [Name, Cell<IndexItem> | undefined, TypeExpr | undefined, Expr | undefined, Token, Name]): Declaration => declaration(name, family, type, init, { via, span: via.span });

const endOf = (items: Cell<{ readonly span: Span }>): Span => items.value.span;
export const dimStatement = ([head, items]: [Token, Cell<Declaration>]): Statement => ({
  kind: 'dim', items: toArray(items), docs, span: cover(head.span, endOf(items)),
});
const roles = { DATA: 'data', PARAM: 'param', HYPER: 'hyper' } as const;
export const declareStatement = ([head, items]: [Token, Cell<Declaration>]): Statement => ({
  kind: 'declare', role: roles[head.type as keyof typeof roles], items: toArray(items), docs, span: cover(head.span, endOf(items)),
});
interface ConstItem {
  readonly name: Name;
  readonly value: Expr;
}
export const constItem = ([name, , value]: [Name, Token, Expr]): ConstItem => ({ name, value });
export const constStatement = ([head, items]: [Token, Cell<ConstItem>]): Statement => ({
  kind: 'const', items: toArray(items), docs, span: cover(head.span, items.value.value.span),
});
export const indexStatement = ([head, binders]: [Token, Cell<Binder>]): Statement => ({
  kind: 'index', binders: toArray(binders), docs, span: cover(head.span, binderEnd(binders)),
});
function binderEnd({ value }: Cell<Binder>): Span {
  return value.kind === 'filter' ? value.span : (value.to ?? value.set ?? value.from ?? value.name).span;
}

// ---------- types ----------
const scalarKinds: Readonly<Record<string, string>> = { 'ℝ': 'R', Scalar: 'scalar', Vector: 'vector', Matrix: 'matrix' };
const baseName = (t: Token): string => scalarKinds[t.text] ?? t.text;
export const plainType = ([t]: [Token]): TypeExpr => ({ base: baseName(t), dims: [], properties: [], span: t.span });
export const shapedType = ([t, , dims, close]: [Token, Token, Cell<Expr>, Token]): TypeExpr => ({
  base: baseName(t), dims: toArray(dims), properties: [], span: cover(t.span, close.span),
});
/** `R^N`, `R^(N×D)` */
export function powerType([t, , size]: [Token, Token, Expr]): TypeExpr {
  const dims: Expr[] = [];
  let rest = size;
  while (rest.kind === 'binary' && rest.op === '*') {
    dims.push(rest.right);
    rest = rest.left;
  }
  dims.push(rest);
  return { base: baseName(t), dims: dims.reverse(), properties: [], span: cover(t.span, size.span) };
}
export const rangedType = ([type, , range]: [TypeExpr, Token, { readonly from: Expr; readonly to: Expr }]): TypeExpr => ({
  ...type, range, span: cover(type.span, range.to.span),
});
export const typeOf = ([type, , of]: [TypeExpr, Token, Expr]): TypeExpr => ({ ...type, of, span: cover(type.span, of.span) });
export const typeProperty = ([type, t]: [TypeExpr, Token]): TypeExpr => ({
  ...type, properties: [...type.properties, nameOf(t)], span: cover(type.span, t.span),
});

// ---------- functions and recurrences ----------
export const parameter = ([name, type]: [Name, TypeExpr | undefined]): Parameter => ({ name, ...(type && { type }) });
type Signature = [Token, Token, Token, Cell<Parameter>, Token, TypeExpr | undefined];
export const fnStatement = ([head, name, , parameters, close, result]: Signature): Statement => ({
  kind: 'fn', name: nameOf(name), parameters: toArray(parameters), body: [], docs, span: cover(head.span, result?.span ?? close.span), ...(result && { result }),
});
export const opaqueStatement = ([head, name, , parameters, close, result]: Signature): Statement => ({
  kind: 'opaque', name: nameOf(name), parameters: toArray(parameters), docs, span: cover(head.span, result?.span ?? close.span), ...(result && { result }),
});
export const recurStatement = ([head, binders]: [Token, Cell<Binder>]): Statement => ({
  kind: 'recur', binders: toArray(binders), body: [], docs, span: cover(head.span, binderEnd(binders)),
});
interface InitItem {
  readonly left: Expr;
  readonly value: Expr;
}
export const initItem = ([left, , value]: [Expr, Token, Expr]): InitItem => ({ left, value });
export const initStatement = ([head, items]: [Token, Cell<InitItem>]): Statement => ({
  kind: 'init', items: toArray(items), docs, span: cover(head.span, items.value.value.span),
});

// ---------- requests ----------
type Exprs = Cell<Expr> | undefined;
export const request = ([name, , order]: [Token, Token?, Expr?, Token?]): Requested => ({ name: name.text, span: cover(name.span, order?.span ?? name.span), ...(order && { order }) });
export const option = ([name, value]: [Name, Expr | undefined]): Option => ({ name: name.name, span: cover(name.span, value?.span ?? name.span), ...(value && { value }) });
export const deriveStatement = ([head, what, , of, wrt, along, as, using]: [Token, Cell<Requested>, Token, Cell<Expr>, Exprs, Exprs, Name | undefined, Cell<Option> | undefined]): Statement => ({
  kind: 'derive', what: toArray(what), of: toArray(of), wrt: toArray(wrt), along: toArray(along), using: toArray(using), docs,
  span: cover(head.span, (using ?? (as && { value: as }) ?? along ?? wrt ?? of).value.span), ...(as && { as }),
});
export const checkStatement = ([head, claim]: [Token, Expr]): Statement => ({ kind: 'check', claim, docs, span: cover(head.span, claim.span) });
export const checkEqual = ([head, left, , right]: [Token, Expr, Token, Expr]): Statement => ({
  kind: 'check', claim: { kind: 'compare', operators: ['=='], operands: [left, right], span: cover(left.span, right.span) },
  docs, span: cover(head.span, right.span),
});
export const checkDerivative = ([head, what, , of, , wrt, , expected]: [Token, Token, Token, Expr, Token, Cell<Expr>, Token, Expr]): Statement => ({
  kind: 'check-derivative', what: nameOf(what), of, wrt: toArray(wrt), expected, docs, span: cover(head.span, expected.span),
});
export const assumeStatement = ([head, condition]: [Token, Expr]): Statement => ({ kind: 'assume', condition, docs, span: cover(head.span, condition.span) });

export const subjectStatement = ([head, , constraints]: [Token, Token, Cell<Expr>]): Statement => ({ kind: 'subject', constraints: toArray(constraints), docs, span: cover(head.span, constraints.value.span) });
export const subjectEqual = ([head, , left, , right]: [Token, Token, Expr, Token, Expr]): Statement => ({
  kind: 'subject', constraints: [{ kind: 'compare', operators: ['=='], operands: [left, right], span: cover(left.span, right.span) }],
  docs, span: cover(head.span, right.span),
});

// ---------- definitions ----------
export const defineStatement = ([left, , value, over]: [Expr, Token, Expr, Cell<Binder> | undefined]): Statement => ({
  kind: 'define', left, value, family: toArray(over), docs, span: cover(left.span, over ? binderEnd(over) : value.span),
});
export const updateStatement = ([head, left, set, value]: [Token, Expr, Token, Expr]): Statement => ({
  kind: 'update', left, value: combined(left, set, value), docs, span: cover(head.span, value.span),
});
export const getsStatement = ([left, set, value]: [Expr, Token, Expr]): Statement => ({
  kind: 'update', left, value: combined(left, set, value), docs, span: cover(left.span, value.span),
});
/** `w -= e` is `w := w - (e)`. */
function combined(left: Expr, set: Token, value: Expr): Expr {
  if (set.text === '=' || set.text === ':=') return value;
  const right: Expr = { kind: 'group', bracket: '(', inner: value, span: value.span };
  return { kind: 'binary', op: set.text.slice(0, 1) as BinaryOperator, left, right, span: cover(left.span, value.span), opSpan: set.span };
}
export const distributedStatement = ([left, , distribution]: [Expr, Token, Expr]): Statement => ({
  kind: 'distributed', left, distribution, docs, span: cover(left.span, distribution.span),
});
export const returnStatement = ([head, value]: [Token, Expr]): Statement => ({ kind: 'return', value, docs, span: cover(head.span, value.span) });
export const expressionStatement = ([value]: [Expr]): Statement => ({ kind: 'expression', value, docs, span: value.span });
