/** What a derivative is called besides a matrix. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const cases: readonly (readonly [model: string, request: string, words: readonly string[]])[] = [
  ['dim N where N >= 2\nparam x: R[N]\nf = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]', 'hessian of f', ['tridiagonal', 'symmetric']],
  ['dim N where N >= 4\nparam x: R[N]\nf = ∑ (i = 1 to N-3) [exp(x[i]*x[i+3])]', 'hessian of f', ['banded, from -3 to +3', 'symmetric']],
  ['dim N where N >= 2\nparam x: R[N]\nr[i in 1..N-1] = exp(x[i+1])', 'jacobian of r', ['one band, +1']],
  ['dim N\nparam x: R[N]\nf = sum(exp(x))', 'hessian of f', ['diagonal']],
  ['dim N\nparam x: R[N]\nf = sum(x)', 'hessian of f', ['zero']],
  ['dim N\nparam x: R[N]\nf = sum(x.^2)', 'hessian of f', ['diagonal', 'constant']],
  ['dim N\nparam x: R[N]\nf = logsumexp(x)', 'hessian of f', ['diagonal plus rank 1', 'symmetric']],
  ['dim N\nparam x: R[N]\ns = softmax(x)', 'jacobian of s', ['diagonal plus rank 1', 'symmetric']],
  ['dim N\nparam x: R[N]\nf = sum(x)^3', 'hessian of f', ['rank 1', 'symmetric']],
  ['dim N, D\ndata X: R[N, D]\nparam w: R[D]\nf = sum(exp(X*w)) + sum(w.^2)', 'hessian of f', ['diagonal plus dense', 'symmetric']],
  ['dim N, K\nparam U: R[N, K]\nf = sum[n] (sum[k] U[n, k])^3', 'hessian of f', ['blocks', 'symmetric']],
  ["dim N\ndata A: R[N, N]\nparam x: R[N]\nf = x'*A*x", 'hessian of f', ['symmetric']],
  ['dim N, D\ndata X: R[N, D]\nparam w: R[D]\nz = exp(X*w)', 'jacobian of z', []],
];

describe('structure', () => {
  it.each(cases)('%s: %s', (model, request, words) => {
    const { plan, declarations } = emitted(`${model}\nderive ${request}`);
    expect(plan.functions[0]?.outputs[0]?.structure).toEqual(words);
    for (const word of words) expect(declarations).toContain(word);
  });

  it('an operator is a product that forms no matrix', () => {
    const text = 'dim N\nparam x: R[N]\nf = sum(x)^3\n';
    const operator = emitted(`${text}derive hessian of f using operator`);
    expect(operator.plan.functions[0]?.outputs.map((o) => o.quantity)).toEqual(['hvp']);
    expect(operator.code).not.toContain('N * N');
    expect(operator.code).toBe(emitted(`${text}derive hvp of f`).code);
  });

  it('a diagonal is as long as its variable', () => {
    const { plan, call } = emitted('dim N\nparam x: R[N], y: R[N]\nf = sum(exp(x)) + sum(y.^3)\nderive hessian of f wrt x, y as h using diagonal');
    expect(plan.functions[0]?.outputs.map((o) => plan.b.graph.shape(o.node))).toEqual([['N'], ['N']]);
    const { out } = call('h', { N: 2 }, { x: [0, 1], y: [2, 3] });
    expect(Array.from(out['x_x'] ?? [])).toEqual([1, Math.E]);
    expect(Array.from(out['y_y'] ?? [])).toEqual([12, 18]);
  });
});
