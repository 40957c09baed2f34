/** Constraints in the model file, from `subject to` to the minimum. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { augmentedLagrangian, type ConstrainedResult } from '../../src/runtime/constrained/augmented-lagrangian.ts';
import { joinConstraints } from '../../src/runtime/constrained/join.ts';
import { packBounds, packConstraints } from '../../src/runtime/pack.ts';
import type { Constraints } from '../../src/runtime/problem.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';
import { functionsOf, objectiveOf, type Fields } from './support.ts';

type Data = Readonly<Record<string, Float64Array>>;

/** All functions of the module that `subject to` made, and the solver. */
function solve(text: string, options: { readonly sizes?: Readonly<Record<string, number>>; readonly data?: Data; readonly hyper?: Readonly<Record<string, number>>; readonly start: readonly number[] }): ConstrainedResult {
  const { data = {}, hyper = {}, sizes = {} } = options;
  const f = functionsOf(text, sizes);
  const { declarations } = emitted(text);
  const typesOf = (name: string): Record<string, string> => Object.fromEntries((new RegExp(`\\b${name}\\(([^)]*)\\)`).exec(declarations)?.[1] ?? '').split(',').map((p) => p.trim().split(/\??: /)));
  const constraints = (kind: string): Constraints => joinConstraints([...declarations.matchAll(new RegExp(`\\b(${kind}\\d+)\\(`, 'g'))].map(([, name = '']) => {
    const types = typesOf(name);
    const results = f.make(types['out']!);
    return packConstraints({
      params: f.make('Params'), weights: f.make(types['direction']!), results, ...(name in results && { values: name }),
      evaluate: (params, direction, out) => f.call(name, { params, data, hyper, direction, out }),
    });
  }));
  const bounded = /\bbounds\(/.test(declarations);
  const bounds = bounded ? packBounds<Fields, Fields, Fields>({ params: f.make('Params'), gradient: f.make('Gradient'), results: f.make(typesOf('bounds')['out']!), evaluate: (out) => void f.call('bounds', { params: {}, data, hyper, out }) }) : {};
  return augmentedLagrangian(objectiveOf(f, data, hyper), options.start, { equalities: constraints('equality'), inequalities: constraints('inequality'), bounds });
}

/** Hock and Schittkowski, Test Examples for Nonlinear Programming Codes (1981), as one would type them. */
const problems: readonly { readonly name: string; readonly n: number; readonly f: string; readonly to: readonly string[]; readonly start: readonly number[]; readonly minimum: number; readonly at?: readonly number[] }[] = [
  { name: 'HS6', n: 2, f: '(1 - x[1])^2', to: ['10*(x[2] - x[1]^2) == 0'], start: [-1.2, 1], minimum: 0, at: [1, 1] },
  { name: 'HS7', n: 2, f: 'ln(1 + x[1]^2) - x[2]', to: ['(1 + x[1]^2)^2 + x[2]^2 = 4'], start: [2, 2], minimum: -Math.sqrt(3) },
  { name: 'HS21', n: 2, f: '0.01*x[1]^2 + x[2]^2 - 100', to: ['10*x[1] - x[2] >= 10', '[2, -50] <= x <= 50'], start: [-1, -1], minimum: -99.96, at: [2, 0] },
  { name: 'HS24', n: 2, f: '((x[1] - 3)^2 - 9)*x[2]^3/(27*sqrt(3))', to: ['x[1]/sqrt(3) >= x[2], x[1] + sqrt(3)*x[2] >= 0', 'x[1] + sqrt(3)*x[2] <= 6', 'x >= 0'], start: [1, 0.5], minimum: -1, at: [3, Math.sqrt(3)] },
  { name: 'HS28', n: 3, f: '(x[1] + x[2])^2 + (x[2] + x[3])^2', to: ['x[1] + 2*x[2] + 3*x[3] == 1'], start: [-4, 1, 1], minimum: 0, at: [0.5, -0.5, 0.5] },
  { name: 'HS35', n: 3, f: '9 - 8*x[1] - 6*x[2] - 4*x[3] + 2*x[1]^2 + 2*x[2]^2 + x[3]^2 + 2*x[1]*x[2] + 2*x[1]*x[3]', to: ['x[1] + x[2] + 2*x[3] <= 3', 'x >= 0'], start: [0.5, 0.5, 0.5], minimum: 1 / 9, at: [4 / 3, 7 / 9, 4 / 9] },
  { name: 'HS37', n: 3, f: '-x[1]*x[2]*x[3]', to: ['0 <= x[1] + 2*x[2] + 2*x[3] <= 72', '0 <= x <= 42'], start: [10, 10, 10], minimum: -3456, at: [24, 12, 12] },
  { name: 'HS43', n: 4, f: 'x[1]^2 + x[2]^2 + 2*x[3]^2 + x[4]^2 - 5*x[1] - 5*x[2] - 21*x[3] + 7*x[4]', to: ["x'*x + x[1] - x[2] + x[3] - x[4] <= 8", 'x[1]^2 + 2*x[2]^2 + x[3]^2 + 2*x[4]^2 - x[1] - x[4] <= 10', '2*x[1]^2 + x[2]^2 + x[3]^2 + 2*x[1] - x[2] - x[4] <= 5'], start: [0, 0, 0, 0], minimum: -44, at: [0, 1, 2, -1] },
  { name: 'HS48', n: 5, f: '(x[1] - 1)^2 + (x[2] - x[3])^2 + (x[4] - x[5])^2', to: ['sum(x) == 5', 'x[3] - 2*(x[4] + x[5]) == -3'], start: [3, 5, -3, 2, -2], minimum: 0, at: [1, 1, 1, 1, 1] },
  { name: 'HS71', n: 4, f: 'x[1]*x[4]*(x[1] + x[2] + x[3]) + x[3]', to: ["x'*x == 40", 'x[1]*x[2]*x[3]*x[4] >= 25', '1 <= x <= 5'], start: [1, 5, 5, 1], minimum: 17.0140172891563 },
  { name: 'HS76', n: 4, f: 'x[1]^2 + x[2]^2/2 + x[3]^2 + x[4]^2/2 - x[1]*x[3] + x[3]*x[4] - x[1] - 3*x[2] + x[3] - x[4]', to: ['x[1] + 2*x[2] + x[3] + x[4] <= 5', '3*x[1] + x[2] + 2*x[3] - x[4] <= 4', 'x[2] + 4*x[3] >= 1.5', 'x >= 0'], start: [0.5, 0.5, 0.5, 0.5], minimum: -4.681818181818 },
];

describe('subject to', () => {
  it.each(problems)('$name', ({ n, f, to, start, minimum, at }) => {
    const result = solve(`param x: R[${n}]\nf = ${f}\nderive value, gradient of f wrt x\n${to.map((c) => `subject to ${c}`).join('\n')}`, { start });
    expect(result.converged).toBe(true);
    expect(result.violation).toBeLessThanOrEqual(1e-8);
    expect(Math.abs(result.value - minimum) / Math.max(1, Math.abs(minimum))).toBeLessThan(1e-6);
    at?.forEach((x, i) => expect(Math.abs(result.x[i]! - x)).toBeLessThan(2e-3));
  });

  it('says that contradicting constraints are infeasible', () => {
    const result = solve("param x: R[2]\nf = x'*x\nderive value, gradient of f wrt x\nsubject to sum(x) == 1, sum(x) == 2", { start: [0, 0] });
    expect(result).toMatchObject({ status: 'infeasible', converged: false });
  });

  it('`where` bounds bind, constraints may be arrays, and functions share one vector', () => {
    // the nearest point of the unit square, with y[k] <= x[k]
    const text = 'param x: R[2] where 0 <= x <= 1, y: R[2]\nf = ‖x - [2, 0.5]‖² + ‖y - [3, 3]‖²\nderive value, gradient of f wrt x, y\nsubject to y <= x';
    const result = solve(text, { start: [0.1, 0.1, 0, 0] });
    expect(result.converged).toBe(true);
    [1, 1, 1, 1].forEach((v, i) => expect(Math.abs(result.x[i]! - v)).toBeLessThan(1e-6));
  });
});

it('one bound of one number', () => {
  const result = solve('param x: R\nf = (x - 3)^2\nderive value, gradient of f wrt x\nsubject to x <= 1', { start: [0] });
  expect(result.converged).toBe(true);
  expect(result.x[0]).toBe(1);
});

const sampleText = (name: string): string => readFileSync(join(root, 'samples/optimisation', `${name}.diff`), 'utf8');

describe('samples', () => {
  it('the weights of a support vector machine are those of its primal problem', () => {
    // four points on a line at -2, -1, 1, 3: the margin is between -1 and 1, so that w = 1, both weights are 1/2, and the offset 0
    const at = [-2, -1, 1, 3];
    const K = Float64Array.from(at.flatMap((s) => at.map((t) => s * t)));
    const result = solve(sampleText('svm-dual'), { sizes: { N: 4 }, data: { K, y: Float64Array.of(-1, -1, 1, 1) }, hyper: { c: 10 }, start: [0, 0, 0, 0] });
    expect(result.converged).toBe(true);
    [0, 0.5, 0.5, 0].forEach((a, i) => expect(Math.abs(result.x[i]! - a)).toBeLessThan(1e-6));
    expect(Math.abs(result.value + 0.5)).toBeLessThan(1e-7);
    expect(Math.abs(result.equalityMultipliers[0]!)).toBeLessThan(1e-5);
  });

  it('the lasso of an identity matrix is soft thresholding', () => {
    // y = (3, 1, -1/2) with |w| summing to 2: every component loses 1
    const result = solve(sampleText('lasso'), { sizes: { N: 3, D: 3 }, data: { X: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), y: Float64Array.of(3, 1, -0.5) }, hyper: { t: 2 }, start: [0, 0, 0, 0, 0, 0] });
    expect(result.converged).toBe(true);
    const w = [0, 1, 2].map((i) => result.x[i]! - result.x[i + 3]!);
    [2, 0, 0].forEach((v, i) => expect(Math.abs(w[i]! - v)).toBeLessThan(1e-6));
    expect(Math.abs(result.inequalityMultipliers[0]! - 1)).toBeLessThan(1e-5);
  });
});
