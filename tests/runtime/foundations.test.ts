/** Linear algebra, line searches, generator, packing and adapters under the algorithms. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { forFmin, forMlLevenbergMarquardt, forSamplers } from '../../src/runtime/adapters.ts';
import { elasticNet, l1, withinBounds } from '../../src/runtime/composite/regularisers.ts';
import { ModifiedCholesky } from '../../src/runtime/dense/cholesky.ts';
import { Lu } from '../../src/runtime/dense/lu.ts';
import { PivotedQr } from '../../src/runtime/dense/qr.ts';
import { descend } from '../../src/runtime/descend.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { levenbergMarquardt } from '../../src/runtime/least-squares/levenberg-marquardt.ts';
import { fitStatistics } from '../../src/runtime/least-squares/statistics.ts';
import { studentQuantile } from '../../src/runtime/least-squares/student.ts';
import { armijo } from '../../src/runtime/line-search/armijo.ts';
import { Line } from '../../src/runtime/line-search/line.ts';
import { moreThuente } from '../../src/runtime/line-search/more-thuente.ts';
import { pack, packLeastSquares } from '../../src/runtime/pack.ts';
import type { Objective, Regulariser } from '../../src/runtime/problem.ts';
import { Random } from '../../src/runtime/random.ts';
import { clipComponents, clipNorm } from '../../src/runtime/rules/gradient.ts';
import { adam } from '../../src/runtime/rules/rules.ts';
import { inverseTimeDecay, stepDecay, warmUp, constantRate, cosineDecay } from '../../src/runtime/rules/schedules.ts';
import { norm } from '../../src/runtime/vector.ts';
import { functionsOf, leastSquaresOf, objectiveOf } from './support.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true, noDefaultInfinity: true });
const vector = (n: number): fc.Arbitrary<Float64Array> => fc.array(entry, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));

describe('linear algebra', () => {
  it('QR: R has the length of every column, pivots order the diagonal, QᵀA = R', () => {
    fc.assert(
      fc.property(vector(6 * 4), (A) => {
        const qr = new PivotedQr(6, 4);
        qr.factor(A);
        const R = new Float64Array(16);
        qr.copyR(R);
        for (let j = 0; j < 4; j++) {
          const column = Float64Array.from({ length: 6 }, (_, i) => A[i * 4 + qr.pivots[j]!]!);
          const length = norm(column);
          qr.applyTransposed(column);
          for (let i = 0; i < 4; i++) expect(Math.abs(column[i]! - R[j * 4 + i]!)).toBeLessThan(1e-12 * (1 + length));
          for (let i = 4; i < 6; i++) expect(Math.abs(column[i]!)).toBeLessThan(1e-12 * (1 + length));
          if (j > 0) expect(Math.abs(R[j * 4 + j]!)).toBeLessThanOrEqual(Math.abs(R[(j - 1) * 4 + j - 1]!) * (1 + 1e-9) + 1e-12);
        }
      }),
    );
  });

  it('LU solves', () => {
    fc.assert(
      fc.property(vector(16), vector(4), (A, x) => {
        for (let i = 0; i < 4; i++) A[i * 4 + i]! += 50;
        const b = Float64Array.from({ length: 4 }, (_, i) => x.reduce((s, xj, j) => s + A[i * 4 + j]! * xj, 0));
        const lu = new Lu(4);
        expect(lu.factor(A, 4, 4)).toBe(true);
        lu.solve(b);
        b.forEach((value, i) => expect(Math.abs(value - x[i]!)).toBeLessThan(1e-11));
      }),
    );
  });

  it('LU refuses a singular matrix', () => {
    expect(new Lu(2).factor(Float64Array.of(1, 2, 2, 4), 2, 2)).toBe(false);
  });

  it('modified Cholesky solves a definite system and makes an indefinite one definite', () => {
    fc.assert(
      fc.property(vector(16), vector(4), (B, x) => {
        const A = new Float64Array(16);
        for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) for (let k = 0; k < 4; k++) A[i * 4 + j]! += B[k * 4 + i]! * B[k * 4 + j]! + (k === i && i === j ? 100 : 0);
        const b = Float64Array.from({ length: 4 }, (_, i) => x.reduce((s, xj, j) => s + A[i * 4 + j]! * xj, 0));
        const cholesky = new ModifiedCholesky(4);
        cholesky.factor(A);
        expect(cholesky.shift).toBeLessThan(1e-10);
        cholesky.solve(b);
        b.forEach((value, i) => expect(Math.abs(value - x[i]!)).toBeLessThan(1e-9));
        // B + Bᵀ is indefinite as a rule: the direction still descends
        for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) A[i * 4 + j] = B[i * 4 + j]! + B[j * 4 + i]!;
        cholesky.factor(A);
        const d = x.map((xi) => -xi);
        cholesky.solve(d);
        if (norm(x) > 1e-6) expect(d.reduce((s, di, i) => s + di * x[i]!, 0)).toBeLessThan(0);
      }),
    );
  });

  it('norms neither overflow nor underflow', () => {
    expect(norm(Float64Array.of(3e200, 4e200))).toBeCloseTo(5e200, -190);
    expect(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 14);
    expect(norm(Float64Array.of(0, 0))).toBe(0);
  });
});

/** A function of one variable as an objective. */
const curve = (f: (x: number) => number, slope: (x: number) => number): Objective => ({
  dimension: 1,
  valueGradient(x, g) {
    g[0] = slope(x[0]!);
    return f(x[0]!);
  },
});

describe('line searches', () => {
  // functions 1, 3 and 4 of Moré and Thuente's section 5
  const functions: readonly [string, Objective, number, number][] = [
    ['1', curve((a) => -a / (a * a + 2), (a) => (a * a - 2) / (a * a + 2) ** 2), 1e-3, 0.1],
    ['2', curve((a) => (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4, (a) => 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3), 0.1, 0.1],
    ['4', curve((a) => 0.5 * (Math.hypot(1 - a, 0.01) + Math.hypot(a, 0.01)) * (1 + 1e-6) - a * 1e-3, (a) => 0.5 * ((a - 1) / Math.hypot(1 - a, 0.01) + a / Math.hypot(a, 0.01)) * (1 + 1e-6) - 1e-3), 1e-3, 1e-2],
  ];

  it.each(functions.flatMap(([name, objective, decrease, curvature]) => [1e-3, 1e-1, 1e1, 1e3].map((first) => ({ name, objective, decrease, curvature, first }))))(
    'function $name from step $first ends at a strong Wolfe point',
    ({ objective, decrease, curvature, first }) => {
      const line = new Line(objective);
      line.evaluateStart(Float64Array.of(0));
      line.direction[0] = 1;
      line.begin();
      if (!(line.startSlope < 0)) return;
      expect(moreThuente({ decrease, curvature })(line, first)).toBe(true);
      expect(line.value).toBeLessThanOrEqual(line.startValue + decrease * line.step * line.startSlope + 1e-12);
      expect(Math.abs(line.slope)).toBeLessThanOrEqual(curvature * -line.startSlope);
    },
  );

  it('go back from where the function is not defined', () => {
    const objective = curve((x) => x - Math.log(1 - x) - 3 * x, (x) => 1 + 1 / (1 - x) - 3);
    for (const search of [moreThuente({ curvature: 0.1 }), armijo()]) {
      const line = new Line(objective);
      line.evaluateStart(Float64Array.of(0));
      line.direction[0] = 1;
      line.begin();
      expect(search(line, 100)).toBe(true);
      expect(line.point[0]).toBeLessThan(1);
      expect(line.value).toBeLessThan(line.startValue);
    }
  });
});

describe('random numbers', () => {
  it('are those of xoshiro128**', () => {
    const random = new Random(0);
    random.state.set([1, 2, 3, 4]);
    // first numbers from this state, computed with unbounded integers
    expect(Array.from({ length: 10 }, () => random.word())).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
  });

  it('shuffles are permutations, and uniform in the mean', () => {
    const random = new Random(5);
    const order = Int32Array.from({ length: 20 }, (_, k) => k);
    let first = 0;
    for (let k = 0; k < 2000; k++) {
      random.shuffle(order);
      first += order[0]!;
    }
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, k) => k));
    expect(Math.abs(first / 2000 - 9.5)).toBeLessThan((4 * Math.sqrt(399 / 12)) / Math.sqrt(2000));
  });

  it('normal numbers have mean 0 and variance 1', () => {
    const random = new Random(6);
    const numbers = Array.from({ length: 20_000 }, () => random.normal());
    expect(Math.abs(numbers.reduce((s, x) => s + x, 0) / 20_000)).toBeLessThan(4 / Math.sqrt(20_000));
    expect(Math.abs(numbers.reduce((s, x) => s + x * x, 0) / 20_000 - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(20_000));
  });
});

describe('proximal operators', () => {
  const cases: readonly [string, Regulariser][] = [['l1', l1(0.7)], ['elastic net', elasticNet(0.7, 0.4, [1, 0, 2])], ['bounds', withinBounds({ lower: -1, upper: [0.5, 2, 3] }, 3)]];
  it.each(cases)('%s: no point is better', (_, regulariser) => {
    fc.assert(
      fc.property(vector(3), vector(3), fc.double({ min: 0.01, max: 10, noNaN: true }), (x, other, step) => {
        const cost = (u: Float64Array): number => regulariser.value(u) + u.reduce((s, ui, i) => s + (ui - x[i]!) ** 2, 0) / (2 * step);
        const best = new Float64Array(3);
        regulariser.prox(x, step, best);
        expect(cost(best)).toBeLessThanOrEqual(cost(other) + 1e-9);
        const near = best.map((b, i) => b + 1e-4 * other[i]!);
        expect(cost(best)).toBeLessThanOrEqual(cost(near) + 1e-9);
      }),
    );
  });
});

describe('schedules and clipping', () => {
  it('schedules', () => {
    expect([0, 9, 10, 25].map(stepDecay(1, { every: 10 }))).toEqual([1, 1, 0.5, 0.25]);
    expect([0, 1, 3].map(inverseTimeDecay(1, 1))).toEqual([1, 0.5, 0.25]);
    expect([0, 1, 3, 10].map(warmUp(4, constantRate(2)))).toEqual([0.5, 1, 2, 2]);
    expect([0, 5, 10, 15].map(cosineDecay(1, { period: 10 })).map((r) => r.toFixed(6))).toEqual(['1.000000', '0.500000', '0.000000', '0.000000']);
    expect(cosineDecay(1, { period: 10, restart: 'always' })(10)).toBe(1);
  });

  it('clipping', () => {
    const g = Float64Array.of(3, -4);
    expect(clipNorm(g, 1)).toBe(5);
    expect(Array.from(g, (x) => x.toFixed(12))).toEqual(['0.600000000000', '-0.800000000000']);
    clipComponents(g, 0.7);
    expect(g[1]).toBe(-0.7);
  });
});

describe('packing', () => {
  const text = 'module m\ndim N\ndata x: R[N], y: R[N]\nparam a: R, w: R[3], c: R\nres[i] = a*exp(-c*x[i]) + w[1] + w[2]*x[i] + w[3]*x[i]^2 - y[i]\nF = sum(res.^2)/2\nderive value, gradient of F wrt a, w, c\nderive value, jacobian of res wrt a, w, c';
  const data = { x: Float64Array.of(0.1, 0.4, 0.9, 1.3, 1.7, 2.2, 2.8), y: Float64Array.of(1, 2, 0, 1, 3, 2, 2) };
  const f = functionsOf(text, { N: 7 });

  it('a struct goes to a vector and back, and components have names', () => {
    const packed = objectiveOf(f, data);
    const params = { a: 1, w: Float64Array.of(2, 3, 4), c: 5 };
    const x = packed.flatten(params);
    expect([...x]).toEqual([1, 2, 3, 4, 5]);
    expect(packed.unpack(x)).toEqual(params);
    expect([0, 1, 3, 4].map((i) => packed.componentName(i))).toEqual(['a', 'w[0]', 'w[2]', 'c']);
  });

  it('gradient and Jacobian are columns in the same order: g = Jᵀ r', () => {
    const objective = objectiveOf(f, data);
    const residuals = leastSquaresOf(f, 'res', data);
    const x = Float64Array.of(0.3, -0.2, 0.5, 0.7, 1.1);
    const [g, r, J] = [new Float64Array(5), new Float64Array(7), new Float64Array(35)];
    const value = objective.valueGradient(x, g);
    residuals.jacobian(x, r, J);
    expect(Math.abs(value - 0.5 * r.reduce((s, ri) => s + ri * ri, 0))).toBeLessThan(1e-14 * value);
    g.forEach((gj, j) => expect(Math.abs(gj - r.reduce((s, ri, i) => s + J[i * 5 + j]! * ri, 0))).toBeLessThan(1e-12));
  });

  it('parameters without a gradient keep their values', () => {
    const packed = pack({ params: { a: 2, b: 3 }, gradient: { a: 0 }, valueGradient: (p, g) => { g.a = 2 * p.a * p.b; return p.a * p.a * p.b; } });
    const g = new Float64Array(1);
    expect(packed.dimension).toBe(1);
    expect(packed.valueGradient(Float64Array.of(5), g)).toBe(75);
    expect(g[0]).toBe(30);
  });

  it('wrong structs are refused by name', () => {
    const bad = (run: () => unknown): unknown => { try { run(); return 'accepted'; } catch (error) { return error; } };
    expect(bad(() => pack({ params: { a: 1 }, gradient: { b: 1 }, valueGradient: () => 0 }))).toMatchObject({ code: 'bad-struct' });
    expect(bad(() => packLeastSquares({ params: { a: 1 }, results: { a: new Float64Array(3), r: 1 }, residuals: 'r', valueJacobian: () => undefined }))).toMatchObject({ code: 'bad-struct' });
    const objective = objectiveOf(f, data);
    expect(bad(() => lbfgs(objective, [1, 2]))).toMatchObject({ name: 'RuntimeError', code: 'bad-dimension', message: 'start has 2 elements, expected 5' });
    expect(bad(() => lbfgs(objective, [1, 2, Number.NaN, 0, 0]))).toMatchObject({ code: 'bad-start' });
    expect(bad(() => lbfgs(objective, objective.start, { memory: 0 }))).toMatchObject({ code: 'bad-option' });
    expect(bad(() => lbfgs(objective, objective.start, { gradientTolerance: -1 }))).toMatchObject({ code: 'bad-option' });
    expect(bad(() => descend(objective, objective.start, { rate: 0.1, maxIterations: 1.5 }))).toMatchObject({ code: 'bad-option' });
    const short = leastSquaresOf(functionsOf(text, { N: 4 }), 'res', { x: data.x.slice(0, 4), y: data.y.slice(0, 4) });
    expect(bad(() => levenbergMarquardt(short, short.start))).toMatchObject({ code: 'too-few-observations' });
  });

  it('what is not finite is a status, not an exception', () => {
    const nowhere = { dimension: 1, valueGradient: () => Number.NaN };
    expect(lbfgs(nowhere, [1]).status).toBe('not-finite');
    expect(descend(nowhere, [1], { rate: 1 }).status).toBe('not-finite');
    const residuals = { dimension: 1, observations: 2, residuals: (_: Float64Array, r: Float64Array) => void r.fill(Number.NaN), jacobian: (_: Float64Array, r: Float64Array) => void r.fill(Number.NaN) };
    expect(levenbergMarquardt(residuals, [1]).status).toBe('not-finite');
  });
});

describe('statistics of a fit', () => {
  it('Student quantiles are the tables\'', () => {
    // NIST/SEMATECH e-Handbook, section 1.3.6.7.2
    for (const [freedom, t] of [[1, 12.706], [2, 4.303], [5, 2.571], [10, 2.228], [30, 2.042], [100, 1.984]] as const) expect(Math.abs(studentQuantile(0.95, freedom) - t)).toBeLessThan(6e-4);
  });

  it('a line has the textbook\'s errors', () => {
    const x = [1, 2, 3, 4, 5];
    const y = [2, 3, 5, 7, 9];
    const problem = leastSquaresOf(functionsOf('module l\ndim N\ndata x: R[N], y: R[N]\nparam w: R, b: R\nr = w*x + b - y\nderive value, jacobian of r wrt w, b', { N: 5 }), 'r', { x: Float64Array.from(x), y: Float64Array.from(y) });
    const fit = levenbergMarquardt(problem, [0, 0]);
    const statistics = fitStatistics(fit);
    const [w, b] = [1.8, -0.2];
    expect(Math.abs(fit.x[0]! - w) + Math.abs(fit.x[1]! - b)).toBeLessThan(1e-13);
    const s = Math.sqrt(x.reduce((sum, xi, i) => sum + (y[i]! - w * xi - b) ** 2, 0) / 3);
    expect(statistics.residualDeviation).toBeCloseTo(s, 13);
    expect(statistics.standardErrors[0]).toBeCloseTo(s / Math.sqrt(10), 13);
    expect(statistics.standardErrors[1]).toBeCloseTo(s * Math.sqrt(1 / 5 + 9 / 10), 13);
    const [low, high] = statistics.interval(0);
    expect((high - low) / 2).toBeCloseTo(3.182446305 * statistics.standardErrors[0]!, 8);
  });
});

describe('adapters', () => {
  const x = Float64Array.of(0, 0.5, 1, 1.5, 2, 3);
  const curveModule = functionsOf('module c\ndim N\ndata x: R[N]\nparam a: R, k: R\ny = a*exp(-k*x)\nderive value, jacobian of y wrt a, k', { N: 6 });
  const exponential = leastSquaresOf(curveModule, 'y', { x });

  it('ml-levenberg-marquardt gets values and partial derivatives at an x', () => {
    const { parameterizedFunction, jacobianFunction } = forMlLevenbergMarquardt({ dimension: 2, x, evaluate: (p, values, jacobian) => exponential.jacobian(p, values, jacobian) });
    const [value, partials] = [parameterizedFunction([2, 0.7]), jacobianFunction([2, 0.7])];
    // two parameter vectors in turn, as that library uses them
    expect(parameterizedFunction([1, 0])(3)).toBe(1);
    for (const at of x) {
      expect(Math.abs(value(at) - 2 * Math.exp(-0.7 * at))).toBeLessThan(1e-15);
      expect(Math.abs(partials(at)[0]! - Math.exp(-0.7 * at))).toBeLessThan(1e-15);
      expect(Math.abs(partials(at)[1]! + 2 * at * Math.exp(-0.7 * at))).toBeLessThan(1e-15);
    }
    expect(() => value(0.25)).toThrow('0.25 is not among the 6 values of x');
  });

  it('fmin gets its gradient filled in', () => {
    const f = forFmin(curve((v) => v * v, (v) => 2 * v));
    const g = [0];
    expect(f([3], g)).toBe(9);
    expect(g).toEqual([6]);
    expect(f([4])).toBe(16);
  });

  it('samplers get a log density with its sign', () => {
    const density = forSamplers(curve((v) => 0.5 * v * v, (v) => v), 'negative');
    expect(density.logDensity([2])).toBe(-2);
    expect(density.gradLogDensity([2])).toEqual([-2]);
    const g = new Float64Array(1);
    expect(forSamplers(curve((v) => -0.5 * v * v, (v) => -v), 'log-density').logDensityGradient(Float64Array.of(3), g)).toBe(-4.5);
    expect(g[0]).toBe(-3);
  });
});

describe('rules', () => {
  it('Adam\'s first steps are those of the paper\'s algorithm', () => {
    const rule = adam({ epsilon: 1e-8 })(1);
    const x = Float64Array.of(1);
    let [m, v, want] = [0, 0, 1];
    for (let t = 1; t <= 5; t++) {
      const g = 2 * want;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      want -= (0.1 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      rule.step(x, Float64Array.of(2 * x[0]!), 0.1);
      expect(Math.abs(x[0]! - want)).toBeLessThan(1e-14);
    }
    expect(rule.memory.steps).toBe(5);
  });

  it('a rule with its memory set back continues with the same bits', () => {
    const [one, two] = [adam()(2), adam()(2)];
    const x = Float64Array.of(1, -2);
    const step = (rule: typeof one, at: Float64Array): void => rule.step(at, Float64Array.from(at, (v) => v ** 3), 0.01);
    for (let k = 0; k < 7; k++) step(one, x);
    two.memory.steps = one.memory.steps;
    one.memory.arrays.forEach((array, k) => two.memory.arrays[k]!.set(array));
    const other = x.slice();
    for (let k = 0; k < 7; k++) { step(one, x); step(two, other); }
    expect(other).toEqual(x);
  });
});
