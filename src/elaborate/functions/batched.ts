/** Kernels take one matrix; inside free indices they run once per position, as a loop over them. */
import type { NodeId } from '../../ir/types.ts';
import type { Dim } from '../../ir/dim.ts';
import { closeScan, elementOf } from '../../ir/scan.ts';
import type { Pass } from '../pass.ts';
import { plainValue, type Label, type Value } from '../value.ts';

/** One value per position of the free indices: `kernel` makes it of the arguments at that position, with these axes. */
export function atEveryPosition(pass: Pass, args: readonly Value[], axes: readonly Dim[], kernel: (nodes: readonly NodeId[]) => NodeId): Value {
  const labels = [...new Set(args.flatMap((a) => a.labels))].sort((x, y) => x.id - y.id);
  const operands = args.map((a) => ({ node: a.node, labels: a.labels }));
  return plainValue(overLabels(pass, labels, operands, kernel), axes, labels);
}

interface Indexed {
  readonly node: NodeId;
  /** of the leading axes that are still free */
  readonly labels: readonly Label[];
}

/** As many loops inside each other as a formula has indices: a handful. */
function overLabels(pass: Pass, labels: readonly Label[], operands: readonly Indexed[], kernel: (nodes: readonly NodeId[]) => NodeId): NodeId {
  const [label, ...rest] = labels;
  if (label === undefined) return kernel(operands.map((o) => o.node));
  const { b } = pass;
  const sequences: { placeholder: NodeId; value: NodeId }[] = [];
  const elements = operands.map((o): Indexed => {
    if (o.labels[0] !== label) return o;
    const placeholder = elementOf(b, o.node);
    sequences.push({ placeholder, value: o.node });
    return { node: placeholder, labels: o.labels.slice(1) };
  });
  const element = overLabels(pass, rest, elements, kernel);
  return b.proj(closeScan(b, { length: label.size ?? '1', direction: 'forward', carries: [], sequences, ys: [element] }), 'ys', 0);
}
