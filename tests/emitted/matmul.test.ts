/** Products of matrices run as one kernel, at sizes on and off its blocks, in every transposition, and of slices. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/ir/evaluate.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { emitted } from '../support/emitted.ts';
import { fillValues } from '../schedule/support.ts';

const module = emitted(`dim M, N, K
param A: R[M, K], B: R[K, N], P: R[K, M], Q: R[N, K], S: R[2, M, K]
AB = A*B
PB = P'*B
AQ = A*Q'
PQ = 3*P'*Q'
turned = (A*B)'
sliced[i,j] = sum[k] S[2,i,k]*B[k,j]
derive value of AB, PB, AQ, PQ, turned, sliced as products`);

const shapes = { A: ['M', 'K'], B: ['K', 'N'], P: ['K', 'M'], Q: ['N', 'K'], S: ['2', 'M', 'K'] } as const;

describe('matrix products', () => {
  it('are calls of the kernel', () => {
    expect(module.code.match(/ matmul\(/g)?.length).toBeGreaterThanOrEqual(6);
    expect(module.code).toContain('matmul(S, K * M, K, 1, B, 0, N, 1, ');
  });

  it('of small fixed sizes stay loops', () => {
    expect(emitted('dim M\nparam A: R[M, 3], B: R[3, 5]\nC = A*B\nderive value of C').code).not.toContain('matmul(');
    expect(emitted('param A: R[12, 12], B: R[12, 12]\nC = A*B\nderive value of C').code).not.toContain('matmul(');
  });

  it.each([[1, 1, 1], [2, 3, 1], [3, 2, 5], [4, 2, 4], [5, 3, 7], [8, 64, 256], [9, 65, 257], [7, 63, 255], [13, 129, 31]])('%d×%d, sums of %d', (M, N, K) => {
    const sizes = { M, N, K };
    const length = (shape: readonly string[]): number => shape.reduce((n, d) => n * (sizes[d as 'M'] ?? Number(d)), 1);
    const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape], k) => [name, fillValues(length(shape), k + 1)]));
    const outputs = module.plan.functions[0]?.outputs ?? [];
    const want = evaluate(module.plan.b.graph, outputs.map((o) => o.node), { sizes: new Map(Object.entries(sizes)), inputs: new Map(Object.entries(inputs)) });
    const { out } = module.call('products', sizes, inputs);
    const program = schedule({ b: module.plan.b, inputs: module.plan.inputs, names: new Map(), outputs: outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.node })) });
    expect(checkProgram(program)).toEqual([]);
    const arrays = new Map(program.inputBuffers.map((buffer, k) => [buffer, Float64Array.from(inputs[module.plan.inputs[k]?.name ?? ''] ?? [])]));
    interpret(program, { sizes: new Map(Object.entries(sizes)), arrays });
    outputs.forEach((o, k) => {
      const expected = Array.from(want[k]?.data ?? []);
      // a sum of K products of numbers up to 1.4
      const error = 2 * K * 4 * Number.EPSILON * K;
      for (const got of [out[o.name], arrays.get(program.outputBuffers[k] ?? -1)]) {
        expect(got).toHaveLength(expected.length);
        expect(Math.max(...expected.map((x, i) => Math.abs(x - (got?.[i] ?? Number.NaN)))), o.name).toBeLessThan(error);
      }
    });
  });
});
