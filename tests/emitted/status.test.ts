/** Matrices that cannot be used: the status of emitted functions, what they return then, and that the next call is not affected. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const number = (a: ArrayLike<number> | undefined): number => a?.[0] ?? Number.NaN;
const finite = (a: ArrayLike<number> | undefined): boolean => Array.from(a ?? [Number.NaN]).every(Number.isFinite);

describe('a Cholesky factor', () => {
  const module = emitted(`dim N
data y: R[N]
param A: R[N, N]
S = (A + A')/2
C = cholesky(S)
L = ‖solve_lower(C, y)‖² + sum(ln(diag(C)))
derive value, gradient of L wrt A as both
derive value of L wrt A as alone`);
  const good = { A: [2, 1, 0, 1, 2, 1, 0, 1, 2], y: [1, 2, 3] };

  it('is 0 when all is well', () => {
    const { returned, out } = module.call('both', { N: 3 }, good);
    expect(number(out['status'])).toBe(0);
    expect(Number.isFinite(returned)).toBe(true);
    expect(finite(out['A'])).toBe(true);
  });

  it.each([[[-1, 0, 0, 0, 1, 0, 0, 0, 1], 1], [[1, 2, 0, 2, 1, 0, 0, 0, 1], 2], [[2, 1, 0, 1, 2, 3, 0, 3, 2], 3], [[2, 0, 0, 0, 0, 0, 0, 0, 1], 2]])('%j fails at the minor of order %d', (A, order) => {
    const { returned, out } = module.call('both', { N: 3 }, { ...good, A });
    expect(number(out['status'])).toBe(order);
    expect(returned).toBeNaN();
    expect(Array.from(out['A'] ?? []).every(Number.isNaN)).toBe(true);
  });

  it('says so for a value alone, in a struct that may be left out', () => {
    const { returned, out } = module.call('alone', { N: 3 }, { ...good, A: [1, 2, 0, 2, 1, 0, 0, 0, 1] });
    expect(returned).toBeNaN();
    expect(number(out['status'])).toBe(2);
    const model = (module.exports['create'] as (sizes: object) => Record<string, (...args: unknown[]) => number>)({ N: 3 });
    const [params, data] = [{ A: Float64Array.from(good.A) }, { y: Float64Array.from(good.y) }];
    expect(Number.isFinite(model['alone']?.(params, data))).toBe(true);
    expect(module.declarations).toContain('the leading minor of order k of S is not positive definite');
  });

  it('recovers: a struct that held a failure is good again after a good call', () => {
    const model = (module.exports['create'] as (sizes: object) => Record<string, (...args: unknown[]) => unknown>)({ N: 3 });
    const data = { y: Float64Array.from(good.y) };
    const out = model['newGradient']?.() as { status: number; A: Float64Array };
    model['both']?.({ A: Float64Array.of(-1, 0, 0, 0, 1, 0, 0, 0, 1) }, data, out);
    expect(out.status).toBe(1);
    model['both']?.({ A: Float64Array.from(good.A) }, data, out);
    expect(out.status).toBe(0);
    expect(finite(out.A)).toBe(true);
  });
});

describe('systems, inverses and determinants', () => {
  const module = emitted(`dim N
data x: R[N]
param A: R[N, N], B: R[N, N]
derive value, gradient of x'*solve(A, x) wrt A as system
derive value, gradient of tr(inv(A)*B) wrt A, B as inverse
derive value of det(A) wrt A as determinant
derive value, gradient of logdet(A) wrt A as logarithm
derive value, gradient of x'*solve(A, x) + x'*solve(B, x) wrt A, B as two`);
  const singular = [1, 2, 2, 4];
  const regular = [2, 1, 1, 3];
  const x = [1, 2];

  it.each(['system', 'inverse'])('%s of a singular matrix: the zero pivot', (name) => {
    const { returned, out } = module.call(name, { N: 2 }, { A: singular, B: regular, x });
    expect(number(out['status'])).toBe(2);
    expect(returned).toBeNaN();
  });
  it('a determinant of 0 is no failure', () => {
    expect(Math.abs(module.call('determinant', { N: 2 }, { A: singular, B: regular, x }).returned ?? 1)).toBe(0);
    expect(module.declarations).toMatch(/determinant\(params: Params\): number/);
  });
  it('a negative determinant has no logarithm', () => {
    const { returned, out } = module.call('logarithm', { N: 2 }, { A: [1, 2, 2, 1], B: regular, x });
    expect([returned, number(out['status'])]).toEqual([Number.NaN, -1]);
  });
  it.each([[singular, regular, 1], [regular, singular, 2], [singular, singular, 1], [regular, regular, 0]])('of two matrices the first that failed', (A, B, failed) => {
    const { out } = module.call('two', { N: 2 }, { A, B, x });
    expect([number(out['status']), number(out['failed'])]).toEqual([failed === 0 ? 0 : 2, failed]);
  });
  it('one factorisation serves the value and its derivative', () => {
    const body = /function system\([\s\S]*?\n {2}\}/.exec(module.code)?.[0] ?? '';
    expect(body.match(/\blu\(/g)).toHaveLength(1);
    expect(body).not.toContain('luInverse');
  });
});

it('a matrix in a loop, one of several, fails with its order', () => {
  const module = emitted('dim M\nparam S: R[M, 2, 2]\nL = sum[m] sum(ln(diag(cholesky(S[m, :, :]))))\nderive value, gradient of L wrt S');
  const good = [2, 1, 1, 2];
  expect(number(module.call('valueGradient', { M: 2 }, { S: [...good, ...good] }).out['status'])).toBe(0);
  const bad = module.call('valueGradient', { M: 3 }, { S: [...good, 1, 3, 3, 1, ...good] });
  expect([number(bad.out['status']), bad.returned]).toEqual([2, Number.NaN]);
});

it('a result called status keeps its name', () => {
  const module = emitted('dim N\nparam status: R[N], A: R[N, N]\nL = status\'*solve(A, status)\nderive value, gradient of L wrt status, A');
  const { out } = module.call('valueGradient', { N: 1 }, { status: [3], A: [2] });
  expect([number(out['status']), number(out['A']), number(out['status_'])]).toEqual([3, -9 / 4, 0]);
});

it('a step that solves says how it went', () => {
  const module = emitted('dim N\ndata b: R[N]\nparam x: R[N], A: R[N, N]\nupdate x = solve(A, b)');
  expect(module.declarations).toMatch(/step\(params: Params, data: Data, out\?: Status\)/);
});

describe('a matrix declared positive definite', () => {
  const module = emitted(`dim N
data x: R[N]
param S: R[N, N] spd, A: R[N, N]
derive value, gradient of x'*solve(S + 2*eye(N), x) + logdet(S) + tr(inv(S)) wrt S as declared
derive value, gradient of x'*solve(A + 2*eye(N), x) + logdet(A) + tr(inv(A)) wrt A as general`);
  const S = [2, 1, 0, 1, 2, 1, 0, 1, 2];
  const x = [1, 2, 3];

  it('takes Cholesky factors, to the same numbers', () => {
    const [declared, general] = ['declared', 'general'].map((name) => module.call(name, { N: 3 }, { S, A: S, x }));
    expect(declared?.returned).toBeCloseTo(general?.returned ?? Number.NaN, 12);
    Array.from(general?.out['A'] ?? []).forEach((value, k) => expect(declared?.out['S']?.[k]).toBeCloseTo(value, 12));
    const body = /function declared\([\s\S]*?\n {2}\}/.exec(module.code)?.[0] ?? '';
    expect(body).not.toMatch(/\blu/);
    expect(body.match(/\bcholesky\(/g)).toHaveLength(2);
  });
  it('says when it is not', () => {
    const { returned, out } = module.call('declared', { N: 3 }, { S: [1, 2, 0, 2, 1, 0, 0, 0, 1], x });
    expect([returned, number(out['status']), number(out['failed'])]).toEqual([Number.NaN, 2, 1]);
    expect(module.declarations).toContain('the first matrix that failed: 1 for S, 2 for S + 2·eye(N)');
  });
});
