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

type Reference = (name: string) => Moments & { readonly mcseMean?: number; readonly mcseSd?: number };

/**
 * Chains agree, none diverges, and means and standard deviations are within 4 Monte Carlo standard errors of what they
 * must be. Among hundreds of figures one is further away in some percent of the seeds, and any change of a last bit is
 * another seed: a second one may help, what is wrong fails with both.
 */
export function expectMoments(draw: (seed: number) => Samples, reference: Reference): void {
  const first = disagreements(draw(1), reference);
  expect(first.length === 0 ? [] : disagreements(draw(2), reference), first.join('; ')).toEqual([]);
}

function disagreements(samples: Samples, reference: Reference): string[] {
  const { rows, divergences } = summarise(samples);
  const found = divergences === 0 ? [] : [`${divergences} divergences`];
  for (const row of rows) {
    const { mean, sd, mcseMean = 0, mcseSd = 0 } = reference(row.name);
    if (!(row.rHat < 1.01)) found.push(`R-hat of ${row.name} is ${row.rHat}`);
    if (!(Math.abs(row.mean - mean) < 4 * Math.hypot(row.mcseMean, mcseMean))) found.push(`mean of ${row.name} is ${row.mean}, expected ${mean}`);
    if (!(Math.abs(row.sd - sd) < 4 * Math.hypot(row.mcseSd, mcseSd))) found.push(`standard deviation of ${row.name} is ${row.sd}, expected ${sd}`);
  }
  return found;
}
