/** How samplers behave: seeds, faults, transforms, extreme scales, deep trees. */
import { describe, expect, it } from 'vitest';
import { packQuantities } from '../../../src/runtime/pack.ts';
import { mean, pooled, variance } from '../../../src/runtime/sampling/diagnostics.ts';
import { sample } from '../../../src/runtime/sampling/sample.ts';
import { adaptationWindows } from '../../../src/runtime/sampling/step-size.ts';
import { summarise, summaryTable } from '../../../src/runtime/sampling/summary.ts';
import type { Target } from '../../../src/runtime/sampling/target.ts';
import { functionsOf, objectiveOf } from '../support.ts';
import { expectMoments } from './support.ts';

const normal = (sds: readonly number[]): Target => ({
  dimension: sds.length,
  valueGradient(x, g) {
    let value = 0;
    sds.forEach((sd, i) => {
      g[i] = -x[i]! / sd / sd;
      value -= 0.5 * (x[i]! / sd) ** 2;
    });
    return value;
  },
});

describe('sample', () => {
  it('gives the same numbers for the same seed, whatever the number of chains', () => {
    const draws = (chains: number, seed: number): Float64Array => sample(normal([1, 2]), { chains, seed, warmup: 100, draws: 50 }).chains[0]!.draws;
    expect(draws(1, 9)).toEqual(draws(3, 9));
    expect(draws(1, 9)).not.toEqual(draws(1, 10));
  });

  it('gives these numbers, on every platform', () => {
    const { chains } = sample(normal([1, 2]), { chains: 1, seed: 1, warmup: 50, draws: 3 });
    expect(Array.from(chains[0]!.draws)).toMatchInlineSnapshot(`
      [
        -2.9668321685380614,
        -0.24619477208260548,
        -2.095520129018902,
        -1.0050432937754359,
        2.238694658986471,
        2.563342785011341,
      ]
    `);
  });

  it('does not mind scales from 0.01 to 1,000', () => {
    const sds = [0.01, 1, 1000];
    expectMoments((seed) => sample(normal(sds), { seed }), (name) => ({ mean: 0, sd: sds[Number(/\d/.exec(name)![0])]! }));
  });

  it('draws what is inside constraints: via exp, sigmoid, softplus, tanh', () => {
    const f = functionsOf(`param a: R where a > 0 via exp, b: R where 0 < b < 1 via sigmoid, c: R where c > 2 via softplus, d: R where -1 < d < 3 via tanh
a ~ Gamma(3, 2)
b ~ Beta(2, 5)
c ~ HalfNormal(2, 1)
d ~ Uniform(-1, 3)
derive value, gradient of logp wrt a, b, c, d
derive value of a, b, c, d wrt a, b, c, d as natural`);
    const target = objectiveOf(f);
    const quantities = packQuantities({ params: f.make('Params'), gradient: f.make('Gradient'), results: f.make('Results'), evaluate: (params, out) => void f.call('natural', { params, out }) });
    const exact: Record<string, { mean: number; sd: number }> = {
      a: { mean: 1.5, sd: Math.sqrt(3) / 2 }, b: { mean: 2 / 7, sd: Math.sqrt(10 / 49 / 8) }, c: { mean: 2 + Math.sqrt(2 / Math.PI), sd: Math.sqrt(1 - 2 / Math.PI) }, d: { mean: 1, sd: 4 / Math.sqrt(12) },
    };
    expectMoments((seed) => sample(target, { quantities, draws: 2000, seed }), (name) => exact[name]!);
  });

  it('takes 2 ^ depth - 1 steps at most, and says that trees were cut off', () => {
    const samples = sample(normal([1, 1000]), { metric: 'unit', maxTreeDepth: 4, warmup: 200, draws: 100, chains: 2 });
    expect(Math.max(...samples.chains.flatMap((c) => [...c.leapfrogs]))).toBe(15);
    const { saturated, warnings } = summarise(samples);
    expect(saturated).toBeGreaterThan(100);
    expect(warnings.map((w) => w.code)).toContain('max-depth');
  });

  it('starts where it is told', () => {
    const { chains } = sample(normal([1, 1]), { start: [[0, 0], [1e3, -1e3]], warmup: 0, draws: 1 , chains: 2, metric: 'unit' });
    expect(mean(chains[1]!.draws.map(Math.abs))).toBeGreaterThan(500);
  });

  it('reports progress', () => {
    const seen: number[] = [];
    sample(normal([1]), { chains: 2, warmup: 3, draws: 2, progress: ({ chain, iteration, iterations }) => seen.push(chain * 100 + iteration * 10 + iterations) });
    expect(seen).toEqual([15, 25, 35, 45, 55, 115, 125, 135, 145, 155]);
  });
});

const exponential: Target = { dimension: 1, valueGradient: (x, g) => ((g[0] = -1), x[0]! > 0 ? -x[0]! : -Infinity) };
const lopsided: Target = { dimension: 2, componentName: (i) => 'ab'[i]!, valueGradient: (_, g) => ((g[0] = 0), (g[1] = Number.NaN), 0) };

describe('faults', () => {
  const refused = (target: Target, options: Parameters<typeof sample>[1]): unknown => {
    try {
      return sample(target, { chains: 1, warmup: 10, draws: 10, ...options });
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['a density that is NaN everywhere', { dimension: 2, valueGradient: () => Number.NaN }, {}, 'bad-start', /none of 100 random starting points can be used: the log density is NaN at x\[0\] = /],
    ['a density that is infinite: zero-variance data', { dimension: 1, valueGradient: () => Infinity }, {}, 'bad-start', /the log density is Infinity at x\[0\] = /],
    ['a gradient that is not finite', lopsided, {}, 'bad-start', /the derivative of the log density with respect to b is NaN at a = /],
    ['a start outside the support', exponential, { start: [-3] }, 'bad-start', /the starting point cannot be used: the log density is -Infinity at x\[0\] = -3\.000/],
    ['a start of the wrong length', normal([1, 1]), { start: [1] }, 'bad-dimension', /start has 1 elements, expected 2/],
    ['starts for another number of chains', normal([1]), { start: [[1], [2]] }, 'bad-start', /2 starting points for 1 chains/],
    ['no variables', normal([]), {}, 'bad-dimension', /nothing to sample/],
    ['no chains', normal([1]), { chains: 0 }, 'bad-option', /chains is 0/],
    ['half a draw', normal([1]), { draws: 0.5 }, 'bad-option', /draws is 0.5/],
    ['an acceptance of 1', normal([1]), { targetAcceptance: 1 }, 'bad-option', /targetAcceptance is 1/],
  ] as const)('%s', (_, target, options, code, message) => {
    expect(refused(target, options)).toMatchObject({ name: 'RuntimeError', code, message: expect.stringMatching(message) as string });
  });

  it('finds a start when only some random points can be used', () => {
    const half: Target = { dimension: 1, valueGradient: (x, g) => ((g[0] = -1), x[0]! > 1.5 ? -x[0]! : -Infinity) };
    expect(sample(half, { chains: 1, warmup: 10, draws: 10 }).chains[0]!.draws.every((x) => x > 1.5)).toBe(true);
  });

  it('a density without end is seen in the figures', () => {
    // flat: improper; the chains wander and do not agree
    const flat: Target = { dimension: 1, valueGradient: (_, g) => ((g[0] = 0), 0) };
    const summary = summarise(sample(flat, { warmup: 50, draws: 200, maxTreeDepth: 5 }));
    expect(summary.warnings.length).toBeGreaterThan(0);
  });
});

describe('summary', () => {
  it('of quantities that never change says so', () => {
    const samples = sample(normal([1]), { warmup: 50, draws: 100, quantities: { names: ['x', 'one'], compute: (x, out) => ((out[0] = x[0]!), (out[1] = 1)) } });
    const { warnings, rows } = summarise(samples);
    expect(warnings).toContainEqual({ code: 'constant', message: 'one never changed or is not finite' });
    expect(summaryTable(rows).split('\n')[2]).toMatch(/^one +1 +- +0 +1 +1 +1 +- +- +-$/);
  });

  it('refuses names that are not there', () => {
    expect(() => sample(normal([1]), { warmup: 1, draws: 1, chains: 1 }).column('z')).toThrow(/there is no quantity z among x\[0\]/);
  });
});

describe('adaptation', () => {
  it('has the windows of Stan', () => {
    expect([...adaptationWindows(1000).ends]).toEqual([99, 149, 249, 449, 949]);
    expect([...adaptationWindows(150).ends]).toEqual([99]);
    expect([...adaptationWindows(100).ends]).toEqual([89]);
    expect([...adaptationWindows(19).ends]).toEqual([]);
  });

  it('finds the scales', () => {
    const [chain] = sample(normal([0.1, 30]), { chains: 1, seed: 6 }).chains;
    const [a, b] = [chain!.inverseMetric[0]!, chain!.inverseMetric[1]!];
    expect(a / 0.01).toBeGreaterThan(0.6);
    expect(a / 0.01).toBeLessThan(1.6);
    expect(b / 900).toBeGreaterThan(0.6);
    expect(b / 900).toBeLessThan(1.6);
    expect(variance(pooled([chain!.acceptance]))).toBeGreaterThan(0);
  });
});
