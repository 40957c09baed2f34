/** Types as written: base, sizes, properties. */
import type { Expr, TypeExpr } from '../ast/types.ts';
import { constantDim, type Dim } from '../ir/dim.ts';
import type { Element } from '../ir/types.ts';
import { didYouMean } from './corrections.ts';
import { foreignType } from './foreign.ts';
import { readAffine } from './affine.ts';
import { textOf, type Pass } from './pass.ts';
import type { Scope } from './scope.ts';
import { everyExpr } from './syntax.ts';
import { describeShape } from './value.ts';

export interface DeclaredType {
  readonly axes: readonly Dim[];
  readonly element: Element;
  /** `index[N] of K` */
  readonly of?: Dim;
  readonly properties: readonly string[];
  /** `int[N] in lo..hi` */
  readonly range?: { readonly from: Expr; readonly to: Expr };
}

interface Base {
  readonly element: Element;
  /** how many axes; undefined when the sizes say */
  readonly rank?: number;
  readonly property?: string;
}
const BASES: ReadonlyMap<string, Base> = new Map([
  ['R', { element: 'real' }], ['ℝ', { element: 'real' }], ['real', { element: 'real' }],
  ['int', { element: 'int' }], ['bool', { element: 'bool' }], ['index', { element: 'index' }],
  ['scalar', { element: 'real', rank: 0 }], ['vector', { element: 'real', rank: 1 }], ['matrix', { element: 'real', rank: 2 }],
  ['Scalar', { element: 'real', rank: 0 }], ['Vector', { element: 'real', rank: 1 }], ['Matrix', { element: 'real', rank: 2 }],
  ['simplex', { element: 'real', rank: 1, property: 'simplex' }],
] satisfies [string, Base][]);

/** What may follow a type. */
export const PROPERTIES: ReadonlySet<string> = new Set(['sym', 'symmetric', 'spd', 'psd', 'lower', 'diag', 'simplex', 'orthogonal', 'sparse']);

const SYNONYMS: ReadonlyMap<string, string> = new Map([['symmetric', 'sym']]);

/** Matrices equal to their transpose. */
export const isDeclaredSymmetric = (properties: readonly string[]): boolean => properties.some((p) => SYMMETRIC.has(p));
/** … and with positive eigenvalues. */
export const isDeclaredDefinite = (properties: readonly string[]): boolean => properties.includes('spd');
const SYMMETRIC: ReadonlySet<string> = new Set(['sym', 'spd', 'psd', 'diag']);
const OF_SQUARE: ReadonlySet<string> = new Set(['sym', 'symmetric', 'spd', 'psd', 'diag', 'lower']);

export function readType(pass: Pass, type: TypeExpr, scope: Scope): DeclaredType | undefined {
  const base = BASES.get(type.base);
  if (base === undefined) return pass.report('unknown-type', type.span, { name: type.base }, type.dims.length > 0 ? {} : foreignType(type.base, type.span));
  const sizes = type.dims.map((dim) => readAxis(pass, dim, scope));
  const of = type.of === undefined ? undefined : readAxis(pass, type.of, scope);
  const wrongProperty = type.properties.find((p) => !PROPERTIES.has(p.name));
  if (wrongProperty !== undefined) pass.report('unknown-property', wrongProperty.span, { name: wrongProperty.name }, didYouMean(wrongProperty, PROPERTIES));
  const square = type.properties.find((p) => OF_SQUARE.has(p.name));
  if (!sizes.every((size) => size !== undefined) || (type.of !== undefined && of === undefined)) return undefined;
  const axes = base.rank !== undefined && sizes.length === 0 ? freshAxes(pass, type, base.rank, square === undefined ? 'any' : 'square') : sizes;
  if (base.rank !== undefined && axes.length !== base.rank) {
    return pass.report('unknown-type', type.span, { name: textOf(type.span) }, { hint: `\`${type.base}\` has ${base.rank === 1 ? 'one size' : `${base.rank} sizes`}` });
  }
  if (square !== undefined && (axes.length !== 2 || !pass.sizes.same(axes[0] ?? '', axes[1] ?? ''))) {
    return pass.report('property-of-square', square.span, { name: square.name, shape: describeShape(axes) });
  }
  const properties = [...type.properties.map((p) => SYNONYMS.get(p.name) ?? p.name), ...(base.property === undefined ? [] : [base.property])];
  return { axes, element: base.element, properties, ...(of !== undefined && { of }), ...(type.range && { range: type.range }) };
}

/** `matrix A` without sizes: they follow from the use. */
function freshAxes(pass: Pass, type: TypeExpr, rank: number, form: 'square' | 'any'): Dim[] {
  if (form === 'square') return new Array<Dim>(rank).fill(pass.sizes.fresh(`${type.base}${type.span.start}`));
  return Array.from({ length: rank }, (_, k) => pass.sizes.fresh(`${type.base}${type.span.start}.${k}`));
}

/** The size of an axis, at least 1. */
export function readAxis(pass: Pass, expr: Expr, scope: Scope): Dim | undefined {
  const form = readAffine(pass, expr, scope);
  if (form === undefined || form.terms.size > 0) {
    for (const part of everyExpr(expr)) {
      if (part.kind === 'name' && scope.find(part.name) === undefined) return pass.report('unknown-size', part.span, { name: part.name });
      if (part.kind === 'name' && scope.find(part.name)?.kind === 'broken') return undefined;
    }
    return pass.report('bad-size', expr.span, { text: textOf(expr.span) });
  }
  const n = constantDim(form.offset);
  return n !== undefined && n < 1 ? pass.report('bad-size', expr.span, { text: textOf(expr.span) }) : form.offset;
}
