/** Logistic functions of one argument share their exponential, at every double as accurately as alone. */
import { describe, expect, it } from 'vitest';
import { sigmoid, softplus } from '../../src/kernels/logistic.ts';
import { emitted } from '../support/emitted.ts';

const module = emitted('param z: R\nf = softplus(z)\nderive value, gradient, derivative(2) of f wrt z as all');

describe('softplus with its derivatives', () => {
  it('takes one exponential', () => {
    const body = /function all[^]*?\n\}/.exec(module.code)?.[0] ?? '';
    expect(body.match(/Math\.exp\(/g)).toHaveLength(1);
    expect(body).not.toMatch(/sigmoid\(|softplus\(/);
  });

  it.each([0, -0, 1e-300, -1e-300, 1e-9, -1e-9, 0.3, -0.3, 1, -1, 20, -20, 37, -37, 700, -700, 745, -745, 1e300, -1e300, Infinity, -Infinity])('at %s', (z) => {
    const { returned, out } = module.call('all', {}, { z });
    expect(returned).toBe(softplus(z));
    expect(out['z']?.[0]).toBe(sigmoid(z));
    const curvature = sigmoid(z) * sigmoid(-z);
    expect(Math.abs((out['z_2']?.[0] ?? Number.NaN) - curvature)).toBeLessThanOrEqual(4e-16 * curvature);
  });

  it('alone they stay kernels', () => {
    expect(emitted('param z: R\nf = softplus(z)\nderive value of f').code).toMatch(/softplus\(/);
  });
});
