/**
 * Order statistics without sorting: an element is the k-th smallest when fewer than k elements are smaller and at
 * least k are not larger. That takes N² comparisons and stays differentiable as it stands: the derivative goes to
 * the elements that attain the value, in equal shares as for `max` (a point of the generalised gradient).
 * Positions (`argmax`) have no derivative. NaN in, NaN out.
 */
import * as Q from '../../ir/rational.ts';
import type { NodeId } from '../../ir/types.ts';
import { core } from '../../ops/core.ts';
import { numeric } from '../broadcast.ts';
import { plainValue, type Result, type Value } from '../value.ts';
import { atEveryPosition } from './batched.ts';
import { argument, expectRank, type Builtin, type Call } from './builtin.ts';

/** The vector and a scalar beside it. */
function vectorAnd(call: Call): { readonly x: Value; readonly parameter: Value } | undefined {
  const x = expectRank(call, argument(call, 0), 1);
  const parameter = expectRank(call, argument(call, 1), 0);
  if (x === undefined || parameter === undefined || numeric(call.pass, parameter, argument(call, 1).span) === undefined) return undefined;
  return { x, parameter };
}

/** The number at 0-based place `rank` of the elements in ascending order; NaN unless these conditions on the place hold. */
function atRank(call: Call, x: NodeId, rank: NodeId, conditions: readonly NodeId[] = []): NodeId {
  const { b } = call.pass;
  const [n = '1'] = b.graph.shape(x);
  const infinity = { id: b.double(-Infinity), sub: [] };
  const self = b.whole(x);
  const tally = (op: 'lt' | 'le'): NodeId => b.ein(Q.ONE, [{ id: b.map(core[op], [{ id: x, sub: [1] }, { id: x, sub: [0] }], [n, n]), sub: [0, 1] }], [n], [n]);
  const enough = b.map(core.gt, [b.whole(tally('le')), { id: rank, sub: [] }], [n]);
  const few = b.map(core.le, [b.whole(tally('lt')), { id: rank, sub: [] }], [n]);
  const attained = b.map(core.and, [b.whole(few), b.whole(enough)], [n]);
  const value = b.reduce('max', b.map(core.where, [b.whole(attained), self, infinity], [n]), [0]);
  // NaN is neither smaller nor larger than anything: there is no order then
  const largest = b.reduce('max', x, [0]);
  const ordered = conditions.reduce((all, next) => b.map(core.and, [b.whole(all), b.whole(next)], []), b.map(core.eq, [b.whole(largest), b.whole(largest)], []));
  return b.map(core.where, [b.whole(ordered), b.whole(value), { id: b.double(Number.NaN), sub: [] }], []);
}

function kth(call: Call): Result {
  const found = vectorAnd(call);
  if (found === undefined) return undefined;
  const { pass } = call;
  const fixed = pass.b.constantOf(found.parameter.node);
  if (fixed !== undefined && (fixed.den !== 1n || fixed.num < 1n)) {
    return pass.report('bad-argument', argument(call, 1).span, { name: call.name, expected: 'a place from 1 to the number of elements' });
  }
  const { b } = pass;
  return atEveryPosition(pass, [found.x, found.parameter], [], ([x = -1, k = -1]) => {
    const compare = (op: 'ge' | 'le', bound: NodeId): NodeId => b.map(core[op], [b.whole(k), b.whole(bound)], []);
    const last = compare('le', b.dim(b.graph.shape(x)[0] ?? '1'));
    return atRank(call, x, b.subtract(k, b.integer(1)), fixed === undefined ? [compare('ge', b.integer(1)), last] : [last]);
  });
}

const floor = (call: Call, x: NodeId): NodeId => call.pass.b.map(core.floor, [call.pass.b.whole(x)], []);

/** The mean of the two middle elements, which are one when their number is odd. */
function median(call: Call): Result {
  const { b } = call.pass;
  const value = expectRank(call, argument(call, 0), 1);
  if (value === undefined) return undefined;
  return atEveryPosition(call.pass, [value], [], ([x = -1]) => {
    const n = b.dim(value.axes[0] ?? '1');
    const half = (m: NodeId): NodeId => floor(call, b.scale(Q.HALF, m));
    return b.scale(Q.HALF, b.sum([atRank(call, x, half(b.subtract(n, b.integer(1)))), atRank(call, x, half(n))], []));
  });
}

/** Between the elements around place (N-1)·q, in proportion: the default of R and numpy. */
function quantile(call: Call): Result {
  const found = vectorAnd(call);
  if (found === undefined) return undefined;
  const { pass } = call;
  const { b } = pass;
  const fixed = b.constantOf(found.parameter.node);
  if (fixed !== undefined && (fixed.num < 0n || fixed.num > fixed.den)) {
    return pass.report('bad-argument', argument(call, 1).span, { name: call.name, expected: 'a share from 0 to 1' });
  }
  return atEveryPosition(pass, [found.x, found.parameter], [], ([x = -1, q = -1]) => {
    const last = b.subtract(b.dim(found.x.axes[0] ?? '1'), b.integer(1));
    const place = b.multiply(last, q);
    const below = floor(call, place);
    const above = b.map(core.min, [b.whole(b.sum([below, b.integer(1)], [])), b.whole(last)], []);
    const share = (op: 'ge' | 'le', bound: number): NodeId => b.map(core[op], [b.whole(q), b.whole(b.integer(bound))], []);
    const inside = fixed === undefined ? [share('ge', 0), share('le', 1)] : [];
    const low = atRank(call, x, below, inside);
    return b.sum([low, b.multiply(b.subtract(place, below), b.subtract(atRank(call, x, above, inside), low))], []);
  });
}

/** The first position of the largest or smallest element. */
function extremePosition(op: 'max' | 'min'): (call: Call) => Result {
  return (call) => {
    const { b } = call.pass;
    const value = expectRank(call, argument(call, 0), 1);
    if (value === undefined) return undefined;
    const [n = '1'] = value.axes;
    const shape = b.graph.shape(value.node);
    const at = shape.length - 1;
    const best = b.reduce(op, value.node, [at]);
    const attained = b.map(core.eq, [b.whole(value.node), { id: best, sub: shape.slice(0, at).map((_, k) => k) }], shape);
    const places = b.map(core.where, [b.whole(attained), { id: b.iota(n), sub: [at] }, b.whole(b.dim(n))], shape);
    // with NaN nothing is attained: the first place then
    const first = b.reduce('min', places, [at]);
    const rest = shape.slice(0, at);
    const node = b.map(core.where, [b.whole(b.map(core.lt, [b.whole(first), { id: b.dim(n), sub: [] }], rest)), b.whole(first), { id: b.integer(0), sub: [] }], rest);
    return { ...plainValue(node, [], value.labels), element: 'index', of: n };
  };
}

export const orderStatistics: Readonly<Record<string, Builtin>> = {
  kth: { parameters: ['value', 'value'], doc: 'The k-th smallest element of a vector: `kth(x, 1)` is `min(x)`. N² comparisons, no sorting.', build: kth },
  median: { parameters: ['value'], doc: 'The middle element of a vector in order, or the mean of the two in the middle.', build: median },
  quantile: { parameters: ['value', 'value'], doc: 'The element below which a share q of a vector lies, interpolated: `quantile(x, 0.9)`.', build: quantile },
  argmax: { parameters: ['value'], doc: 'The first position of the largest element, to index with: `x[argmax(x)]`. It has no derivative.', build: extremePosition('max') },
  argmin: { parameters: ['value'], doc: 'The first position of the smallest element, to index with. It has no derivative.', build: extremePosition('min') },
};
