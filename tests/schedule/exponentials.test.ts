/** Logistic functions of one argument share their exponential, at every double as accurately as alone. */
import { describe, expect, it } from 'vitest';
import { hypot } from '../../src/kernels/elementary.ts';
import { logaddexp, sigmoid, softplus } from '../../src/kernels/logistic.ts';
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

describe('log-sum-exp of two with its gradient', () => {
  const two = emitted('param u, v: R\nf = log(exp(u) + exp(v))\nderive value, gradient of f wrt u, v as all');

  it('takes one exponential', () => {
    const body = /function all[^]*?\n\}/.exec(two.code)?.[0] ?? '';
    expect(body.match(/Math\.exp\(/g)).toHaveLength(1);
    expect(body).not.toMatch(/sigmoid\(|logaddexp\(/);
  });

  it.each([[0, 0], [1, -2], [-3, 5], [1e-9, 0], [800, 700], [-800, 1], [1e300, -1e300], [Infinity, 2], [-Infinity, 0], [-Infinity, -Infinity], [Infinity, Infinity]])('at %s, %s', (u, v) => {
    const { returned, out } = two.call('all', {}, { u, v });
    expect(returned).toBe(logaddexp(u, v));
    if (u === v && !Number.isFinite(u)) return;
    expect(out['u']?.[0]).toBe(sigmoid(u - v));
    expect(out['v']?.[0]).toBe(sigmoid(v - u));
  });
});

describe('slopes of a length', () => {
  const length = emitted('param x: R[2], y: R[2]\nf = sum[i] sqrt(x[i]^2 + y[i]^2)\nderive value, gradient of f wrt x, y as all');

  it('share a reciprocal in arrays', () => {
    expect(length.code).toMatch(/\* inv/);
    expect(emitted('param x, y: R\nf = sqrt(x^2 + y^2)\nderive value, gradient of f').code).not.toMatch(/\* inv/);
  });

  it.each([[0, 0], [3, 4], [-3e200, 4e200], [3e-200, -4e-200], [3e-320, 0], [0, -1], [1e308, 1e-308]])('at %s, %s', (x, y) => {
    const { out } = length.call('all', {}, { x: [x, 1], y: [y, 2] });
    const h = hypot(x, y);
    for (const [name, at] of [['x', x], ['y', y]] as const) expect(Math.abs((out[name]?.[0] ?? Number.NaN) - (h === 0 ? 0 : at / h))).toBeLessThanOrEqual(3e-16);
  });
});
