/** The programs of the gallery do their jobs: what they report agrees with what is known otherwise. The pictures are compared in tests/architecture.test.ts. */
import { describe, expect, it } from 'vitest';
import { EXHIBITS, runExhibit } from '../../scripts/gallery.ts';
import type { Shown } from '../../scripts/gallery.ts';

async function shownBy(name: string): Promise<Shown> {
  const exhibit = EXHIBITS.find((e) => e.name === name);
  if (exhibit === undefined) throw new Error(`no exhibit ${name}`);
  return runExhibit(exhibit);
}

/** The numbers in a figure, in order. */
const numbersOf = (figure: number | string | undefined): number[] => (typeof figure === 'number' ? [figure] : (figure?.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number));

/** For each figure, what is known of its numbers. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, (numbers: readonly number[]) => void>>>> = {
  // the article's 60 steps are on the way to the least squares line y = 1.8 x - 0.2
  regression: { 'loss after 60 steps': ([loss]) => expect(loss).toBeLessThan(0.13) },
  logistic: { 'flowers told right': (n) => expect(n).toEqual([95, 100]) },
  network: { 'points told right': ([right, all]) => expect(right).toBe(all) },
  mixture: { 'flowers that share a cluster with most of their species': ([right]) => expect(right).toBeGreaterThan(140) },
  attention: { 'rows of the new list that look at the right one': (n) => expect(n).toEqual([10, 10]), 'loss at the start': ([loss]) => expect(loss).toBeGreaterThan(0.5) },
  lstm: { 'error of 50 numbers ahead': ([rms]) => expect(rms).toBeLessThan(0.2), 'loss at the end': ([loss]) => expect(loss).toBeLessThan(1e-3) },
  'gaussian-process': {
    'deviation of the noise, 0.2 in truth': ([sd]) => expect(Math.abs((sd ?? 0) - 0.2)).toBeLessThan(0.05),
    'of the true curve within the band': ([part]) => expect(part).toBeGreaterThan(85),
  },
  // Black and Scholes at S = K = 100, T = 1/2, r = 0.03, sigma = 0.2
  greeks: { 'price at S = 100': ([price]) => expect(price).toBeCloseTo(6.371028, 6), delta: ([delta]) => expect(delta).toBeCloseTo(0.57015810, 8), gamma: ([gamma]) => expect(gamma).toBeCloseTo(0.02777213, 8) },
  'inverse-kinematics': { 'largest miss of the hand': (n) => expect(n).toEqual([1, -8]) },
  'circle-fit': { radius: ([radius]) => expect(Math.abs((radius ?? 0) - 2)).toBeLessThan(0.03) },
  'bundle-adjustment': {
    'distance of a point from where it is seen, before': ([before]) => expect(before).toBeGreaterThan(10),
    // less than the noise: 126 parameters take up a part of it
    after: ([after]) => expect(after).toBeLessThan(0.71),
  },
  'lotka-volterra': { 'rates found': (rates) => [1.1, 0.4, 0.4, 0.1].forEach((rate, k) => expect(Math.abs((rates[k] ?? 0) - rate)).toBeLessThan(0.01)) },
  // Gelman et al., Bayesian Data Analysis, with these priors: means 4.4 and 3.6
  'eight-schools': {
    'mean of the effects': ([mu]) => expect(Math.abs((mu ?? 0) - 4.4)).toBeLessThan(0.3),
    'their spread tau': ([tau]) => expect(Math.abs((tau ?? 0) - 3.6)).toBeLessThan(0.3),
    'largest R-hat': ([rHat]) => expect(rHat).toBeLessThan(1.01),
    'divergent draws': (n) => expect(n).toEqual([0]),
  },
};

describe('the gallery', () => {
  it('has something known for every program', () => {
    expect(Object.keys(KNOWN).sort()).toEqual(EXHIBITS.map(({ name }) => name).sort());
  });

  it.each(EXHIBITS.map(({ name }) => name))('%s', async (name) => {
    const { figures, picture } = await shownBy(name);
    for (const [what, holds] of Object.entries(KNOWN[name] ?? {})) holds(numbersOf(figures[what]));
    expect(picture).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(picture).not.toContain('NaN');
  });
});
