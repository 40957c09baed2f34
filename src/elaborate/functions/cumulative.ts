/** Running sums and products: a loop with one carry, so that all their derivatives are loops too. */
import { closeScan } from '../../ir/scan.ts';
import * as Q from '../../ir/rational.ts';
import type { Result } from '../value.ts';
import { argument, type Builtin, type Call } from './builtin.ts';

/** Along the only axis of a vector, or the one asked for. */
function cumulative(kind: 'sum' | 'prod'): (call: Call) => Result {
  return (call) => {
    const { value, span } = argument(call, 0);
    const { b } = call.pass;
    const axis = call.axis ?? (value.axes.length === 1 ? 0 : undefined);
    if (axis === undefined) return call.pass.report('expected-shape', span, { what: `the argument of \`${call.name}\` without \`axis = …\``, expected: 'a vector', found: value.axes.length === 0 ? 'a scalar' : 'a matrix' });
    const shape = b.graph.shape(value.node);
    const at = value.labels.length + axis;
    const others = shape.map((_, k) => k).filter((k) => k !== at);
    const rest = others.map((k) => shape[k] ?? '1');
    const [carry, element] = [b.placeholder(rest), b.placeholder(rest)];
    const next = kind === 'sum' ? b.sum([carry, element], rest) : b.multiply(carry, element);
    const scan = closeScan(b, {
      length: shape[at] ?? '1', direction: 'forward', ys: [next],
      carries: [{ placeholder: carry, init: b.fill(kind === 'sum' ? Q.ZERO : Q.ONE, rest), next }],
      sequences: [{ placeholder: element, value: b.permute(value.node, [at, ...others]) }],
    });
    const back = shape.map((_, k) => (k === at ? 0 : others.indexOf(k) + 1));
    return { ...value, node: b.permute(b.proj(scan, 'ys', 0), back), element: 'real' };
  };
}

const along = (doc: string, kind: 'sum' | 'prod'): Builtin => ({ parameters: ['value'], takesAxis: true, doc, build: cumulative(kind) });

export const cumulatives: Readonly<Record<string, Builtin>> = {
  cumsum: along('Running sums of a vector, or along one axis.', 'sum'),
  cumprod: along('Running products of a vector, or along one axis. Zeros are fine, in derivatives too.', 'prod'),
};
