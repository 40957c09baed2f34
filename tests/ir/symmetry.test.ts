/** Products of declared symmetric matrices: equal ones are one node, and none changes its value. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { Builder, type Operand } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { random } from '../support/random-graph.ts';

const N = 3;

function scene(): { b: Builder; S: NodeId; T: NodeId; A: NodeId; x: NodeId } {
  const b = new Builder(new Graph());
  const leaf = (name: string, rank: number, symmetric: boolean): NodeId =>
    b.leaf({ name, role: 'data', element: 'real', shape: new Array<string>(rank).fill('n'), ...(symmetric && { symmetric }) });
  return { b, S: leaf('S', 2, true), T: leaf('T', 2, true), A: leaf('A', 2, false), x: leaf('x', 1, false) };
}

function environment(): { inputs: Map<string, Float64Array>; sizes: Map<string, number> } {
  const inputs = new Map<string, Float64Array>();
  for (const [k, name] of ['S', 'T', 'A', 'x'].entries()) {
    const next = random(k + 1);
    const data = Float64Array.from({ length: name === 'x' ? N : N * N }, () => next() - 0.5);
    if (name < 'U' && name !== 'A') for (let i = 0; i < N; i++) for (let j = 0; j < i; j++) data[i * N + j] = data[j * N + i]!;
    inputs.set(name, data);
  }
  return { inputs, sizes: new Map([['n', N]]) };
}

const swap = ([i = 0, j = 0]: readonly number[]): number[] => [j, i];

describe('symmetric matrices', () => {
  it('tensors of matrices are symmetric in their last two axes', () => {
    const b = new Builder(new Graph());
    const A = b.leaf({ name: 'A', role: 'data', element: 'real', shape: ['g', 'n', 'n'] });
    const gram = b.ein(Q.ONE, [{ id: A, sub: [0, 1, 3] }, { id: A, sub: [0, 2, 3] }], ['g', 'n', 'n'], ['n']);
    const both = b.add([{ coef: Q.ONE, id: A, sub: [0, 1, 2] }, { coef: Q.ONE, id: A, sub: [0, 2, 1] }], ['g', 'n', 'n']);
    const product = b.ein(Q.ONE, [{ id: A, sub: [0, 1, 3] }, { id: A, sub: [0, 3, 2] }], ['g', 'n', 'n'], ['n']);
    expect([gram, both, product, A].map((id) => b.graph.isSymmetric(id))).toEqual([true, true, false, false]);
    expect(b.permute(gram, [0, 2, 1])).toBe(gram);
  });

  it('an argument of a loop that is known to be symmetric is not one that is not', () => {
    const b = new Builder(new Graph());
    const [any, known] = [b.param('sequence', 0, ['n', 'n']), b.param('sequence', 0, ['n', 'n'], 'symmetric')];
    expect([any, known].map((id) => b.graph.isSymmetric(id))).toEqual([false, true]);
  });

  it('S*x and S\'*x are one node, A*x and A\'*x are not', () => {
    const { b, S, A, x } = scene();
    const times = (matrix: NodeId, sub: readonly number[]): NodeId => b.ein(Q.ONE, [{ id: matrix, sub }, { id: x, sub: [1] }], ['n'], ['n']);
    expect(times(S, [0, 1])).toBe(times(S, [1, 0]));
    expect(times(A, [0, 1])).not.toBe(times(A, [1, 0]));
    expect(b.permute(S, [1, 0])).toBe(S);
  });

  it('what is made of them elementwise, by inversion or as C*S*C\' is symmetric; a product of two is not', () => {
    const { b, S, T, A } = scene();
    const sandwich = b.ein(Q.ONE, [{ id: A, sub: [0, 2] }, { id: S, sub: [2, 3] }, { id: A, sub: [1, 3] }], ['n', 'n'], ['n', 'n']);
    const product = b.ein(Q.ONE, [{ id: S, sub: [0, 2] }, { id: T, sub: [2, 1] }], ['n', 'n'], ['n']);
    const symmetric = [b.sum([S, T, b.delta('n')], ['n', 'n']), b.linalg('inv', [S]), b.map('exp', [b.whole(T)], ['n', 'n']), sandwich];
    for (const node of symmetric) expect(b.permute(node, [1, 0])).toBe(node);
    expect(b.permute(product, [1, 0])).not.toBe(product);
    expect(b.permute(b.linalg('inv', [A]), [1, 0])).not.toBe(b.linalg('inv', [A]));
  });

  it('the order of their labels changes neither node nor value', () => {
    const label = fc.integer({ min: 0, max: 4 });
    const factor = fc.record({ of: fc.constantFrom('S', 'T', 'A'), i: label, j: label, swapped: fc.boolean() });
    fc.assert(fc.property(fc.array(factor, { minLength: 1, maxLength: 5 }), (factors) => {
      const { b, ...leaves } = scene();
      // output labels that nobody carries broadcast: give them to x
      const rest: Operand[] = [0, 1].map((l) => ({ id: leaves.x, sub: [l] }));
      const made = (exchange: boolean): NodeId => b.ein(Q.ONE, [
        ...factors.map(({ of, i, j, swapped }): Operand => ({ id: leaves[of as 'S' | 'T' | 'A'], sub: exchange && swapped && of !== 'A' ? swap([i, j]) : [i, j] })), ...rest,
      ], ['n', 'n'], ['n', 'n', 'n']);
      const plain = made(false);
      // labels that only symmetric matrices carry are named in the order in which they are met
      const carried = new Set([0, 1, ...factors.flatMap(({ of, i, j }) => (of === 'A' ? [i, j] : []))]);
      if (factors.every(({ i, j }) => carried.has(i) && carried.has(j))) expect(made(true)).toBe(plain);
      expect(checkGraph(b.graph, [plain])).toEqual([]);
      const { inputs, sizes } = environment();
      for (const node of [plain, made(true)]) {
        const computed = evaluate(b.graph, [node], { inputs, sizes })[0]!.data;
        for (const [k, value] of computed.entries()) expect(value).toBeCloseTo(contraction(factors, inputs, Math.floor(k / N), k % N), 12);
      }
    }), { numRuns: 300 });
  });
});

/** The same sum written out. */
function contraction(factors: readonly { of: string; i: number; j: number }[], inputs: ReadonlyMap<string, Float64Array>, p: number, q: number): number {
  let sum = 0;
  for (let m = 0; m < N ** 3; m++) {
    const at = [p, q, m % N, Math.floor(m / N) % N, Math.floor(m / (N * N))];
    const x = inputs.get('x')!;
    sum += factors.reduce((product, { of, i, j }) => product * inputs.get(of)![at[i]! * N + at[j]!]!, x[p]! * x[q]!);
  }
  return sum;
}
