/** Functions of few numbers are straight lines in use order: results stored as soon as they are known. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const rosenbrock = (size: string): string => `dim N${size}
param x: R[N]
f = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]
derive value, gradient of f wrt x`;

const bodyOf = (code: string): string => /function valueGradient[^]*?\n\}/.exec(code)?.[0] ?? '';

describe('straight lines', () => {
  const fixed = emitted(rosenbrock(' = 10'));
  const body = bodyOf(fixed.code);

  it('loops of known length are written out where the whole function stays short', () => {
    expect(body).not.toMatch(/\bfor\b|\[i\]/);
    expect(bodyOf(emitted(rosenbrock(' = 200')).code)).toMatch(/\bfor\b/);
  });

  it('a result is stored before the next variable is read', () => {
    const at = (text: string): number => {
      const found = body.indexOf(text);
      expect(found, text).toBeGreaterThan(0);
      return found;
    };
    expect(at('gx[0] =')).toBeLessThan(at('x[2]'));
    expect(at('gx[5] =')).toBeLessThan(at('x[7]'));
  });

  it('the values are those of the loop', () => {
    const x = Float64Array.from({ length: 10 }, (_, k) => Math.sin(1.3 * k));
    const line = fixed.call('valueGradient', {}, { x });
    const loop = emitted(rosenbrock(' where N >= 2')).call('valueGradient', { N: 10 }, { x });
    expect(line.returned).toBeCloseTo(loop.returned ?? Number.NaN, 9);
    Array.from(loop.out['x'] ?? []).forEach((g, k) => expect(line.out['x']?.[k]).toBeCloseTo(g, 9));
  });
});
