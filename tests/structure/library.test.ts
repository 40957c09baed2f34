/** `sparse` of the library: what a module's compressed rows hold, of formulas in a program. */
import { describe, expect, it } from 'vitest';
import { DiffcError, evaluate, gaussNewton, hessian, jacobian, sparse, type MatrixKind, type SparseDerivative, type SparseNumbers } from '../../src/index.ts';
import { expanded } from './support.ts';

const FRONT = 'param u: R[N]; left[i in 1..N, j in 1..N] = if j == i-1 then 1 else 0; sin(u + u .* (left*u))';

const dense = (matrix: SparseNumbers): number[] => [...expanded({ ...matrix, positions: [] })];
const flat = (nested: unknown): number[] => (Array.isArray(nested) ? nested.flatMap(flat) : [nested as number]);
const close = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, k) => void expect(x).toBeCloseTo(expected[k]!, 12));
};
const codes = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error instanceof DiffcError ? error.diagnostics.map((d) => d.code) : error;
  }
};

describe('compressed rows in a program', () => {
  const u = (N: number): number[] => Array.from({ length: N }, (_, k) => Math.cos(k + 1));

  it('of what is coloured, at any length', () => {
    const jacobianOf = sparse(FRONT, 'jacobian');
    const normalOf = sparse(FRONT, 'gauss_newton', 'u');
    for (const N of [1, 2, 3, 9, 40, 3]) {
      const [J, G] = [jacobianOf.at({ u: u(N) }), normalOf.at({ u: u(N) })];
      close(dense(J), flat(evaluate(jacobian(FRONT)['u']!, { u: u(N) })));
      close(dense(G), flat(evaluate(gaussNewton(FRONT)['u']!['u']!, { u: u(N) })));
      // a band of two, and one of three; below that nothing is saved but the places
      if (N > 2) expect([J.values.length, G.values.length]).toEqual([2 * N - 1, 3 * N - 2]);
    }
  });

  it('of what the formula shows', () => {
    const text = 'y*sum[i in 2..N] (x[i] - x[i-1])^4';
    const point = { x: [1, 2, 4, 7, 5], y: 2 };
    const matrix = sparse(text, 'hessian', ['x', 'y']).at(point);
    const blocks = hessian(text, ['x', 'y']);
    const [xx, xy, yy] = [['x', 'x'], ['x', 'y'], ['y', 'y']].map(([a, b]) => flat(evaluate(blocks[a!]![b!]!, point)));
    close(dense(matrix), [...[0, 1, 2, 3, 4].flatMap((i) => [...xx!.slice(5 * i, 5 * i + 5), xy![i]!]), ...xy!, ...yy!]);
    expect(matrix.values).toHaveLength(13 + 10);
  });

  it('of numbers', () => {
    close(dense(sparse('x^3', 'hessian').at({ x: 2 })), [12]);
    close(dense(sparse('x^2', 'hessian').at({ x: 2 })), [2]);
    close(dense(sparse('x^2*y', 'jacobian').at({ x: 3, y: 2 })), [12, 9]);
  });

  it('at positions that data say, found again when these change', () => {
    const of = sparse('data k: index[N] of M; param x: R[M]; x[k].^2', 'jacobian');
    expect(dense(of.at({ k: [0, 2, 2], x: [1, 2, 3] }))).toEqual([2, 0, 0, 0, 0, 6, 0, 0, 6]);
    expect(dense(of.at({ k: [1, 2, 0], x: [1, 2, 3] }))).toEqual([0, 4, 0, 0, 0, 6, 2, 0, 0]);
  });

  it('are the caller’s own, also when room is used again', () => {
    const of = sparse('sum(x.^3)', 'hessian');
    const first = of.at({ x: [1, 2] });
    const second = of.at({ x: [3, 4] });
    expect([[...first.values], [...second.values]]).toEqual([[6, 12], [18, 24]]);
  });

  it('says that nothing is zero', () => {
    expect(sparse('sum(exp(A*x))', 'hessian', 'x').diagnostics.map((d) => d.code)).toEqual(['nothing-sparse']);
    expect(sparse(FRONT, 'jacobian').diagnostics).toEqual([]);
  });

  it('refuses what has no such matrix, and points that do not fit', () => {
    const made = (text: string, kind: MatrixKind, wrt?: string): (() => SparseDerivative) => () => sparse(text, kind, wrt);
    expect(codes(made('x.^2*[1, 2]', 'hessian'))).toEqual(['gradient-of-tensor']);
    expect(codes(made('x^2', 'gauss_newton'))).toEqual(['gauss-newton-of-scalar']);
    expect(codes(made('x^2', 'value' as MatrixKind))).toEqual(['unknown-request']);
    expect(codes(made('x^2', 'hessian', 'z'))).toEqual(['unused-value']);
    expect(codes(made('2', 'hessian'))).toEqual(['nothing-asked']);
    expect(codes(made('f(x) + x', 'jacobian'))).toEqual(['not-supported']);
    expect(codes(() => sparse('x*y', 'hessian').at({ x: 1 }))).toEqual(['missing-value']);
    expect(codes(() => sparse(FRONT, 'jacobian').at({ u: [] }))).toEqual(['bad-data']);
    expect(codes(() => sparse('sum(solve(A, b).*b)', 'hessian', 'b').at({ A: [[1, 2], [2, 4]], b: [1, 2] }))).toEqual(['unusable-matrix']);
  });
});
