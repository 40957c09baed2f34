/** Plans that between them use every construct the backend can emit. */
import { axisLabel } from '../../src/ir/normal-view.ts';
import * as Q from '../../src/ir/rational.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { randomGraph } from '../support/random-graph.ts';
import { leavesOf } from './leaves.ts';
import { PlanSketch } from './support.ts';

export function scalarPlan(): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  const x = s.input('x', 'variable', []);
  const y = s.input('y', 'variable', [], { docs: ['ends the comment */ or not'] });
  const f = b.sum([b.power(x, Q.integer(2)), b.power(y, Q.integer(2))], []);
  s.function('valueGradient', [
    { name: 'f', node: f, kind: 'returned' },
    { name: 'x', node: b.scale(Q.integer(2), x), kind: 'filled' },
    { name: 'y', node: b.scale(Q.integer(2), y), kind: 'filled' },
  ], { formulas: ['f = x^2 + y^2 */ /* @see'] });
  return s.plan({ source: 'sum of squares */.diff' });
}

/** The network of the article: value, gradient, and a step of gradient descent. */
export function networkPlan(): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  for (const size of ['N', 'D', 'H']) s.dim(size);
  const X = s.input('X', 'data', ['N', 'D']);
  const y = s.input('y', 'data', ['N'], { bounds: [{ relation: '>=', value: -100 }] });
  const W1 = s.input('W1', 'param', ['D', 'H']);
  const b1 = s.input('b1', 'param', ['H'], { initial: b.integer(1) });
  const W2 = s.input('W2', 'param', ['H']);
  const b2 = s.input('b2', 'param', []);
  const lr = s.input('lr', 'hyper', [], { initial: b.rational(Q.rational(1n, 1000n)), bounds: [{ relation: '>=', value: 0 }] });
  const one = Q.ONE;
  const xw = b.ein(one, [{ id: X, sub: [0, 2] }, { id: W1, sub: [2, 1] }], ['N', 'H'], ['D']);
  const z = b.add([{ coef: one, id: xw, sub: [0, 1] }, { coef: one, id: b1, sub: [1] }], ['N', 'H']);
  const a = b.map('tanh', [b.whole(z)], ['N', 'H']);
  const aw = b.ein(one, [{ id: a, sub: [0, 1] }, { id: W2, sub: [1] }], ['N'], ['H']);
  const yHat = b.add([{ coef: one, id: aw, sub: [0] }, { coef: one, id: b2, sub: [] }], ['N']);
  const r = b.subtract(y, yHat);
  const inv = b.power(b.dim('N'), Q.MINUS_ONE);
  const L = b.ein(one, [{ id: b.power(r, Q.integer(2)), sub: [0] }, { id: inv, sub: [] }], [], ['N']);
  const q = b.ein(one, [{ id: r, sub: [0] }, { id: inv, sub: [] }], ['N']);
  const gb2 = b.ein(Q.integer(-2), [{ id: q, sub: [0] }], [], ['N']);
  const gW2 = b.ein(Q.integer(-2), [{ id: a, sub: [1, 0] }, { id: q, sub: [1] }], ['H'], ['N']);
  const slope = b.add([{ coef: one, id: b.integer(1), sub: [] }, { coef: Q.MINUS_ONE, id: b.power(a, Q.integer(2)), sub: [0, 1] }], ['N', 'H']);
  const dz = b.ein(one, [{ id: q, sub: [0] }, { id: W2, sub: [1] }, { id: slope, sub: [0, 1] }], ['N', 'H']);
  const gb1 = b.ein(Q.integer(-2), [{ id: dz, sub: [1, 0] }], ['H'], ['N']);
  const gW1 = b.ein(Q.integer(-2), [{ id: X, sub: [2, 0] }, { id: dz, sub: [2, 1] }], ['D', 'H'], ['N']);
  for (const [node, name] of [[z, 'Z1'], [a, 'A1'], [yHat, 'ŷ'], [L, 'L'], [dz, 'dz']] as const) s.names.set(node, name);
  s.function('loss', [
    { name: 'L', node: L, kind: 'returned' },
    { name: 'W1', node: gW1, kind: 'filled' }, { name: 'b1', node: gb1, kind: 'filled' },
    { name: 'W2', node: gW2, kind: 'filled' }, { name: 'b2', node: gb2, kind: 'filled' },
  ]);
  const descend = (param: number, gradient: number): number => b.subtract(param, b.multiply(lr, gradient));
  const updates = ([['W1', W1, gW1], ['b1', b1, gb1], ['W2', W2, gW2], ['b2', b2, gb2]] as const).map(([target, param, gradient]) =>
    ({ target, node: descend(param, gradient), docs: [], formula: `${target} = ${target} - lr*∂L/∂${target}` }));
  return s.plan({ name: 'network', updates });
}

/** Index arrays, a fixed size, names that are no identifiers or reserved, a vector of hyperparameters. */
export function namesPlan(): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  s.dim('M');
  s.dim('K', 3);
  const c = s.input('class', 'data', ['M'], { element: 'index', of: 'K' });
  const theta = s.input('θ₁', 'param', ['K']);
  const proto = s.input('__proto__', 'param', []);
  const yHat = s.input('ŷ', 'data', ['M']);
  const Math_ = s.input('Math', 'hyper', ['K']);
  const out = s.input('out', 'hyper', []);
  const picked = b.view(theta, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['M'], gathers: [c], masked: false });
  const e = b.subtract(b.multiply(picked, yHat), b.multiply(b.view(Math_, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['M'], gathers: [c], masked: false }), out));
  const L = b.sum([b.ein(Q.ONE, [b.whole(b.map('sigmoid', [b.whole(e)], ['M']))], [], ['M']), proto], []);
  const back = b.scat(b.multiply(e, yHat), { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['K'], gathers: [c], masked: false });
  s.names.set(e, 'sigmoid');
  s.function('constructor', [{ name: 'L', node: L, kind: 'returned' }, { name: 'θ₁', node: back, kind: 'filled' }, { name: 'θ1', node: proto, kind: 'filled' }]);
  return s.plan({ name: 'delete' });
}

/** A recurrence with vector and scalar state, history, and a function of the caller. */
export function scanPlan(): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  s.dim('T');
  s.dim('H');
  const x = s.input('x', 'data', ['T', 'H']);
  const U = s.input('U', 'param', ['H', 'H']);
  const k = s.input('k', 'param', []);
  const leaf = (name: string, shape: readonly string[]): number => b.leaf({ name, role: 'variable', element: 'real', shape });
  const [h, e, m, t] = [leaf('#h', ['H']), leaf('#e', ['H']), leaf('#m', []), leaf('#t', [])];
  const next = b.map('tanh', [b.whole(b.sum([b.ein(Q.ONE, [{ id: U, sub: [0, 1] }, { id: h, sub: [1] }], ['H'], ['H']), e], ['H']))], ['H']);
  const total = b.ein(Q.ONE, [b.whole(next)], [], ['H']);
  const mNext = b.call('u', [1, 0], [b.sum([m, b.multiply(k, total)], []), t].map((id) => ({ id, sub: [] })), []);
  const scan = closeScan(b, {
    length: 'T', direction: 'backward', step: t,
    carries: [{ placeholder: h, init: b.zero(['H']), next }, { placeholder: m, init: k, next: mNext }],
    sequences: [{ placeholder: e, value: x }], ys: [b.multiply(next, next), mNext],
  });
  const final = b.proj(scan, 'final', 1);
  s.function('run', [
    { name: 'value', node: final, kind: 'returned' },
    { name: 'h', node: b.proj(scan, 'final', 0), kind: 'filled' },
    { name: 'history', node: b.proj(scan, 'in', 0), kind: 'filled' },
    { name: 'squares', node: b.map('exp', [b.whole(b.proj(scan, 'ys', 0))], ['T', 'H']), kind: 'filled' },
    { name: 'scalars', node: b.proj(scan, 'ys', 1), kind: 'filled' },
    { name: 'starts', node: b.proj(scan, 'in', 1), kind: 'filled' },
  ]);
  return s.plan({ opaques: [{ name: 'u', arity: 2, docs: [] }] });
}

/** Every dense kernel. */
export function algebraPlan(): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  s.dim('N');
  s.dim('M');
  const R = s.input('R', 'param', ['N', 'N']);
  const B = s.input('B', 'param', ['N', 'M']);
  const v = s.input('v', 'param', ['N']);
  const gram = b.ein(Q.ONE, [{ id: R, sub: [0, 2] }, { id: R, sub: [1, 2] }], ['N', 'N'], ['N']);
  const A = b.add([{ coef: Q.ONE, ...b.whole(gram) }, { coef: Q.integer(2), id: b.delta('N'), sub: [0, 1] }], ['N', 'N']);
  const L = b.linalg('chol', [A]);
  const shifted = b.sum([R, b.scale(Q.integer(3), b.delta('N'))], ['N', 'N']);
  const nodes = {
    L, adjoint: b.linalg('chol-adjoint', [L, R]), lower: b.linalg('tsolve', [L, B]), lowerT: b.linalg('tsolve', [L, v], 'transposed'),
    x: b.linalg('solve', [shifted, v]), X: b.linalg('solve', [shifted, B]), XT: b.linalg('solve', [shifted, B], 'transposed'),
    inverse: b.linalg('inv', [shifted]), det: b.linalg('det', [shifted]), logdet: b.linalg('logdet', [A]),
    flipped: b.linalg('inv', [b.permute(shifted, [1, 0])]), row: b.view(L, { index: [{ kind: 'affine', terms: [], offset: 'N-1' }, axisLabel(0)], shape: ['N'], gathers: [], masked: false }),
  };
  s.function('all', Object.entries(nodes).map(([name, node]) => ({ name, node, kind: 'filled' as const })));
  return s.plan();
}

export function randomPlan(seed: number): EmitPlan {
  const sample = randomGraph(seed, 6 + (seed % 30), 'tensor');
  const s = new PlanSketch(sample.builder);
  for (const [name] of sample.environment.sizes) s.dim(name);
  for (const l of leavesOf(sample)) s.input(l.name, 'param', l.shape, { node: l.node });
  s.function('f', [{ name: 'result', node: sample.root, kind: 'filled' }]);
  return s.plan({ name: `random_${seed}` });
}

export const fixtures: Readonly<Record<string, () => EmitPlan>> = {
  scalar: scalarPlan, chain: () => chainPlan(700), network: networkPlan, names: namesPlan, scan: scanPlan, algebra: algebraPlan,
};

/** A chain of `n` sums and sines with its history as a gradient would keep it. */
export function chainPlan(n: number): EmitPlan {
  const s = new PlanSketch();
  const { b } = s;
  const x = s.input('x', 'variable', []);
  const rate = s.input('rate', 'hyper', [], { initial: b.rational(Q.HALF) });
  let y = x;
  let slope = b.integer(1);
  for (let k = 0; k < n; k++) {
    const sum = b.sum([b.scale(Q.rational(1n, 3n), y), b.multiply(rate, x)], []);
    slope = b.sum([b.multiply(slope, b.map('cos', [b.whole(sum)], [])), rate], []);
    y = b.map('sin', [b.whole(sum)], []);
  }
  s.function('chain', [{ name: 'y', node: y, kind: 'returned' }, { name: 'x', node: slope, kind: 'filled' }]);
  return s.plan();
}
