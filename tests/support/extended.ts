/**
 * An oracle: graphs evaluated in 50-digit decimals by an interpreter that shares no arithmetic with the
 * compiler, and derivatives by differences of it. With h = 1e-15 a central difference is good to 1e-30.
 */
import { Decimal } from 'decimal.js';
import { evaluateDim } from '../../src/ir/dim.ts';
import type { Dim } from '../../src/ir/dim.ts';
import { stridesOf, walkLabels } from '../../src/ir/evaluate-tensor.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Attr, AxisIndex, ConstValue, NodeId, ReduceOp } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { extendedOp } from './extended-ops.ts';
import { extendedLinalg } from './extended-linalg.ts';

interface ExtendedTensor {
  readonly shape: readonly number[];
  readonly data: readonly Decimal[];
}

type ExtendedOpaque = (orders: readonly number[], args: readonly Decimal[]) => Decimal;

interface ExtendedEnvironment {
  readonly sizes: ReadonlyMap<string, number>;
  readonly inputs: ReadonlyMap<string, readonly Decimal[]>;
  readonly opaques?: ReadonlyMap<string, ExtendedOpaque>;
}

interface ScanResult {
  readonly final: readonly ExtendedTensor[];
  readonly in: readonly ExtendedTensor[];
  readonly ys: readonly ExtendedTensor[];
}
type Frame = (role: string, index: number) => ExtendedTensor;

const zero = new Decimal(0);
const one = new Decimal(1);
const scalar = (x: Decimal): ExtendedTensor => ({ shape: [], data: [x] });
const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(`extended evaluation: ${what}`);
  return value;
};

/** The values of the roots, in 50 digits. */
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
    case 'dim': return scalar(new Decimal(evaluateDim(attr.dim, env.sizes)));
    case 'iota': return { shape, data: Array.from({ length: shape[0] ?? 0 }, (_, k) => new Decimal(k)) };
    case 'delta': {
      const n = shape[0] ?? 0;
      return { shape, data: Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? one : zero)) };
    }
    case 'map': return elementwise(shape, attr.subs, args, extendedOp(attr.op));
    case 'call': {
      const f = must(env.opaques?.get(attr.name), `no function ${attr.name}`);
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
    case 'linalg': return extendedLinalg(attr.op, attr.transposed, args);
    case 'scan': case 'proj': throw new RangeError('scans are evaluated by their driver');
  }
}

function constant(value: ConstValue): Decimal {
  switch (value.kind) {
    case 'rational': return rational(value.value);
    case 'named': return Decimal.acos(-1);
    case 'double': return new Decimal(value.value);
  }
}

function rational(r: { readonly num: bigint; readonly den: bigint }): Decimal {
  return new Decimal(r.num.toString()).div(r.den.toString());
}

type Subs = readonly (readonly number[])[];

function elementwise(shape: readonly number[], subs: Subs, args: readonly ExtendedTensor[], f: (...x: Decimal[]) => Decimal): ExtendedTensor {
  const data: Decimal[] = [];
  walkLabels(shape, subs.map((sub, k) => stridesOf(args[k]?.shape ?? [], sub, shape.length)), (at) => {
    data.push(f(...args.map((a, k) => must(a.data[at[k] ?? 0], 'argument'))));
  });
  return { shape, data };
}

function contract(shape: readonly number[], sums: readonly number[], subs: Subs, args: readonly ExtendedTensor[], coef: Decimal): ExtendedTensor {
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
  const kept = arg.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const shape = kept.map((axis) => arg.shape[axis] ?? 0);
  const groups: Decimal[][] = Array.from({ length: size(shape) }, () => []);
  const inner = size(axes.map((axis) => arg.shape[axis] ?? 0));
  const strides = stridesOf(arg.shape, arg.shape.map((_, axis) => order.indexOf(axis)), order.length);
  walkLabels(order.map((axis) => arg.shape[axis] ?? 0), [strides], (at, n) => {
    must(groups[Math.floor(n / inner)], 'group').push(must(arg.data[at[0] ?? 0], 'element'));
  });
  return { shape, data: groups.map((g) => reduceGroup(op, g)) };
}

function reduceGroup(op: ReduceOp, group: readonly Decimal[]): Decimal {
  switch (op) {
    case 'max': return Decimal.max(...group);
    case 'min': return Decimal.min(...group);
    case 'prod': return group.reduce((a, b) => a.times(b), one);
    case 'logsumexp': return group.reduce((sum, x) => sum.plus(x.exp()), zero).ln();
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
      if (role === 'step') return scalar(new Decimal(t));
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

/** The derivative of a scalar root along a direction in one input, by a central difference. */
export function differentiateExtended(graph: Graph, root: NodeId, input: string, direction: readonly number[], environment: ExtendedEnvironment): Decimal {
  const values = must(environment.inputs.get(input), `no value for ${input}`);
  const h = new Decimal('1e-15');
  const at = (step: Decimal): Decimal => {
    const inputs = new Map(environment.inputs).set(input, values.map((v, k) => v.plus(step.times(direction[k] ?? 0))));
    return must(evaluateExtended(graph, [root], { ...environment, inputs })[0]?.data[0], 'root');
  };
  return at(h).minus(at(h.neg())).div(h.times(2));
}

/** The same point in decimals. */
export function extend(sizes: ReadonlyMap<string, number>, inputs: ReadonlyMap<string, ArrayLike<number> | number>): ExtendedEnvironment {
  const decimals = (value: ArrayLike<number> | number): Decimal[] => (typeof value === 'number' ? [value] : Array.from(value)).map((x) => new Decimal(x));
  return { sizes, inputs: new Map([...inputs].map(([name, value]) => [name, decimals(value)])) };
}
