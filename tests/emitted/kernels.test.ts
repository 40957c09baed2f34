/** Blocked kernels of dense algebra against the plain ones of the interpreter, at sizes around the edges of blocks and tiles. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/ir/evaluate.ts';
import { seededRandom } from '../../src/verify/random.ts';
import { emitted } from '../support/emitted.ts';

const module = emitted(`dim N, M
param A: R[N, N], B: R[N, M], v: R[N], G: R[N, N]
S = A*A' + eye(N)
C = cholesky(S)
lower = solve_lower(C, B)
lowerVector = solve_lower(C, v)
upper = solve_upper(C', B)
upperVector = solve_upper(C', v)
X = solve(A, B)
x = solve(A, v)
Y = solve(A', B)
inverse = inv(A)
d = det(A)
l = logdet(S)
derive value of C, lower, lowerVector, upper, upperVector, X, x, Y, inverse, d, l as factors
derive gradient of sum(C .* G) wrt A as adjoint
derive gradient of sum(ln(diag(C))) + ‖lowerVector‖² wrt A as likelihood
derive gradient of tr(inv(A)*G) + det(A) + v'*inv(A)*v wrt A as inverses`);

describe.each([1, 2, 3, 5, 31, 32, 33, 64, 67])('%d×%d', (n) => {
  const random = seededRandom(n);
  const array = (length: number): Float64Array => Float64Array.from({ length }, () => random.uniform(-1, 1));
  const inputs = { A: array(n * n), B: array(n * 3), v: array(n), G: array(n * n) };
  for (let k = 0; k < n; k++) inputs.A[k * n + k] = (inputs.A[k * n + k] ?? 0) + 3;
  const sizes = { N: n, M: 3 };

  it.each(module.plan.functions.map((f) => f.name))('%s', (name) => {
    const plan = module.plan.functions.find((f) => f.name === name);
    const outputs = plan?.outputs ?? [];
    const want = evaluate(module.plan.b.graph, outputs.map((o) => o.node), { sizes: new Map(Object.entries(sizes)), inputs: new Map(Object.entries(inputs)) });
    const { out } = module.call(name, sizes, inputs);
    expect(out['status']?.[0]).toBe(0);
    outputs.forEach((o, k) => {
      const expected = want[k]?.data ?? [];
      const scale = Math.max(...Array.from(expected, Math.abs));
      const got = out[o.name] ?? [];
      expect(got).toHaveLength(expected.length);
      Array.from(expected).forEach((value, i) => expect(Math.abs((got[i] ?? Number.NaN) - value) / scale, `${o.name}[${i}]`).toBeLessThan(1e-11));
    });
  });
});
