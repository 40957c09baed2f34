/**
 * Where labels mix and sizes are open, a module finds the pattern of a derivative itself, once for its sizes: marks on the
 * variables are followed through the graph of dependence, the pattern is coloured, and the derivative is a product for each colour.
 */
import { gradient, pullback } from '../autodiff/reverse.ts';
import { deriveRequest, type Derived, type DerivedOutput, type Direction, type Settle } from '../autodiff/requests.ts';
import { isMatrixKind, type MatrixKind } from '../elaborate/kinds.ts';
import type { DeriveKind, DeriveRequest, DimDecl, Wrt } from '../elaborate/model.ts';
import type { Builder } from '../ir/build.ts';
import { readDim } from '../ir/dim.ts';
import { axisAt } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { fewestSeeds, isWorth, MOST_DENSE, type Side } from './coloured.ts';
import { seedSymmetric, symmetrised, type Pattern } from './colouring.ts';
import { dependence, positionLeaves } from './dependence.ts';
import { elementPattern, extent, sampledColumns } from './pattern.ts';

/** A matrix by products with seeds that the module makes. Directions and results are arrays, those of a number have one element. */
export interface SeededMatrix {
  readonly kind: MatrixKind;
  /** the names of its rows' values; of a symmetric one the one that is differentiated */
  readonly of: readonly string[];
  /** from marks on the columns to marks on the rows */
  readonly reach: Derived;
  /** the data that these are followed through */
  readonly positions: readonly NodeId[];
  /** first those that hold most entries, then those with the dense lines apart */
  readonly products: readonly SeededProduct[];
  /** so many dense lines of the other side are taken apart */
  readonly apart: number;
}

export interface SeededProduct {
  readonly side: Side;
  readonly derived: Derived;
}

/** What is computed of it. */
export const seededNodes = ({ reach, products }: SeededMatrix): NodeId[] => [reach, ...products.map((p) => p.derived)].flatMap((d) => d.outputs.map((o) => o.node));

/** What is multiplied with the seeds of columns; those of rows are pulled. */
const PRODUCTS: Readonly<Record<MatrixKind, DeriveKind>> = { jacobian: 'jvp', hessian: 'hvp', gauss_newton: 'gauss_newton_product' };

/** What the pattern is asked for. */
interface Scene {
  readonly b: Builder;
  readonly kind: MatrixKind;
  readonly values: readonly NodeId[];
  readonly sources: readonly NodeId[];
}

/** So many columns are looked at where all would take too long, and at most this part of their elements may be marked. */
const SAMPLED = 8;
const MOST_FILLED = 0.125;

/** Sizes of rows and columns at which it is tried whether colouring saves anything: the first ones at which that takes no longer than it may. */
const TRIED: readonly (readonly number[])[] = [[23, 29, 31, 37], [11, 13, 17, 19], [5, 7, 6, 8]];
/** Of what is neither, such as a number of steps: what is mixed in many steps is full in the end, at whatever size. */
const TRIED_INSIDE = 3;

/** Undefined when colouring saves nothing at the sizes tried, or when a matrix in it may fail. */
export function seededMatrix(b: Builder, request: DeriveRequest, kind: DeriveKind, of: readonly Wrt[], { dims, settle }: { readonly dims: readonly DimDecl[]; readonly settle: Settle }): SeededMatrix | undefined {
  const [first] = of;
  if (!isMatrixKind(kind) || first === undefined) return undefined;
  const sources = request.wrt.map((w) => w.node);
  const values = kind === 'jacobian' ? of.map((o) => o.node) : kind === 'hessian' ? gradient(b, first.node, sources, () => undefined).adjoints : normalForce(b, first.node, sources);
  if (reachable(b.graph, values).some((id) => b.graph.attr(id).kind === 'linalg')) return undefined;
  const sides = sidesFor({ b, kind, values, sources }, dims);
  if (sides === undefined) return undefined;
  const rows = kind === 'jacobian' ? of : request.wrt;
  const inner = (what: DeriveKind): DeriveRequest => ({ ...request, what: [what], of, along: [], using: [] });
  const products = sides.used.map((side): SeededProduct => {
    const what = side === 'columns' ? PRODUCTS[kind] : 'vjp';
    const derived = deriveRequest(b.graph, inner(what), () => undefined, settle);
    return { side, derived: inArrays(b, { ...derived, outputs: side === 'rows' ? summed(b, derived.outputs, request.wrt) : derived.outputs }) };
  });
  const seeds = request.wrt.map(({ name, node }): Direction => ({ name: `v_${name}`, for: name, node: b.leaf({ name: `v_${name}`, role: 'variable', element: 'real', shape: b.graph.shape(node) }) }));
  const marks = dependence(b, values, new Map(sources.map((source, k) => [source, seeds[k]?.node ?? -1])));
  const reached = rows.map(({ name }, k): DerivedOutput => ({ kind: 'jvp', of: name, by: [], node: marks[k] ?? -1 }));
  return { kind, of: of.map((o) => o.name), reach: inArrays(b, { outputs: reached, directions: seeds }), positions: positionLeaves(b, marks), products, apart: sides.apart };
}

/** Jᵀ u for u that depend on what r does: the elements of Jᵀ J meet where these depend on both variables. A function that nobody knows cancels with nothing. */
function normalForce(b: Builder, residuals: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
  const adjoint = b.call('u', [0], [b.whole(residuals)], b.graph.shape(residuals));
  return pullback(b, [{ root: residuals, adjoint }], sources, [], () => undefined).adjoints;
}

interface Sides {
  readonly used: readonly Side[];
  readonly apart: number;
}

function sidesOf(pattern: Pattern, columns: number): Sides | undefined {
  // forward mode keeps nothing
  const seedings = fewestSeeds(pattern, columns, 'columns');
  if (seedings === undefined) return undefined;
  const other = seedings.first === 'rows' ? 'columns' : 'rows';
  const dense = seedings[other].count;
  return { used: dense === 0 ? [seedings.first] : [seedings.first, other], apart: dense };
}

function symmetricSides(pattern: Pattern): Sides | undefined {
  return isWorth(seedSymmetric(pattern).count, pattern.length) ? { used: ['columns'], apart: 0 } : undefined;
}

/** Of the whole pattern, at small sizes where they are open. */
function sidesFor(scene: Scene, dims: readonly DimDecl[]): Sides | undefined {
  const { b, kind, values, sources } = scene;
  const isFixed = dims.every((d) => d.value !== undefined);
  const outside = new Set([...values, ...sources].flatMap((id) => b.graph.shape(id)).map((dim) => readDim(dim).base));
  for (const tried of isFixed ? TRIED.slice(0, 1) : TRIED) {
    const sizes = new Map(dims.map((d, k) => [d.name, d.value ?? Math.max(d.atLeast, (outside.has(d.name) ? tried[k % tried.length] : undefined) ?? TRIED_INSIDE)]));
    const pattern = elementPattern(b, values, sources, sizes);
    if (pattern !== undefined) return kind !== 'jacobian' ? symmetricSides(symmetrised(pattern)) : sidesOf(pattern, sources.reduce((n, s) => n + extent(b.graph.shape(s), sizes), 0));
    if (isFixed) return sampledSides(scene, sizes);
  }
  return undefined;
}

/** At fixed sizes that are too large for the whole pattern, of some of its columns. */
function sampledSides({ b, kind, values, sources }: Scene, sizes: ReadonlyMap<string, number>): Sides | undefined {
  const sample = sampledColumns(b, values, sources, sizes, SAMPLED);
  if (sample === undefined) return undefined;
  const { columns, height, width } = sample;
  const dense = columns.reduce((rows, column) => rows.filter((row) => column.includes(row)), columns[0] ?? []);
  const longest = Math.max(...columns.map((column) => column.length - dense.length));
  if (longest > MOST_FILLED * height || dense.length > MOST_DENSE) return undefined;
  if (kind !== 'jacobian') return { used: ['columns'], apart: 0 };
  const [first, other]: readonly [Side, Side] = height < width ? ['rows', 'columns'] : ['columns', 'rows'];
  return first === 'rows' || dense.length === 0 ? { used: [first], apart: 0 } : { used: [first, other], apart: dense.length };
}

/** Pulls of several values, one sum for each variable. */
function summed(b: Builder, outputs: readonly DerivedOutput[], wrt: readonly Wrt[]): DerivedOutput[] {
  return wrt.flatMap(({ name, node }) => {
    const own = outputs.filter((o) => o.by[0] === name);
    const [first] = own;
    return first === undefined ? [] : [{ ...first, node: b.sum(own.map((o) => o.node), b.graph.shape(node)) }];
  });
}

/** Numbers as arrays of one element: seeds and products of all variables then are parts of one array. */
function inArrays(b: Builder, { outputs, directions }: Derived): Derived {
  const numbers = directions.filter((d) => b.graph.shape(d.node).length === 0);
  const arrays = new Map(numbers.map((d) => [d.node, b.leaf({ name: d.name, role: 'variable', element: 'real', shape: ['1'] })]));
  const elements = new Map([...arrays].map(([number, array]) => [number, b.view(array, { index: [axisAt('0')], shape: [], gathers: [], masked: false })]));
  const nodes = substitute(b, outputs.map((o) => o.node), elements);
  return {
    directions: directions.map((d) => ({ ...d, node: arrays.get(d.node) ?? d.node })),
    outputs: outputs.map((o, k) => ({ ...o, node: asArray(b, nodes[k] ?? o.node) })),
  };
}

/** A number as an array of one. */
export const asArray = (b: Builder, node: NodeId): NodeId => (b.graph.shape(node).length > 0 ? node : b.ein(Q.ONE, [{ id: node, sub: [] }], ['1']));
