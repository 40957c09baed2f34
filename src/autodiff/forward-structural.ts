/** Tangent rules of nodes that move elements (the same move) and of reductions. */
import * as Q from '../ir/rational.ts';
import type { NodeId, RedAttr, ScatAttr, StackAttr, ViewAttr } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Push } from './push.ts';
import { attainment, productOfOthers, smoothWeight } from './structural.ts';

const gathersOf = (push: Push, id: NodeId): NodeId[] => [...push.b.graph.args(id)].slice(1).map((arg) => push.primal(arg));

export function pushView(push: Push, id: NodeId, attr: ViewAttr): NodeId | undefined {
  const tangent = push.tangent(push.b.graph.arg(id, 0));
  return tangent === undefined ? undefined : push.b.view(tangent, { index: attr.index, shape: attr.shape, gathers: gathersOf(push, id), masked: attr.masked });
}

export function pushScat(push: Push, id: NodeId, attr: ScatAttr): NodeId | undefined {
  const tangent = push.tangent(push.b.graph.arg(id, 0));
  return tangent === undefined ? undefined : push.b.scat(tangent, { index: attr.index, shape: attr.shape, gathers: gathersOf(push, id), masked: attr.masked });
}

export function pushStack(push: Push, id: NodeId, attr: StackAttr): NodeId | undefined {
  const { b } = push;
  const tangents = [...b.graph.args(id)].map((arg) => push.tangent(arg));
  if (tangents.every((t) => t === undefined)) return undefined;
  return b.stack(tangents.map((t) => t ?? b.zero(attr.shape.slice(1))));
}

/** max, min: the mean over the elements that attain them; logsumexp and norm have smooth weights; prod weighs by the other factors. */
export function pushReduction(push: Push, id: NodeId, attr: RedAttr): NodeId | undefined {
  const { b } = push;
  const tangent = push.tangent(b.graph.arg(id, 0));
  if (tangent === undefined) return undefined;
  const arg = push.primal(b.graph.arg(id, 0));
  const y = push.primal(id);
  const shape = b.graph.shape(arg);
  const weighted = (weight: NodeId): NodeId => b.sumOver(b.ein(Q.ONE, [b.whole(tangent), b.whole(weight)], shape), attr.axes);
  switch (attr.op) {
    case 'logsumexp': case 'norm': return weighted(smoothWeight(b, y, arg, attr));
    case 'prod': return weighted(productOfOthers(b, arg, attr.axes[0] ?? 0));
    case 'max': case 'min': {
      const { attained, share } = attainment(b, y, arg, attr);
      const chosen = b.map(core.where, [b.whole(attained), b.whole(tangent), { id: b.integer(0), sub: [] }], shape);
      return b.multiply(b.sumOver(chosen, attr.axes), share);
    }
  }
}
