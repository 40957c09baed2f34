/** The order of terms and factors that no one typed: as the parts first appear in the user's text. */
import { displayPositions } from '../ir/display.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';

/** Where a node begins and ends to appear when the typed formulas are read from left to right. */
interface Appearance {
  readonly first: number;
  readonly last: number;
}
const NOWHERE: Appearance = { first: Infinity, last: -Infinity };

export class ReadingOrder {
  readonly #appearances = new Map<NodeId, Appearance>();
  readonly #typed: ReadonlyMap<NodeId, number>;

  /** `roots` are to be printed; `typed` is what the user wrote, in his order. */
  constructor(graph: Graph, roots: readonly NodeId[], typed: readonly NodeId[]) {
    this.#typed = placesOf(graph, typed);
    if (typed.length === 0) return;
    for (const id of reachable(graph, roots)) {
      const at = this.#typed.get(id);
      let { first, last } = at === undefined ? NOWHERE : { first: at, last: at };
      if (at === undefined) {
        for (const arg of graph.args(id)) {
          const inner = this.#appearances.get(arg) ?? NOWHERE;
          first = Math.min(first, inner.first);
          last = Math.max(last, inner.last);
        }
      }
      this.#appearances.set(id, { first, last });
    }
  }

  /** Whether the user wrote this very node. */
  isTyped(id: NodeId): boolean {
    return this.#typed.has(id);
  }

  /** Negative when x stands before y; the node made first where the text decides nothing. */
  compare(x: NodeId, y: NodeId): number {
    const [a, b] = [this.#appearances.get(x) ?? NOWHERE, this.#appearances.get(y) ?? NOWHERE];
    if (a.first !== b.first) return a.first < b.first ? -1 : 1;
    if (a.last !== b.last) return a.last < b.last ? -1 : 1;
    return x - y;
  }
}

/** Every node of the typed formulas by its place in their text, from left to right and from the outside in. */
function placesOf(graph: Graph, typed: readonly NodeId[]): ReadonlyMap<NodeId, number> {
  const { placed } = graph;
  if (placed !== undefined && placed.typed.length === typed.length && placed.typed.every((id, k) => id === typed[k])) return placed.places;
  const places = placesIn(graph, typed);
  graph.placed = { typed: [...typed], places };
  return places;
}

function placesIn(graph: Graph, typed: readonly NodeId[]): Map<NodeId, number> {
  const found = new Map<NodeId, number>();
  const pending = [...typed].reverse();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.set(id, found.size);
    for (const position of [...displayPositions(graph, id)].reverse()) pending.push(graph.arg(id, position));
  }
  return found;
}
