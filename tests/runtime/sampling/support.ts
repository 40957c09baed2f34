/** Emitted samples as targets, and draws against known moments. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { packQuantities } from '../../../src/runtime/pack.ts';
import { summarise } from '../../../src/runtime/sampling/summary.ts';
import type { Samples } from '../../../src/runtime/sampling/sample.ts';
import type { Quantities, Target } from '../../../src/runtime/sampling/target.ts';
import { root } from '../../support/sources.ts';
import { functionsOf, objectiveOf } from '../support.ts';
import type { Functions } from '../support.ts';
import { eightSchools, type Moments } from './eight-schools.ts';

export function inferenceSample(name: string, sizes: Readonly<Record<string, number>>): Functions {
  return functionsOf(readFileSync(join(root, 'samples/inference', `${name}.diff`), 'utf8'), sizes);
}

export function schoolsTarget(): { target: Target; quantities: Quantities } {
  const f = inferenceSample('eight-schools', { J: 8 });
  const quantities = packQuantities({
    params: f.make('Params'), gradient: f.make('Gradient'), results: f.make('Results'),
    evaluate: (params, out) => void f.call('quantities', { params, data: eightSchools, out }),
  });
  return { target: objectiveOf(f, eightSchools, {}, 'target'), quantities };
}

/** Precision of an autoregressive sequence: standard deviation 1, neighbours correlated by `rho`. */
export function autoregressivePrecision(n: number, rho: number): Float64Array {
  const P = new Float64Array(n * n);
  const c = 1 / (1 - rho * rho);
  for (let i = 0; i < n; i++) {
    P[i * n + i] = c * (i === 0 || i === n - 1 ? 1 : 1 + rho * rho);
    if (i > 0) P[i * n + i - 1] = P[(i - 1) * n + i] = -c * rho;
  }
  return P;
}

/** Chains agree, none diverges, and means and standard deviations are within 4 Monte Carlo standard errors of what they must be. */
export function expectMoments(samples: Samples, reference: (name: string) => Moments & { readonly mcseMean?: number; readonly mcseSd?: number }): void {
  const { rows, divergences } = summarise(samples);
  expect(divergences).toBe(0);
  for (const row of rows) {
    const { mean, sd, mcseMean = 0, mcseSd = 0 } = reference(row.name);
    expect(row.rHat, row.name).toBeLessThan(1.01);
    expect(Math.abs(row.mean - mean) / Math.hypot(row.mcseMean, mcseMean), `mean of ${row.name}: ${row.mean}, expected ${mean}`).toBeLessThan(4);
    expect(Math.abs(row.sd - sd) / Math.hypot(row.mcseSd, mcseSd), `standard deviation of ${row.name}: ${row.sd}, expected ${sd}`).toBeLessThan(4);
  }
}
