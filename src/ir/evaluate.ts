/**
 * The reference interpreter: what a graph means, computed the plain way in doubles. It is the oracle for
 * the scheduler and the backends, evaluates one-liners, and runs `check`. Slow by design where clarity wants it.
 */
import { LimitExceeded } from '../diagnostics/limit.ts';
import { exprest, sigmoid } from '../kernels/logistic.ts';
import { core } from '../ops/core.ts';
import { ops } from '../ops/table.ts';
import type { Row } from '../ops/schema.ts';
import { constantValue } from './constants.ts';
import { differenceOfInputs, unrounded } from './difference.ts';
import { evaluateDim, type Dim } from './dim.ts';
import { evaluateLinalg } from './evaluate-linalg.ts';
import { stridesOf, walkLabels, type Tensor } from './evaluate-tensor.ts';
import type { Graph } from './graph.ts';
import { norm } from './norm.ts';
import { toNumber } from './rational.ts';
import { softmaxOf } from './softmax.ts';
import { compose, keptAxes } from './sub.ts';
import type { Attr, AxisIndex, EinAttr, MapAttr, NodeId, ReduceOp, Sub } from './types.ts';
import { reachable } from './walk.ts';

/** A function the caller supplies for `opaque`: its `orders`-th mixed partial at the arguments. */
export type OpaqueEvaluator = (orders: readonly number[], args: readonly number[]) => number;

export interface Environment {
  readonly sizes: ReadonlyMap<string, number>;
  /** row-major values of the leaves, by name */
  readonly inputs: ReadonlyMap<string, ArrayLike<number> | number>;
  readonly opaques?: ReadonlyMap<string, OpaqueEvaluator>;
  /** told of every matrix that could not be factorised: its node and the order of the failing minor or pivot */
  readonly failed?: (node: NodeId, order: number) => void;
}

/** The roots' values. Throws RangeError naming the input when one is missing or has the wrong length. */
export function evaluate(graph: Graph, roots: readonly NodeId[], environment: Environment): Tensor[] {
  const values = new Map<NodeId, Tensor>();
  run(graph, roots, new Evaluation(graph, environment), values, []);
  return roots.map((root) => tensorAt(values, root));
}

/** The values of scalar roots. */
export function evaluateScalars(graph: Graph, roots: readonly NodeId[], environment: Environment): number[] {
  return evaluate(graph, roots, environment).map((t) => t.data[0] ?? Number.NaN);
}

/** Half a gigabyte of doubles. */
const MOST_ELEMENTS = 2 ** 26;
const MOST_STEPS = 10_000_000;

class Evaluation {
  readonly graph: Graph;
  readonly environment: Environment;
  /** a scan has several results: carried beside the node values */
  readonly scans = new Map<NodeId, ScanResult>();

  constructor(graph: Graph, environment: Environment) {
    this.graph = graph;
    this.environment = environment;
  }
  /** A range that ends before it starts is empty. */
  shape(dims: readonly Dim[]): number[] {
    const shape = dims.map((d) => Math.max(0, evaluateDim(d, this.environment.sizes)));
    const elements = shape.reduce((a, b) => a * b, 1);
    if (elements > MOST_ELEMENTS) throw new LimitExceeded(`an array of ${shape.join('×')} elements`, `${MOST_ELEMENTS} elements are computed with at a time`);
    return shape;
  }
}

interface ScanResult {
  readonly final: readonly Tensor[];
  readonly in: readonly Tensor[];
  readonly ys: readonly Tensor[];
}

/** Parameters of the scan bodies being run, innermost last. */
type Frames = readonly ((role: string, index: number) => Tensor)[];

function tensorAt(values: ReadonlyMap<NodeId, Tensor>, id: NodeId): Tensor {
  const value = values.get(id);
  if (value === undefined) throw new RangeError(`%${id} has no value yet`);
  return value;
}

function run(graph: Graph, roots: readonly NodeId[], ev: Evaluation, values: Map<NodeId, Tensor>, frames: Frames): void {
  const order = reachable(graph, roots);
  // looked for where a sigmoid is met: loops come here at every step
  let inputs: ReadonlySet<NodeId> | undefined;
  for (const id of order) {
    const args = [...graph.args(id)].map((a) => (graph.attr(a).kind === 'scan' ? EMPTY : tensorAt(values, a)));
    const attr = graph.attr(id);
    const softmax = softmaxOf(graph, id);
    if (softmax !== undefined) values.set(id, evaluateSoftmax(softmax.axes, tensorAt(values, softmax.argument)));
    else if (attr.kind === 'map' && attr.op === core.sigmoid) values.set(id, evaluateSigmoid(ev, id, attr, (inputs ??= unrounded(graph, order)), values));
    else values.set(id, attr.kind === 'ein' ? evaluateProduct(ev, id, attr, args, values) : evaluateNode(ev, id, attr, args, frames));
  }
}

const EMPTY: Tensor = { shape: [], data: new Float64Array(0) };
const scalar = (x: number): Tensor => ({ shape: [], data: Float64Array.of(x) });

function evaluateNode(ev: Evaluation, id: NodeId, attr: Attr, args: readonly Tensor[], frames: Frames): Tensor {
  switch (attr.kind) {
    case 'leaf': return readInput(ev, attr.name, ev.shape(attr.shape));
    case 'const': return scalar(constantValue(attr.value));
    case 'dim': return scalar(evaluateDim(attr.dim, ev.environment.sizes));
    case 'iota': { const [n = 0] = ev.shape(attr.shape); return { shape: [n], data: Float64Array.from({ length: n }, (_, k) => k) }; }
    case 'delta': return identity(ev.shape(attr.shape)[0] ?? 0);
    case 'map': return evaluateMap(ev, attr.shape, attr.subs, args, evaluatorOf(ops[attr.op]));
    case 'ein': return evaluateEin(ev, attr, attr.subs, args, args.map(() => 1));
    case 'add': return evaluateAdd(ev, attr.shape, attr.subs, args, attr.coefs.map(toNumber));
    case 'red': return evaluateReduction(attr.op, attr.axes, args[0] ?? EMPTY);
    case 'view': return evaluateView(ev, attr.index, attr.shape, args);
    case 'scat': return evaluateScat(ev, attr.index, attr.shape, args);
    case 'stack': return stack(args);
    case 'scan': ev.scans.set(id, evaluateScan(ev, attr, args)); return EMPTY;
    case 'proj': {
      const result = ev.scans.get(ev.graph.arg(id, 0));
      return result?.[attr.which][attr.index] ?? EMPTY;
    }
    case 'param': {
      const frame = frames[frames.length - 1];
      if (frame === undefined) throw new RangeError('a scan parameter outside its body');
      return frame(attr.role, attr.index);
    }
    case 'linalg': return evaluateLinalg(attr.op, attr.transposed, args, (order) => ev.environment.failed?.(id, order));
    case 'call': return evaluateCall(ev, attr, args);
  }
}

function readInput(ev: Evaluation, name: string, shape: number[]): Tensor {
  const value = ev.environment.inputs.get(name);
  const size = shape.reduce((a, b) => a * b, 1);
  if (value === undefined) throw new RangeError(`no value for ${name}`);
  const data = typeof value === 'number' ? Float64Array.of(value) : Float64Array.from(value);
  if (data.length !== size) throw new RangeError(`${name} has ${data.length} elements, expected ${size}`);
  return { shape, data };
}

function identity(n: number): Tensor {
  const data = new Float64Array(n * n);
  for (let k = 0; k < n; k++) data[k * (n + 1)] = 1;
  return { shape: [n, n], data };
}

function evaluateMap(ev: Evaluation, dims: readonly Dim[], subs: readonly Sub[], args: readonly Tensor[], evaluate: (...x: number[]) => number): Tensor {
  const shape = ev.shape(dims);
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const x = new Array<number>(args.length).fill(0);
  walkLabels(shape, subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, shape.length)), (at, n) => {
    for (let k = 0; k < args.length; k++) x[k] = args[k]?.data[at[k] ?? 0] ?? Number.NaN;
    out[n] = evaluate(...x);
  });
  return { shape, data: out };
}

function evaluatorOf(row: Row): (...x: number[]) => number {
  if (row.kind !== 'primitive') throw new TypeError('a composite operation reached the interpreter');
  return row.evaluate;
}

/** Of two inputs the share of one: without the rounding of their difference, and half where they are the same infinity. */
function evaluateSigmoid(ev: Evaluation, id: NodeId, attr: MapAttr, inputs: ReadonlySet<NodeId>, values: ReadonlyMap<NodeId, Tensor>): Tensor {
  const argument = ev.graph.arg(id, 0);
  const pair = differenceOfInputs(ev.graph, argument, attr.subs[0] ?? [], inputs);
  if (pair === undefined) return evaluateMap(ev, attr.shape, attr.subs, [tensorAt(values, argument)], sigmoid);
  const [p, q] = [toNumber(pair[0].coef), toNumber(pair[1].coef)];
  const share = (u: number, v: number): number => (u === v ? 0.5 : sigmoid(u - v) * exprest(u, v));
  return evaluateMap(ev, attr.shape, pair.map((term) => term.sub), pair.map((term) => tensorAt(values, term.id)), (x = Number.NaN, y = Number.NaN) => share(p * x, q * y));
}

/** Divisors are divided by one by one: u/v/v is finite where 1/v² is not. */
function evaluateProduct(ev: Evaluation, id: NodeId, attr: EinAttr, args: readonly Tensor[], values: ReadonlyMap<NodeId, Tensor>): Tensor {
  const subs: Sub[] = [];
  const factors: Tensor[] = [];
  const exponents: number[] = [];
  args.forEach((arg, k) => {
    const node = ev.graph.arg(id, k);
    const divisor = divisorOf(ev.graph, node);
    subs.push(divisor === undefined ? (attr.subs[k] ?? []) : compose(divisor.sub, attr.subs[k] ?? []));
    factors.push(divisor === undefined ? arg : tensorAt(values, divisor.id));
    exponents.push(divisor?.exponent ?? 1);
  });
  return evaluateEin(ev, attr, subs, factors, exponents);
}

/** v and -n of a factor v⁻ⁿ with a small whole n. */
function divisorOf(graph: Graph, id: NodeId): { readonly id: NodeId; readonly sub: Sub; readonly exponent: number } | undefined {
  const attr = graph.attr(id);
  const power = attr.kind === 'map' && attr.op === core.pow ? graph.attr(graph.arg(id, 1)) : undefined;
  if (attr.kind !== 'map' || power?.kind !== 'const' || power.value.kind !== 'rational') return undefined;
  const exponent = toNumber(power.value.value);
  return Number.isInteger(exponent) && exponent < 0 && exponent >= -3 ? { id: graph.arg(id, 0), sub: attr.subs[0] ?? [], exponent } : undefined;
}

/** `exponents` are 1, or negative for divisors. */
function evaluateEin(ev: Evaluation, attr: EinAttr, subs: readonly Sub[], args: readonly Tensor[], exponents: readonly number[]): Tensor {
  const shape = ev.shape(attr.shape);
  const coef = toNumber(attr.coef);
  const all = [...shape, ...ev.shape(attr.sums)];
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const inner = all.slice(shape.length).reduce((a, b) => a * b, 1);
  const strides = subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, all.length));
  walkLabels(all, strides, (at, n) => {
    let product = coef;
    for (let k = 0; k < args.length; k++) if (exponents[k] === 1) product *= args[k]?.data[at[k] ?? 0] ?? Number.NaN;
    for (let k = 0; k < args.length; k++) for (let n = exponents[k] ?? 1; n < 0; n++) product /= args[k]?.data[at[k] ?? 0] ?? Number.NaN;
    const cell = Math.floor(n / inner);
    out[cell] = (out[cell] ?? 0) + product;
  });
  return { shape, data: out };
}

function evaluateAdd(ev: Evaluation, dims: readonly Dim[], subs: readonly Sub[], args: readonly Tensor[], coefs: readonly number[]): Tensor {
  const shape = ev.shape(dims);
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  walkLabels(shape, subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, shape.length)), (at, n) => {
    let sum = 0;
    for (let k = 0; k < args.length; k++) sum += (coefs[k] ?? 0) * (args[k]?.data[at[k] ?? 0] ?? Number.NaN);
    out[n] = sum;
  });
  return { shape, data: out };
}

function evaluateReduction(op: ReduceOp, axes: readonly number[], arg: Tensor): Tensor {
  const kept = keptAxes(arg.shape.length, axes);
  const order = [...kept, ...axes];
  const shape = kept.map((axis) => arg.shape[axis] ?? 0);
  const sizes = order.map((axis) => arg.shape[axis] ?? 0);
  const sub = arg.shape.map((_, axis) => order.indexOf(axis));
  const inner = axes.reduce((p, axis) => p * (arg.shape[axis] ?? 0), 1);
  const groups: number[][] = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => []);
  walkLabels(sizes, [stridesOf(arg.shape, sub, sizes.length)], (at, n) => {
    groups[Math.floor(n / inner)]?.push(arg.data[at[0] ?? 0] ?? Number.NaN);
  });
  return { shape, data: Float64Array.from(groups, (g) => reduceGroup(op, g)) };
}

/** exp(x - m)/Σ exp(x - m): exp(x - logsumexp(x)) would lose the digits of x before the point. */
function evaluateSoftmax(axes: readonly number[], arg: Tensor): Tensor {
  const rank = arg.shape.length;
  const top = evaluateReduction('max', axes, arg);
  const totals = new Float64Array(top.data.length);
  const out = new Float64Array(arg.data.length);
  const group = [stridesOf(top.shape, keptAxes(rank, axes), rank)];
  walkLabels(arg.shape, group, (at, n) => {
    const k = at[0] ?? 0;
    const [x, most] = [arg.data[n] ?? Number.NaN, top.data[k] ?? Number.NaN];
    const term = Math.exp(x - (Math.abs(most) < Infinity ? most : 0));
    out[n] = term * exprest(x, most);
    totals[k] = (totals[k] ?? 0) + term;
  });
  walkLabels(arg.shape, group, (at, n) => {
    out[n] = (out[n] ?? Number.NaN) / (totals[at[0] ?? 0] ?? Number.NaN);
  });
  return { shape: arg.shape, data: out };
}

function reduceGroup(op: ReduceOp, group: readonly number[]): number {
  switch (op) {
    case 'max': return group.reduce((a, b) => Math.max(a, b), -Infinity);
    case 'min': return group.reduce((a, b) => Math.min(a, b), Infinity);
    case 'prod': return group.reduce((a, b) => a * b, 1);
    case 'norm': return norm(group);
    case 'logsumexp': {
      const top = group.reduce((a, b) => Math.max(a, b), -Infinity);
      if (!Number.isFinite(top)) return top;
      // the terms that attain the maximum apart: what the others add may be far smaller
      const attaining = group.filter((x) => x === top).length;
      return top + Math.log1p(attaining - 1 + group.reduce((sum, x) => (x === top ? sum : sum + Math.exp(x - top)), 0));
    }
  }
}

/** The flat offset of a[e(labels)], or -1 outside. */
function offsetAt(ev: Evaluation, index: readonly AxisIndex[], shape: readonly number[], labels: readonly number[], args: readonly Tensor[]): number {
  let offset = 0;
  for (const [axis, e] of index.entries()) {
    let position: number;
    if (e.kind === 'affine') {
      position = evaluateDim(e.offset, ev.environment.sizes);
      for (const t of e.terms) position += t.coef * (labels[t.label] ?? 0);
    } else {
      const source = args[e.arg] ?? EMPTY;
      let at = 0;
      for (const [k, label] of e.sub.entries()) at = at * (source.shape[k] ?? 1) + (labels[label] ?? 0);
      position = source.data[at] ?? -1;
    }
    const size = shape[axis] ?? 0;
    if (!(position >= 0 && position < size)) return -1;
    offset = offset * size + position;
  }
  return offset;
}

function labelsOf(shape: readonly number[], n: number): number[] {
  const labels = new Array<number>(shape.length).fill(0);
  for (let axis = shape.length - 1, rest = n; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    labels[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return labels;
}

function evaluateView(ev: Evaluation, index: readonly AxisIndex[], dims: readonly Dim[], args: readonly Tensor[]): Tensor {
  const shape = ev.shape(dims);
  const source = args[0] ?? EMPTY;
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let n = 0; n < out.length; n++) {
    const at = offsetAt(ev, index, source.shape, labelsOf(shape, n), args);
    out[n] = at < 0 ? 0 : (source.data[at] ?? Number.NaN);
  }
  return { shape, data: out };
}

function evaluateScat(ev: Evaluation, index: readonly AxisIndex[], dims: readonly Dim[], args: readonly Tensor[]): Tensor {
  const shape = ev.shape(dims);
  const g = args[0] ?? EMPTY;
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let n = 0; n < g.data.length; n++) {
    const at = offsetAt(ev, index, shape, labelsOf(g.shape, n), args);
    if (at >= 0) out[at] = (out[at] ?? 0) + (g.data[n] ?? 0);
  }
  return { shape, data: out };
}

function stack(args: readonly Tensor[]): Tensor {
  const size = args[0]?.data.length ?? 0;
  const data = new Float64Array(args.length * size);
  args.forEach((a, k) => data.set(a.data, k * size));
  return { shape: [args.length, ...(args[0]?.shape ?? [])], data };
}

function evaluateScan(ev: Evaluation, attr: Extract<Attr, { kind: 'scan' }>, args: readonly Tensor[]): ScanResult {
  const { carries, sequences } = attr;
  const steps = evaluateDim(attr.length, ev.environment.sizes);
  if (steps > MOST_STEPS) throw new LimitExceeded(`a recurrence of ${steps} steps`, `${MOST_STEPS} steps are computed`);
  let state = args.slice(0, carries);
  const seqs = args.slice(carries, carries + sequences);
  const captures = args.slice(carries + sequences);
  const history: Tensor[][] = Array.from({ length: carries }, () => []);
  const outputs: Tensor[][] = Array.from({ length: attr.ys.length }, () => []);
  for (let k = 0; k < steps; k++) {
    const t = attr.direction === 'forward' ? k : steps - 1 - k;
    const before = state;
    before.forEach((s, c) => history[c]?.splice(attr.direction === 'forward' ? k : 0, 0, s));
    const frame = (role: string, index: number): Tensor => {
      if (role === 'step') return scalar(t);
      if (role === 'carry') return before[index] ?? EMPTY;
      if (role === 'sequence') return slice(seqs[index] ?? EMPTY, t);
      return captures[index] ?? EMPTY;
    };
    const values = new Map<NodeId, Tensor>();
    run(ev.graph, [...attr.next, ...attr.ys], ev, values, [frame]);
    state = attr.next.map((id) => tensorAt(values, id));
    attr.ys.forEach((id, y) => outputs[y]?.splice(attr.direction === 'forward' ? k : 0, 0, tensorAt(values, id)));
  }
  const empty = (id: NodeId): Tensor => ({ shape: [0, ...ev.shape(ev.graph.shape(id))], data: new Float64Array(0) });
  return {
    final: state,
    in: history.map((h, c) => (h.length > 0 ? stack(h) : empty(attr.next[c] ?? -1))),
    ys: outputs.map((o, y) => (o.length > 0 ? stack(o) : empty(attr.ys[y] ?? -1))),
  };
}

function slice(sequence: Tensor, t: number): Tensor {
  const [, ...shape] = sequence.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: sequence.data.slice(t * size, (t + 1) * size) };
}

function evaluateCall(ev: Evaluation, attr: Extract<Attr, { kind: 'call' }>, args: readonly Tensor[]): Tensor {
  const f = ev.environment.opaques?.get(attr.name);
  if (f === undefined) throw new RangeError(`no function supplied for ${attr.name}`);
  const shape = ev.shape(attr.shape);
  const out = new Float64Array(shape.reduce((a, b) => a * b, 1));
  walkLabels(shape, attr.subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, shape.length)), (at, n) => {
    out[n] = f(attr.orders, args.map((a, k) => a.data[at[k] ?? 0] ?? Number.NaN));
  });
  return { shape, data: out };
}
