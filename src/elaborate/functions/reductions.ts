/** Sums, means, extrema and norms over axes, and what is made of them. */
import { closeScan } from '../../ir/scan.ts';
import * as Q from '../../ir/rational.ts';
import type { ReduceOp } from '../../ir/types.ts';
import { conditionValue, plainValue, type Result, type Value } from '../value.ts';
import { argument, expectClosed, expectRank, type Builtin, type Call } from './builtin.ts';

/** The axes a reduction runs over: the one asked for, or all. */
function axesOf(call: Call, value: Value): readonly number[] {
  return call.axis === undefined ? value.axes.map((_, k) => k) : [call.axis];
}

function sum(call: Call): Result {
  const { value } = argument(call, 0);
  return call.pass.algebra.sumAxes(value, axesOf(call, value));
}

function mean(call: Call): Result {
  const { algebra } = call.pass;
  const { value } = argument(call, 0);
  const axes = axesOf(call, value);
  const total = algebra.sumAxes(value, axes);
  return algebra.multiply([total, algebra.reciprocalSizes(axes.map((k) => value.axes[k] ?? '1'))], total.axes);
}

function reduction(op: ReduceOp): (call: Call) => Result {
  return (call) => {
    const { value } = argument(call, 0);
    return call.pass.algebra.reduceAxes(op, value, axesOf(call, value));
  };
}

/** any, all: the largest or smallest truth value. */
function quantifier(op: 'max' | 'min'): (call: Call) => Result {
  const build = reduction(op);
  return (call) => {
    const value = build(call);
    return value && conditionValue(value.node, value.axes, value.labels);
  };
}

/** Σ x² and its root, remembered so that the root's square is the sum again. */
export function euclideanNorm(call: Pick<Call, 'pass'>, value: Value): Value {
  const { algebra, norms } = call.pass;
  const squares = algebra.sumAxes(algebra.power(value, Q.integer(2)), value.axes.map((_, k) => k));
  const root = algebra.map('sqrt', [squares], []);
  norms.set(root.node, squares.node);
  return root;
}

export function absoluteNorm(call: Pick<Call, 'pass'>, value: Value): Value {
  const { algebra } = call.pass;
  return algebra.sumAxes(algebra.map('abs', [value], value.axes), value.axes.map((_, k) => k));
}

export function maximumNorm(call: Pick<Call, 'pass'>, value: Value): Value {
  const { algebra } = call.pass;
  return algebra.reduceAxes('max', algebra.map('abs', [value], value.axes), value.axes.map((_, k) => k));
}

/** z minus the log of the sum of its exponentials along an axis: the last one unless another is asked for. */
function logSoftmax(call: Call): Result {
  const { algebra } = call.pass;
  const { value } = argument(call, 0);
  if (value.axes.length === 0) return call.pass.report('expected-shape', argument(call, 0).span, { what: `the argument of \`${call.name}\``, expected: 'a vector or a matrix', found: 'a scalar' });
  const axis = call.axis ?? value.axes.length - 1;
  const lse = algebra.reduceAxes('logsumexp', value, [axis]);
  const spread = algebra.insertAxis(lse, axis, value.axes[axis] ?? '1');
  return algebra.add([{ coef: Q.ONE, value }, { coef: Q.MINUS_ONE, value: spread }], value.axes);
}

function softmax(call: Call): Result {
  const logs = logSoftmax(call);
  return logs && call.pass.algebra.map('exp', [logs], logs.axes);
}

/** Running sums along the only axis of a vector: a loop with one carry. */
function cumulativeSum(call: Call): Result {
  const placed = argument(call, 0);
  const value = expectClosed(call, expectRank(call, placed, 1));
  if (value === undefined) return undefined;
  const { b } = call.pass;
  const carry = b.placeholder([]);
  const element = b.placeholder([]);
  const next = b.sum([carry, element], []);
  const scan = closeScan(b, {
    length: value.axes[0] ?? '1', direction: 'forward', ys: [next],
    carries: [{ placeholder: carry, init: b.integer(0), next }], sequences: [{ placeholder: element, value: value.node }],
  });
  return plainValue(b.proj(scan, 'ys', 0), value.axes);
}

const overAxes = (doc: string, build: (call: Call) => Result): Builtin => ({ parameters: ['value'], takesAxis: true, doc, build });
const norm = (doc: string, of: (call: Call, value: Value) => Value): Builtin => ({ parameters: ['value'], doc, build: (call) => of(call, argument(call, 0).value) });

export const reductions: Readonly<Record<string, Builtin>> = {
  sum: overAxes('The sum of all entries, or along one axis: `sum(A, axis = 1)`.', sum),
  mean: overAxes('The mean of all entries, or along one axis.', mean),
  prod: overAxes('The product of all entries, or along one axis.', reduction('prod')),
  max: overAxes('The largest entry, or along one axis. `max(a, b)` is the larger of two.', reduction('max')),
  min: overAxes('The smallest entry, or along one axis. `min(a, b)` is the smaller of two.', reduction('min')),
  logsumexp: overAxes('ln of the sum of exponentials of all entries, or along one axis; does not overflow.', reduction('logsumexp')),
  any: overAxes('Whether some entry of a tensor of conditions holds.', quantifier('max')),
  all: overAxes('Whether every entry of a tensor of conditions holds.', quantifier('min')),
  softmax: overAxes('exp(z) divided by its sum along the last axis, or the axis given.', softmax),
  log_softmax: overAxes('ln(softmax(z)) without overflow, along the last axis or the axis given.', logSoftmax),
  norm: norm('Euclidean norm of a vector, Frobenius norm of a matrix; also ‖x‖.', euclideanNorm),
  norm2: norm('Euclidean norm of a vector, Frobenius norm of a matrix.', euclideanNorm),
  norm1: norm('Sum of absolute values of all entries; also ‖x‖₁.', absoluteNorm),
  norminf: norm('Largest absolute value of all entries.', maximumNorm),
  cumsum: { parameters: ['value'], doc: 'Running sums of a vector.', build: cumulativeSum },
};
