/** Diagnostics against ArviZ 0.23.4 (az.rhat, az.ess, az.mcse, az.bfmi) on the same draws. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/runtime/random.ts';
import { energyFraction, essBulk, essTail, mcseMean, mcseSd, rHat } from '../../../src/runtime/sampling/diagnostics.ts';
import { normalQuantile } from '../../../src/runtime/sampling/normal-quantile.ts';
import { erfc } from '../../../src/kernels/erf.ts';

/** Four autoregressive chains of 251 draws, the first one moved. */
function chainsOf(rho: number, shift: number, seed: number): Float64Array[] {
  return [0, 1, 2, 3].map((c) => {
    const random = new Random(seed + c);
    let x = random.normal();
    return Float64Array.from({ length: 251 }, () => {
      x = rho * x + Math.sqrt(1 - rho * rho) * random.normal();
      return x + (c === 0 ? shift : 0);
    });
  });
}

const cases = [
  { name: 'mixed', chains: chainsOf(0.5, 0, 10), rHat: 1.002368815576199, bulk: 419.1115367259052, tail: 749.0356543354918, mean: 0.047340529917909734, sd: 0.024466581980915537, energy: 1.0806706349130195 },
  // chains that hardly mix: ArviZ ends its sums two lags later than the R package posterior
  { name: 'apart', chains: chainsOf(0.5, 1, 20), rHat: 1.1007182080044084, bulk: 31.789800071554033, tail: 654.3641814181399, mean: 0.20062477224803849, sd: 0.031808761709822164, energy: 1.097292105174759, lags: 0.02 },
  // the middle draw counts for the median here, as in posterior, and not in ArviZ
  { name: 'alternating', chains: chainsOf(-0.5, 0, 30), rHat: 1.0008829488173736, bulk: 2822.833488645677, tail: 1113.6497886746129, mean: 0.01844742583479526, sd: 0.02666393010141066, energy: 2.980950875545323, median: 1e-4 },
  { name: 'slow', chains: chainsOf(0.95, 0, 40), rHat: 1.1145195625399753, bulk: 31.696198919665218, tail: 66.61056136872452, mean: 0.1533600199995663, sd: 0.052194778412055456, energy: 0.1918124311282566, lags: 0.02 },
  { name: 'ties', chains: chainsOf(0.5, 0, 50).map((c) => c.map((x) => Math.round(2 * x))), rHat: 1.0053304171103081, bulk: 366.75223923608394, tail: 461.614410230425, mean: 0.11193386744011602, sd: 0.06480955233751018, energy: 0.7833423151173659 },
];

describe('diagnostics', () => {
  it.each(cases)('$name', ({ chains, rHat: r, bulk, tail, mean, sd, energy, lags = 1e-12, median = 1e-12 }) => {
    const relative = (got: number, expected: number): number => Math.abs(got / expected - 1);
    expect(relative(rHat(chains), r)).toBeLessThan(median);
    expect(relative(essBulk(chains), bulk)).toBeLessThan(lags);
    expect(relative(essTail(chains), tail)).toBeLessThan(lags);
    expect(relative(mcseMean(chains), mean)).toBeLessThan(lags);
    expect(relative(mcseSd(chains), sd)).toBeLessThan(1e-12);
    expect(relative(energyFraction(chains[0]!), energy)).toBeLessThan(1e-12);
  });

  it('are NaN for draws that never change or are not finite', () => {
    const same = [new Float64Array(50).fill(2), new Float64Array(50).fill(2)];
    const broken = [Float64Array.from({ length: 50 }, (_, i) => (i === 7 ? Number.NaN : i))];
    for (const chains of [same, broken]) for (const figure of [rHat, essBulk, essTail, mcseMean]) expect(figure(chains)).toBeNaN();
  });

  it('the quantile of the normal distribution is the inverse of its distribution function', () => {
    for (const p of [1e-300, 1e-20, 1e-9, 0.001, 0.07, 0.0751, 0.3, 0.5, 0.9, 0.925, 0.999]) {
      expect(Math.abs((0.5 * erfc(-normalQuantile(p) / Math.SQRT2)) / p - 1), String(p)).toBeLessThan(1e-12);
    }
  });
});
