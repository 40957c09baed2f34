/** The pattern of a derivative at given sizes: the graph of dependence, evaluated for one element of the variables after the other. */
import type { Builder } from '../ir/build.ts';
import { evaluateDim, type Dim } from '../ir/dim.ts';
import { evaluate } from '../ir/evaluate.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import type { Pattern } from './colouring.ts';
import { dependence, positionLeaves } from './dependence.ts';

type Sizes = ReadonlyMap<string, number>;

/** More elements than this are not worth a compiler's time: about a second. */
const MOST_VISITS = 1e7;

/** Whether positions in the data say which elements of some roots depend on which of some sources. */
export const dependsOnPositions = (b: Builder, roots: readonly NodeId[], sources: readonly NodeId[]): boolean => positionLeaves(b, dependence(b, roots, new Map(sources.map((s) => [s, b.placeholder(b.graph.shape(s))])))).length > 0;

/**
 * For each element of the roots, one root after the other, the elements of the sources that it can depend on. Undefined
 * when finding out takes too long.
 */
export function elementPattern(b: Builder, roots: readonly NodeId[], sources: readonly NodeId[], sizes: Sizes): Pattern | undefined {
  const propagation = new Propagation(b, roots, sources, sizes);
  if (!(propagation.columns <= propagation.affordable)) return undefined;
  const rows: number[][] = Array.from({ length: propagation.rows }, () => []);
  for (let column = 0; column < propagation.columns; column++) for (const row of propagation.reached(column)) rows[row]?.push(column);
  return rows;
}

/** The elements of the roots that depend on some elements of the sources, evenly spaced; undefined when even these take too long. */
export function sampledColumns(b: Builder, roots: readonly NodeId[], sources: readonly NodeId[], sizes: Sizes, wanted: number): { readonly columns: readonly (readonly number[])[]; readonly height: number; readonly width: number } | undefined {
  const propagation = new Propagation(b, roots, sources, sizes);
  if (!(wanted <= Math.min(propagation.columns, propagation.affordable))) return undefined;
  const columns = Array.from({ length: wanted }, (_, k) => propagation.reached(Math.floor(((k + 0.5) * propagation.columns) / wanted)));
  return { columns, height: propagation.rows, width: propagation.columns };
}

/** Elements numbered through all roots and through all sources. */
class Propagation {
  readonly rows: number;
  readonly columns: number;
  /** of so many columns at most */
  readonly affordable: number;
  readonly #evaluated: (inputs: ReadonlyMap<string, Float64Array>) => Float64Array[];
  readonly #seeds: readonly { readonly name: string; readonly marks: Float64Array }[];

  constructor(b: Builder, roots: readonly NodeId[], sources: readonly NodeId[], sizes: Sizes) {
    const { graph } = b;
    const total = (ids: readonly NodeId[]): number => ids.reduce((n, id) => n + extent(graph.shape(id), sizes), 0);
    const seeds = sources.map((source) => b.placeholder(graph.shape(source)));
    const marks = dependence(b, roots, new Map(sources.map((source, k) => [source, seeds[k] ?? -1])));
    this.rows = total(roots);
    this.columns = total(sources);
    this.affordable = Math.floor(MOST_VISITS / visits(graph, marks, sizes));
    const positions = positionLeaves(b, marks);
    const given = this.affordable > 0 ? positions.map((id, k): [string, Float64Array] => [leafName(graph, id), likelyPositions(graph, id, k, sizes)]) : [];
    this.#evaluated = (inputs) => evaluate(graph, marks, { sizes, inputs: new Map([...given, ...inputs]) }).map((t) => Float64Array.from(t.data));
    this.#seeds = this.affordable > 0 ? seeds.map((id) => ({ name: leafName(graph, id), marks: new Float64Array(extent(graph.shape(id), sizes)) })) : [];
  }

  /** The rows that depend on a column. */
  reached(column: number): number[] {
    let first = 0;
    for (const { marks } of this.#seeds) {
      marks.fill(0);
      if (column >= first && column < first + marks.length) marks[column - first] = 1;
      first += marks.length;
    }
    const found: number[] = [];
    let row = 0;
    for (const values of this.#evaluated(new Map(this.#seeds.map(({ name, marks }) => [name, marks])))) {
      for (const mark of values) {
        if (mark !== 0) found.push(row);
        row++;
      }
    }
    return found;
  }
}

/** Positions as data often hold them, for trying things out: in order, each array one place further than the one before. */
function likelyPositions(graph: Graph, id: NodeId, number: number, sizes: Sizes): Float64Array {
  const attr = graph.attr(id);
  const within = attr.kind === 'leaf' && attr.of !== undefined ? extent([attr.of], sizes) : 1;
  const length = extent(attr.shape, sizes);
  return Float64Array.from({ length }, (_, k) => (Math.floor((k * within) / length) + number) % within);
}

/** Elements of a shape; NaN where a size is open. */
export const extent = (shape: readonly Dim[], sizes: Sizes): number => shape.reduce((n, d) => n * evaluateDim(d, sizes), 1);

function leafName(graph: Graph, id: NodeId): string {
  const attr = graph.attr(id);
  return attr.kind === 'leaf' ? attr.name : '';
}

/** Elements that an evaluation computes, with those that it sums. */
function visits(graph: Graph, roots: readonly NodeId[], sizes: Sizes): number {
  return reachable(graph, roots).reduce((sum, id) => {
    const attr = graph.attr(id);
    if (attr.kind === 'scan') return sum + evaluateDim(attr.length, sizes) * visits(graph, [...attr.next, ...attr.ys], sizes);
    return sum + extent([...attr.shape, ...(attr.kind === 'ein' ? attr.sums : [])], sizes);
  }, 0);
}
