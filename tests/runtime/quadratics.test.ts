/** Closed forms on quadratics, with modules emitted from text. */
import { describe, expect, it } from 'vitest';
import { lbfgsb } from '../../src/runtime/constrained/lbfgsb.ts';
import { descend } from '../../src/runtime/descend.ts';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { newtonCg } from '../../src/runtime/directions/newton-cg.ts';
import { newton } from '../../src/runtime/directions/newton.ts';
import { steepestDescent } from '../../src/runtime/directions/steepest.ts';
import { Random } from '../../src/runtime/random.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { trustRegionCg, trustRegionDogleg } from '../../src/runtime/trust-region.ts';
import { curvedObjectiveOf, functionsOf } from './support.ts';

const text = `module quadratic
dim N
data A: R[N, N] sym, b: R[N]
param x: R[N]
f = (1/2)*x'*A*x - b'*x
derive value, gradient of f wrt x
derive hessian of f wrt x
derive hvp of f wrt x`;

const N = 8;
const random = new Random(7);
/** Eigenvalues 1, 2, …, 8 in a basis turned by reflections. */
const A = new Float64Array(N * N);
for (let i = 0; i < N; i++) A[i * N + i] = i + 1;
for (let k = 0; k < 4; k++) {
  const v = Float64Array.from({ length: N }, () => random.normal());
  const square = v.reduce((s, x) => s + x * x, 0);
  const H = Float64Array.from({ length: N * N }, (_, at) => (Math.floor(at / N) === at % N ? 1 : 0) - (2 * v[Math.floor(at / N)]! * v[at % N]!) / square);
  const HA = multiply(H, A);
  A.set(multiply(HA, H));
}
for (let i = 0; i < N; i++) for (let j = 0; j < i; j++) A[i * N + j] = A[j * N + i]!;
const solution = Float64Array.from({ length: N }, () => random.normal());
const b = Float64Array.from({ length: N }, (_, i) => solution.reduce((s, x, j) => s + A[i * N + j]! * x, 0));
const quadratic = curvedObjectiveOf(functionsOf(text, { N }), { A, b });
const origin = new Float64Array(N);
const error = (x: Float64Array): number => Math.max(...x.map((xi, i) => Math.abs(xi - solution[i]!)));
/** A line search so exact that it is the minimum along the line. */
const exact = { curvature: 1e-9, decrease: 1e-12 };

function multiply(P: Float64Array, Q: Float64Array): Float64Array {
  const R = new Float64Array(N * N);
  for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) for (let k = 0; k < N; k++) R[i * N + j]! += P[i * N + k]! * Q[k * N + j]!;
  return R;
}

describe('quadratics', () => {
  it.each([
    ['Newton', newton(quadratic, origin)],
    ['dogleg', trustRegionDogleg(quadratic, origin, { firstRadius: 100 })],
  ])('%s takes one step', (_, result) => {
    expect(result).toMatchObject({ status: 'converged-gradient', iterations: 1, evaluations: 2 });
    expect(error(result.x)).toBeLessThan(1e-12);
  });

  it.each([
    ['Hager-Zhang', conjugateGradient(quadratic, origin, { wolfe: exact })],
    ['Polak-Ribière', conjugateGradient(quadratic, origin, { formula: 'polak-ribiere', wolfe: exact })],
    ['L-BFGS with full memory', lbfgs(quadratic, origin, { wolfe: exact })],
    ['L-BFGS-B without bounds', lbfgsb(quadratic, origin, {}, { wolfe: exact })],
  ])('%s with exact searches ends after as many steps as dimensions', (_, result) => {
    expect(result.status).toBe('converged-gradient');
    expect(result.iterations).toBeLessThanOrEqual(N);
    expect(error(result.x)).toBeLessThan(1e-8);
  });

  it('conjugate gradients end after as many steps as there are different eigenvalues', () => {
    const three = Float64Array.from({ length: N * N }, (_, at) => (Math.floor(at / N) === at % N ? 1 + ((at % N) % 3) * 4 : 0));
    const objective = curvedObjectiveOf(functionsOf(text, { N }), { A: three, b });
    expect(conjugateGradient(objective, origin, { wolfe: exact }).iterations).toBe(3);
  });

  it('truncated Newton methods agree with the solution', () => {
    expect(error(newtonCg(quadratic, origin, { gradientTolerance: 1e-12 }).x)).toBeLessThan(1e-11);
    expect(error(trustRegionCg(quadratic, origin, { gradientTolerance: 1e-12 }).x)).toBeLessThan(1e-11);
  });

  it('steepest descent with exact searches contracts as Kantorovich says', () => {
    const values: number[] = [];
    const best = quadratic.valueGradient(solution, new Float64Array(N));
    steepestDescent(quadratic, origin, { wolfe: exact, maxIterations: 40, monitor: ({ value }) => void values.push(value - best) });
    const bound = ((8 - 1) / (8 + 1)) ** 2;
    expect(values).toHaveLength(41);
    for (let k = 1; k < values.length; k++) expect(values[k]! / values[k - 1]!).toBeLessThanOrEqual(bound + 1e-6);
    expect(steepestDescent(quadratic, origin, { search: 'armijo', gradientTolerance: 1e-7, maxIterations: 5000 }).status).toBe('converged-gradient');
  });

  it('gradient descent contracts each eigenvector by 1 - rate·eigenvalue', () => {
    const diagonal = Float64Array.from({ length: N * N }, (_, at) => (Math.floor(at / N) === at % N ? (at % N) + 1 : 0));
    const objective = curvedObjectiveOf(functionsOf(text, { N }), { A: diagonal, b: new Float64Array(N) });
    const { x, status, iterations } = descend(objective, new Float64Array(N).fill(1), { rate: 0.1, maxIterations: 25 });
    expect(status).toBe('max-iterations');
    expect(iterations).toBe(25);
    x.forEach((xi, i) => expect(Math.abs(xi - (1 - 0.1 * (i + 1)) ** 25)).toBeLessThan(1e-15));
  });

  it.each([
    ['sgd', sgd(), 0.2],
    ['momentum', momentum(), 0.05],
    ['nesterov', nesterov(), 0.05],
    ['adagrad', adagrad(), 0.5],
    ['rmsprop', rmsprop({ decay: 0.99 }), 0.001],
    ['adam', adam(), 0.02],
    ['adamw', adamw({ weightDecay: 0 }), 0.02],
    ['amsgrad', amsgrad(), 0.05],
  ] as const)('%s comes near the solution', (_, rule, rate) => {
    const result = descend(quadratic, origin, { rule, rate, maxIterations: 5000, gradientTolerance: 1e-9 });
    expect(error(result.x)).toBeLessThan(2e-3);
  });
});

describe('bounds', () => {
  it('L-BFGS-B satisfies the conditions of Karush, Kuhn and Tucker', () => {
    const lower = -0.5;
    const upper = 0.3;
    const result = lbfgsb(quadratic, origin, { lower, upper }, { gradientTolerance: 1e-10 });
    const g = new Float64Array(N);
    quadratic.valueGradient(result.x, g);
    expect(result.status).toBe('converged-gradient');
    result.x.forEach((xi, i) => {
      if (xi === lower) expect(g[i]).toBeGreaterThanOrEqual(0);
      else if (xi === upper) expect(g[i]).toBeLessThanOrEqual(0);
      else expect(Math.abs(g[i]!)).toBeLessThan(1e-9);
    });
    expect(result.x.some((xi) => xi === lower || xi === upper)).toBe(true);
    expect(result.x.some((xi) => xi > lower && xi < upper)).toBe(true);
  });

  it('no evaluated point lies outside', () => {
    const seen: number[] = [];
    const watched = {
      dimension: N,
      valueGradient(x: Float64Array, g: Float64Array): number {
        seen.push(...x);
        return quadratic.valueGradient(x, g);
      },
    };
    lbfgsb(watched, origin, { lower: Float64Array.from({ length: N }, (_, i) => -0.1 * i), upper: 0.1 });
    expect(Math.max(...seen)).toBeLessThanOrEqual(0.1);
    expect(seen.every((x, k) => x >= -0.1 * (k % N))).toBe(true);
  });
});
