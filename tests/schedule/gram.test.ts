/** Xᵀ diag(w) X runs as one kernel, at sizes on and off its tiles. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';
import { fillValues } from './support.ts';

const weighted = emitted("dim N, D\ndata X: R[N, D]\nparam w: R[D]\nf = sum(exp(X*w))\nderive hessian of f wrt w");
const plain = emitted("dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D]\nf = ‖X*w - y‖²/2\nderive hessian of f wrt w");

describe('Gram matrices', () => {
  it('are calls of the kernel', () => {
    expect(weighted.code).toMatch(/ weightedGram\(X, /);
    expect(plain.code).toMatch(/ gram\(X, /);
  });

  it.each([[1, 1], [3, 2], [31, 4], [32, 5], [33, 7], [70, 13], [5, 8]])('%d rows of %d', (N, D) => {
    const [X, y, w] = [fillValues(N * D, 1), fillValues(N, 2), fillValues(D, 3)];
    const at = (n: number, i: number): number => X[n * D + i] ?? 0;
    const product = (weight: (n: number) => number): number[] => Array.from({ length: D * D }, (_, k) => {
      let sum = 0;
      for (let n = 0; n < N; n++) sum += weight(n) * at(n, Math.floor(k / D)) * at(n, k % D);
      return sum;
    });
    const dot = (n: number): number => w.reduce((s, x, i) => s + x * at(n, i), 0);
    expectClose(weighted.call('hessian', { N, D }, { X, w }).out['w_w'], product((n) => Math.exp(dot(n))));
    expectClose(plain.call('hessian', { N, D }, { X, y, w }).out['w_w'], product(() => 1));
  });

  it('narrow matrices of fixed size stay loops', () => {
    expect(emitted("dim N, D = 3\ndata X: R[N, D]\nparam w: R[D]\nf = sum(exp(X*w))\nderive hessian of f wrt w").code).not.toContain('weightedGram');
  });
});

function expectClose(got: ArrayLike<number> | undefined, want: readonly number[]): void {
  expect(got).toHaveLength(want.length);
  const scale = Math.max(...want.map(Math.abs));
  expect(Math.max(...want.map((x, k) => Math.abs(x - (got?.[k] ?? Number.NaN)))) / scale).toBeLessThan(1e-14 * Math.max(10, want.length));
}
