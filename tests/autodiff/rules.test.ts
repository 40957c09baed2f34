/** Every node kind: gradient, Jacobian and gradient of the gradient against differences of the interpreter. */
import { describe, expect, it } from 'vitest';
import { pushforward } from '../../src/autodiff/forward.ts';
import { gradient, jacobian } from '../../src/autodiff/reverse.ts';
import { directionalDerivatives } from '../../src/autodiff/taylor.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluate, type Environment, type OpaqueEvaluator } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import { axisAt, axisLabel } from '../../src/ir/normal-view.ts';
import * as Q from '../../src/ir/rational.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { substitute } from '../../src/ir/walk.ts';
import { seededRandom } from '../../src/verify/random.ts';

const SIZES = new Map([['N', 3], ['D', 4]]);

interface Bench {
  readonly b: Builder;
  readonly x: NodeId;
  readonly A: NodeId;
  readonly s: NodeId;
  readonly idx: NodeId;
}

function bench(): Bench {
  const b = new Builder(new Graph());
  const real = (name: string, shape: string[]): NodeId => b.leaf({ name, role: 'param', element: 'real', shape });
  return { b, x: real('x', ['N']), A: real('A', ['N', 'N']), s: real('s', []), idx: b.leaf({ name: 'idx', role: 'data', element: 'index', of: 'N', shape: ['D'] }) };
}

const opaques = new Map<string, OpaqueEvaluator>([['u', ([n = 0], [x = 0]) => Math.sin(x + (n * Math.PI) / 2)]]);

function point(): Map<string, Float64Array> {
  const random = seededRandom(7);
  const A = Float64Array.from({ length: 9 }, () => random.uniform(-0.4, 0.4));
  for (let k = 0; k < 3; k++) A[4 * k] = 2 + 0.3 * k;
  const directions: [string, Float64Array][] = [['vx', Float64Array.of(0.3, -0.8, 0.5)], ['vA', Float64Array.from({ length: 9 }, (_, k) => Math.cos(k))], ['vs', Float64Array.of(-0.6)], ['t', Float64Array.of(0)]];
  return new Map([...directions, ['x', Float64Array.of(0.7, 1.3, 0.4)], ['A', A], ['s', Float64Array.of(0.8)], ['idx', Float64Array.of(2, 0, 2, 1)]]);
}

const environment = (inputs: Map<string, Float64Array>): Environment => ({ sizes: SIZES, inputs, opaques });

/** Rows: elements of `root`; columns: elements of the leaf; fourth-order differences. */
function differences(b: Builder, root: NodeId, leaf: string): number[][] {
  const base = point();
  const width = base.get(leaf)?.length ?? 0;
  const at = (k: number, h: number): Float64Array => {
    const moved = new Map(base);
    const data = Float64Array.from(base.get(leaf) ?? []);
    data[k] = (data[k] ?? 0) + h;
    moved.set(leaf, data);
    return evaluate(b.graph, [root], environment(moved))[0]?.data ?? new Float64Array(0);
  };
  const h = 1e-3;
  const columns = Array.from({ length: width }, (_, k) => {
    const [p1, m1, p2, m2, p3, m3] = [at(k, h), at(k, -h), at(k, 2 * h), at(k, -2 * h), at(k, 3 * h), at(k, -3 * h)];
    return Array.from(p1, (_unused, r) => (45 * ((p1[r] ?? 0) - (m1[r] ?? 0)) - 9 * ((p2[r] ?? 0) - (m2[r] ?? 0)) + ((p3[r] ?? 0) - (m3[r] ?? 0))) / (60 * h));
  });
  return (columns[0] ?? []).map((_, r) => columns.map((c) => c[r] ?? 0));
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  expect(actual.length, what).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) expect(Math.abs((actual[k] ?? Number.NaN) - (expected[k] ?? 0)) / scale, `${what}[${k}]`).toBeLessThan(1e-9);
}

const refuse = (): never => { throw new Error('refused'); };

/** Tensor-valued expressions over x[N], A[N,N], s and idx[D]. */
const cases: Record<string, (c: Bench) => NodeId> = {
  'map of a vector': ({ b, x }) => b.map('tanh', [b.whole(x)], ['N']),
  'map broadcasting a scalar': ({ b, x, s }) => b.map('pow', [b.whole(x), b.whole(s)], ['N']),
  'map of a transposed matrix and a vector': ({ b, x, A }) => b.map('atan2', [{ id: A, sub: [1, 0] }, { id: x, sub: [1] }], ['N', 'N']),
  'scaled sum with a transpose': ({ b, A }) => b.add([{ coef: Q.integer(2), id: A, sub: [0, 1] }, { coef: Q.MINUS_ONE, id: A, sub: [1, 0] }], ['N', 'N']),
  'matrix times vector': ({ b, x, A }) => b.ein(Q.ONE, [{ id: A, sub: [0, 1] }, { id: x, sub: [1] }], ['N'], ['N']),
  'quadratic form': ({ b, x, A }) => b.ein(Q.HALF, [{ id: x, sub: [0] }, { id: A, sub: [0, 1] }, { id: x, sub: [1] }], [], ['N', 'N']),
  'trace of a square': ({ b, A }) => b.ein(Q.ONE, [{ id: A, sub: [0, 1] }, { id: A, sub: [1, 0] }], [], ['N', 'N']),
  trace: ({ b, A }) => b.multiply(b.ein(Q.ONE, [{ id: A, sub: [0, 0] }], [], ['N']), b.ein(Q.ONE, [{ id: A, sub: [0, 0] }], [], ['N'])),
  'diagonal matrix': ({ b, x }) => b.map('exp', [b.whole(b.ein(Q.ONE, [{ id: x, sub: [0] }, { id: b.delta('N'), sub: [0, 1] }], ['N', 'N']))], ['N', 'N']),
  'product of four': ({ b, x, s }) => b.ein(Q.ONE, [{ id: x, sub: [0] }, { id: b.map('sin', [b.whole(x)], ['N']), sub: [0] }, { id: s, sub: [] }, { id: b.map('exp', [b.whole(x)], ['N']), sub: [0] }], ['N']),
  'outer product': ({ b, x }) => b.ein(Q.ONE, [{ id: x, sub: [0] }, { id: b.map('cos', [b.whole(x)], ['N']), sub: [1] }], ['N', 'N']),
  'max reduction': ({ b, A }) => b.reduce('max', A, [1]),
  'min reduction of all': ({ b, A }) => b.reduce('min', A, [0, 1]),
  logsumexp: ({ b, A }) => b.reduce('logsumexp', A, [0]),
  norm: ({ b, A }) => b.reduce('norm', A, [1]),
  'norm of all': ({ b, A }) => b.reduce('norm', A, [0, 1]),
  prod: ({ b, x }) => b.reduce('prod', x, [0]),
  'prod of columns': ({ b, A }) => b.reduce('prod', A, [0]),
  'prod of all': ({ b, A }) => b.reduce('prod', A, [0, 1]),
  'shifted view': ({ b, x }) => b.map('sin', [b.whole(b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '1' }], shape: ['N-1'], gathers: [], masked: false }))], ['N-1']),
  'masked reversed view': ({ b, x }) => b.map('exp', [b.whole(b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: -1 }], offset: '2' }], shape: ['D'], gathers: [], masked: true }))], ['D']),
  'gather with repeats': ({ b, x, idx }) => b.map('exp', [b.whole(b.view(x, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['D'], gathers: [idx], masked: false }))], ['D']),
  'column of a matrix': ({ b, A }) => b.map('sin', [b.whole(b.view(A, { index: [axisLabel(0), axisAt('1')], shape: ['N'], gathers: [], masked: false }))], ['N']),
  scatter: ({ b, x, idx }) => b.map('sin', [b.whole(b.scat(b.view(x, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['D'], gathers: [idx], masked: false }), { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['N'], gathers: [idx], masked: false }))], ['N']),
  stack: ({ b, x, s }) => b.stack([b.map('sin', [b.whole(x)], ['N']), b.ein(Q.ONE, [b.whole(x), b.whole(s)], ['N'])]),
  selection: ({ b, x, s }) => b.map('where', [{ id: b.map('gt', [b.whole(x), b.whole(s)], ['N']), sub: [0] }, { id: b.map('exp', [b.whole(x)], ['N']), sub: [0] }, { id: s, sub: [] }], ['N']),
  'opaque function': ({ b, x }) => b.call('u', [0], [b.whole(x)], ['N']),
  inverse: ({ b, A }) => b.linalg('inv', [A]),
  solve: ({ b, A, x }) => b.linalg('solve', [A, x]),
  'solve transposed': ({ b, A, x }) => b.linalg('solve', [A, x], 'transposed'),
  'solve for a matrix': ({ b, A }) => b.linalg('solve', [A, b.map('sin', [b.whole(A)], ['N', 'N'])]),
  'triangular solve': ({ b, A, x }) => b.linalg('tsolve', [A, x]),
  'triangular solve transposed': ({ b, A }) => b.linalg('tsolve', [A, b.map('sin', [b.whole(A)], ['N', 'N'])], 'transposed'),
  cholesky: (c) => c.b.linalg('chol', [symmetric(c)]),
  logdet: ({ b, A }) => b.linalg('logdet', [A]),
  det: ({ b, A }) => b.linalg('det', [A]),
  'symmetric solve': (c) => c.b.linalg('spd-solve', [symmetric(c), c.x]),
  'symmetric solve for a matrix': (c) => c.b.linalg('spd-solve', [symmetric(c), c.b.map('sin', [c.b.whole(c.A)], ['N', 'N'])]),
  'symmetric inverse': (c) => c.b.linalg('spd-inv', [symmetric(c)]),
  'symmetric logdet': (c) => c.b.linalg('spd-logdet', [symmetric(c)]),
  'inverse from a factor': ({ b, A }) => b.linalg('chol-inv', [b.multiply(A, b.map('ge', [{ id: b.iota('N'), sub: [0] }, { id: b.iota('N'), sub: [1] }], ['N', 'N']))]),
  'log determinant from the factor': (c) => {
    const logs = c.b.map('ln', [c.b.whole(c.b.ein(Q.ONE, [{ id: c.b.linalg('chol', [symmetric(c)]), sub: [0, 0] }], ['N']))], ['N']);
    return c.b.ein(Q.ONE, [{ id: logs, sub: [0] }, { id: c.x, sub: [1] }], [], ['N', 'N']);
  },
  'quadratic form from the factor': (c) => {
    const L = c.b.linalg('chol', [symmetric(c)]);
    const u = c.b.linalg('tsolve', [L, c.x]);
    const V = c.b.linalg('tsolve', [L, c.b.map('sin', [c.b.whole(c.A)], ['N', 'N'])]);
    return c.b.ein(Q.ONE, [{ id: u, sub: [1] }, { id: V, sub: [1, 0] }, { id: c.x, sub: [0] }], ['N'], ['N']);
  },
  'squared norms from the factor': (c) => {
    const V = c.b.linalg('tsolve', [c.b.linalg('chol', [symmetric(c)]), c.b.map('sin', [c.b.whole(c.A)], ['N', 'N'])]);
    return c.b.ein(Q.ONE, [{ id: c.b.power(V, Q.integer(2)), sub: [1, 0] }], ['N'], ['N']);
  },
  'solution from the factor': (c) => {
    const L = c.b.linalg('chol', [symmetric(c)]);
    return c.b.linalg('tsolve', [L, c.b.linalg('tsolve', [L, c.x])], 'transposed');
  },
  'logarithm of a determinant': ({ b, A }) => b.map('ln', [b.whole(b.linalg('det', [A]))], []),
  recurrence: (c) => recurrence(c, 'forward'),
  'backward recurrence': (c) => recurrence(c, 'backward'),
};

const symmetric = ({ b, A }: Bench): NodeId => b.add([{ coef: Q.HALF, id: A, sub: [0, 1] }, { coef: Q.HALF, id: A, sub: [1, 0] }], ['N', 'N']);

/** h ← tanh(A h + s·x[t]), c ← c·h₁ + 0.1 t; results: final h, all c, the carries at the start of each step. */
function recurrence({ b, x, A, s }: Bench, direction: 'forward' | 'backward'): NodeId {
  const [h, c, element, step] = [b.placeholder(['N']), b.placeholder([]), b.placeholder([]), b.placeholder([])];
  const input = b.ein(Q.ONE, [{ id: s, sub: [] }, { id: element, sub: [] }], []);
  const z = b.add([{ coef: Q.ONE, ...b.whole(b.ein(Q.ONE, [{ id: A, sub: [0, 1] }, { id: h, sub: [1] }], ['N'], ['N'])) }, { coef: Q.ONE, id: input, sub: [] }], ['N']);
  const nextH = b.map('tanh', [b.whole(z)], ['N']);
  const first = b.view(nextH, { index: [axisAt('0')], shape: [], gathers: [], masked: false });
  const nextC = b.add([{ coef: Q.ONE, ...b.whole(b.multiply(c, first)) }, { coef: Q.rational(1n, 10n), ...b.whole(step) }], []);
  const scan = closeScan(b, {
    length: 'N', direction, step, sequences: [{ placeholder: element, value: x }], ys: [nextC],
    carries: [{ placeholder: h, init: b.map('sin', [b.whole(x)], ['N']), next: nextH }, { placeholder: c, init: s, next: nextC }],
  });
  const carriesIn = b.ein(Q.ONE, [{ id: b.proj(scan, 'in', 0), sub: [0, 1] }], ['N'], ['N']);
  return b.add([{ coef: Q.ONE, ...b.whole(b.proj(scan, 'final', 0)) }, { coef: Q.integer(2), ...b.whole(b.proj(scan, 'ys', 0)) }, { coef: Q.ONE, ...b.whole(carriesIn) }], ['N']);
}

/** The direction of a leaf; of a matrix a symmetric one is not asked for. */
function directionOf(b: Builder, leaf: NodeId): NodeId {
  const attr = b.graph.attr(leaf);
  return b.leaf({ name: `v${attr.kind === 'leaf' ? attr.name : ''}`, role: 'data', element: 'real', shape: b.graph.shape(leaf) });
}

/** The value on the line through the point: leaf + t · direction for every leaf. */
function alongLine({ b, x, A, s }: Bench, value: NodeId, t: NodeId): NodeId {
  const onLine = (leaf: NodeId): NodeId => {
    const shape = b.graph.shape(leaf);
    const step = b.ein(Q.ONE, [{ id: t, sub: [] }, b.whole(directionOf(b, leaf))], shape);
    return b.sum([leaf, step], shape);
  };
  return substitute(b, [value], new Map([x, A, s].map((leaf) => [leaf, onLine(leaf)])))[0] ?? -1;
}

/** Σ v·sin(v/64): a scalar that depends on every element in its own way, and varies slowly enough to be differenced. */
function weigh(b: Builder, id: NodeId): NodeId {
  const shape = b.graph.shape(id);
  const slow = b.scale(Q.rational(1n, 64n), id);
  return b.ein(Q.ONE, [b.whole(b.map('sin', [b.whole(slow)], shape)), b.whole(id)], [], shape);
}

for (const [name, make] of Object.entries(cases)) {
  describe(name, () => {
    it('gradient of a weighted sum', () => {
      const c = bench();
      const value = weigh(c.b, make(c));
      const leaves = { x: c.x, A: c.A, s: c.s };
      const g = gradient(c.b, value, Object.values(leaves), refuse).adjoints;
      Object.keys(leaves).forEach((leaf, k) => {
        const actual = evaluate(c.b.graph, [g[k] ?? -1], environment(point()))[0]?.data ?? [];
        expectClose(actual, differences(c.b, value, leaf)[0] ?? [], `∂/∂${leaf}`);
      });
    });

    it('Jacobian', () => {
      const c = bench();
      const value = make(c);
      const leaves = { x: c.x, A: c.A, s: c.s };
      const J = jacobian(c.b, value, Object.values(leaves), refuse).adjoints;
      Object.keys(leaves).forEach((leaf, k) => {
        const actual = evaluate(c.b.graph, [J[k] ?? -1], environment(point()))[0]?.data ?? [];
        expectClose(actual, differences(c.b, value, leaf).flat(), `∂/∂${leaf}`);
      });
    });

    it('tangent along a direction in every leaf', () => {
      const c = bench();
      const value = make(c);
      const { b } = c;
      const t = b.leaf({ name: 't', role: 'param', element: 'real', shape: [] });
      const moved = alongLine(c, value, t);
      const directions = new Map([c.x, c.A, c.s].map((leaf) => [leaf, directionOf(b, leaf)]));
      const { tangents: [tangent = -1], primals: [primal = -1] } = pushforward(b, [value], directions, refuse);
      const [actual, again, plain] = evaluate(b.graph, [tangent, primal, value], environment(point()));
      expectClose(actual?.data ?? [], differences(b, moved, 't').flat(), 'tangent');
      expect(again?.data, 'the value is the same').toEqual(plain?.data);
    });

    it('tangent of the gradient is the gradient of the tangent', () => {
      const c = bench();
      const value = weigh(c.b, make(c));
      const leaves = [c.x, c.A, c.s];
      const directions = new Map(leaves.map((leaf) => [leaf, directionOf(c.b, leaf)]));
      const forwardOverReverse = pushforward(c.b, gradient(c.b, value, leaves, refuse).adjoints, directions, refuse).tangents;
      const reverseOverForward = gradient(c.b, pushforward(c.b, [value], directions, refuse).tangents[0] ?? -1, leaves, refuse).adjoints;
      const [a, r] = [forwardOverReverse, reverseOverForward].map((nodes) => evaluate(c.b.graph, nodes, environment(point())).flatMap((v) => [...v.data]));
      expectClose(a ?? [], r ?? [], 'H·v');
    });

    it('third derivative along a direction: forward mode three times', () => {
      const c = bench();
      const value = make(c);
      const directions = new Map([c.x, c.A, c.s].map((leaf) => [leaf, directionOf(c.b, leaf)]));
      const recurrence = directionalDerivatives(c.b, [value], directions, 3, refuse)?.[0];
      const repeated: NodeId[] = [];
      let current = value;
      for (let k = 0; k < 3; k++) repeated.push((current = pushforward(c.b, [current], directions, refuse).tangents[0] ?? -1));
      const third = evaluate(c.b.graph, repeated, environment(point()));
      expect(third[2]?.data.every(Number.isFinite)).toBe(true);
      if (recurrence === undefined) return;
      const series = evaluate(c.b.graph, recurrence, environment(point()));
      series.forEach((v, k) => expectClose(v.data, [...(third[k]?.data ?? [])], `order ${k + 1}`));
    });

    it('gradient of the gradient', () => {
      const c = bench();
      const value = weigh(c.b, make(c));
      const [gx = -1, gA = -1] = gradient(c.b, value, [c.x, c.A], refuse).adjoints;
      const both = c.b.sum([weigh(c.b, gx), weigh(c.b, gA)], []);
      const h = gradient(c.b, both, [c.x, c.A, c.s], refuse).adjoints;
      ['x', 'A', 's'].forEach((leaf, k) => {
        const actual = evaluate(c.b.graph, [h[k] ?? -1], environment(point()))[0]?.data ?? [];
        expectClose(actual, differences(c.b, both, leaf)[0] ?? [], `∂²/∂${leaf}`);
      });
    });
  });
}
