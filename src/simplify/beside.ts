/** Normal forms of one root after another beside the same formulas, as if each were normalised together with all of them. */
import type { Builder } from '../ir/build.ts';
import type { NodeSet } from '../ir/dense.ts';
import type { Graph } from '../ir/graph.ts';
import * as T from '../ir/traits.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { normalise, normaliseOnce, ROUNDS } from './normalise.ts';
import { otherUses, singleUses, type OtherUses } from './uses.ts';

/** The formulas as a round finds them. */
interface Phase {
  readonly uses: OtherUses;
  /** what a later round no longer finds */
  readonly passing: NodeSet;
}

export class Beside {
  readonly #b: Builder;
  readonly #formulas: readonly NodeId[];
  readonly #size: number;
  /** looked up when first needed; none where loops are grouped together */
  #phases: readonly Phase[] | undefined;
  #visited = 0;

  constructor(b: Builder, formulas: readonly NodeId[]) {
    this.#b = b;
    this.#formulas = formulas;
    this.#size = reachable(b.graph, formulas).length;
  }

  /** How many nodes of the formulas were visited, counted for each root again. */
  get visited(): number {
    return this.#visited;
  }

  normal(root: NodeId): NodeId {
    const alone = isNormalAnywhere(this.#b, root) ? root : this.#alone(root);
    if (alone !== undefined) return alone;
    this.#visited += this.#size;
    return normalise(this.#b, [root, ...this.#formulas])[0] ?? root;
  }

  /**
   * Without a visit to the formulas. Further uses only keep more apart, so a root that uses nothing that they lose leaves them
   * as they would be without it; what they use of it is all that it needs to know of them. Undefined for other roots.
   */
  #alone(root: NodeId): NodeId | undefined {
    this.#phases ??= phasesOf(this.#b, this.#formulas);
    let current = root;
    for (let round = 0; round < ROUNDS; round++) {
      const phase = this.#phases[Math.min(round, this.#phases.length - 1)];
      if (phase === undefined || reachable(this.#b.graph, [current]).some((id) => phase.passing.has(id))) return undefined;
      const [next = current] = normaliseOnce(this.#b, [current], phase.uses);
      if (next === current && round >= this.#phases.length - 1) break;
      current = next;
    }
    return current;
  }
}

function phasesOf(b: Builder, formulas: readonly NodeId[]): readonly Phase[] {
  if (reachable(b.graph, formulas).some((id) => (b.graph.traits(id) & T.LOOP) !== 0)) return [];
  const uses: OtherUses[] = [];
  for (let current = formulas; uses.length < ROUNDS; ) {
    uses.push(otherUses(b.graph, current));
    const next = normaliseOnce(b, current);
    if (next.every((id, k) => id === current[k])) break;
    current = next;
  }
  const settled = uses.at(-1);
  return uses.map((found): Phase => ({ uses: found, passing: { has: (id) => found.users.has(id) && settled?.users.has(id) === false } }));
}

/**
 * Whether a root stays what it is beside anything: by itself nothing in it is opened or merges. A look at traits, which may
 * say no where normalising would change nothing.
 */
function isNormalAnywhere({ graph }: Builder, root: NodeId): boolean {
  const order = reachable(graph, [root]);
  const { isAbsorbed } = singleUses(graph, order, [root]);
  return order.every((id) => !isAbsorbed(id) && !mayMerge(graph, id));
}

function mayMerge(graph: Graph, id: NodeId): boolean {
  const traits = graph.traits(id);
  if ((traits & (T.LOOP | T.CONTRACTION)) !== 0) return true;
  if ((traits & T.POWER) !== 0) return (graph.traits(graph.arg(id, 0)) & (T.PRODUCT | T.EXPONENTIAL)) !== 0;
  let exponentials = 0;
  for (let k = (traits & T.PRODUCT) === 0 ? 0 : graph.arity(id); k > 0; k--) if ((graph.traits(graph.arg(id, k - 1)) & T.EXPONENTIAL) !== 0) exponentials++;
  return exponentials > 1;
}
