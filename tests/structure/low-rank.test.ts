/** `using low_rank`: diagonal, factors and weights make up the dense derivative; products and solutions with them. */
import { describe, expect, it } from 'vitest';
import { evaluateDim } from '../../src/ir/dim.ts';
import { compile } from '../../src/generate.ts';
import { LowRankMatrix, type LowRankTerm } from '../../src/runtime/index.ts';
import { fillValues } from '../schedule/support.ts';
import { emitted, type EmittedModule, type Values } from '../support/emitted.ts';
import { denseOf } from './support.ts';

interface Model {
  readonly text: string;
  readonly of: string;
  readonly what: 'hessian' | 'gauss_newton';
  readonly wrt: readonly string[];
  readonly sizes: readonly Readonly<Record<string, number>>[];
  /** rows of U */
  readonly rank: (sizes: Readonly<Record<string, number>>) => number;
  readonly singular?: true;
}

const logistic = 'dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D], b: R\nL = mean(softplus(X*w + b) - y.*(X*w + b)) + w\'*w/3';
const models: Readonly<Record<string, Model>> = {
  'logistic regression, a vector and a number': { text: logistic, of: 'L', what: 'hessian', wrt: ['w', 'b'], sizes: [{ N: 3, D: 5 }, { N: 6, D: 2 }, { N: 1, D: 1 }], rank: ({ N = 0 }) => N },
  'logistic regression, the number first': { text: logistic, of: 'L', what: 'hessian', wrt: ['b', 'w'], sizes: [{ N: 3, D: 4 }], rank: ({ N = 0 }) => N },
  'softmax': { text: 'dim K\nparam z: R[K]\ndata y: R[K]\nL = logsumexp(z) - y\'*z', of: 'L', what: 'hessian', wrt: ['z'], sizes: [{ K: 1 }, { K: 4 }], rank: () => 1, singular: true },
  'one sum of two vectors, each with a diagonal': {
    text: 'dim N, M\nparam x: R[N], y: R[M]\ndata a: R[N], c: R[M]\nf = (a\'*x + 2*c\'*y)^4 + sum(x.^4) + sum(exp(y))', of: 'f', what: 'hessian', wrt: ['x', 'y'], sizes: [{ N: 3, M: 2 }], rank: () => 1,
  },
  'several terms, no diagonal': {
    text: 'dim N\nparam x: R[N]\ndata a: R[N], c: R[N]\nf = (a\'*x)^3 - exp(c\'*x) + sum(x)^2', of: 'f', what: 'hessian', wrt: ['x'], sizes: [{ N: 4 }], rank: () => 3, singular: true,
  },
  'products of two sums, beside a diagonal': {
    text: 'dim N\nparam x: R[N]\ndata a: R[N], c: R[N]\nf = (a\'*x)*exp(c\'*x) + sum(x.^4)', of: 'f', what: 'hessian', wrt: ['x'], sizes: [{ N: 4 }, { N: 2 }], rank: () => 3,
  },
  'a matrix and two numbers': {
    text: 'dim N, D, K\ndata X: R[N, D], V: R[K]\nparam W: R[D, K], s: R, t: R\nu[n] = sum[d, k] X[n, d]*W[d, k]*V[k]\nL = sum(exp(u + s - 2*t)) + sum(W.^4)',
    of: 'L', what: 'hessian', wrt: ['W', 's', 't'], sizes: [{ N: 2, D: 3, K: 2 }], rank: ({ N = 0 }) => N, singular: true,
  },
  'a square beside each column of a matrix': {
    text: 'dim N, D, K\ndata X: R[N, D]\nparam W: R[D, K]\nf = sum((X*W).^2) + sum(W.^4)', of: 'f', what: 'hessian', wrt: ['W'], sizes: [{ N: 2, D: 3, K: 2 }, { N: 1, D: 1, K: 3 }], rank: ({ N = 0, K = 0 }) => N * K,
  },
  'one for each column, and one for all of them': {
    text: 'dim N, D, K\ndata X: R[N, D]\nparam W: R[D, K]\nZ = X*W\nf = (sum[n] logsumexp(Z[n, :])) + sum(W.^2)', of: 'f', what: 'hessian', wrt: ['W'], sizes: [{ N: 2, D: 3, K: 2 }], rank: ({ N = 0, K = 0 }) => N * K + N,
  },
  'a slice of a vector': { text: 'dim N where N >= 3\nparam x: R[N]\nf = sum(x[2..N])^4 + sum(x.^4)', of: 'f', what: 'hessian', wrt: ['x'], sizes: [{ N: 5 }], rank: () => 1 },
  'Gauss-Newton': { text: 'dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D], b: R\nr = tanh(X*w + b) - y', of: 'r', what: 'gauss_newton', wrt: ['w', 'b'], sizes: [{ N: 3, D: 4 }], rank: ({ N = 0 }) => N, singular: true },
};

const request = ({ what, of, wrt }: Model, form: string): string => `derive ${what} of ${of} wrt ${wrt.join(', ')}${form}`;
const moduleOf = (model: Model): EmittedModule => emitted([model.text, request(model, ' as lowForm using low_rank'), request(model, ' as denseForm')].join('\n'));

function inputsFor(module: EmittedModule, sizes: Readonly<Record<string, number>>): Values {
  const at = new Map(Object.entries(sizes));
  return Object.fromEntries(module.plan.inputs.map((input, k) => {
    const values = fillValues(input.shape.reduce((c, d) => c * evaluateDim(d, at), 1), k + 1);
    return [input.name, input.shape.length === 0 ? values[0]! : values];
  }));
}

/** The fields as a caller passes them on. */
function matrixOf(model: Model, out: Readonly<Record<string, ArrayLike<number> | number>>): LowRankMatrix {
  const several = model.wrt.length > 1;
  const array = (name: string): Float64Array | undefined => {
    const field: ArrayLike<number> | number | undefined = out[name];
    return field === undefined ? undefined : typeof field === 'number' ? Float64Array.of(field) : Float64Array.from(field);
  };
  const terms: LowRankTerm[] = [];
  for (let k = 1; ; k++) {
    const suffix = k === 1 ? '' : `_${k}`;
    const weights = array(`${model.what}_weights${suffix}`);
    if (weights === undefined) break;
    terms.push({ weights, factors: model.wrt.map((name) => array(`${model.what}_factors${several ? `_${name}` : ''}${suffix}`)) });
  }
  return new LowRankMatrix(model.wrt.map((name) => array(`${model.what}_diagonal${several ? `_${name}` : ''}`)!), terms);
}

describe.each(Object.entries(models))('%s', (_, model) => {
  const module = moduleOf(model);

  it.each(model.sizes)('%o: the parts make up the dense derivative, products and solutions agree with it', (sizes) => {
    const inputs = inputsFor(module, sizes);
    const plan = module.plan.functions.find((f) => f.name === 'denseForm')!;
    const shapes = model.wrt.map((name) => ({ name, shape: module.plan.b.graph.shape(module.plan.inputs.find((i) => i.name === name)!.node) }));
    const dense = denseOf({ name: model.what, quantity: model.what, rows: shapes, columns: shapes, entries: [] }, plan, module.call('denseForm', sizes, inputs).out, sizes);
    const matrix = matrixOf(model, module.call('lowForm', sizes, inputs).out);
    const n = matrix.dimension;
    expect(matrix.rank).toBe(model.rank(sizes));
    const scale = Math.max(1, ...dense.map(Math.abs));
    matrix.dense().forEach((x, k) => expect(Math.abs(x - dense[k]!) / scale).toBeLessThan(1e-13));
    const v = fillValues(n, 9);
    const product = matrix.product(Float64Array.from(v));
    for (let i = 0; i < n; i++) expect(product[i]).toBeCloseTo(v.reduce((sum, x, j) => sum + dense[i * n + j]! * x, 0), 10);
    if (model.singular === true) return;
    const x = matrix.solve(product);
    expect(x?.length).toBe(n);
    x?.forEach((xi, i) => expect(xi).toBeCloseTo(v[i]!, 8));
  });
});

describe('what has no such form is refused', () => {
  it.each([
    ['a full matrix', 'dim N\ndata A: R[N, N] sym\nparam x: R[N]\nf = x\'*A*x', 'x'],
    ['neighbours', 'dim N where N >= 2\nparam x: R[N]\nf = sum(exp(x[2..N].*x[1..N-1]))', 'x'],
    ['different factors in the mixed block', 'param x: R[3], y: R[3]\nf = sum(x.*y)^2', 'x, y'],
    ['a mixed block that is zero between terms of the same weights', 'param x: R[3], y: R[3]\nf = sum(x)^2 + sum(y)^2 + sum(x)*sum(y)', 'x, y'],
  ])('%s', async (_, text, wrt) => {
    const { diagnostics } = await compile(`${text}\nderive hessian of f wrt ${wrt} using low_rank`);
    expect(diagnostics.map((d) => d.code)).toEqual(['not-low-rank']);
  });
});

describe('a matrix in this form', () => {
  it('is solved as a table where the diagonal has zeros, and tells when it is singular', () => {
    const factors = [Float64Array.of(1, 2)];
    const regular = new LowRankMatrix([Float64Array.of(0, 3)], [{ weights: Float64Array.of(2), factors }]);
    expect(Array.from(regular.dense())).toEqual([2, 4, 4, 11]);
    expect(Array.from(regular.solve(Float64Array.of(6, 15))!)).toEqual([1, 1]);
    expect(new LowRankMatrix([Float64Array.of(0, 0)], [{ weights: Float64Array.of(2), factors }]).solve(Float64Array.of(1, 1))).toBeUndefined();
  });

  it('refuses factors of another size', () => {
    expect(() => new LowRankMatrix([Float64Array.of(1, 2)], [{ weights: Float64Array.of(1), factors: [Float64Array.of(1)] }])).toThrow('terms[0].factors[0] has 1 elements, expected 2');
    expect(() => new LowRankMatrix([Float64Array.of(1, 2), 3], [{ weights: Float64Array.of(1), factors: [Float64Array.of(1, 2)] }])).toThrow('terms[0].factors has 1 variables, expected 2');
  });
});
