/**
 * Names of bound indices. A node's binder is numbered by how many binders may stand around it, so an index
 * never hides another one and a shared node is read the same everywhere. Where the user's text has an index that
 * runs as far, the binder is called and begins as that one.
 */
import { shiftDim, type Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import type { Counting, IndexVariable } from './counting.ts';
import { shifted } from './elements.ts';
import { symbol, type Binder, type Formula } from './formula.ts';

const LETTERS = ['i', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's'];

export interface Bound {
  readonly binders: readonly Binder[];
  /** the positions that the binders stand for, counted from 1 */
  readonly positions: readonly Formula[];
}

/** Names that an index must not have, and those it should have. */
export interface IndexNames {
  readonly taken: ReadonlySet<string>;
  readonly counting: Counting;
}

/** The nodes that are spelt out when the root is: down to those printed by name, ascending. Small even in a large graph. */
function readBelow(graph: Graph, root: NodeId, named: ReadonlyMap<NodeId, string>): NodeId[] {
  const seen = new Set([root]);
  const pending = [root];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const arg of graph.args(id)) {
      if (seen.has(arg) || named.has(arg)) continue;
      seen.add(arg);
      pending.push(arg);
    }
  }
  return [...seen].sort((x, y) => x - y);
}

/** The sizes that a node may bind an index for. */
function boundAt(graph: Graph, id: NodeId): readonly Dim[] {
  const attr = graph.attr(id);
  switch (attr.kind) {
    case 'ein': return attr.sums;
    case 'red': return attr.axes.map((axis) => graph.shape(graph.arg(id, 0))[axis] ?? '1');
    case 'scat': return graph.shape(graph.arg(id, 0));
    default: return [];
  }
}

export class BinderLevels {
  /** binders below and at each node */
  readonly #height = new Map<NodeId, number>();
  readonly #top: number;
  readonly #counting: Counting;
  readonly #taken: ReadonlySet<string>;
  /** names of index variables of the text for sizes that are bound here */
  readonly #reserved: ReadonlySet<string>;
  readonly #indices = new Map<string, Index>();
  readonly #levels = new Map<string, number>();
  readonly #letters = new Map<number, string>();

  constructor(graph: Graph, root: NodeId, named: ReadonlyMap<NodeId, string>, { taken, counting }: IndexNames) {
    this.#counting = counting;
    this.#taken = taken;
    const sizes = new Set(graph.shape(root));
    for (const id of readBelow(graph, root, named)) {
      let below = 0;
      for (const arg of graph.args(id)) if (!named.has(arg)) below = Math.max(below, this.#height.get(arg) ?? 0);
      const own = boundAt(graph, id);
      for (const size of own) sizes.add(size);
      if (below + own.length > 0) this.#height.set(id, below + own.length);
    }
    this.#reserved = new Set([...sizes].flatMap((size) => (counting.indices.get(size) ?? []).map((variable) => variable.name)));
    this.#top = graph.shape(root).length + (this.#height.get(root) ?? 0);
  }
  /** Indices for the axes of the root: outside of every other binder. */
  free(shape: readonly Dim[]): Bound {
    const { base } = this.#counting;
    return boundOf(shape.map((size, k) => this.#index(k, size, (variable) => variable.first === base)));
  }

  /** Fresh indices for the sizes that node `id` binds. */
  bind(id: NodeId, sizes: readonly Dim[]): Bound {
    const level = this.#top - (this.#height.get(id) ?? 0);
    return boundOf(sizes.map((size, k) => this.#index(level + k, size, () => true)));
  }

  #index(level: number, size: Dim, fits: (variable: IndexVariable) => boolean): Index {
    const key = `${level}|${size}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      const own = this.#counting.indices.get(size)?.find((variable) => fits(variable) && this.#isFree(variable.name, level));
      const variable = own ?? { name: this.#letter(level), first: this.#counting.base };
      this.#levels.set(variable.name, level);
      index = indexOver(size, variable);
      this.#indices.set(key, index);
    }
    return index;
  }

  /** Beside each other indices may have one name, inside each other never. */
  #isFree(name: string, level: number): boolean {
    return !this.#taken.has(name) && (this.#levels.get(name) ?? level) === level;
  }

  /** For what the text has no name: one letter on each level, none that the text uses. */
  #letter(level: number): string {
    const known = this.#letters.get(level);
    if (known !== undefined) return known;
    for (let n = level; ; n++) {
      const round = Math.floor(n / LETTERS.length);
      const name = `${LETTERS[n % LETTERS.length] ?? 'i'}${round === 0 ? '' : round}`;
      if (this.#reserved.has(name) || !this.#isFree(name, level)) continue;
      this.#letters.set(level, name);
      return name;
    }
  }
}

interface Index {
  readonly binder: Binder;
  readonly position: Formula;
}

function indexOver(size: Dim, { name, first }: IndexVariable): Index {
  return { binder: { name, from: String(first), to: shiftDim(size, first - 1) }, position: shifted(symbol(name), 1 - first) };
}

const boundOf = (indices: readonly Index[]): Bound => ({ binders: indices.map((i) => i.binder), positions: indices.map((i) => i.position) });
