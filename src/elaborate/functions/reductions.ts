/** Sums, means, extrema and norms over axes, and what is made of them. */
import * as Q from '../../ir/rational.ts';
import type { ReduceOp } from '../../ir/types.ts';
import { conditionValue, type Result, type Value } from '../value.ts';
import { argument, expectRank, type Builtin, type Call } from './builtin.ts';

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
  if (value.axes.length === 0) {
    // of a number people write |x|
    call.pass.oddities += 1;
    call.pass.wantsTensors = true;
  }
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

/** (Σ |x|ᵖ)^(1/p); 0 at the origin, and so is its derivative. */
function norm(call: Call): Result {
  const { value } = argument(call, 0);
  if (call.args.length < 2) return euclideanNorm(call, value);
  const order = expectRank(call, argument(call, 1), 0);
  if (order === undefined) return undefined;
  const { algebra, b } = call.pass;
  const fixed = b.constantOf(order.node);
  const infinite = b.graph.attr(order.node);
  if (infinite.kind === 'const' && infinite.value.kind === 'double' && infinite.value.value === Infinity) return maximumNorm(call, value);
  if (fixed !== undefined && Q.compare(fixed, Q.ONE) < 0) return call.pass.report('bad-argument', argument(call, 1).span, { name: call.name, expected: 'an order of at least 1: below that it is no norm' });
  if (fixed !== undefined && Q.isOne(fixed)) return absoluteNorm(call, value);
  if (fixed !== undefined && fixed.num === 2n && fixed.den === 1n) return euclideanNorm(call, value);
  const powers = algebra.map('pow', [algebra.map('abs', [value], value.axes), order], value.axes);
  const total = algebra.sumAxes(powers, value.axes.map((_, k) => k));
  const root = algebra.map('pow', [total, algebra.invert(order)], []);
  const zero = algebra.constant(Q.ZERO);
  return algebra.map('where', [algebra.map('gt', [total, zero], []), root, zero], []);
}

const overAxes = (doc: string, build: (call: Call) => Result): Builtin => ({ parameters: ['value'], takesAxis: true, doc, build });
const entrywise = (doc: string, of: (call: Call, value: Value) => Value): Builtin => ({ parameters: ['value'], doc, build: (call) => of(call, argument(call, 0).value) });

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
  norm: { parameters: ['value', 'value?'], doc: 'Euclidean norm of a vector, Frobenius norm of a matrix; also ‖x‖. `norm(x, p)` is the p-norm of the entries, p at least 1.', build: norm },
  norm2: entrywise('Euclidean norm of a vector, Frobenius norm of a matrix.', euclideanNorm),
  norm1: entrywise('Sum of absolute values of all entries; also ‖x‖₁.', absoluteNorm),
  norminf: entrywise('Largest absolute value of all entries.', maximumNorm),
};
