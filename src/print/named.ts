/** Tensor functions that are written by name although the graph spells them out: softmax, log_softmax, the norm. */
import type { Graph } from '../ir/graph.ts';
import { equal, integer, isOne } from '../ir/rational.ts';
import { logSoftmaxOf, softmaxOf, type LogSoftmax } from '../ir/softmax.ts';
import type { NodeId } from '../ir/types.ts';
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
    const argument = alongLastAxis(graph, logSoftmaxOf(graph, id));
    return argument === undefined ? undefined : { name: 'log_softmax', argument };
  }
  if (attr.kind !== 'map') return undefined;
  if (attr.op === core.exp) {
    const argument = alongLastAxis(graph, softmaxOf(graph, id));
    return argument === undefined ? undefined : { name: 'softmax', argument };
  }
  const inner = graph.arg(id, 0);
  if (attr.op !== core.sqrt || !isWhole(attr.subs[0] ?? [], rank) || graph.shape(inner).length !== rank) return undefined;
  const argument = sumOfSquaresArgument(graph, inner);
  return argument === undefined ? undefined : { name: 'norm2', argument };
}

/** Along the last axis only: the functions of the language know no other. */
function alongLastAxis(graph: Graph, found: LogSoftmax | undefined): NodeId | undefined {
  return found !== undefined && found.axes.join() === String(graph.shape(found.argument).length - 1) ? found.argument : undefined;
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
