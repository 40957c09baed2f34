/** Functions that cancel in a derivative are not computed. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const module = (formula: string, names: string): ReturnType<typeof emitted> => emitted(`param ${names}: R\nf = ${formula}\nderive gradient of f wrt x as slope`);
const slopeIn = (code: string): string => /function slope[^]*?\n\}/.exec(code)?.[0] ?? '';

describe('functions that cancel', () => {
  it('an incomplete gamma function over the power that it is of', () => {
    const { code, call } = module('gammainc(13/2, -b/(c + x)^2)/((c + x)^13*(-b/(c + x)^2)^(13/2))', 'b, c, x');
    expect(slopeIn(code)).not.toMatch(/gammainc/);
    const slope = call('slope', {}, { b: -0.3, c: 1.9, x: 2.2 }).out['x']?.[0];
    // 2·exp(b/(c + x)²)/(c + x)¹⁴
    const exact = (2 * Math.exp(-0.3 / 4.1 ** 2)) / 4.1 ** 14;
    expect(Math.abs((slope ?? Number.NaN) - exact)).toBeLessThan(1e-14 * exact);
  });

  it('what is needed stays, also inside of another function', () => {
    expect(slopeIn(module('x*sin(x)*exp(sin(x))', 'x').code)).toMatch(/Math\.sin[^]*Math\.exp/);
    expect(slopeIn(module('(x + 1)*atan(x) - (x + 2)*atan(x)*x', 'x').code)).toMatch(/Math\.atan/);
  });
});
