/**
 * Names of bound indices. A node's binder is numbered by how many binders may stand around it, so an index
 * never hides another one and a shared node is read the same everywhere.
 */
import type { Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { symbol, type Binder, type Formula } from './formula.ts';

const LETTERS = ['i', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's'];

export interface Bound {
  readonly binders: readonly Binder[];
  readonly indices: readonly Formula[];
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

export class BinderLevels {
  /** binders below and at each node */
  readonly #height = new Map<NodeId, number>();
  readonly #top: number;
  readonly #names: Formula[] = [];
  readonly #taken: ReadonlySet<string>;

  constructor(graph: Graph, root: NodeId, named: ReadonlyMap<NodeId, string>, taken: ReadonlySet<string>) {
    this.#taken = taken;
    for (const id of readBelow(graph, root, named)) {
      const attr = graph.attr(id);
      let below = 0;
      for (const arg of graph.args(id)) if (!named.has(arg)) below = Math.max(below, this.#height.get(arg) ?? 0);
      const own = attr.kind === 'ein' ? attr.sums.length : attr.kind === 'red' ? attr.axes.length : attr.kind === 'scat' ? graph.shape(graph.arg(id, 0)).length : 0;
      if (below + own > 0) this.#height.set(id, below + own);
    }
    this.#top = graph.shape(root).length + (this.#height.get(root) ?? 0);
  }

  /** Indices for the axes of the root: outside of every other binder. */
  free(shape: readonly Dim[]): Bound {
    return this.#from(0, shape);
  }

  /** Fresh indices for the sizes that node `id` binds. */
  bind(id: NodeId, sizes: readonly Dim[]): Bound {
    return this.#from(this.#top - (this.#height.get(id) ?? 0), sizes);
  }

  #from(level: number, sizes: readonly Dim[]): Bound {
    const indices = sizes.map((_, k) => this.#name(level + k));
    return { indices, binders: sizes.map((to, k) => ({ name: nameOf(indices[k]), to })) };
  }

  #name(level: number): Formula {
    while (this.#names.length <= level) {
      let n = this.#names.length;
      const used = new Set(this.#names.map(nameOf));
      for (; ; n++) {
        const letter = LETTERS[n % LETTERS.length] ?? 'i';
        const round = Math.floor(n / LETTERS.length);
        const name = round === 0 ? letter : `${letter}${round}`;
        if (used.has(name) || this.#taken.has(name)) continue;
        this.#names.push(symbol(name));
        break;
      }
    }
    return this.#names[level] ?? symbol('i');
  }
}

const nameOf = (index: Formula | undefined): string => (index?.kind === 'symbol' ? index.name : 'i');
