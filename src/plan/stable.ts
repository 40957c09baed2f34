/** A model with every value in stable form, and the way back to what the user typed. */
import type { Model } from '../elaborate/model.ts';
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import { declaredFacts } from '../simplify/facts.ts';
import { stableValues } from '../simplify/stable.ts';

export interface StableModel {
  readonly model: Model;
  /** the node as typed of one in stable form; nodes that did not change are left out */
  readonly typed: ReadonlyMap<NodeId, NodeId>;
}

/** What is emitted and differentiated; a value by which is differentiated stays a node of the others. */
export function stableModel(b: Builder, model: Model): StableModel {
  const before = [...model.definitions.map((d) => d.node), ...model.requests.flatMap((r) => r.of.map((o) => o.node)), ...model.updates.map((u) => u.value)];
  const sources = new Set(model.requests.flatMap((r) => r.wrt.map((w) => w.node)).filter((id) => b.graph.attr(id).kind !== 'leaf'));
  const hidden = new Map([...sources].map((id) => [id, b.placeholder(b.graph.shape(id))]));
  const opened = new Map([...hidden].map(([id, leaf]) => [leaf, id]));
  const after = substitute(b, stableValues(b, substitute(b, before, hidden), declaredFacts(b, model.inputs)), opened);
  const stable = new Map(before.map((id, k) => [id, after[k] ?? id]));
  const of = (id: NodeId): NodeId => stable.get(id) ?? id;
  return {
    model: {
      ...model,
      definitions: model.definitions.map((d) => ({ ...d, node: of(d.node) })),
      requests: model.requests.map((r) => ({ ...r, of: r.of.map((o) => ({ ...o, node: of(o.node) })) })),
      updates: model.updates.map((u) => ({ ...u, value: of(u.value) })),
    },
    typed: new Map([...stable].filter(([id, made]) => id !== made).map(([id, made]) => [made, id])),
  };
}
