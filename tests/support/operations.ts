/** What the functions of a plan cost, in operations. */
import { leafOf } from '../../src/elaborate/leaf.ts';
import type { OpName } from '../../src/ops/table.ts';
import { countOperations } from '../../src/schedule/count.ts';
import type { EmitPlan, OutputPlan } from '../../src/schedule/plan.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import type { ScheduleOutput } from '../../src/schedule/schedule.ts';

/** Operations of computing some outputs of a plan together; kernels count as what they run, unless `costOf` says otherwise. */
export function operationsOf(plan: EmitPlan, outputs: readonly OutputPlan[], sizes: ReadonlyMap<string, number>, costOf?: (op: OpName) => number): number {
  const inputs = plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element }));
  const directions = new Map(plan.functions.flatMap((f) => f.directions.map((d) => [d.node, d.name])));
  const given = [...directions].map(([node, name]) => ({ name, node, shape: plan.b.graph.shape(node), element: 'real' as const }));
  const wanted = outputs.map((o): ScheduleOutput => (o.kind === 'returned' ? { kind: 'returned', node: o.node } : { kind: 'filled', name: o.name, node: o.node }));
  return countOperations(schedule({ b: plan.b, inputs: [...inputs, ...given], outputs: wanted, names: plan.names }), sizes, costOf);
}
