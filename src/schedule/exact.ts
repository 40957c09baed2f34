/**
 * The rounding of x - y is up to 256 ulp of its exponential, and where x and y are inputs it is known: shares of two keep
 * their digits however small they are. What is computed has roundings of its own, of which nothing is known, and pays nothing.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { differenceOfInputs } from '../ir/difference.ts';
import * as Q from '../ir/rational.ts';
import type { Term } from '../ir/term.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** What stands for sigmoid(u - v), times what u - v is rounded by; of equal infinities each has half. */
export function sigmoidOfDifference(b: Builder, id: NodeId, sigmoid: NodeId, inputs: ReadonlySet<NodeId>, moved: (id: NodeId) => NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || (attr.op !== core.sigmoid && attr.op !== core.sigmoidrest)) return undefined;
  const pair = differenceOfInputs(b.graph, b.graph.arg(id, 0), attr.subs[0] ?? [], inputs);
  if (pair === undefined) return undefined;
  const operand = (term: Term): Operand => ({ id: b.scale(term.coef, moved(term.id)), sub: term.sub });
  const [first, second] = [operand(pair[0]), operand(pair[1])];
  const [u, v] = attr.op === core.sigmoid ? [first, second] : [second, first];
  const share = b.multiply(sigmoid, b.map(core.exprest, [u, v], attr.shape));
  return b.map(core.where, [b.whole(b.map(core.eq, [u, v], attr.shape)), { id: b.rational(Q.rational(1n, 2n)), sub: [] }, b.whole(share)], attr.shape);
}
