/**
 * Where labels mix (a loop over time, a product with a full matrix of few zeros) the elements of a derivative are
 * not read off the formula. At sizes that the model fixes, their pattern is propagated element by element and
 * coloured; the derivative is then a few products with it, and a list says which element of them is which entry.
 */
import { gradient, pullback } from '../autodiff/reverse.ts';
import type { DerivedOutput, Places } from '../autodiff/requests.ts';
import type { Builder } from '../ir/build.ts';
import { evaluateDim, type Dim } from '../ir/dim.ts';
import { axisLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { seedColumns, seedRows, seedSymmetric, symmetrised, type Colouring, type Pattern, type Recovered, type Seedings } from './colouring.ts';
import { dependsOnPositions, elementPattern, extent } from './pattern.ts';

/** More entries are not listed in a module. */
const MOST_ENTRIES = 4000;

export interface Asked {
  readonly output: DerivedOutput;
  readonly of: NodeId;
  readonly rows: NodeId;
  readonly columns: NodeId;
  readonly sizes: ReadonlyMap<string, number>;
}

/** Colouring must save at least half of the products. */
export const isWorth = (seeds: number, lines: number): boolean => seeds > 0 && 2 * seeds <= lines;
/** So many dense rows or columns are taken apart. */
export const MOST_DENSE = 4;

/** The lines that share seeds. */
export type Side = 'rows' | 'columns';

/** Seeds on the side that needs fewer, or on the one that costs less, with dense lines of the other one apart; undefined when that saves nothing. */
export function fewestSeeds(pattern: Pattern, width: number, cheaper: Side): (Seedings & { readonly first: Side }) | undefined {
  const byColumns = seedColumns(pattern, width, MOST_DENSE);
  const byRows = seedRows(pattern, width, MOST_DENSE);
  const seeds = ({ rows, columns }: Seedings): number => rows.count + columns.count;
  const gained = seeds(byRows) - seeds(byColumns);
  const fewest = gained > 0 || (gained === 0 && cheaper === 'columns') ? { ...byColumns, first: 'columns' as const } : { ...byRows, first: 'rows' as const };
  return isWorth(seeds(fewest), Math.min(pattern.length, width)) ? fewest : undefined;
}

/** The parts of a matrix by colouring; undefined when sizes are open, the matrix is full, or nothing is saved. */
export function colouredParts(b: Builder, asked: Asked): readonly DerivedOutput[] | undefined {
  const { output, of, rows, columns, sizes } = asked;
  if (output.kind !== 'jacobian' && output.kind !== 'hessian') return undefined;
  const value = output.kind === 'jacobian' ? of : gradient(b, of, [rows], () => undefined).adjoints[0] ?? of;
  const [height, width] = [extent(b.graph.shape(value), sizes), extent(b.graph.shape(columns), sizes)];
  if (!Number.isFinite(height * width)) return undefined;
  // a pattern that follows positions in the data is made where the data are
  const found = dependsOnPositions(b, [value], [columns]) ? undefined : elementPattern(b, [value], [columns], sizes);
  if (found === undefined) return undefined;
  const pattern = rows === columns && output.kind === 'hessian' ? symmetrised(found) : found;
  const entries = pattern.reduce((n, row) => n + row.length, 0);
  if (entries > MOST_ENTRIES || 2 * entries > height * width) return undefined;
  const scene: Scene = { b, sizes, value, x: columns };
  const products = output.kind === 'hessian' && rows === columns ? symmetricProducts(scene, pattern) : productsOf(scene, pattern, width);
  return products?.map(({ node, places }, k) => ({ ...output, node, places, ...(k === 0 ? { whole: output.node } : {}) }));
}

/** Where products are made. */
interface Scene {
  readonly b: Builder;
  readonly sizes: ReadonlyMap<string, number>;
  readonly value: NodeId;
  readonly x: NodeId;
}

interface Product {
  readonly node: NodeId;
  readonly places: Places;
}

/** H times the seeds of a star colouring, each entry read off one of the products. */
function symmetricProducts(scene: Scene, pattern: Pattern): readonly Product[] | undefined {
  const seeding = seedSymmetric(pattern);
  if (!isWorth(seeding.count, pattern.length)) return undefined;
  const node = withRows(scene, seeding);
  return node === undefined ? undefined : [{ node, places: placesOf(seeding.entries, pattern.length) }];
}

/** Products from whichever side needs fewer, with dense lines of the other side apart. */
function productsOf(scene: Scene, pattern: Pattern, width: number): readonly Product[] | undefined {
  const height = pattern.length;
  // a product with the matrix itself is two pulls here
  const seedings = fewestSeeds(pattern, width, 'rows');
  if (seedings === undefined) return undefined;
  const { rows, columns } = seedings;
  const made = [
    ...(rows.count > 0 ? [{ node: withRows(scene, rows), places: placesOf(rows.entries, width) }] : []),
    ...(columns.count > 0 ? [{ node: withColumns(scene, columns), places: placesOf(columns.entries, height) }] : []),
  ];
  return made.every((p): p is Product => p.node !== undefined) ? made : undefined;
}

/** Element numbers of the products; one that holds two entries is listed again. */
function placesOf(recovered: readonly Recovered[], length: number): Places {
  const lists: { row: number; column: number; element: number }[][] = [];
  const used = new Map<number, number>();
  for (const { row, column, colour, line } of recovered) {
    const element = colour * length + line;
    const which = used.get(element) ?? 0;
    used.set(element, which + 1);
    (lists[which] ??= []).push({ row, column, element });
  }
  return lists;
}

/** Sᵀ J: one pull for all colours of rows. */
function withRows(scene: Scene, colouring: Colouring): NodeId | undefined {
  const { b, value, x } = scene;
  const seed = seedOf(scene, b.graph.shape(value), colouring);
  return pullback(b, [{ root: value, adjoint: seed }], [x], [String(colouring.count)], () => undefined).adjoints[0];
}

/** (J S)ᵀ: the pull of u ↦ Jᵀ u, which is linear in u. */
function withColumns(scene: Scene, colouring: Colouring): NodeId | undefined {
  const { b, value, x } = scene;
  const u = b.placeholder(b.graph.shape(value));
  const [pulled] = pullback(b, [{ root: value, adjoint: u }], [x], [], () => undefined).adjoints;
  if (pulled === undefined) return undefined;
  const seed = seedOf(scene, b.graph.shape(x), colouring);
  const [product] = pullback(b, [{ root: pulled, adjoint: seed }], [u], [String(colouring.count)], () => undefined).adjoints;
  return product === undefined ? undefined : substitute(b, [product], new Map([[u, b.zero(b.graph.shape(value))]]))[0];
}

/** S[k, line] = 1 where the line has colour k. Colours that repeat along one axis are a formula of the position. */
function seedOf({ b, sizes }: Scene, shape: readonly Dim[], { colours, count: k }: Colouring): NodeId {
  const extents = shape.map((d) => evaluateDim(d, sizes));
  const [start = 0] = colours;
  const periodic = shape.length === 1 && colours.every((c, n) => c === (n + start) % k);
  const colour = periodic ? residue(b, shape, k, start) : listed(b, shape, extents, colours);
  return b.map(core.eq, [{ id: b.iota(String(k)), sub: [0] }, { id: colour, sub: shape.map((_, l) => l + 1) }], [String(k), ...shape]);
}

/** m − p·⌊(m + ½)/p⌋ of m = n + start: the half keeps the quotient away from whole numbers, where rounding could err. */
function residue(b: Builder, shape: readonly Dim[], period: number, start: number): NodeId {
  const n = b.add([{ coef: Q.ONE, ...b.whole(b.iota(shape[0] ?? '1')) }, { coef: Q.integer(start), id: b.integer(1), sub: [] }], shape);
  const between = b.add([{ coef: Q.ONE, ...b.whole(n) }, { coef: Q.rational(1n, 2n), id: b.integer(1), sub: [] }], shape);
  const whole = b.map(core.floor, [b.whole(b.scale(Q.rational(1n, BigInt(period)), between))], shape);
  return b.add([{ coef: Q.ONE, ...b.whole(n) }, { coef: Q.integer(-period), ...b.whole(whole) }], shape);
}

/** The colours one by one. */
function listed(b: Builder, shape: readonly Dim[], extents: readonly number[], colours: readonly number[]): NodeId {
  let level = colours.map((c) => b.integer(c));
  for (const size of [...extents].reverse()) level = Array.from({ length: level.length / size }, (_, n) => b.stack(level.slice(n * size, (n + 1) * size)));
  // sizes by their names
  return b.view(level[0] ?? b.integer(0), { index: shape.map((_, l) => axisLabel(l)), shape, gathers: [], masked: false });
}
