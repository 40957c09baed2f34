/** `using sparse` and `using blocks` against the dense derivative, at every size that the model allows. */
import { describe, expect, it } from 'vitest';
import { evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { Input } from '../../src/elaborate/model.ts';
import { emitted, type EmittedModule, type Values } from '../support/emitted.ts';
import { fillValues } from '../schedule/support.ts';
import { denseOf, expanded, type SparseMatrix } from './support.ts';

interface Model {
  readonly text: string;
  readonly of: string;
  readonly what: 'jacobian' | 'hessian' | 'gauss_newton';
  readonly sizes: readonly Readonly<Record<string, number>>[];
  /** stored entries at these sizes, where that is a known number */
  readonly entries?: (sizes: Readonly<Record<string, number>>) => number;
}

const n = (...list: number[]): { N: number }[] => list.map((N) => ({ N }));

const models: Readonly<Record<string, Model>> = {
  'Rosenbrock, tridiagonal': {
    text: 'dim N where N >= 2\nparam x: R[N]\nf = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]',
    of: 'f', what: 'hessian', sizes: n(2, 3, 7, 13), entries: ({ N = 0 }) => 3 * N - 2,
  },
  'elementwise, diagonal': {
    text: 'dim N\nparam x: R[N]\nf = sum(exp(x) .* sin(x))', of: 'f', what: 'hessian', sizes: n(1, 2, 5), entries: ({ N = 0 }) => N,
  },
  'second neighbours, pentadiagonal': {
    text: 'dim N where N >= 3\nparam x: R[N]\nf = ∑ (i = 1 to N-2) [exp(x[i] * x[i+2]) + x[i+1]*x[i]]',
    of: 'f', what: 'hessian', sizes: n(3, 4, 11),
  },
  'stencil of a stencil': {
    text: 'dim N where N >= 3\nparam x: R[N]\ny[i in 1..N-1] = x[i]*x[i+1]\nr[i in 1..N-2] = sin(y[i]) * y[i+1]',
    of: 'r', what: 'jacobian', sizes: n(3, 4, 7), entries: ({ N = 0 }) => 3 * (N - 2),
  },
  'gathers that repeat': {
    text: 'dim N, M\ndata u: index[M] of N, v: index[M] of N\nparam x: R[N], c: R\nf = sum[m] (x[u[m]] - c*x[v[m]])^3',
    of: 'f', what: 'hessian', sizes: [{ N: 3, M: 1 }, { N: 2, M: 7 }, { N: 5, M: 11 }, { N: 1, M: 3 }],
  },
  'factorisation of a matrix, two variables': {
    text: 'dim U, V, M, K = 2\ndata u: index[M] of U, v: index[M] of V, r: R[M]\nparam P: R[U, K], Q: R[V, K]\nf = sum[m] (r[m] - sum[k] P[u[m], k]*Q[v[m], k])^2',
    of: 'f', what: 'hessian', sizes: [{ U: 3, V: 2, M: 5 }, { U: 1, V: 1, M: 1 }],
  },
  'branches': {
    text: 'dim N where N >= 2\nparam x: R[N]\nr[i in 1..N-1] = if x[i] > 0 then x[i]*x[i+1] else x[i]^2',
    of: 'r', what: 'jacobian', sizes: n(2, 5),
  },
  'components of a vector': {
    text: 'dim N, M\ndata u: index[M] of N\nparam p: R[N, 3], a: R\nr[m] = [dot(p[u[m]], p[u[m]])*a, p[u[m]][1]*p[u[m]][3]]',
    of: 'r', what: 'jacobian', sizes: [{ N: 2, M: 3 }, { N: 1, M: 1 }],
  },
  'a dense part beside a diagonal': {
    text: 'dim N, D\ndata X: R[N, D]\nparam w: R[D]\nf = sum(exp(X*w)) + sum(w^4)',
    of: 'f', what: 'hessian', sizes: [{ N: 3, D: 2 }, { N: 1, D: 5 }], entries: ({ D = 0 }) => D * D,
  },
  'variables behind a transformation': {
    text: 'dim N, M\ndata u: index[M] of N\nparam x: R[N] where x > 0 via exp\nr[m] = [x[u[m]]^2, ln(x[u[m]])]',
    of: 'r', what: 'jacobian', sizes: [{ N: 3, M: 2 }],
  },
  'normal matrix of two variables': {
    text: 'dim C, P, O\ndata c: index[O] of C, p: index[O] of P\nparam X: R[C, 2], Y: R[P, 3]\nr[o] = [X[c[o], 1]*Y[p[o], 1] + exp(X[c[o], 2]), Y[p[o], 2]*Y[p[o], 3]*X[c[o], 2]]',
    of: 'r', what: 'gauss_newton', sizes: [{ C: 2, P: 3, O: 5 }, { C: 1, P: 1, O: 1 }, { C: 5, P: 2, O: 3 }],
  },
  'positions read by way of positions': {
    text: 'dim N, M, O\ndata u: index[O] of M, v: index[M] of N\nparam x: R[N]\nr[o] = exp(x[v[u[o]]])',
    of: 'r', what: 'jacobian', sizes: [{ N: 3, M: 2, O: 5 }], entries: ({ O = 0 }) => O,
  },
};

/** Of these the place of each element is known beforehand. */
const inRows: Readonly<Record<string, Model>> = {
  'a row of open length and one more': {
    text: 'dim N, D\ndata X: R[N, D]\nparam w: R[D], b: R\nr[n] = exp(sum[d] X[n, d]*w[d] + b)',
    of: 'r', what: 'jacobian', sizes: [{ N: 3, D: 2 }, { N: 1, D: 1 }, { N: 9, D: 5 }], entries: ({ N = 0, D = 0 }) => N * (D + 1),
  },
  'two components, columns of three variables': {
    text: 'dim C, P, O\ndata c: index[O] of C, p: index[O] of P\nparam X: R[C, 2], Y: R[P, 3], w: R[O]\nr[o] = w[o]*[X[c[o], 1]*Y[p[o], 1]*exp(X[c[o], 2])*Y[p[o], 2]*Y[p[o], 3], sin(X[c[o], 1]*Y[p[o], 1])*Y[p[o], 2]*Y[p[o], 3]*X[c[o], 2]]',
    of: 'r', what: 'jacobian', sizes: [{ C: 2, P: 3, O: 5 }, { C: 1, P: 1, O: 1 }], entries: ({ O = 0 }) => 12 * O,
  },
  'a diagonal of second derivatives': { text: 'dim N\nparam x: R[N]\nf = sum(exp(x) .* sin(x))', of: 'f', what: 'hessian', sizes: n(1, 5), entries: ({ N = 0 }) => N },
  'a number, by a vector and a number': { text: 'dim D\ndata a: R[D]\nparam w: R[D], b: R\nr = dot(a, w)^2*b', of: 'r', what: 'jacobian', sizes: [{ D: 1 }, { D: 4 }], entries: ({ D = 0 }) => D + 1 },
};

function inputsFor(inputs: readonly Input[], sizes: Readonly<Record<string, number>>): Values {
  const at = new Map(Object.entries(sizes));
  return Object.fromEntries(inputs.map((input, k) => {
    const values = fillValues(input.shape.reduce((c, d) => c * evaluateDim(d, at), 1), k + 1);
    const of = input.of;
    if (of !== undefined) return [input.name, values.map((x) => Math.floor(Math.abs(x) * 1e6) % evaluateDim(of, at))];
    return [input.name, input.shape.length === 0 ? values[0]! : values];
  }));
}

/** Blocks of one emitted dense derivative side by side: rows × columns over all variables. */
function expectSame(sparse: Float64Array, dense: Float64Array): void {
  expect(sparse.length).toBe(dense.length);
  const scale = Math.max(1, ...dense.map(Math.abs));
  expect(Math.max(0, ...dense.map((x, k) => Math.abs(x - sparse[k]!))) / scale).toBeLessThan(1e-13);
}

function moduleOf({ text, of, what }: Model): EmittedModule {
  return emitted([text, ...['sparse', 'blocks'].map((how) => `derive ${what} of ${of} as ${how}Form using ${how}`), `derive ${what} of ${of} as denseForm`].join('\n'));
}

describe.each(Object.entries({ ...models, ...inRows }))('%s', (_, model) => {
  const module = moduleOf(model);

  it.each(model.sizes)('%o: rows and columns hold what the dense derivative does', (sizes) => {
    const inputs = inputsFor(module.plan.inputs, sizes);
    const matrix = module.call('sparseForm', sizes, inputs).out[model.what] as unknown as SparseMatrix;
    const plan = module.plan.functions.find((f) => f.name === 'sparseForm')!;
    const dense = denseOf(plan.matrices[0]!, module.plan.functions.find((f) => f.name === 'denseForm')!, module.call('denseForm', sizes, inputs).out, sizes);
    expectSame(expanded(matrix), dense);
    if (model.entries !== undefined) expect(matrix.values.length).toBe(model.entries(sizes));
  });

  it.each(model.sizes)('%o: blocks scattered to their places are the dense derivative', (sizes) => {
    const inputs = inputsFor(module.plan.inputs, sizes);
    const { b } = module.plan;
    const [dense, blocks] = ['denseForm', 'blocksForm'].map((name) => module.plan.functions.find((f) => f.name === name)!);
    for (const whole of dense!.outputs) {
      const parts = blocks!.outputs.filter((o) => o.by.join() === whole.by.join() && o.placement !== undefined);
      const roots = [whole.node, ...parts.map((o) => b.scat(o.node, o.placement!))];
      const arrays = new Map(Object.entries(inputs).map(([name, value]) => [name, typeof value === 'number' ? [value] : value]));
      const [want, ...got] = evaluate(b.graph, roots, { sizes: new Map(Object.entries(sizes)), inputs: arrays }).map((v) => Float64Array.from(v.data));
      expectSame(want!.map((_, k) => got.reduce((sum, part) => sum + part[k]!, 0)), want!);
    }
  });
});

describe('rows that are alike', () => {
  it.each(Object.entries(inRows))('%s: elements are stored where they stand', (_, { text, of, what }) => {
    const { exports, code } = emitted(`${text}\nderive ${what} of ${of} as sparseForm using sparse`);
    expect(Object.keys(exports)).toContain('create');
    expect(code).toContain('parts');
    expect(code).not.toMatch(/addEntries|compressRows/);
  });

  it('does not hold where two elements may meet', () => {
    for (const name of ['gathers that repeat', 'Rosenbrock, tridiagonal']) {
      const { text = '', of = '', what = '' } = models[name] ?? {};
      expect(emitted(`${text}\nderive ${what} of ${of} as sparseForm using sparse`).code).toContain('addEntries');
    }
  });
});

describe('a pattern', () => {
  const { exports } = emitted('dim N, M\ndata u: index[M] of N\nparam x: R[N]\nr[m] = x[u[m]]^2\nderive jacobian of r as j using sparse');
  type Functions = Readonly<Record<string, (...args: unknown[]) => { jacobian: SparseMatrix }>>;
  const create = exports['create'] as (dims: object) => Functions;
  const params = { x: Float64Array.of(1, 2, 3) };

  it('belongs to its arrays of positions: others are refused, equal ones are not', () => {
    const model = create({ N: 3, M: 2 });
    const u = Int32Array.of(0, 2);
    const out = model['newJacobian']!({ u });
    model['j']!(params, { u }, out);
    expect(Array.from(out.jacobian.values)).toEqual([2, 6]);
    model['j']!(params, { u: Int32Array.of(0, 2) }, out);
    expect(() => model['j']!(params, { u: Int32Array.of(0, 1) }, out)).toThrow('data.u[1] is 1, but the pattern was made with 2: call jPattern again');
    // changed in place: seen as well
    u[0] = 1;
    expect(() => model['j']!(params, { u }, out)).toThrow('data.u[0] is 1, but the pattern was made with 0');
  });

  it('of another size is refused', () => {
    const u = Int32Array.of(0, 2);
    const out = create({ N: 3, M: 2 })['newJacobian']!({ u });
    expect(() => create({ N: 3, M: 1 })['j']!(params, { u: Int32Array.of(0) }, out)).toThrow('out.jacobian.parts[0] has 2 elements, expected 1');
  });

  it('serves several sets of data at a time', () => {
    const model = create({ N: 3, M: 2 });
    const sets = [Int32Array.of(0, 2), Int32Array.of(1, 1)].map((u) => ({ data: { u }, out: model['newJacobian']!({ u }) }));
    for (const { data, out } of sets) model['j']!(params, data, out);
    expect(sets.map(({ out }) => Array.from(out.jacobian.values))).toEqual([[2, 6], [4, 4]]);
  });
});
