/**
 * A matrix that a module makes of products with seeds: what does not depend on the seed is computed once, by the function
 * that asks for the products, and kept for them. With values and gradients of the same request it is computed once for all.
 */
import { savedNodes } from '../autodiff/saved.ts';
import { mergeLoops, splitLoops } from '../autodiff/split-loops.ts';
import type { Builder } from '../ir/build.ts';
import { constantDim, readDim } from '../ir/dim.ts';
import { axisAt } from '../ir/normal-view.ts';
import type { NodeId } from '../ir/types.ts';
import { dependents, reachable, substitute } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import type { EmitPlan, FunctionPlan, KeptValue, OutputPlan, SeededPlan, SparsePlan } from '../schedule/plan.ts';
import { sizeHints } from '../schedule/prepare.ts';
import { asArray } from '../structure/seeded.ts';
import { distinct, largestArray, nounOf } from './prepared.ts';

/** The plan with products that read what does not depend on their seeds. */
export function withKept(plan: EmitPlan): EmitPlan {
  const names = new Map(plan.names);
  return { ...plan, functions: plan.functions.map((f) => keptFor(plan.b, f, names)), names };
}

const computed = (o: OutputPlan): NodeId => o.scheduled ?? o.node;

/** Where the caller bounds what loops may keep, the products keep nothing. `names` learns what becomes of named nodes. */
function keptFor(b: Builder, f: FunctionPlan, names: Map<NodeId, string>): FunctionPlan {
  const products = f.matrices.flatMap((m) => m.seeded?.products ?? []).map((p) => p.product);
  if (products.length === 0 || f.checkpoints !== undefined) return f;
  const seeds = [...new Set(products.flatMap((p) => p.directions.map((d) => d.node)))];
  const results = products.flatMap((p) => p.outputs.map(computed));
  const apart = splitLoops(b, results, seeds);
  const chosen = chosenNodes(b, apart, seeds, f.outputs.map(computed));
  if (chosen.length === 0) return f;

  const called = distinct(chosen.map((node) => names.get(node) ?? nounOf(b.graph.attr(node))));
  const arrays = chosen.map((node) => asArray(b, node));
  const leaves = arrays.map((array) => b.placeholder(b.graph.shape(array)));
  const instead = new Map(chosen.map((node, k): [NodeId, NodeId] => {
    const leaf = leaves[k] ?? -1;
    return [node, arrays[k] === node ? leaf : b.view(leaf, { index: [axisAt('0')], shape: [], gathers: [], masked: false })];
  }));
  const named = [...names].filter(([id]) => !instead.has(id));
  const moved = substitute(b, [...apart, ...named.map(([id]) => id)], instead);
  named.forEach(([, name], k) => { const to = moved[apart.length + k] ?? -1; if (!names.has(to)) names.set(to, name); });
  const byResult = new Map(results.map((node, k) => [node, moved[k] ?? node]));

  // loops of the function itself go through the same states
  const outputs = f.outputs.map(computed);
  const there = reachable(b.graph, outputs).filter((id) => names.has(id));
  const own = mergeLoops(b, [...outputs, ...arrays, ...there]);
  there.forEach((id, k) => { const to = own[outputs.length + arrays.length + k] ?? -1; if (!names.has(to)) names.set(to, names.get(id) ?? ''); });
  const kept = leaves.map((leaf, k): KeptValue => ({ name: called[k] ?? '', node: own[f.outputs.length + k] ?? -1, leaf }));
  const product = (p: FunctionPlan): FunctionPlan => ({ ...p, given: kept, outputs: p.outputs.map((o) => ({ ...o, scheduled: byResult.get(computed(o)) ?? computed(o) })) });
  const seeded = (s: SeededPlan): SeededPlan => ({ ...s, products: s.products.map((p) => ({ ...p, product: product(p.product) })) });
  return {
    ...f, kept,
    outputs: f.outputs.map((o, k) => (own[k] === computed(o) ? o : { ...o, scheduled: own[k] ?? computed(o) })),
    matrices: f.matrices.map((m): SparsePlan => (m.seeded === undefined ? m : { ...m, seeded: seeded(m.seeded) })),
  };
}

/**
 * What is worth it of what the products read: results of loops, expensive values, arrays that loops take whole. Nothing
 * larger than the arrays there are anyway, and no selection by position, which loops skip as long as it is one.
 */
function chosenNodes(b: Builder, products: readonly NodeId[], seeds: readonly NodeId[], others: readonly NodeId[]): NodeId[] {
  const { graph } = b;
  const order = reachable(graph, products);
  const varying = dependents(graph, order, new Set(seeds));
  const isSeed = new Set(seeds);
  const leaves = order.filter((id) => { const { kind } = graph.attr(id); return (kind === 'leaf' && !isSeed.has(id)) || kind === 'iota'; });
  const fromValues = dependents(graph, order, new Set(leaves.filter((id) => graph.attr(id).kind === 'leaf')));
  const whole = new Set(order.flatMap((id) => (varying.has(id) && graph.attr(id).kind === 'scan' ? [...graph.args(id)] : [])));
  const hint = sizeHints(b, [...products, ...others]);
  const sizeOf = (shape: readonly string[]): number => shape.reduce((n, d) => n * (constantDim(d) ?? hint(readDim(d).base ?? '')), 1);
  const room = largestArray(b, order, [...products, ...others], sizeOf);
  const madeAgain = (id: NodeId): boolean => {
    const attr = graph.attr(id);
    if (attr.kind === 'proj' || whole.has(id)) return false;
    return !fromValues.has(id) || sizeOf(attr.shape) > room || (attr.kind === 'map' && attr.op === core.where && !fromValues.has(graph.arg(id, 0)));
  };
  return savedNodes(b, products, { leaves, varying: seeds, madeAgain });
}
