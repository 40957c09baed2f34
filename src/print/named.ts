/** Tensor functions that are written by name although the graph spells them out: softmax, log_softmax, the norm. */
import type { Graph } from '../ir/graph.ts';
import { MINUS_ONE, equal, integer, isOne } from '../ir/rational.ts';
import type { NodeId, Sub } from '../ir/types.ts';
import { isWhole } from '../ir/walk.ts';
import { core } from '../ops/core.ts';

export interface NamedFunction {
  readonly name: string;
  readonly argument: NodeId;
}

export function namedFunction(graph: Graph, id: NodeId): NamedFunction | undefined {
  const attr = graph.attr(id);
  const rank = attr.shape.length;
  if (attr.kind === 'add') {
    const argument = logSoftmaxArgument(graph, id);
    return argument === undefined ? undefined : { name: 'log_softmax', argument };
  }
  if (attr.kind !== 'map') return undefined;
  const inner = graph.arg(id, 0);
  if (!isWhole(attr.subs[0] ?? [], rank) || graph.shape(inner).length !== rank) return undefined;
  if (attr.op === core.exp) {
    const argument = logSoftmaxArgument(graph, inner);
    return argument === undefined ? undefined : { name: 'softmax', argument };
  }
  if (attr.op !== core.sqrt) return undefined;
  const argument = sumOfSquaresArgument(graph, inner);
  return argument === undefined ? undefined : { name: 'norm2', argument };
}

/** x of `x - logsumexp(x)` along the last axis. */
function logSoftmaxArgument(graph: Graph, id: NodeId): NodeId | undefined {
  const attr = graph.attr(id);
  const rank = attr.shape.length;
  if (attr.kind !== 'add' || attr.subs.length !== 2 || rank === 0) return undefined;
  for (const k of [0, 1]) {
    const [x, total] = [graph.arg(id, k), graph.arg(id, 1 - k)];
    const [coef, totalCoef] = [attr.coefs[k], attr.coefs[1 - k]];
    const reduction = graph.attr(total);
    if (coef === undefined || totalCoef === undefined || !isOne(coef) || !equal(totalCoef, MINUS_ONE)) continue;
    if (reduction.kind !== 'red' || reduction.op !== 'logsumexp' || graph.arg(total, 0) !== x) continue;
    const leading: Sub = attr.subs[1 - k] ?? [];
    if (isWhole(attr.subs[k] ?? [], rank) && reduction.axes.join() === String(rank - 1) && isWhole(leading, rank - 1)) return x;
  }
  return undefined;
}

/** x of Σ x² over all its axes. */
function sumOfSquaresArgument(graph: Graph, id: NodeId): NodeId | undefined {
  const attr = graph.attr(id);
  if (attr.kind !== 'ein' || attr.shape.length > 0 || attr.subs.length !== 1 || !isOne(attr.coef)) return undefined;
  const square = graph.arg(id, 0);
  const power = graph.attr(square);
  const sub = attr.subs[0] ?? [];
  if (power.kind !== 'map' || power.op !== core.pow || !isWhole(sub, power.shape.length) || !isWhole(power.subs[0] ?? [], power.shape.length)) return undefined;
  const exponent = graph.attr(graph.arg(square, 1));
  const two = exponent.kind === 'const' && exponent.value.kind === 'rational' && equal(exponent.value.value, integer(2));
  return two ? graph.arg(square, 0) : undefined;
}
