/** Running sums and products: a loop with one carry, so that all their derivatives are loops too. */
import type { Builder } from '../../ir/build.ts';
import { closeScan } from '../../ir/scan.ts';
import * as Q from '../../ir/rational.ts';
import type { NodeId } from '../../ir/types.ts';
import type { Result } from '../value.ts';
import { argument, type Builtin, type Call } from './builtin.ts';

/** Along the only axis of a vector, or the one asked for. */
function cumulative(kind: 'sum' | 'prod'): (call: Call) => Result {
  return (call) => {
    const { value, span } = argument(call, 0);
    const { b } = call.pass;
    const axis = call.axis ?? (value.axes.length === 1 ? 0 : undefined);
    if (axis === undefined) return call.pass.report('expected-shape', span, { what: `the argument of \`${call.name}\` without \`axis = …\``, expected: 'a vector', found: value.axes.length === 0 ? 'a scalar' : 'a matrix' });
    return { ...value, node: running(b, value.node, value.labels.length + axis, kind), element: 'real' };
  };
}

/** Sums or products of what stands before and at each position of an axis. */
export function running(b: Builder, x: NodeId, axis: number, kind: 'sum' | 'prod'): NodeId {
  const shape = b.graph.shape(x);
  const others = shape.map((_, k) => k).filter((k) => k !== axis);
  const rest = others.map((k) => shape[k] ?? '1');
  const [carry, element] = [b.placeholder(rest), b.placeholder(rest)];
  const next = kind === 'sum' ? b.sum([carry, element], rest) : b.multiply(carry, element);
  const scan = closeScan(b, {
    length: shape[axis] ?? '1', direction: 'forward', ys: [next],
    carries: [{ placeholder: carry, init: b.fill(kind === 'sum' ? Q.ZERO : Q.ONE, rest), next }],
    sequences: [{ placeholder: element, value: b.permute(x, [axis, ...others]) }],
  });
  return b.permute(b.proj(scan, 'ys', 0), shape.map((_, k) => (k === axis ? 0 : others.indexOf(k) + 1)));
}

const along = (doc: string, kind: 'sum' | 'prod'): Builtin => ({ parameters: ['value'], takesAxis: true, doc, build: cumulative(kind) });

export const cumulatives: Readonly<Record<string, Builtin>> = {
  cumsum: along('Running sums of a vector, or along one axis.', 'sum'),
  cumprod: along('Running products of a vector, or along one axis. Zeros are fine, in derivatives too.', 'prod'),
};
