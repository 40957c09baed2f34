/** One-liners that compare: an equation that holds for all values is an identity, the others state a condition. */
import { sameNormalForm } from '../compile.ts';
import type { Model } from '../elaborate/model.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';
import { decide, type Verdict } from '../verify/claim.ts';

export type Condition = { readonly kind: 'identity'; readonly verdict: Verdict } | { readonly kind: 'condition' };

/** Undefined when the node is not a truth value. */
export function conditionOf(model: Model, node: NodeId): Condition | undefined {
  const { graph } = model;
  const attr = graph.attr(node);
  if (attr.kind !== 'map' || !(rowOf(attr.op).facts?.includes('boolean') ?? false)) return undefined;
  const [span] = model.inputs.map((i) => i.span);
  if (attr.op !== core.eq || span === undefined) return { kind: 'condition' };
  const check = { text: '', claims: [{ left: graph.arg(node, 0), relation: '==', right: graph.arg(node, 1) }], docs: [], span } as const;
  const verdict = decide(model, check, sameNormalForm(model));
  return verdict.kind === 'proved' || verdict.kind === 'holds' ? { kind: 'identity', verdict } : { kind: 'condition' };
}
