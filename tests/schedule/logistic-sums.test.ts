/** Logistic terms of one argument and its opposite are taken together, at every double as accurately as apart. */
import { describe, expect, it } from 'vitest';
import { sigmoid, softplus } from '../../src/kernels/logistic.ts';
import { emitted } from '../support/emitted.ts';

const LOSS = '-(y*log(1/(1 + exp(-z))) + (1 - y)*log(1 - 1/(1 + exp(-z))))';
const POINTS = [0, -0, 1e-300, 1e-9, -1e-9, 0.3, -0.3, 1, -1, 20, -20, 37, -37, 700, -700, 1e300, -1e300];
const near = (found: number | undefined, exact: number, size: number): void => expect(Math.abs((found ?? Number.NaN) - exact)).toBeLessThanOrEqual(6e-16 * size);

describe('a logistic loss and its slope', () => {
  const module = emitted(`param z, y: R\nf = ${LOSS}\nderive value, gradient of f wrt z as all`);

  it('takes one exponential and one logarithm, and no weighted sum of them', () => {
    const body = /function all[^]*?\n\}/.exec(module.code)?.[0] ?? '';
    for (const once of [/Math\.exp\(/g, /Math\.log1p\(/g, /Math\.abs\(/g, / \/ /g]) expect(body.match(once)).toHaveLength(1);
    expect(body).not.toMatch(/sigmoid|softplus|Math\.max/);
  });

  it.each(POINTS)('at %s', (z) => {
    for (const y of [0, 1, 0.25, -3, 7]) {
      const { returned, out } = module.call('all', {}, { z, y });
      const [lost, kept] = [y * softplus(-z), (1 - y) * softplus(z)];
      near(returned, lost + kept, Math.abs(lost) + Math.abs(kept));
      const [down, up] = [y * sigmoid(-z), (1 - y) * sigmoid(z)];
      near(out['z']?.[0], up - down, Math.abs(up) + Math.abs(down));
    }
  });
});

describe('pairs among other terms', () => {
  const module = emitted([
    'dim n', 'param w: R[n], s: R', 'data t: R[n]',
    'f = sum[i] (t[i]^2*softplus(w[i]) + 3*s*softplus(-w[i]) + w[i]^2 + 2*softplus(w[i]))', 'derive value, gradient of f wrt w, s as all',
  ].join('\n'));

  it.each(POINTS.filter((x) => Math.abs(x) < 1e100))('at %s', (x) => {
    const [t, s] = [0.7, 1.3];
    const { returned, out } = module.call('all', { n: 2 }, { w: [x, x], s, t: [t, t] });
    const value = (t ** 2 + 2) * softplus(x) + 3 * s * softplus(-x) + x ** 2;
    near(returned, 2 * value, 2 * value);
    const [up, down] = [(t ** 2 + 2) * sigmoid(x), 3 * s * sigmoid(-x)];
    near(out['w']?.[1], up - down + 2 * x, up + down + 2 * Math.abs(x));
    near(out['s']?.[0], 6 * softplus(-x), 6 * softplus(-x));
  });
});
