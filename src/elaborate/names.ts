/** What a name means as a value. */
import { letterNames } from '../ast/notation.ts';
import type { Expr, Name, Subscript } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import * as Q from '../ir/rational.ts';
import { findOp, opSpellings } from '../ops/table.ts';
import { didYouMean } from './corrections.ts';
import { foreignConstant, foreignFunction } from './foreign.ts';
import { findBuiltin, builtinNames } from './functions/table.ts';
import { indexNamed } from './indexing.ts';
import { resolve, type Part } from './resolve.ts';
import type { Pass, Step } from './pass.ts';
import type { Entity, Scope } from './scope.ts';
import { subscripted } from './syntax.ts';
import { plainValue, type Label, type Result, type Value } from './value.ts';
import { constantNames, EULER, eulerNumber, namedConstant } from './vocabulary.ts';

export function* nameValue(pass: Pass, expr: Name, scope: Scope): Step {
  const entity = yield* resolve(pass, expr.name, scope);
  if (entity === undefined) return yield undeclared(pass, expr, scope);
  // `z` of a layer definition stands for `z[l]` while layer l is being unrolled
  const layer = entity.kind === 'family' ? scope.find(CURRENT_LAYER) : undefined;
  if (layer?.kind === 'position') return yield* indexNamed(pass, expr, [{ kind: 'at', value: { kind: 'name', name: CURRENT_LAYER, span: expr.span } }], expr.span, scope);
  return entityValue(pass, expr.name, entity, expr.span);
}

function entityValue(pass: Pass, name: string, entity: Entity, span: Span): Result {
  switch (entity.kind) {
    case 'value': return entity.value;
    case 'trajectory': return entity.trajectory.ys;
    case 'size': return plainValue(pass.b.dim(entity.dim), []);
    case 'sizes': return pass.algebra.stack(entity.dims.map((d) => plainValue(pass.b.dim(d), [])), []);
    case 'label': return labelValue(pass, entity.label, span);
    case 'position': return plainValue(pass.b.integer(entity.at), []);
    case 'step': {
      const { node, first } = entity.step;
      return plainValue(pass.b.sum([node, pass.b.dim(first)], []), []);
    }
    case 'state':
      return entity.state.current ?? pass.report('bad-recurrence', span, { reason: `\`${name}\` is used before its rule in the step; the state before is \`${name}[t-1]\`` });
    case 'family': return pass.report('bad-family', span, { name, reason: `which member is meant? write \`${name}[1]\`` });
    case 'range': return pass.report('unknown-index', span, { name });
    case 'function': case 'opaque': return pass.report('function-as-value', span, { name });
    case 'pending': case 'broken': return undefined;
  }
}

/** The number that an index variable is, as the user counts. */
export function labelValue(pass: Pass, label: Label, span: Span): Result {
  if (label.size === undefined) return pass.report('unknown-range', span, { index: label.name });
  const { b } = pass;
  const iota = b.iota(label.size);
  const node = b.add([{ coef: Q.ONE, id: iota, sub: [0] }, { coef: Q.ONE, id: b.dim(label.first), sub: [] }], [label.size]);
  return plainValue(node, [], [label]);
}

/** Bound to the position of the layer being unrolled; no user name contains a space. */
export const CURRENT_LAYER = 'current layer';

/** A name that nothing declares: a constant, an element `x_i`, or a mistake. */
function* undeclared(pass: Pass, expr: Name, scope: Scope): Step {
  if (expr.name === EULER) {
    pass.report('euler-number', expr.span, {});
    return plainValue(eulerNumber(pass.b), []);
  }
  const constant = namedConstant(expr.name, pass.b);
  if (constant !== undefined) return expr.name === 'true' || expr.name === 'false' ? { ...plainValue(constant, []), element: 'bool' } : plainValue(constant, []);
  // the identity of matrixcalculus.org takes its size from its place
  if (expr.name === 'eye' && pass.matrixMode) return findBuiltin('eye')?.build({ pass, name: 'eye', span: expr.span, args: [], sizes: [], axis: undefined });
  const element = yield* elementName(pass, expr, scope);
  if (element !== 'none') return element;
  if (findOp(expr.name) !== undefined || findBuiltin(expr.name) !== undefined) return pass.report('function-as-value', expr.span, { name: expr.name });
  return reportUnknownName(pass, expr, scope);
}

function* elementName(pass: Pass, expr: Name, scope: Scope): Part<Value | undefined | 'none'> {
  const element = yield* elementOf(pass, expr, scope);
  if (element === undefined) return 'none';
  return yield* indexNamed(pass, element.base, element.indices.map((value) => ({ kind: 'at', value })), expr.span, scope);
}

/** `x_i` and `x_1` are elements when `x` is a tensor and what follows is an index in scope, a position or a number. */
export function* elementOf(pass: Pass, expr: Name, scope: Scope): Part<(Subscript & { readonly base: Name }) | undefined> {
  const { base, suffix } = subscripted(expr.name);
  if (suffix === '') return undefined;
  const entity = yield* resolve(pass, base, scope);
  const indexed = entity?.kind === 'value' ? entity.value.axes.length > 0 : entity?.kind === 'trajectory' || entity?.kind === 'family' || entity?.kind === 'state';
  if (!indexed) return undefined;
  const middle = expr.span.start + base.length;
  const isIndex = (name: string): boolean => {
    const index = scope.find(name);
    return /^\d+$/.test(name) || ['label', 'step', 'position'].includes(index?.kind ?? '') || (index?.kind === 'value' && index.value.element === 'index');
  };
  const parts = isIndex(suffix) ? [suffix] : [...suffix];
  if (!parts.every(isIndex)) return undefined;
  const span: Span = { ...expr.span, start: middle + 1 };
  const indices = parts.map((part): Expr => (/^\d/.test(part) ? { kind: 'number', text: part, span } : { kind: 'name', name: part, span }));
  return { kind: 'subscript', base: { kind: 'name', name: base, span: { ...expr.span, end: middle } }, indices, text: suffix, span: expr.span };
}

export function reportUnknownName(pass: Pass, expr: Name, scope: Scope): undefined {
  const candidates = scope.names().filter((n) => n !== CURRENT_LAYER);
  const parts = runTogether(expr.name, candidates);
  if (parts !== undefined) {
    return pass.report('run-together', expr.span, { name: expr.name, parts }, { fix: { span: expr.span, text: parts.join('*') } });
  }
  const constant = foreignConstant(expr.name);
  if (constant !== undefined) return pass.report('unknown-name', expr.span, { name: expr.name }, { hint: `write \`${constant}\``, fix: { span: expr.span, text: constant } });
  const slope = slopeAt(expr);
  if (slope !== undefined) return pass.report('unknown-name', expr.span, { name: expr.name }, { hint: `a derivative is written \`d/d${slope.by} (…)\`${slope.of === '' ? '' : `; with \`${slope.of} = …\` in front, \`d${slope.of}/d${slope.by}\` is one, too`}` });
  return pass.report('unknown-name', expr.span, { name: expr.name }, didYouMean(expr, [...candidates, ...constantNames()]));
}

/** `dy/dx`, where nothing is called so. */
function slopeAt({ span: { source: { text }, start, end } }: Name): { readonly of: string; readonly by: string } | undefined {
  const below = /^(\p{L}[\p{L}\p{N}_]*)\s*\/\s*d(\p{L}+)/u;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, end).length;
  const before = text.slice(end - line, start);
  const [, above = '', by = ''] = below.exec(text.slice(start, end + 40)) ?? [];
  if (/^d(?:\p{L}|$)/u.test(above)) return { of: above.slice(1), by };
  const own = /(?<![\p{L}\p{N}_])d(\p{L}*)\s*\/\s*$/u.exec(before);
  return own !== null && /^d\p{L}+$/u.test(text.slice(start, end)) ? { of: own[1] ?? '', by: text.slice(start + 1, end) } : undefined;
}

/** `λW` as λ and W, when both are names. */
function runTogether(name: string, known: readonly string[]): readonly string[] | undefined {
  const names = new Set(known);
  const letters = [...name];
  for (let k = 1; k < letters.length; k++) {
    const parts = [letters.slice(0, k).join(''), letters.slice(k).join('')];
    if (parts.every((part) => names.has(part))) return parts;
  }
  return undefined;
}

/** `k`, `λ`, `lambda`, `k_e`: what people call quantities. */
function isLetter(name: string): boolean {
  const { base, suffix } = subscripted(name);
  const letter = suffix === '' ? name : base;
  return [...letter].length === 1 || letterNames.has(letter);
}

export function reportUnknownFunction(pass: Pass, name: string, span: Span, scope: Scope, arity = 1): undefined {
  const foreign = scope.names().includes(name) ? undefined : foreignFunction(name, span);
  if (foreign !== undefined) return pass.report('unknown-function', span, { name }, foreign);
  if (pass.line && isLetter(name)) {
    const parameters = Array.from({ length: arity }, (_, k) => `x${k + 1}: R`).join(', ');
    if (arity > 1) return pass.report('unknown-function', span, { name }, { hint: `declare the function in front: \`opaque ${name}(${parameters}): R; …\`` });
    // a letter before one argument: a person may mean either
    return pass.report('ambiguous-application', span, { name }, { fix: { span: { ...span, start: span.end }, text: '*' } });
  }
  return pass.report('unknown-function', span, { name }, didYouMean({ name, span }, [...opSpellings(), ...builtinNames(), ...scope.names()]));
}
