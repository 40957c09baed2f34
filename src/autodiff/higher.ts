/** Derivatives of order n: along one direction, along several, or all entries with each unordered choice of variables once. */
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { pushforward, type Tangents } from './forward.ts';
import { gradient, jacobian, type Adjoints, type Refuse } from './reverse.ts';
import { directionalDerivatives, REPEATED } from './taylor.ts';

/** What every sweep is shown, so that its replaced loops are used by all results. */
export type Swept = <T extends Adjoints | Tangents>(sweep: T) => T;

export interface Sweeping {
  readonly b: Builder;
  readonly refuse: Refuse;
  readonly swept: Swept;
}

type Directions = ReadonlyMap<NodeId, NodeId>;

/** Dⁿf[v, …, v]: by recurrences of polynomial size, through loops and factorisations by repeated forward mode. */
export function alongOne({ b, refuse, swept }: Sweeping, of: NodeId, directions: Directions, order: number): NodeId {
  const series = directionalDerivatives(b, [of], directions, order, refuse);
  const last = series?.[0]?.[order - 1];
  return last ?? alongEach({ b, refuse, swept }, of, Array.from({ length: order }, () => directions));
}

/** Dⁿf[u, v, …] */
export function alongEach({ b, refuse, swept }: Sweeping, of: NodeId, rounds: readonly Directions[]): NodeId {
  let current = of;
  for (const directions of rounds) current = swept(pushforward(b, [current], directions, refuse)).tangents[0] ?? b.zero(b.graph.shape(of));
  return current;
}

/** Derivatives 1 … order of a number by a number. */
export function byNumber({ b, refuse, swept }: Sweeping, of: NodeId, by: NodeId, order: number): readonly NodeId[] {
  const series = order > REPEATED ? directionalDerivatives(b, [of], new Map([[by, b.integer(1)]]), order, refuse)?.[0] : undefined;
  if (series !== undefined) return series;
  const orders: NodeId[] = [];
  for (let current = of; orders.length < order; orders.push(current)) current = swept(gradient(b, current, [by], refuse)).adjoints[0] ?? b.integer(0);
  return orders;
}

export interface Entry {
  /** the variables differentiated by, as positions in `sources`, ascending */
  readonly by: readonly number[];
  readonly node: NodeId;
}

/**
 * Derivatives of orders 1 … order of a number by numbers, each unordered choice of variables once: all orders by one
 * variable, of each of them all orders that are left by the next. Low orders come first.
 */
export function byNumbers(sweeping: Sweeping, of: NodeId, sources: readonly NodeId[], order: number): readonly Entry[] {
  let entries: readonly Entry[] = [{ by: [], node: of }];
  sources.forEach((source, k) => {
    entries = entries.flatMap((entry) => [
      ...byNumber(sweeping, entry.node, source, order - entry.by.length).map((node, n): Entry => ({ by: [...entry.by, ...Array.from({ length: n + 1 }, () => k)], node })).reverse(),
      entry,
    ]);
  });
  return entries.filter((entry) => entry.by.length > 0).sort((x, y) => x.by.length - y.by.length);
}

/** Whether recurrences are what derivatives of this order are made by. */
export function hasRecurrences({ graph }: Builder, of: NodeId, sources: readonly NodeId[], order: number): boolean {
  return order > REPEATED && [of, ...sources].every((id) => graph.shape(id).length === 0);
}

/** ∂ⁿf/∂x…∂y with the axes of f and then of each variable. By symmetry each unordered choice of variables is made once. */
export function allEntries(sweeping: Sweeping, of: NodeId, sources: readonly NodeId[], order: number): readonly Entry[] {
  const { b, refuse, swept } = sweeping;
  const [only] = sources;
  if (sources.length === 1 && only !== undefined && b.graph.shape(only).length === 0) {
    return [{ by: Array.from({ length: order }, () => 0), node: alongOne(sweeping, of, new Map([[only, b.integer(1)]]), order) }];
  }
  if (hasRecurrences(b, of, sources, order)) return byNumbers(sweeping, of, sources, order).filter((entry) => entry.by.length === order);
  const derive = (node: NodeId, by: readonly NodeId[]): readonly NodeId[] =>
    swept(b.graph.shape(node).length === 0 ? gradient(b, node, by, refuse) : jacobian(b, node, by, refuse)).adjoints;
  let entries: readonly Entry[] = [{ by: [], node: of }];
  for (let k = 0; k < order; k++) {
    entries = entries.flatMap((entry) => {
      const from = entry.by[entry.by.length - 1] ?? 0;
      return derive(entry.node, sources.slice(from)).map((node, n): Entry => ({ by: [...entry.by, from + n], node }));
    });
  }
  return entries;
}
