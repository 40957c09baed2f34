/**
 * For emission: what is computed anyway gives its partner almost for free. 1 - tanh(u)² is made from the tanh(u) that
 * the value needs, sigmoid(-u) from sigmoid(u), by kernels that know where that would lose digits.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, rebuild } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';

/** The roots with every partner made from what is there. */
export function fromCompanions(b: Builder, roots: readonly NodeId[]): NodeId[] {
  const { graph } = b;
  const order = reachable(graph, roots);
  const present = new Set(order);
  const made = new Map<NodeId, NodeId>();
  for (const id of order) {
    const attr = graph.attr(id);
    const old = [...graph.args(id)];
    const args = old.map((arg) => made.get(arg) ?? arg);
    if (attr.kind === 'scan') made.set(id, graph.intern(bodyOf(b, attr), args));
    else {
      const replacement = partner(b, id, present, (node) => made.get(node) ?? node);
      if (replacement !== undefined) made.set(id, replacement);
      else if (!args.every((arg, k) => arg === old[k])) made.set(id, rebuild(b, attr, args));
    }
  }
  return roots.map((root) => made.get(root) ?? root);
}

function bodyOf(b: Builder, attr: ScanAttr): ScanAttr {
  const body = fromCompanions(b, [...attr.next, ...attr.ys]);
  return { ...attr, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) };
}

/** What is made from what: the slope of a function from its value. */
const SLOPES: ReadonlyMap<OpName, { readonly beside: OpName; readonly becomes: OpName }> = new Map([
  [core.sech2, { beside: core.tanh, becomes: core.tanhslope }],
  [core.sinqslope, { beside: core.sinq, becomes: core.sinqrest }],
]);

function partner(b: Builder, id: NodeId, present: ReadonlySet<NodeId>, made: (id: NodeId) => NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map') return undefined;
  const slope = SLOPES.get(attr.op);
  const argument: Operand = { id: b.graph.arg(id, 0), sub: attr.subs[0] ?? [] };
  if (slope !== undefined) {
    const value = b.map(slope.beside, [argument], attr.shape);
    return present.has(value) ? b.map(slope.becomes, [{ ...argument, id: made(argument.id) }, b.whole(made(value))], attr.shape) : undefined;
  }
  // of sigmoid(u) and sigmoid(-u) only one: the one whose argument has the minus sign
  const inner = b.graph.attr(argument.id);
  if (attr.op !== core.sigmoid || inner.kind !== 'ein' || !Q.isNegative(inner.coef)) return undefined;
  const opposite: Operand = { id: b.negate(argument.id), sub: argument.sub };
  const sigmoid = b.map(core.sigmoid, [opposite], attr.shape);
  return present.has(sigmoid) ? b.map(core.sigmoidrest, [{ ...opposite, id: made(opposite.id) }, b.whole(made(sigmoid))], attr.shape) : undefined;
}
