/**
 * Graph to graph: the normal form that needs use counts. Products and sums that are used once join their
 * user, sums lose what does not depend on the summed labels, loops with equal steps become one.
 * Nothing is distributed, and no node with two users is copied into either. Idempotent.
 */
import type { Builder } from '../ir/build.ts';
import type { Attr, NodeId, ScanAttr } from '../ir/types.ts';
import * as T from '../ir/traits.ts';
import { boundOf, Renaming } from '../ir/dense.ts';
import { plainOver } from '../ir/plain.ts';
import { reachable, renamed } from '../ir/walk.ts';
import { groupLoops, type LoopGroup } from './loops.ts';
import { powerOfProduct } from './powers.ts';
import { normalProduct } from './products.ts';
import { normalSum } from './sums.ts';
import { singleUses, type OtherUses, type SingleUses } from './uses.ts';

/** A rewrite can make room for the next one; in practice three rounds settle everything. */
export const ROUNDS = 12;

/** The roots in normal form, all together so that they share. */
export function normalise(b: Builder, roots: readonly NodeId[]): NodeId[] {
  let current = [...roots];
  for (let round = 0; round < ROUNDS; round++) {
    const next = normaliseOnce(b, current);
    if (next.every((id, k) => id === current[k])) break;
    current = next;
  }
  return current;
}

/** One round of it, beside what others use. */
export const normaliseOnce = (b: Builder, roots: readonly NodeId[], others?: OtherUses): NodeId[] => new Round(b, roots, others).run();

/** What the rewrites of one node see: new nodes for old ones, and who is used once. */
export interface Rewriting {
  readonly b: Builder;
  /** the new node of an old one that was not absorbed */
  made(old: NodeId): NodeId;
  readonly uses: SingleUses;
}

class Round implements Rewriting {
  readonly b: Builder;
  readonly uses: SingleUses;
  readonly #roots: readonly NodeId[];
  readonly #order: readonly NodeId[];
  readonly #loops: ReadonlyMap<NodeId, LoopGroup>;
  readonly #made: Renaming;
  readonly #bodies = new Map<string, readonly NodeId[]>();

  constructor(b: Builder, roots: readonly NodeId[], others: OtherUses | undefined) {
    this.b = b;
    this.#roots = roots;
    this.#order = reachable(b.graph, roots);
    this.#made = new Renaming(boundOf(this.#order));
    this.uses = singleUses(b.graph, this.#order, roots, others);
    this.#loops = groupLoops(b.graph, this.#order);
  }

  made(old: NodeId): NodeId {
    return this.#made.get(old);
  }

  run(): NodeId[] {
    const { graph } = this.b;
    for (const id of this.#order) {
      if (this.uses.isAbsorbed(id)) continue;
      const before = graph.size;
      const next = this.#inItsForm(id) ?? this.#node(id, graph.attr(id));
      if (next === id) continue;
      this.#made.set(id, next);
      // a rewritten derivative still is one: printing orders its terms for reading
      graph.inheritRule(before, id);
    }
    return this.#roots.map((root) => this.made(root));
  }

  /** A product or sum of whose arguments none opens or merges stays what it is: most nodes in most rounds. Undefined for others. */
  #inItsForm(id: NodeId): NodeId | undefined {
    const { graph } = this.b;
    const traits = graph.traits(id);
    if ((traits & (T.PRODUCT | T.SUM)) === 0 || (traits & T.CONTRACTION) !== 0) return undefined;
    let exponentials = 0;
    let moved = false;
    for (let k = graph.arity(id) - 1; k >= 0; k--) {
      const arg = graph.arg(id, k);
      if (this.uses.isAbsorbed(arg)) return undefined;
      const next = this.#made.get(arg);
      moved ||= next !== arg;
      if ((graph.traits(next) & T.EXPONENTIAL) !== 0) exponentials++;
    }
    if ((traits & T.PRODUCT) !== 0 && exponentials > 1) return undefined;
    return moved ? this.#overMade(id) : id;
  }

  /** The same over what its arguments became, in the user's order of them. */
  #overMade(id: NodeId): NodeId | undefined {
    const { graph } = this.b;
    const args = graph.argList(id);
    for (let k = 0; k < args.length; k++) args[k] = this.#made.get(args[k] ?? -1);
    const order = graph.displayOrder(id);
    if (order?.length !== args.length) return plainOver(this.b, id, args);
    if ((graph.traits(id) & T.UNORDERED) === 0) return undefined;
    const written: NodeId[] = [];
    for (const k of order) written.push(args[k] ?? -1);
    return plainOver(this.b, id, written);
  }

  #node(id: NodeId, attr: Attr): NodeId {
    switch (attr.kind) {
      case 'ein': return normalProduct(this, id, attr);
      case 'add': return normalSum(this, id, attr);
      case 'map': return powerOfProduct(this, id, attr) ?? renamed(this.b, id, this.#made);
      case 'scan': return this.#loop(id, attr);
      case 'proj': {
        const scan = this.b.graph.arg(id, 0);
        const index = attr.which === 'ys' ? (this.#loops.get(scan)?.position(scan, attr.index) ?? attr.index) : attr.index;
        return this.b.proj(this.made(scan), attr.which, index);
      }
      default: return renamed(this.b, id, this.#made);
    }
  }

  /** The one loop of its group, with normalised body. */
  #loop(id: NodeId, attr: ScanAttr): NodeId {
    const ys = this.#loops.get(id)?.ys ?? attr.ys;
    const key = [...attr.next, -1, ...ys].join(',');
    let body = this.#bodies.get(key);
    if (body === undefined) this.#bodies.set(key, (body = normalise(this.b, [...attr.next, ...ys])));
    const args = [...this.b.graph.args(id)].map((arg) => this.made(arg));
    return this.b.graph.intern({ ...attr, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) }, args);
  }
}
