/** What a selection by position leaves out is neither stored nor visited. */
import { describe, expect, it } from 'vitest';
import { countAccesses, countOperations } from '../../src/schedule/count.ts';
import { schedule, type Scheduled } from '../../src/schedule/schedule.ts';
import { programText } from '../../src/schedule/text.ts';
import { emitted } from '../support/emitted.ts';

function scheduled(text: string): Scheduled {
  const { plan } = emitted(text);
  const outputs = plan.functions[0]?.outputs ?? [];
  return schedule({ b: plan.b, inputs: plan.inputs, names: plan.names, outputs: outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.node })) });
}

const D = 40;
const at = new Map([['D', D], ['N', 1000]]);
const half = (D * (D - 1)) / 2;

describe('a triangle', () => {
  it('times a vector takes its products, and no mask', () => {
    const program = scheduled('dim D\nparam A: R[D, D], x: R[D]\ny[i] = sum[j] (if j < i then A[i,j] else 0)*x[j]\nderive value of y');
    expect(countOperations(program, at)).toBe(2 * half);
    expect(programText(program)).not.toMatch(/where|scratch/);
  });

  it('and the other triangle together are the whole', () => {
    const counted = (condition: string): number => countOperations(scheduled(`dim D\nparam A: R[D, D], x: R[D]\ny[i] = sum[j] (${condition})*x[j]\nderive value of y`), at);
    for (const [one, other] of [['<', '>='], ['>', '<=']] as const) {
      expect(counted(`if j ${one} i then A[i,j] else 0`) + counted(`if j ${other} i then A[i,j] else 0`)).toBe(2 * D * D);
      expect(counted(`if j ${one} i then 0 else A[i,j]`)).toBe(counted(`if j ${other} i then A[i,j] else 0`));
    }
  });

  it('is tested for where its bounds are not seen to lie inside the matrix', () => {
    const program = scheduled('dim D\nparam A: R[D, D], x: R[D]\ny[i] = sum[j] (if j < i + 3 then A[i,j] else 0)*x[j]\nderive value of y');
    expect(programText(program)).toMatch(/where\(/);
    expect(programText(program)).not.toMatch(/scratch/);
  });

  it('of a gradient is all that is summed over the data', () => {
    const text = (factor: string): string => `dim N, D = 7\ndata X: R[N, D]\nparam l: R[D, D]\nw[n,i] = sum[j] ${factor}*X[n,j]\nL = sum[n,i] tanh(w[n,i])\nderive gradient of L wrt l`;
    const [part, whole] = ['(if j < i then l[i,j] else 0)', 'l[i,j]'].map((factor) => scheduled(text(factor)));
    if (part === undefined || whole === undefined) throw new Error('nothing scheduled');
    expect(countOperations(part, at) / countOperations(whole, at)).toBeLessThan(0.55);
    expect(countAccesses(part, at) / countAccesses(whole, at)).toBeLessThan(0.55);
  });

  it('of each of several matrices, read along rows and along columns, is no array', () => {
    const text = 'dim K, D = 30\nparam l: R[K, D, D], x: R[K, D]\nw[k,i] = sum[j] (if j < i then l[k,i,j] else 0)*x[k,j]\nu[k,j] = sum[i] (if j < i then l[k,i,j] else 0)*w[k,i]\nderive value of w, u as f';
    expect(programText(scheduled(text))).not.toMatch(/where/);
  });
});
