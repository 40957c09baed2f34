/** Augmented Lagrangian on problems of Hock and Schittkowski, "Test Examples for Nonlinear Programming Codes" (1981), with emitted constraints. */
import { describe, expect, it } from 'vitest';
import { augmentedLagrangian } from '../../src/runtime/constrained/augmented-lagrangian.ts';
import type { RuntimeError } from '../../src/runtime/error.ts';
import { lbfgsb } from '../../src/runtime/constrained/lbfgsb.ts';
import type { Bounds } from '../../src/runtime/constrained/bounds.ts';
import { constraintsOf, functionsOf, objectiveOf } from './support.ts';

interface Problem {
  readonly name: string;
  readonly n: number;
  readonly f: string;
  /** elements that are 0, and elements that are at most 0 */
  readonly equalities?: readonly string[];
  readonly inequalities?: readonly string[];
  readonly bounds?: Bounds;
  readonly start: readonly number[];
  readonly minimum: number;
}

const problems: readonly Problem[] = [
  { name: 'HS6', n: 2, f: '(1 - x[1])^2', equalities: ['10*(x[2] - x[1]^2)'], start: [-1.2, 1], minimum: 0 },
  { name: 'HS7', n: 2, f: 'ln(1 + x[1]^2) - x[2]', equalities: ['(1 + x[1]^2)^2 + x[2]^2 - 4'], start: [2, 2], minimum: -Math.sqrt(3) },
  { name: 'HS10', n: 2, f: 'x[1] - x[2]', inequalities: ['3*x[1]^2 - 2*x[1]*x[2] + x[2]^2 - 1'], start: [-10, 10], minimum: -1 },
  { name: 'HS22', n: 2, f: '(x[1] - 2)^2 + (x[2] - 1)^2', inequalities: ['x[1] + x[2] - 2', 'x[1]^2 - x[2]'], start: [2, 2], minimum: 1 },
  { name: 'HS28', n: 3, f: '(x[1] + x[2])^2 + (x[2] + x[3])^2', equalities: ['x[1] + 2*x[2] + 3*x[3] - 1'], start: [-4, 1, 1], minimum: 0 },
  { name: 'HS35', n: 3, f: '9 - 8*x[1] - 6*x[2] - 4*x[3] + 2*x[1]^2 + 2*x[2]^2 + x[3]^2 + 2*x[1]*x[2] + 2*x[1]*x[3]', inequalities: ['x[1] + x[2] + 2*x[3] - 3'], bounds: { lower: 0 }, start: [0.5, 0.5, 0.5], minimum: 1 / 9 },
  { name: 'HS39', n: 4, f: '-x[1]', equalities: ['x[2] - x[1]^3 - x[3]^2', 'x[1]^2 - x[2] - x[4]^2'], start: [2, 2, 2, 2], minimum: -1 },
  {
    name: 'HS43',
    n: 4,
    f: 'x[1]^2 + x[2]^2 + 2*x[3]^2 + x[4]^2 - 5*x[1] - 5*x[2] - 21*x[3] + 7*x[4]',
    inequalities: [
      'x[1]^2 + x[2]^2 + x[3]^2 + x[4]^2 + x[1] - x[2] + x[3] - x[4] - 8',
      'x[1]^2 + 2*x[2]^2 + x[3]^2 + 2*x[4]^2 - x[1] - x[4] - 10',
      '2*x[1]^2 + x[2]^2 + x[3]^2 + 2*x[1] - x[2] - x[4] - 5',
    ],
    start: [0, 0, 0, 0],
    minimum: -44,
  },
  { name: 'HS71', n: 4, f: 'x[1]*x[4]*(x[1] + x[2] + x[3]) + x[3]', equalities: ['x[1]^2 + x[2]^2 + x[3]^2 + x[4]^2 - 40'], inequalities: ['25 - x[1]*x[2]*x[3]*x[4]'], bounds: { lower: 1, upper: 5 }, start: [1, 5, 5, 1], minimum: 17.0140172891563 },
];

function textOf(p: Problem): string {
  // an array of one element reads as a number: a constraint that always holds stands beside
  const tensor = (elements: readonly string[], holds: string): string => `[${[...elements, ...(elements.length === 1 ? [holds] : [])].join(', ')}]`;
  return [
    'module problem',
    `param x: R[${p.n}]`,
    `f = ${p.f}`,
    'derive value, gradient of f wrt x',
    ...(p.equalities === undefined ? [] : [`c = ${tensor(p.equalities, '0*x[1]')}`, 'derive value, vjp of c wrt x along u as equalities']),
    ...(p.inequalities === undefined ? [] : [`d = ${tensor(p.inequalities, '0*x[1] - 1')}`, 'derive value, vjp of d wrt x along v as inequalities']),
  ].join('\n');
}

describe('augmented Lagrangian', () => {
  it.each(problems)('$name', (p) => {
    const f = functionsOf(textOf(p));
    const both = p.equalities !== undefined && p.inequalities !== undefined;
    const result = augmentedLagrangian(objectiveOf(f), p.start, {
      ...(p.equalities === undefined ? {} : { equalities: constraintsOf(f, 'equalities', 'c', 'Direction', 'Results') }),
      ...(p.inequalities === undefined ? {} : { inequalities: constraintsOf(f, 'inequalities', 'd', both ? 'InequalitiesDirection' : 'Direction', both ? 'InequalitiesResults' : 'Results') }),
      bounds: p.bounds ?? {},
    });
    expect(result.converged).toBe(true);
    expect(result.violation).toBeLessThanOrEqual(1e-8);
    expect(Math.abs(result.value - p.minimum)).toBeLessThan(1e-6);
    expect(result.inequalityMultipliers.every((m) => m >= 0)).toBe(true);
  });

  it('says that contradicting constraints are infeasible', () => {
    const f = functionsOf('module none\nparam x: R[2]\nf = x[1]^2 + x[2]^2\nc = [x[1] - 1, x[1] + 1]\nderive value, gradient of f wrt x\nderive value, vjp of c wrt x along u as equalities');
    const result = augmentedLagrangian(objectiveOf(f), [0, 0], { equalities: constraintsOf(f, 'equalities', 'c', 'Direction', 'Results') });
    expect(result).toMatchObject({ status: 'infeasible', converged: false });
    expect(result.violation).toBeGreaterThan(0.9);
  });

  it('refuses crossed bounds', () => {
    const objective = { dimension: 1, valueGradient: () => 0 };
    expect(() => lbfgsb(objective, [0], { lower: 1, upper: 0 })).toThrow(expect.objectContaining({ name: 'RuntimeError', code: 'bad-bounds' }) as RuntimeError);
  });
});
