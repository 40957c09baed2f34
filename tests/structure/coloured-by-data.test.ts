/** Positions that come from data inside loops: the pattern is made of them, coloured, and refuses others. */
import { describe, expect, it } from 'vitest';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import { fillValues } from '../schedule/support.ts';
import { emitted, type EmittedModule, type Values } from '../support/emitted.ts';
import * as fc from '../support/property.ts';
import { denseOf, expanded, type SparseMatrix } from './support.ts';

const chain = 'dim N\ndata next: index[N] of N\nparam u: R[N]\nrecur t in 1..3 {\n  init s[0] = u\n  s[t] = s[t-1] + sin(s[t-1][next] - s[t-1])\n}\nr = s[3]\nE = sum(cos(r))\n';
const flow = 'dim N, E\ndata src: index[E] of N, pattern: index[E] of N, w: R[E]\nparam u: R[N]\nA[i in 1..N, e in 1..E] = if src[e] == i then w[e] else 0\n'
  + 'recur t in 1..2 {\n  init s[0] = u\n  s[t] = s[t-1] + A*sin(s[t-1][pattern] - s[t-1][src])\n}\nr = s[2]\nE2 = sum(r.^2)\n';
const wanted: Readonly<Record<string, { readonly text: string; readonly what: string; readonly edges: boolean }>> = {
  'Jacobian of a chain': { text: `${chain}derive jacobian of r wrt u`, what: 'jacobian', edges: false },
  'Hessian of a chain': { text: `${chain}derive hessian of E wrt u`, what: 'hessian', edges: false },
  'Gauss-Newton matrix of a chain': { text: `${chain}derive gauss_newton of r wrt u`, what: 'gauss_newton', edges: false },
  'Jacobian of a flow along edges': { text: `${flow}derive jacobian of r wrt u`, what: 'jacobian', edges: true },
  'Hessian of a flow along edges': { text: `${flow}derive hessian of E2 wrt u`, what: 'hessian', edges: true },
};

/** A number of elements, and positions in them. */
const graphs = fc.integer({ min: 1, max: 9 }).chain((N) => fc.tuple(fc.constant(N), fc.array(fc.tuple(fc.nat(N - 1), fc.nat(N - 1)), { maxLength: 12 })));

function inputsOf(N: number, edges: readonly (readonly [number, number])[]): { sizes: Record<string, number>; inputs: Values } {
  const used = edges.length === 0 ? [[0, 0] as const] : edges;
  const next = Int32Array.from({ length: N }, (_, k) => edges[k]?.[1] ?? k);
  return {
    sizes: { N, E: used.length },
    inputs: { u: fillValues(N, 1), next, src: Int32Array.from(used, (e) => e[0]), pattern: Int32Array.from(used, (e) => e[1]), w: fillValues(used.length, 2) },
  };
}

function found(module: EmittedModule, sizes: Record<string, number>, inputs: Values, what: string): SparseMatrix {
  return module.call('sparseForm', sizes, inputs).out[what] as unknown as SparseMatrix;
}

describe.each(Object.entries(wanted))('%s', (_, { text, what, edges }) => {
  it.each([['TypeScript', undefined], ['WebAssembly', encodeModule]] as const)('%s', (_target, native) => {
    const model = text.replace(/^(derive .*)$/m, '$1 as sparseForm using sparse\n$1 as denseForm');
    const module = emitted(model, 'model.diff', native);
    const [sparse, full] = module.plan.functions;
    fc.assert(fc.property(graphs, ([N, pairs]) => {
      const { sizes, inputs } = inputsOf(N, pairs);
      const dense = denseOf(sparse!.matrices[0]!, full!, module.call('denseForm', sizes, inputs).out, sizes);
      const scale = Math.max(1e-300, ...dense.map(Math.abs));
      expect(Math.max(...expanded(found(module, sizes, inputs, what)).map((x, k) => Math.abs(x - dense[k]!))) / scale).toBeLessThan(1e-12);
    }));
    // along a line each element meets three others
    const N = 30;
    const { sizes, inputs } = inputsOf(N, Array.from({ length: N }, (__, k) => [k, Math.min(k + 1, N - 1)] as const));
    const matrix = found(module, sizes, inputs, what);
    const reach = edges ? 3 : 4;
    expect(matrix.products!.map((p) => p.starts.length - 1)).toEqual([what === 'jacobian' ? reach : 2 * reach - 1]);
  });
});

it('positions that the pattern was not made of are refused, by name', () => {
  const module = emitted(`${chain}derive jacobian of r wrt u as f using sparse`);
  const { create } = module.exports as { create: (sizes: object) => Record<string, (...args: unknown[]) => { jacobian: SparseMatrix }> };
  const { f, newJacobian } = create({ N: 3 });
  const [u, next] = [Float64Array.of(1, 2, 3), Int32Array.of(1, 2, 2)];
  const out = newJacobian!({ next });
  f!({ u }, { next }, out);
  expect([...out.jacobian.positions[0]!]).toEqual([1, 2, 2]);
  expect(() => f!({ u }, { next: Int32Array.of(1, 0, 2) }, out)).toThrow('data.next[1] is 0, but the pattern was made with 2: call fPattern again');
  next[0] = 0;
  expect(() => f!({ u }, { next }, out)).toThrow('data.next[0] is 0, but the pattern was made with 1');
  expect(() => newJacobian!({ next: Int32Array.of(1, 3, 2) })).toThrow('data.next[1] is 3, expected a position from 0 to 2');
});

it('positions that are computed from other data count as any', () => {
  const module = emitted('dim N\ndata x: R[N]\nparam u: R[N]\nM[i in 1..N, j in 1..N] = if x[i] > x[j] then 1 else 0\nrecur t in 1..3 {\n  init s[0] = u\n  s[t] = s[t-1] + M*sin(s[t-1])\n}\nr = s[3]\nderive jacobian of r wrt u as f using sparse');
  expect(module.plan.functions[0]!.matrices[0]!.seeded).toBeUndefined();
});

it('sizes that the model fixes leave positions to the module', () => {
  const module = emitted(`${chain.replace('dim N', 'dim N = 12')}derive jacobian of r wrt u as sparseForm using sparse\nderive jacobian of r wrt u as denseForm`);
  const inputs = { u: fillValues(12, 1), next: Int32Array.from({ length: 12 }, (_, k) => (k * 5) % 12) };
  const matrix = found(module, {}, inputs, 'jacobian');
  const dense = denseOf(module.plan.functions[0]!.matrices[0]!, module.plan.functions[1]!, module.call('denseForm', {}, inputs).out, { N: 12 });
  expect(Math.max(...expanded(matrix).map((x, k) => Math.abs(x - dense[k]!)))).toBeLessThan(1e-13);
  expect(matrix.values.length).toBeLessThan(12 * 12);
});
