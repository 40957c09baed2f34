/** Draws of emitted models against posteriors that are known otherwise. */
import { describe, expect, it } from 'vitest';
import { mean } from '../../../src/runtime/sampling/diagnostics.ts';
import { sample } from '../../../src/runtime/sampling/sample.ts';
import { summarise } from '../../../src/runtime/sampling/summary.ts';
import { objectiveOf, readTable } from '../support.ts';
import { breastCancer } from './breast-cancer.ts';
import { exactEightSchools } from './eight-schools.ts';
import { autoregressivePrecision, expectMoments, inferenceSample, schoolsTarget } from './support.ts';

/** posteriordb (github.com/stan-dev/posteriordb), reference means of eight_schools-eight_schools_noncentered and their standard errors. */
const published = {
  mu: [4.41051833695493, 0.0330374705950917], tau: [3.60205952364059, 0.0318615135640706],
  'theta[0]': [6.15050229334425, 0.0557375282295219], 'theta[1]': [4.9395811407422, 0.0462293788624847], 'theta[2]': [3.90590609001582, 0.0542313705632124],
  'theta[3]': [4.79601675138494, 0.0474935816762281], 'theta[4]': [3.6144363246799, 0.0461450610244603], 'theta[5]': [4.0511475789675, 0.0485195392528031],
  'theta[6]': [6.31716975886893, 0.0498766794075794], 'theta[7]': [4.88399694353288, 0.0542511606560972],
} as const;

describe('eight schools', () => {
  const exact = exactEightSchools();
  const { target, quantities } = schoolsTarget();

  it.each(Object.entries(published))('the integral agrees with the published mean of %s', (name, [mean, mcse]) => {
    expect(Math.abs(exact.get(name)!.mean - mean) / mcse).toBeLessThan(4);
  });

  it.each([{ method: 'nuts' }, { method: 'nuts', metric: 'dense' }, { method: 'hmc' }] as const)('$method $metric', (options) => {
    expectMoments((seed) => sample(target, { ...options, quantities, seed, draws: 2000, targetAcceptance: 0.95 }), (name) => exact.get(name)!);
  });

  it('as it is, with ten seeds: chains agree, and hardly one trajectory of 40,000 diverges', () => {
    const summaries = Array.from({ length: 10 }, (_, k) => summarise(sample(target, { quantities, seed: k + 1 })));
    expect(Math.max(...summaries.flatMap(({ rows }) => rows.map((r) => r.rHat)))).toBeLessThan(1.01);
    // two runs of sixty have one; with an acceptance of 0.8 every second run has
    expect(summaries.filter(({ divergences }) => divergences > 0).length).toBeLessThanOrEqual(2);
  });
});

describe('a normal density of 100 correlated variables', () => {
  const n = 100;
  const f = inferenceSample('correlated-normal', { N: n });
  const m = Float64Array.from({ length: n }, (_, i) => i / 10);
  const target = objectiveOf(f, { m, P: autoregressivePrecision(n, 0.7) }, {}, 'target');

  it('has its moments', () => {
    expectMoments((seed) => sample(target, { seed, warmup: 300, draws: 600 }), (name) => ({ mean: m[Number(/\d+/.exec(name)![0])]!, sd: 1 }));
  });
});

describe('logistic regression', () => {
  const rows = readTable('breast_cancer.csv', 1);

  it.skipIf(rows === undefined)('of 569 tumours agrees with 100,000 draws of NumPyro', () => {
    const [N, D] = [rows!.length, 10];
    const X = new Float64Array(N * D);
    for (let d = 0; d < D; d++) {
      const column = Float64Array.from(rows!, (row) => row[d]!);
      const centre = mean(column);
      const sd = Math.sqrt(mean(column.map((x) => (x - centre) ** 2)));
      for (let n = 0; n < N; n++) X[n * D + d] = (column[n]! - centre) / sd;
    }
    const data = { X, y: Float64Array.from(rows!, (row) => row[30]!) };
    const target = objectiveOf(inferenceSample('logistic-regression', { N, D }), data, { scale: 1 }, 'target');
    expectMoments((seed) => sample(target, { seed, warmup: 300, draws: 300 }), (name) => {
      const [mean, mcseMean, sd, mcseSd] = breastCancer[name]!;
      return { mean, mcseMean, sd, mcseSd };
    });
  });
});

describe("Neal's funnel", () => {
  const target = objectiveOf(inferenceSample('funnel', { N: 9 }), {}, {}, 'target');

  it('is reported: divergences, and chains that do not agree', () => {
    const summary = summarise(sample(target, { seed: 2 }));
    expect(summary.divergences).toBeGreaterThan(0);
    expect(summary.warnings.map((w) => w.code)).toContain('divergent');
    expect(summary.warnings.find((w) => w.code === 'divergent')!.message).toContain(`${summary.divergences} of 4000 trajectories diverged`);
  });
});
