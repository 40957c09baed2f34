/** Laplace's approximation and variational inference: exact for normal densities, honest elsewhere. */
import { describe, expect, it } from 'vitest';
import { withHessian, withHessianProduct } from '../../../src/runtime/pack.ts';
import { advi } from '../../../src/runtime/sampling/advi.ts';
import { laplace } from '../../../src/runtime/sampling/laplace.ts';
import type { Target } from '../../../src/runtime/sampling/target.ts';
import { functionsOf, objectiveOf } from '../support.ts';

/** A normal density with this precision and mean, and its emitted Hessian. */
const precision = [2, 0.8, 0, 0.8, 1, 0.3, 0, 0.3, 4];
const mean = [1, -2, 0.5];
/** ∫ exp(logp), its covariance by hand: determinant of the precision 2·(4 - 0.09) - 0.8·3.2 = 5.26 */
const determinant = 5.26;
const covariance = [3.91, -3.2, 0.24, -3.2, 8, -0.6, 0.24, -0.6, 1.36].map((c) => c / determinant);
const f = functionsOf('param x: R[3]\ndata P: R[3, 3], m: R[3]\nlogp = -(x - m)\'*P*(x - m)/2\nderive value, gradient of logp wrt x\nderive hessian of logp wrt x\nderive hvp of logp wrt x');
const data = { P: Float64Array.from(precision), m: Float64Array.from(mean) };
const plain = objectiveOf(f, data);
const params = f.make('Params');
const curved = withHessian(plain, { params, hessian: f.make('Hessian'), evaluate: (p, out) => void f.call('hessian', { params: p, data, out }) });
const product = withHessianProduct(plain, { params, direction: f.make('Direction'), product: f.make('Hvp'), evaluate: (p, direction, out) => void f.call('hvp', { params: p, data, direction, out }) });

describe('Laplace', () => {
  it.each([['gradients', plain, 1e-7], ['an emitted Hessian', curved, 1e-14], ['emitted products', product, 1e-14]] as const)('is exact for a normal density, with %s', (_, target, tolerance) => {
    const result = laplace(target, { draws: 20_000 });
    expect(result.status).toBe('done');
    mean.forEach((m, i) => expect(Math.abs(result.mode[i]! - m)).toBeLessThan(1e-7));
    covariance.forEach((c, i) => expect(Math.abs(result.covariance[i]! - c)).toBeLessThan(tolerance));
    expect(Math.abs(result.logEvidence - 1.5 * Math.log(2 * Math.PI) + 0.5 * Math.log(determinant))).toBeLessThan(1e-7);
    // 20,000 draws: four standard errors of the mean of the first component
    let sum = 0;
    for (let k = 0; k < 20_000; k++) sum += result.draws[3 * k]!;
    expect(Math.abs(sum / 20_000 - 1)).toBeLessThan(4 * Math.sqrt(covariance[0]! / 20_000));
  });

  it('says so when there is no mode, or no maximum', () => {
    const slope: Target = { dimension: 1, valueGradient: (x, g) => ((g[0] = 1), x[0]!) };
    expect(laplace(slope, { maxIterations: 50 }).status).toBe('no-mode');
    const flat: Target = { dimension: 2, valueGradient: (x, g) => ((g[0] = -x[0]!), (g[1] = 0), -0.5 * x[0]! ** 2) };
    const result = laplace(flat);
    expect(result.status).toBe('not-a-maximum');
    expect(result.draws).toHaveLength(0);
    expect(result.logEvidence).toBeNaN();
  });
});

describe('ADVI', () => {
  it('full rank: mean, covariance and evidence of a normal density', () => {
    const { status, mean: found, factor, elbo } = advi(plain, { family: 'full-rank', seed: 4 });
    expect(status).toBe('converged');
    mean.forEach((m, i) => expect(Math.abs(found[i]! - m)).toBeLessThan(0.05));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let c = 0;
        for (let k = 0; k < 3; k++) c += factor[3 * i + k]! * factor[3 * j + k]!;
        expect(Math.abs(c - covariance[3 * i + j]!)).toBeLessThan(0.1);
      }
    }
    // the bound is reached, but for the noise of 100 draws
    expect(Math.abs(elbo - (1.5 * Math.log(2 * Math.PI) - 0.5 * Math.log(determinant)))).toBeLessThan(0.1);
  });

  it('mean field: the standard deviations of one component given the others', () => {
    const { status, mean: found, factor } = advi(plain, { seed: 4 });
    expect(status).toBe('converged');
    mean.forEach((m, i) => expect(Math.abs(found[i]! - m)).toBeLessThan(0.05));
    [2, 1, 4].forEach((p, i) => expect(Math.abs(factor[i]! - 1 / Math.sqrt(p))).toBeLessThan(0.03));
  });

  it('fails for a density without end', () => {
    const slope: Target = { dimension: 1, valueGradient: (x, g) => ((g[0] = 1), x[0]!) };
    expect(advi(slope).status).not.toBe('converged');
  });

  it('says so when the bound does not settle or is not finite', () => {
    expect(advi(plain, { maxIterations: 200 }).status).toBe('max-iterations');
    const broken: Target = { dimension: 1, valueGradient: (_, g) => ((g[0] = Number.NaN), Number.NaN) };
    const result = advi(broken);
    expect(result.status).toBe('failed');
    expect(result.elbo).toBeNaN();
    expect(result.draws).toHaveLength(0);
  });
});
