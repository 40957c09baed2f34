/** Log-sum-exp and what is told by it: x - logsumexp(x), and its exponential, the softmax. */
import { core } from '../ops/core.ts';
import type { Graph } from './graph.ts';
import { MINUS_ONE, equal, isOne } from './rational.ts';
import { keptAxes } from './sub.ts';
import type { NodeId } from './types.ts';
import { isWhole } from './walk.ts';

export interface LogSoftmax {
  readonly argument: NodeId;
  /** the axes that the sum runs over */
  readonly axes: readonly number[];
}

/** x of `x - logsumexp(x)`. */
export function logSoftmaxOf(graph: Graph, id: NodeId): LogSoftmax | undefined {
  const attr = graph.attr(id);
  const rank = attr.shape.length;
  if (attr.kind !== 'add' || attr.subs.length !== 2 || rank === 0) return undefined;
  for (const k of [0, 1]) {
    const [x, total] = [graph.arg(id, k), graph.arg(id, 1 - k)];
    const reduction = graph.attr(total);
    if (!isOne(attr.coefs[k] ?? MINUS_ONE) || !equal(attr.coefs[1 - k] ?? MINUS_ONE, MINUS_ONE)) continue;
    if (reduction.kind !== 'red' || reduction.op !== 'logsumexp' || graph.arg(total, 0) !== x) continue;
    const kept = keptAxes(rank, reduction.axes);
    if (isWhole(attr.subs[k] ?? [], rank) && (attr.subs[1 - k] ?? []).join() === kept.join()) return { argument: x, axes: reduction.axes };
  }
  return undefined;
}

/** x of `exp(x - logsumexp(x))`. */
export function softmaxOf(graph: Graph, id: NodeId): LogSoftmax | undefined {
  const attr = graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.exp || !isWhole(attr.subs[0] ?? [], attr.shape.length)) return undefined;
  const difference = graph.arg(id, 0);
  return graph.shape(difference).length === attr.shape.length ? logSoftmaxOf(graph, difference) : undefined;
}
