/** Sets and maps over node ids as flat arrays: passes over a million nodes spend their time here. */
import type { NodeId } from './types.ts';

/** Membership; a `Set` of ids is one too. */
export interface NodeSet {
  has(id: NodeId): boolean;
}

/** Ids below a bound. */
export class DenseSet implements NodeSet {
  readonly #member: Uint8Array;

  constructor(bound: number) {
    this.#member = new Uint8Array(bound);
  }

  has(id: NodeId): boolean {
    return this.#member[id] === 1;
  }

  add(id: NodeId): void {
    this.#member[id] = 1;
  }
}

/** The members of an ascending list. */
export function setOf(order: readonly NodeId[]): DenseSet {
  const set = new DenseSet(boundOf(order));
  for (const id of order) set.add(id);
  return set;
}

/** From ids below a bound to ids; what was not set is itself. */
export class Renaming {
  /** id + 1, 0 is itself */
  readonly #to: Int32Array;

  constructor(bound: number) {
    this.#to = new Int32Array(bound);
  }

  get(id: NodeId): NodeId {
    const to = this.#to[id] ?? 0;
    return to === 0 ? id : to - 1;
  }

  set(id: NodeId, to: NodeId): void {
    this.#to[id] = to + 1;
  }
}

/** One more than the largest id of an ascending list. */
export const boundOf = (order: readonly NodeId[]): number => (order[order.length - 1] ?? -1) + 1;
