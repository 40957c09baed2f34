/** Functions of whole tensors: value, gradient and Hessian-vector product of the emitted module against plain references. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

type Arrays = Record<string, number[]>;

interface Case {
  /** the value to differentiate, over `x: R[N]`, `A: R[N, N]`, `B: R[2, 3]`, `C: R[3, 2]`, `S: R[M, N, N]`, `q: R` */
  readonly text: string;
  readonly reference: (at: Arrays) => number;
}

const N = 4;
const M = 3;
const SHAPES: Readonly<Record<string, readonly number[]>> = { x: [N], A: [N, N], B: [2, 3], C: [3, 2], S: [M, N, N], q: [] };

/** Away from ties and from kinks; S[m] is close to a positive definite matrix. */
const POINT: Arrays = {
  x: [0.7, -1.3, 2.1, 0.4],
  A: [2, 0.3, -0.4, 0.1, 0.5, 2.2, 0.6, -0.7, -0.2, 0.35, 1.9, 0.15, 0.25, -0.45, 0.55, 2.4],
  B: [0.5, -1.1, 0.9, 1.4, 0.2, -0.6], C: [1.2, 0.3, -0.8, 0.7, 0.1, -1.5],
  S: Array.from({ length: M * N * N }, (_, k) => { const [i, j] = [Math.floor((k % 16) / 4), k % 4]; return (i === j ? 2 + 0.2 * k / 16 : 0) + 0.3 * Math.cos(k + i * j); }),
  q: [0.3],
};

const at = (a: readonly number[] | undefined, k: number): number => a?.[k] ?? Number.NaN;
const sorted = (a: readonly number[] | undefined): number[] => [...(a ?? [])].sort((u, v) => u - v);
const square = (a: readonly number[]): number[][] => Array.from({ length: N }, (_, i) => a.slice(i * N, (i + 1) * N));

/** ln det by elimination without exchanges: fine for these matrices. */
function logDeterminant(matrix: number[][]): number {
  const a = matrix.map((row) => [...row]);
  let sum = 0;
  a.forEach((row, c) => {
    sum += Math.log(at(row, c));
    for (const below of a.slice(c + 1)) {
      const f = at(below, c) / at(row, c);
      row.forEach((v, j) => { below[j] = at(below, j) - f * v; });
    }
  });
  return sum;
}
const symmetric = (m: number[][]): number[][] => m.map((row, i) => row.map((v, j) => (v + at(m[j], i)) / 2));
const kron = (b: readonly number[], c: readonly number[]): number[][] =>
  Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_unused, j) => at(b, Math.floor(i / 3) * 3 + Math.floor(j / 2)) * at(c, (i % 3) * 2 + (j % 2))));

const cases: Record<string, Case> = {
  'k-th smallest': { text: 'kth(x, 2)^2', reference: ({ x }) => at(sorted(x), 1) ** 2 },
  median: { text: 'median(x)^3', reference: ({ x }) => ((at(sorted(x), 1) + at(sorted(x), 2)) / 2) ** 3 },
  'median of an odd number': { text: 'median(x[1..3])^3', reference: ({ x }) => at(sorted((x ?? []).slice(0, 3)), 1) ** 3 },
  quantile: { text: 'quantile(x, q)^2', reference: ({ x, q }) => { const h = (N - 1) * at(q, 0); const s = sorted(x); return (at(s, Math.floor(h)) + (h - Math.floor(h)) * (at(s, Math.floor(h) + 1) - at(s, Math.floor(h)))) ** 2; } },
  'position of the largest': { text: 'A[argmax(x), 2]^2 + x[argmin(x)]^3', reference: ({ x, A }) => at(A, 2 * N + 1) ** 2 + at(x, 1) ** 3 },
  'a median per row': { text: 'sum[i in 1..N] median(A[i, :])^2', reference: ({ A }) => square(A ?? []).reduce((s, row) => s + ((at(sorted(row), 1) + at(sorted(row), 2)) / 2) ** 2, 0) },
  'running sums': { text: 'sum(cumsum(x).^3)', reference: ({ x }) => { let s = 0; return (x ?? []).reduce((t, v) => { s += v; return t + s ** 3; }, 0); } },
  'running sums along an axis': { text: 'sum(cumsum(A, axis = 1).^3)', reference: ({ A }) => { let t = 0; for (let j = 0; j < N; j++) { let s = 0; for (let i = 0; i < N; i++) { s += at(A, i * N + j); t += s ** 3; } } return t; } },
  'running products': { text: 'sum(cumprod(x).^2)', reference: ({ x }) => { let s = 1; return (x ?? []).reduce((t, v) => { s *= v; return t + s ** 2; }, 0); } },
  'running products per row': { text: 'sum[i in 1..N] (i*sum(cumprod(A[i, :]).^2))', reference: ({ A }) => square(A ?? []).reduce((t, row, i) => { let s = 1; return t + (i + 1) * row.reduce((u, v) => { s *= v; return u + s ** 2; }, 0); }, 0) },
  'norm of order 3': { text: 'norm(x, 3)^2', reference: ({ x }) => ((x ?? []).reduce((t, v) => t + Math.abs(v) ** 3, 0)) ** (2 / 3) },
  'norm of an order that varies': { text: 'norm(x, 2 + q)', reference: ({ x, q }) => ((x ?? []).reduce((t, v) => t + Math.abs(v) ** (2 + at(q, 0)), 0)) ** (1 / (2 + at(q, 0))) },
  'Kronecker product': { text: 'sum[i in 1..6, j in 1..6] (i + 2*j)*kron(B, C)[i, j]^2', reference: ({ B, C }) => kron(B ?? [], C ?? []).reduce((t, row, i) => t + row.reduce((u, v, j) => u + (i + 1 + 2 * (j + 1)) * v ** 2, 0), 0) },
  'columns one below the other': { text: 'sum[i in 1..6] i*vec(B)[i]^3', reference: ({ B }) => [0, 3, 1, 4, 2, 5].reduce((t, k, i) => t + (i + 1) * at(B, k) ** 3, 0) },
  'one determinant per index': { text: 'sum[m in 1..M] m*logdet((S[m, :, :] + S[m, :, :]\')/2)', reference: ({ S }) => { let t = 0; for (let m = 0; m < M; m++) t += (m + 1) * logDeterminant(symmetric(square((S ?? []).slice(m * 16, m * 16 + 16)))); return t; } },
  'a factor per index': { text: 'sum[m in 1..M] sum(ln(diag(cholesky((S[m, :, :] + S[m, :, :]\')/2))))', reference: ({ S }) => { let t = 0; for (let m = 0; m < M; m++) t += logDeterminant(symmetric(square((S ?? []).slice(m * 16, m * 16 + 16)))) / 2; return t; } },
  'a system per index': { text: 'sum[m in 1..M] x\'*solve(S[m, :, :], x)', reference: ({ S, x }) => { let t = 0; for (let m = 0; m < M; m++) t += quadratic(square((S ?? []).slice(m * 16, m * 16 + 16)), x ?? []); return t; } },
  'a right side per index': { text: 'sum[m in 1..M] x\'*solve(A, S[m, :, 1])', reference: ({ A, S, x }) => { let t = 0; for (let m = 0; m < M; m++) t += (x ?? []).reduce((s, v, i) => s + v * at(solved(square(A ?? []), Array.from({ length: N }, (_, r) => at(S, m * 16 + r * N))), i), 0); return t; } },
  'quadratic form by factor and inverse': { text: 'x\'*inv(A*A\')*x + tr(inv(A*A\'))', reference: ({ A, x }) => { const g = gram(square(A ?? [])); return quadratic(g, x ?? []) + g.reduce((t, _, i) => t + at(solved(g, g.map((_unused, k) => (k === i ? 1 : 0))), i), 0); } },
  'Gaussian log density by a factor': { text: '‖solve_lower(cholesky(A*A\'), x)‖²/2 + sum(ln(diag(cholesky(A*A\'))))', reference: ({ A, x }) => quadratic(gram(square(A ?? [])), x ?? []) / 2 + logDeterminant(gram(square(A ?? []))) / 2 },
};

const gram = (a: number[][]): number[][] => a.map((row) => a.map((other) => row.reduce((t, v, k) => t + v * at(other, k), 0)));
function solved(matrix: number[][], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, at(right, i)]);
  a.forEach((row, c) => {
    a.forEach((other, i) => {
      if (i === c) return;
      const f = at(other, c) / at(row, c);
      row.forEach((v, j) => { other[j] = at(other, j) - f * v; });
    });
  });
  return a.map((row, i) => at(row, N) / at(row, i));
}
const quadratic = (m: number[][], x: readonly number[]): number => x.reduce((t, v, i) => t + v * at(solved(m, x), i), 0);

/** Sixth-order central differences of the reference along one entry. */
function slope(f: (at: Arrays) => number, name: string, k: number): number {
  const h = 2e-3;
  const moved = (d: number): number => f({ ...POINT, [name]: (POINT[name] ?? []).map((v, n) => (n === k ? v + d : v)) });
  return (45 * (moved(h) - moved(-h)) - 9 * (moved(2 * h) - moved(-2 * h)) + (moved(3 * h) - moved(-3 * h))) / (60 * h);
}

const values = Object.fromEntries(Object.entries(POINT).map(([name, v]) => [name, SHAPES[name]?.length === 0 ? at(v, 0) : v]));
const DECLARATIONS = 'dim N, M\nparam x: R[N], A: R[N, N], B: R[2, 3], C: R[3, 2], S: R[M, N, N], q: R';

describe.each(Object.entries(cases))('%s', (_, { text, reference }) => {
  const names = Object.keys(SHAPES).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  const module = emitted(`${DECLARATIONS}\nf = ${text}\nderive value, gradient of f wrt ${names.join(', ')} as first\nderive hvp of f wrt ${names.join(', ')} as second`);

  it('value and gradient', () => {
    const { returned, out } = module.call('first', { N, M }, values);
    expect(returned).toBeCloseTo(reference(POINT), 11);
    for (const name of names) {
      (POINT[name] ?? []).forEach((_unused, k) => expect(Math.abs(at(out[name] as number[], k) - slope(reference, name, k)), `∂/∂${name}[${k}]`).toBeLessThan(1e-8));
    }
  });

  it('Hessian-vector product', () => {
    const direction = Object.fromEntries(names.map((name, n) => [name, (POINT[name] ?? []).map((_unused, k) => Math.sin(1 + k + n))]));
    const along = (f: (p: Arrays) => number) => (p: Arrays): number => names.reduce((t, name) => t + (p[name] ?? []).reduce((u, _unused, k) => {
      const h = 4e-3;
      const moved = (d: number): number => f({ ...p, [name]: (p[name] ?? []).map((v, m) => (m === k ? v + d : v)) });
      return u + at(direction[name], k) * ((8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h));
    }, 0), 0);
    const { out } = module.call('second', { N, M }, { ...values, ...Object.fromEntries(names.map((name) => [`v_${name}`, SHAPES[name]?.length === 0 ? at(direction[name], 0) : at2(direction[name])])) });
    const slopes = along(reference);
    for (const name of names) {
      (POINT[name] ?? []).slice(0, 5).forEach((_unused, k) => expect(Math.abs(at(out[name] as number[], k) - slope(slopes, name, k)), `(Hv)_${name}[${k}]`).toBeLessThan(2e-5));
    }
  });
});

const at2 = (a: readonly number[] | undefined): readonly number[] => a ?? [];

describe('conventions', () => {
  const gradientOf = (text: string, at: Record<string, number | number[]>, sizes: Record<string, number> = { N: 4 }): { value: number | undefined; x: number[] } => {
    const module = emitted(`dim N\nparam x: R[N]\nf = ${text}\nderive value, gradient of f wrt x`);
    const { returned, out } = module.call('valueGradient', sizes, at);
    return { value: returned, x: Array.from(out['x'] ?? []) };
  };
  it.each<[string, number[], number, number[]]>([
    ['kth(x, 2)', [3, 1, 3, 1], 1, [0, 0.5, 0, 0.5]],
    ['kth(x, 3)', [3, 1, 3, 1], 3, [0.5, 0, 0.5, 0]],
    ['median(x)', [5, 1, 2, 4], 3, [0, 0, 0.5, 0.5]],
    ['max(x)', [3, 1, 3, 1], 3, [0.5, 0, 0.5, 0]],
    ['norm(x, 3)', [0, 0, 0, 0], 0, [0, 0, 0, 0]],
    ['norm(x, 1)', [0, -2, 0, 3], 5, [0, -1, 0, 1]],
    ['norm(x, inf)', [0, -2, 0, 2], 2, [0, -0.5, 0, 0.5]],
    ['prod(x)', [0, 2, 3, 4], 0, [24, 0, 0, 0]],
    ['sum(cumprod(x))', [2, 0, 3, 4], 2, [1, 32, 0, 0]],
    ['x[argmax(x)]', [3, 1, 3, 1], 3, [1, 0, 0, 0]],
    ['sum(where(x > 0, sqrt(x), 0))', [0, 4, -1, 1], 3, [0, 0.25, 0, 0.5]],
    ['sum(where(x > 0, x.*ln(x), x))', [0, 1, -1, 0], -1, [1, 1, 1, 1]],
  ])('%s at %j', (text, x, value, slope) => {
    const found = gradientOf(text, { x });
    expect(found.value).toBeCloseTo(value, 14);
    found.x.forEach((d, k) => expect(d, `∂/∂x[${k}]`).toBeCloseTo(slope[k] ?? 0, 14));
  });
  it.each(['kth(x, 2)', 'median(x)', 'quantile(x, 0.5)', 'max(x)', 'min(x)'])('%s of NaN is NaN', (text) => {
    expect(gradientOf(text, { x: [1, Number.NaN, 2, 3] }).value).toBeNaN();
  });
  it('there is no fifth of four', () => {
    expect(gradientOf('kth(x, 5)', { x: [1, 2, 3, 4] }).value).toBeNaN();
  });
  it.each([0, 0.25, 0.5, 0.9, 1])('quantile %d as numpy has it', (q) => {
    const h = 3 * q;
    const below = Math.floor(h);
    expect(gradientOf(`quantile(x, ${q})`, { x: [4, 1, 7, 2] }).value).toBeCloseTo(at([1, 2, 4, 7], below) + (h - below) * (at([1, 2, 4, 7], Math.min(below + 1, 3)) - at([1, 2, 4, 7], below)), 14);
  });
  it('positions that repeat add up', () => {
    const module = emitted('dim N, K\ndata c: index[N] of K\nparam w: R[K]\nL = sum[n] w[c[n]]^2\nderive value, gradient of L wrt w');
    expect(Array.from(module.call('valueGradient', { N: 4, K: 3 }, { c: [2, 0, 2, 2], w: [1, 5, 3] }).out['w'] ?? [])).toEqual([2, 0, 18]);
  });
  it('a recurrence without steps is its start', () => {
    const module = emitted('dim T where T >= 0\ndata x: R[T]\nparam s0: R, w: R\nrecur t in 1..T {\n  init s[0] = s0\n  s[t] = w*s[t-1] + x[t]\n}\nL = s[T]^2\nderive value, gradient of L wrt s0, w as run\nderive value, gradient of L wrt s0, w as bounded using checkpoints = 2');
    for (const name of ['run', 'bounded']) {
      const { returned, out } = module.call(name, { T: 0 }, { x: [], s0: 3, w: 2 });
      expect([returned, at(Array.from(out['s0'] ?? []), 0), at(Array.from(out['w'] ?? []), 0)], name).toEqual([9, 6, 0]);
    }
  });
});
