/**
 * The oracle: graphs evaluated in 46-digit decimals by an interpreter that shares no arithmetic with the
 * compiler. An operation that only doubles have is evaluated in doubles and named in `doubleOnly`.
 */
import { evaluateDim, type Dim } from '../../ir/dim.ts';
import { evaluateLinalg } from '../../ir/evaluate-linalg.ts';
import { stridesOf, walkLabels } from '../../ir/evaluate-tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import { keptAxes } from '../../ir/sub.ts';
import type { Attr, AxisIndex, ConstValue, NodeId, ReduceOp } from '../../ir/types.ts';
import { reachable } from '../../ir/walk.ts';
import { rowOf, type OpName } from '../../ops/table.ts';
import { exactly, one, pi, R, zero, type Operation, type Real } from './decimal.ts';
import { extendedLinalg } from './linalg.ts';
import { extendedOperation } from './operations.ts';

export interface ExtendedTensor {
  readonly shape: readonly number[];
  /** row-major */
  readonly data: readonly Real[];
}

export type ExtendedOpaque = (orders: readonly number[], args: readonly Real[]) => Real;

export interface ExtendedEnvironment {
  readonly sizes: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<string, readonly Real[]>;
  readonly opaques: ReadonlyMap<string, ExtendedOpaque>;
  /** gets the names of the operations that were evaluated in doubles */
  readonly doubleOnly: Set<string>;
}

interface ScanResult {
  readonly final: readonly ExtendedTensor[];
  readonly in: readonly ExtendedTensor[];
  readonly ys: readonly ExtendedTensor[];
}
type Frame = (role: string, index: number) => ExtendedTensor;

const scalar = (x: Real): ExtendedTensor => ({ shape: [], data: [x] });
const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(`extended evaluation: ${what}`);
  return value;
};

/** The values of the roots. Throws RangeError naming the input when one is missing. */
export function evaluateExtended(graph: Graph, roots: readonly NodeId[], environment: ExtendedEnvironment): ExtendedTensor[] {
  return evaluateBody(graph, roots, environment, undefined);
}

function evaluateBody(graph: Graph, roots: readonly NodeId[], env: ExtendedEnvironment, frame: Frame | undefined): ExtendedTensor[] {
  const values = new Map<NodeId, ExtendedTensor>();
  const scans = new Map<NodeId, ScanResult>();
  for (const id of reachable(graph, roots)) {
    const attr = graph.attr(id);
    const args = [...graph.args(id)];
    if (attr.kind === 'scan') {
      scans.set(id, evaluateScan(graph, attr, args.map((a) => must(values.get(a), `%${a}`)), env));
    } else if (attr.kind === 'proj') {
      values.set(id, must(scans.get(must(args[0], 'scan'))?.[attr.which][attr.index], `projection of %${args[0]}`));
    } else {
      values.set(id, evaluateNode(attr, args.map((a) => must(values.get(a), `%${a}`)), env, frame));
    }
  }
  return roots.map((root) => must(values.get(root), `%${root}`));
}

function evaluateNode(attr: Attr, args: readonly ExtendedTensor[], env: ExtendedEnvironment, frame: Frame | undefined): ExtendedTensor {
  const shape = attr.shape.map((d: Dim) => evaluateDim(d, env.sizes));
  const first = args[0] ?? scalar(zero);
  switch (attr.kind) {
    case 'leaf': return { shape, data: must(env.inputs.get(attr.name), `no value for ${attr.name}`) };
    case 'const': return scalar(constant(attr.value));
    case 'dim': return scalar(new R(evaluateDim(attr.dim, env.sizes)));
    case 'iota': return { shape, data: Array.from({ length: shape[0] ?? 0 }, (_, k) => new R(k)) };
    case 'delta': {
      const n = shape[0] ?? 0;
      return { shape, data: Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? one : zero)) };
    }
    case 'map': return elementwise(shape, attr.subs, args, operationOf(attr.op, env));
    case 'call': {
      const f = must(env.opaques.get(attr.name), `no function ${attr.name}`);
      return elementwise(shape, attr.subs, args, (...x) => f(attr.orders, x));
    }
    case 'add': {
      const coefs = attr.coefs.map(rational);
      return elementwise(shape, attr.subs, args, (...x) => x.reduce((sum, v, k) => sum.plus(v.times(must(coefs[k], 'coefficient'))), zero));
    }
    case 'ein': return contract(shape, attr.sums.map((d) => evaluateDim(d, env.sizes)), attr.subs, args, rational(attr.coef));
    case 'red': return reduce(attr.op, attr.axes, first);
    case 'view': {
      const data = Array.from({ length: size(shape) }, (_, n) => {
        const at = offsetAt(attr.index, first.shape, labelsOf(shape, n), args, env);
        return at < 0 ? zero : must(first.data[at], 'view');
      });
      return { shape, data };
    }
    case 'scat': {
      const data = Array.from({ length: size(shape) }, () => zero);
      first.data.forEach((g, n) => {
        const at = offsetAt(attr.index, shape, labelsOf(first.shape, n), args, env);
        if (at >= 0) data[at] = must(data[at], 'scat').plus(g);
      });
      return { shape, data };
    }
    case 'stack': return stack(args);
    case 'param': return must(frame, 'a scan parameter outside its body')(attr.role, attr.index);
    case 'linalg': return extendedLinalg(attr.op, attr.transposed, args) ?? linalgInDoubles(attr, args, env);
    case 'scan': case 'proj': throw new RangeError('scans are evaluated by their driver');
  }
}

function operationOf(name: OpName, env: ExtendedEnvironment): Operation {
  const operation = extendedOperation(name);
  if (operation !== undefined) return operation;
  const row = rowOf(name);
  if (row.kind !== 'primitive') throw new TypeError('a composite operation reached the oracle');
  env.doubleOnly.add(name);
  return (...x) => exactly(row.evaluate(...x.map((v) => v.toNumber())));
}

function linalgInDoubles(attr: Extract<Attr, { kind: 'linalg' }>, args: readonly ExtendedTensor[], env: ExtendedEnvironment): ExtendedTensor {
  env.doubleOnly.add(attr.op);
  const { shape, data } = evaluateLinalg(attr.op, attr.transposed, args.map((a) => ({ shape: a.shape, data: Float64Array.from(a.data, (x) => x.toNumber()) })));
  return { shape, data: Array.from(data, exactly) };
}

function constant(value: ConstValue): Real {
  switch (value.kind) {
    case 'rational': return rational(value.value);
    case 'named': return pi();
    case 'double': return exactly(value.value);
  }
}

function rational(r: { readonly num: bigint; readonly den: bigint }): Real {
  return new R(r.num.toString()).div(r.den.toString());
}

type Subs = readonly (readonly number[])[];

function elementwise(shape: readonly number[], subs: Subs, args: readonly ExtendedTensor[], f: (...x: Real[]) => Real): ExtendedTensor {
  const data: Real[] = [];
  walkLabels(shape, subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, shape.length)), (at) => {
    data.push(f(...args.map((a, k) => must(a.data[at[k] ?? 0], 'argument'))));
  });
  return { shape, data };
}

function contract(shape: readonly number[], sums: readonly number[], subs: Subs, args: readonly ExtendedTensor[], coef: Real): ExtendedTensor {
  const all = [...shape, ...sums];
  const inner = size(sums);
  const data = Array.from({ length: size(shape) }, () => zero);
  walkLabels(all, subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, all.length)), (at, n) => {
    const cell = Math.floor(n / inner);
    const product = args.reduce((p, a, k) => p.times(must(a.data[at[k] ?? 0], 'factor')), coef);
    data[cell] = must(data[cell], 'cell').plus(product);
  });
  return { shape, data };
}

function reduce(op: ReduceOp, axes: readonly number[], arg: ExtendedTensor): ExtendedTensor {
  const kept = keptAxes(arg.shape.length, axes);
  const order = [...kept, ...axes];
  const shape = kept.map((axis) => arg.shape[axis] ?? 0);
  const groups: Real[][] = Array.from({ length: size(shape) }, () => []);
  const inner = size(axes.map((axis) => arg.shape[axis] ?? 0));
  const strides = stridesOf(arg.shape, arg.shape.map((_, axis) => order.indexOf(axis)), order.length);
  walkLabels(order.map((axis) => arg.shape[axis] ?? 0), [strides], (at, n) => {
    must(groups[Math.floor(n / inner)], 'group').push(must(arg.data[at[0] ?? 0], 'element'));
  });
  return { shape, data: groups.map((g) => reduceGroup(op, g)) };
}

function reduceGroup(op: ReduceOp, group: readonly Real[]): Real {
  switch (op) {
    case 'max': return R.max(...group);
    case 'min': return R.min(...group);
    case 'prod': return group.reduce((a, b) => a.times(b), one);
    case 'logsumexp': return group.reduce((sum, x) => sum.plus(x.exp()), zero).ln();
    case 'norm': return group.reduce((sum, x) => sum.plus(x.times(x)), zero).sqrt();
  }
}

/** The flat offset of a[e(labels)], or -1 outside. */
function offsetAt(index: readonly AxisIndex[], shape: readonly number[], labels: readonly number[], args: readonly ExtendedTensor[], env: ExtendedEnvironment): number {
  let offset = 0;
  for (const [axis, e] of index.entries()) {
    let position: number;
    if (e.kind === 'affine') {
      position = e.terms.reduce((p, t) => p + t.coef * (labels[t.label] ?? 0), evaluateDim(e.offset, env.sizes));
    } else {
      const source = must(args[e.arg], 'gather');
      const at = e.sub.reduce((p, label, k) => p * (source.shape[k] ?? 1) + (labels[label] ?? 0), 0);
      position = must(source.data[at], 'gathered position').toNumber();
    }
    const length = shape[axis] ?? 0;
    if (position < 0 || position >= length) return -1;
    offset = offset * length + position;
  }
  return offset;
}

function labelsOf(shape: readonly number[], n: number): number[] {
  const labels: number[] = [];
  let rest = n;
  for (const length of [...shape].reverse()) {
    labels.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return labels;
}

function stack(parts: readonly ExtendedTensor[]): ExtendedTensor {
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], data: parts.flatMap((p) => p.data) };
}

function evaluateScan(graph: Graph, attr: Extract<Attr, { kind: 'scan' }>, args: readonly ExtendedTensor[], env: ExtendedEnvironment): ScanResult {
  const steps = evaluateDim(attr.length, env.sizes);
  const sequences = args.slice(attr.carries, attr.carries + attr.sequences);
  const captures = args.slice(attr.carries + attr.sequences);
  const times = Array.from({ length: steps }, (_, k) => (attr.direction === 'forward' ? k : steps - 1 - k));
  const before: ExtendedTensor[][] = [];
  const outputs: ExtendedTensor[][] = [];
  let state = args.slice(0, attr.carries);
  for (const t of times) {
    const carry = state;
    before[t] = carry;
    const values = evaluateBody(graph, [...attr.next, ...attr.ys], env, (role, k) => {
      if (role === 'step') return scalar(new R(t));
      if (role === 'carry') return must(carry[k], 'carry');
      return role === 'sequence' ? element(must(sequences[k], 'sequence'), t) : must(captures[k], 'capture');
    });
    state = values.slice(0, attr.next.length);
    outputs[t] = values.slice(attr.next.length);
  }
  const column = (rows: readonly ExtendedTensor[][], k: number): ExtendedTensor => stack(rows.map((row) => must(row[k], 'column')));
  return { final: state, in: attr.next.map((_, k) => column(before, k)), ys: attr.ys.map((_, k) => column(outputs, k)) };
}

function element(sequence: ExtendedTensor, t: number): ExtendedTensor {
  const shape = sequence.shape.slice(1);
  return { shape, data: sequence.data.slice(t * size(shape), (t + 1) * size(shape)) };
}
