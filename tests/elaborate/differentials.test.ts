/** Derivatives as people type them, in files as in lines. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const declared = 'param x: R, z: R\nf(t) = sin(t)*t\ng(x, z) = x^3*z^2\ny = x^3*z^2\n';
const at = { x: 0.7, z: 1.3 };
const { x, z } = at;

describe('in a file', () => {
  it.each([
    ['d2/dx2 y', 6 * x * z ** 2],
    ['d^2/dx^2 y', 6 * x * z ** 2],
    ['(d/dx)^2 (x*f(x))', (2 - x * x) * Math.sin(x) + 4 * x * Math.cos(x)],
    ['dy/dx', 3 * x ** 2 * z ** 2],
    ['dy/dx + 2*dy/dz', 3 * x ** 2 * z ** 2 + 4 * x ** 3 * z],
    ['d2y/dx2', 6 * x * z ** 2],
    ['d^2/dxdz y', 6 * x ** 2 * z],
    ['d2/dzdx (x^3*z^2)', 6 * x ** 2 * z],
    ['d2g/dxdz', 6 * x ** 2 * z],
    ['d(y)/dz', 2 * x ** 3 * z],
    ['df/dt(2)', 2 * Math.cos(2) + Math.sin(2)],
  ])('%s', (text, value) => {
    const [called] = [emitted(`${declared}s = ${text}\nderive value of s as result`).call('result', {}, at)];
    expect(called.returned).toBeCloseTo(value, 12);
  });

  it('names that are declared stay names', () => {
    const model = emitted('param dx: R, dy: R, d2: R, dx2: R\ny = dx^2\ns = dy/dx + d2/dx2*y\nderive value of s as result');
    expect(model.call('result', {}, { dx: 2, dy: 3, d2: 5, dx2: 10 }).returned).toBe(3.5);
  });
});
