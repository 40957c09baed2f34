import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { axisLabel } from '../../src/ir/normal-view.ts';
import { compare, Sample } from './support.ts';

const fresh = (): { s: Sample; b: Builder } => {
  const b = new Builder(new Graph());
  return { s: new Sample(b), b };
};
const TIGHT = 1e-13;

describe('every node kind, loops against the reference interpreter', () => {
  it('scalars: products, sums, powers, selections', () => {
    const { s, b } = fresh();
    const [x, y] = [s.leaf('x', []), s.leaf('y', [])];
    const x2 = b.power(x, Q.integer(2));
    const f = b.sum([x2, b.power(y, Q.integer(2))], []);
    const roots = [
      f, b.scale(Q.integer(2), x), b.divide(x, y), b.power(f, Q.rational(3n, 2n)), b.power(f, Q.integer(-3)),
      b.map('where', [b.map('lt', [x, y].map((id) => ({ id, sub: [] })), []), x, x2].map((n) => (typeof n === 'number' ? { id: n, sub: [] } : n)), []),
      b.map('tanh', [b.whole(b.ein(Q.rational(-1n, 3n), [b.whole(x), b.whole(f)], []))], []),
    ];
    expect(compare(s, roots, {}).worst).toBeLessThan(TIGHT);
  });

  it('the network of the article, value and gradient by hand', () => {
    const { s, b } = fresh();
    const X = s.leaf('X', ['N', 'D'], 'data');
    const y = s.leaf('y', ['N'], 'data');
    const W1 = s.leaf('W1', ['D', 'H']);
    const b1 = s.leaf('b1', ['H']);
    const W2 = s.leaf('W2', ['H']);
    const b2 = s.leaf('b2', []);
    const one = Q.ONE;
    const xw = b.ein(one, [{ id: X, sub: [0, 2] }, { id: W1, sub: [2, 1] }], ['N', 'H'], ['D']);
    const z = b.add([{ coef: one, id: xw, sub: [0, 1] }, { coef: one, id: b1, sub: [1] }], ['N', 'H']);
    const a = b.map('tanh', [b.whole(z)], ['N', 'H']);
    const aw = b.ein(one, [{ id: a, sub: [0, 1] }, { id: W2, sub: [1] }], ['N'], ['H']);
    const r = b.add([{ coef: one, id: y, sub: [0] }, { coef: Q.MINUS_ONE, id: aw, sub: [0] }, { coef: Q.MINUS_ONE, id: b2, sub: [] }], ['N']);
    const inv = b.power(b.dim('N'), Q.MINUS_ONE);
    const r2 = b.map('pow', [b.whole(r), { id: b.integer(2), sub: [] }], ['N']);
    const L = b.ein(one, [{ id: r2, sub: [0] }, { id: inv, sub: [] }], [], ['N']);
    const q = b.ein(one, [{ id: r, sub: [0] }, { id: inv, sub: [] }], ['N']);
    const gb2 = b.ein(Q.integer(-2), [{ id: q, sub: [0] }], [], ['N']);
    const gW2 = b.ein(Q.integer(-2), [{ id: a, sub: [1, 0] }, { id: q, sub: [1] }], ['H'], ['N']);
    const slope = b.add([{ coef: one, id: b.integer(1), sub: [] }, { coef: Q.MINUS_ONE, id: b.power(a, Q.integer(2)), sub: [0, 1] }], ['N', 'H']);
    const dz = b.ein(one, [{ id: q, sub: [0] }, { id: W2, sub: [1] }, { id: slope, sub: [0, 1] }], ['N', 'H']);
    const gb1 = b.ein(Q.integer(-2), [{ id: dz, sub: [1, 0] }], ['H'], ['N']);
    const gW1 = b.ein(Q.integer(-2), [{ id: X, sub: [2, 0] }, { id: dz, sub: [2, 1] }], ['D', 'H'], ['N']);
    expect(compare(s, [L, gW1, gb1, gW2, gb2], { N: 7, D: 3, H: 4 }).worst).toBeLessThan(TIGHT);
  });

  it('reductions: maximum, minimum, product, log-sum-exp, norm', () => {
    const { s, b } = fresh();
    const A = s.leaf('A', ['N', 'K']);
    const roots = (['max', 'min', 'prod', 'logsumexp', 'norm'] as const).flatMap((op) => [b.reduce(op, A, [1]), b.reduce(op, A, [0]), b.reduce(op, A, [0, 1])]);
    expect(compare(s, roots, { N: 4, K: 3 }).worst).toBeLessThan(TIGHT);
  });

  it('views, masked views, gathers and their transposes', () => {
    const { s, b } = fresh();
    const x = s.leaf('x', ['N']);
    const P = s.leaf('P', ['U', 'F']);
    const u = s.indices('u', ['M'], 'U');
    const next = b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '1' }], shape: ['N-1'], gathers: [], masked: false });
    const before = b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '-1' }], shape: ['N'], gathers: [], masked: true });
    const here = b.view(x, { index: [axisLabel(0)], shape: ['N-1'], gathers: [], masked: false });
    const rows = b.view(P, { index: [{ kind: 'gather', arg: 1, sub: [0] }, axisLabel(1)], shape: ['M', 'F'], gathers: [u], masked: false });
    const sq = b.map('sin', [b.whole(rows)], ['M', 'F']);
    const back = b.scat(sq, { index: [{ kind: 'gather', arg: 1, sub: [0] }, axisLabel(1)], shape: ['U', 'F'], gathers: [u], masked: false });
    const step = b.map('cos', [b.whole(b.multiply(next, here))], ['N-1']);
    const spread = b.scat(step, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '1' }], shape: ['N'], gathers: [], masked: false });
    const other = b.scat(step, { index: [axisLabel(0)], shape: ['N'], gathers: [], masked: false });
    const both = b.add([{ coef: Q.integer(-400), ...b.whole(spread) }, { coef: Q.integer(3), ...b.whole(other) }], ['N']);
    expect(compare(s, [next, before, step, back, spread, both, rows], { N: 5, U: 3, F: 2, M: 6 }).worst).toBeLessThan(TIGHT);
  });

  it('identities, positions, stacks and diagonals', () => {
    const { s, b } = fresh();
    const v = s.leaf('v', ['N']);
    const A = s.leaf('A', ['N', 'N']);
    const c = s.leaf('c', []);
    const diag = b.ein(Q.ONE, [{ id: b.delta('N'), sub: [0, 1] }, { id: v, sub: [0] }], ['N', 'N']);
    const trace = b.ein(Q.ONE, [{ id: A, sub: [0, 0] }], [], ['N']);
    const mask = b.map('le', [{ id: b.iota('N'), sub: [1] }, { id: b.iota('N'), sub: [0] }], ['N', 'N']);
    const lower = b.map('where', [b.whole(mask), b.whole(A), { id: b.integer(0), sub: [] }], ['N', 'N']);
    const prefix = b.ein(Q.ONE, [{ id: b.map('where', [{ id: mask, sub: [0, 1] }, { id: v, sub: [1] }, { id: b.integer(0), sub: [] }], ['N', 'N']), sub: [0, 1] }], ['N'], ['N']);
    const stack = b.stack([c, trace, b.integer(3)]);
    const pair = b.stack([v, b.map('exp', [b.whole(v)], ['N'])]);
    const shifted = b.add([{ coef: Q.ONE, ...b.whole(A) }, { coef: Q.rational(1n, 3n), id: b.delta('N'), sub: [0, 1] }], ['N', 'N']);
    expect(compare(s, [diag, trace, lower, prefix, stack, pair, shifted, b.permute(A, [1, 0]), b.iota('N'), b.delta('N')], { N: 4 }).worst).toBeLessThan(TIGHT);
  });

  it('long contractions take the cheap order', () => {
    const { s, b } = fresh();
    const X = s.leaf('X', ['N', 'D'], 'data');
    const w = s.leaf('w', ['D']);
    const gram = b.ein(Q.integer(2), [{ id: X, sub: [1, 0] }, { id: X, sub: [1, 2] }, { id: w, sub: [2] }], ['D'], ['N', 'D']);
    expect(compare(s, [gram], { N: 6, D: 3 }).worst).toBeLessThan(TIGHT);
  });

  it('functions of the caller', () => {
    const { s, b } = fresh();
    const v = s.leaf('v', ['N']);
    const call = b.call('u', [1], [b.whole(v)], ['N']);
    const opaques = new Map([['u', (orders: readonly number[], [x = 0]: readonly number[]) => (orders[0] === 1 ? Math.cos(x) : Math.sin(x))]]);
    expect(compare(s, [call], { N: 3 }, opaques).worst).toBe(0);
  });
});
