/** `prepare`: what depends on data alone is made once, where that is worth an argument, and nothing else is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyModel } from '../../src/answer/verification.ts';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { readModel, refuseInto } from '../../src/compile.ts';
import { countOperations } from '../../src/schedule/count.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

const ridge = readFileSync(join(root, 'samples/matrix/ridge-newton.diff'), 'utf8');

/** What the function still does at each call. */
function operationsLeft({ b, inputs, prepared, names, functions }: EmitPlan, name: string, sizes: Readonly<Record<string, number>>): number {
  const given = [...inputs.map((i) => ({ name: i.name, node: leafOf(i) })), ...prepared.map((p) => ({ name: p.name, node: p.leaf }))];
  const outputs = functions.find((f) => f.name === name)?.outputs ?? [];
  expect(outputs.length).toBeGreaterThan(0);
  const program = schedule({
    b, names, inputs: given.map((g) => ({ ...g, shape: b.graph.shape(g.node), element: 'real' })),
    outputs: outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.scheduled ?? o.node })),
  });
  return countOperations(program, new Map(Object.entries(sizes)));
}

/** name = formula of everything that is prepared */
const preparedBy = (text: string): string[] => emitted(text).plan.prepared.map((p) => `${p.name} = ${p.formula}`);

describe('what is left to do', () => {
  it.each(['hessian', 'minimise'])('%s of ridge regression does not look at the data', (name) => {
    const { plan, declarations } = emitted(ridge);
    const few = operationsLeft(plan, name, { N: 10, D: 6 });
    expect(operationsLeft(plan, name, { N: 100_000, D: 6 })).toBe(few);
    expect(declarations).toMatch(new RegExp(`\\b${name}\\(prepared: Prepared, out: \\w+, hyper\\?: Hyper\\)`));
  });

  it('the gradient, which needs X itself, keeps its shape', () => {
    expect(emitted(ridge).declarations).toContain('valueGradient(params: Params, data: Data, out: Gradient, hyper?: Hyper): number');
  });

  it("the Hessian of x'*A*x, which reads A along and across its rows, is made once", () => {
    expect(preparedBy("dim N\ndata A: R[N, N]\nparam x: R[N]\nf = x'*A*x\nderive hessian of f wrt x")).toEqual(['hessian_x_x = A + Aᵀ']);
  });

  it('what is prepared as a whole is copied as a whole', () => {
    const { code } = emitted("dim N\ndata A: R[N, N]\nparam x: R[N]\nf = x'*A*x\nderive hessian of f wrt x");
    expect(code).toContain("outX_x.set(hessian_x_x)");
  });

  it('distances of a Gaussian process are squared once', () => {
    const text = [
      'dim N, D', 'data X: R[N, D], y: R[N]', 'param a: R, s: R', 'r2[i,j] = sum[d] (X[i,d] - X[j,d])²', "K = exp(a)*exp(-exp(s)*r2) + 0.1*eye(N)",
      "L = y'*solve(K, y)/2 + logdet(K)/2", 'derive value, gradient of L wrt a, s',
    ].join('\n');
    const { plan } = emitted(text);
    expect(plan.prepared.map((p) => p.name)).toEqual(['r2']);
    expect(operationsLeft(plan, 'valueGradient', { N: 8, D: 1000 })).toBe(operationsLeft(plan, 'valueGradient', { N: 8, D: 1 }));
  });
});

describe('what is prepared', () => {
  it.each([
    ['a result that is data alone', 'dim N, D\ndata A: R[N, D], y: R[N]\nparam x: R[D]\nf = ‖A*x - y‖²\nderive hessian of f wrt x', ['hessian_x_x = 2·Aᵀ·A']],
    ['a function that takes longer than reading', 'dim N\ndata k: R[N]\nparam a: R\nf = sum[i] (k[i]*a - exp(a) - lgamma(k[i] + 1))\nderive value of f', ['term = lgamma(k + 1)']],
    ['at fixed sizes too', 'data A: R[50, 3]\nparam x: R[3]\nf = ‖A*x‖²\nderive hessian of f wrt x', ['hessian_x_x = 2·Aᵀ·A']],
    ['a factorisation', 'dim n\ndata A: R[n, n]\nparam x: R[n]\nf = x\'*solve(A, x)\nderive value, gradient of f wrt x', ['factors = the triangular factors of A, then the row that each row came from']],
    ['a solution of data', 'dim n\ndata S: R[n, n] spd, y: R[n]\nparam x: R[n]\nf = x\'*solve(S, y)\nderive value of f', ['solution = solve(S, y)']],
    ['a determinant', 'dim n\ndata S: R[n, n] spd\nparam x: R\nf = x*logdet(S)\nderive value of f', ['sum = sum(ln(diag(cholesky(S))))']],
    ['in updates', 'dim N, D\ndata A: R[N, D]\nparam x: R[D]\nM = A\'*A\nupdate x := x - M*x', ["M = Aᵀ·A"]],
  ])('%s', (_, text, expected) => {
    expect(preparedBy(text)).toEqual(expected);
  });

  it.each([
    ['a cheap scalar', 'data c: R where c > 0\nparam x: R\nf = x*ln(c)\nderive value, gradient of f wrt x'],
    ['a small sum', 'data c: R[3]\nparam x: R\nf = x*sum(c)\nderive value, gradient of f wrt x'],
    ['cheap arithmetic of an array', 'dim N\ndata t: R[N]\nparam x: R\nf = sum[i] exp(x*(t[i]^2 + 2*t[i]))\nderive value, gradient of f wrt x'],
    ['a matrix larger than all there is', 'dim N, D\ndata X: R[N, D]\nparam s: R\nr2[i,j] = sum[d] (X[i,d] - X[j,d])²\nf = sum[i, j] exp(-s*r2[i,j])\nderive value, gradient of f wrt s'],
    ['a sum beside much more work', 'dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D], b: R\nf = sum(softplus(X*w + b)) - b*sum(y)\nderive value, gradient of f wrt w, b'],
    ['data that are differentiated by', 'dim N, D\ndata A: R[N, D]\nparam x: R[D]\nf = sum(A\'*A)\nderive value, gradient of f wrt A'],
    ['a direction that the file declares', 'dim N\ndata v: R[N]\nparam x: R[N]\nf = sum(x.^2)*sum(x)\nderive hvp of f wrt x along v'],
    ['a function of the caller', 'opaque u(x)\ndim N\ndata t: R[N]\nparam a: R\nf = a*(sum[i] u(t[i]))\nderive value of f'],
  ])('nothing: %s', (_, text) => {
    expect(preparedBy(text)).toEqual([]);
    expect(emitted(text).code).not.toMatch(/prepare/);
  });
});

describe('prepare', () => {
  type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const model = (emitted(ridge).exports['create'] as (dims: unknown) => Functions)({ N: 3, D: 2 });
  const X = Float64Array.of(1, 2, 3, 4, 5, 6);
  const y = Float64Array.of(1, 0, 2);

  it('gives the arrays, and looks at the data again only when called again', () => {
    const data = { X: X.slice(), y };
    const first = model['prepare']!(data) as { product: Float64Array };
    expect([...first.product]).toEqual([35, 44, 44, 56]);
    data.X[0] = 2;
    const out = model['newHessian']!() as { w_w: Float64Array };
    model['hessian']!(first, out, { lambda: 0 });
    expect([...out.w_w]).toEqual([70, 88, 88, 112]);
    model['hessian']!(model['prepare']!(data), out, { lambda: 0 });
    expect([...out.w_w]).toEqual([76, 92, 92, 112]);
    expect([...first.product]).toEqual([35, 44, 44, 56]);
  });

  it('checks its data, and the functions what they are given', () => {
    expect(() => model['prepare']!({ X: X.subarray(1), y })).toThrow(new RangeError('data.X has 5 elements, expected 6'));
    expect(() => model['prepare']!({ X: X.map(() => Number.NaN), y })).toThrow(new RangeError('data.X[0] is NaN, expected a number'));
    expect(() => model['hessian']!({ product: new Float64Array(3) }, model['newHessian']!())).toThrow(new RangeError('prepared.product has 3 elements, expected 4'));
  });

  it.each([
    ['ridge regression', ridge],
    ['names that are taken', "dim N, D\ndata A: R[N, D]\nparam prepared: R[D], out: R\nproduct = prepared'*A'*A*prepared*out\nderive hessian of product wrt prepared as prepare\nderive value, gradient of product wrt prepared"],
    ['sparse results', 'dim N\ndata k: R[N]\nparam x: R[N]\nf = sum[i] lgamma(2 + k[i]^2)*x[i]^2\nderive hessian of f wrt x using sparse'],
    ['fixed sizes', 'data A: R[40, 3], k: R[40]\nparam x: R[3]\nf = ‖A*x‖² + sum(ln(1 + exp(k)))\nderive value, gradient, hessian of f wrt x'],
    ['directions', "dim N, D\ndata A: R[N, D]\nparam x: R[D]\nM = A'*A\nf = (x'*M*x)^2\nderive hvp of f wrt x"],
    ['loops over data', 'dim T\ndata u: R[T]\nparam a: R\nrecur t in 1..T {\n  init s[0] = 0\n  s[t] = 0.5*s[t-1] + sin(u[t])\n}\nf = a*s[T] + exp(a)\nderive value, gradient of f wrt a'],
  ])('verified: %s', (_, text) => {
    const bag = new Bag();
    const read = readModel({ name: 'model.diff', text }, {}, bag);
    if (read === undefined) throw new Error(bag.diagnostics[0]?.message);
    expect(emitted(text).plan.prepared.length).toBeGreaterThan(0);
    const objects = verifyModel(read, { points: 3, seed: 1 }, refuseInto(bag));
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.filter((o) => o.verdict !== 'right')).toEqual([]);
  });
});

describe('matrices of data that fail', () => {
  const text = "dim n\ndata S: R[n, n] spd, A: R[n, n]\nparam x: R[n]\nf = x'*inv(S)*x + x'*solve(A, x)\ng = x'*x\nderive value, gradient of f wrt x as f\nderive value of g as g";
  const module = emitted(text);
  const sound = { S: [2, 1, 1, 2], A: [1, 2, 3, 4], x: [1, 2] };
  const status = (inputs: Readonly<Record<string, readonly number[]>>): readonly [number | undefined, number | undefined, number | undefined] => {
    const { returned, out } = module.call('f', { n: 2 }, { ...sound, ...inputs });
    return [out['status']?.[0], out['failed']?.[0], returned];
  };

  it('say so in every function that uses them, and in no other', () => {
    expect(status({})).toEqual([0, 0, expect.closeTo(3, 12)]);
    expect(status({ S: [1, 2, 2, 1] })).toEqual([2, 1, Number.NaN]);
    expect(status({ A: [1, 2, 2, 4] })).toEqual([2, 2, Number.NaN]);
    expect(module.call('g', { n: 2 }, { ...sound, S: [1, 2, 2, 1] }).returned).toBe(5);
    expect(module.declarations).toContain('failed: number');
  });
});
