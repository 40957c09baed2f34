/** Points at which a part of the slope overflows or vanishes and the slope does not; values by mpmath 1.3 with 400 digits. */
import { describe, expect, it } from 'vitest';
import { emittedScalar } from '../support/emitted.ts';

const SLOPES: readonly (readonly [string, number, number])[] = [
  ['atan(1/x)', 1e-170, -1], ['atan(1/x)', -1e-300, -1], ['atan(3/x)', 1e-170, -1 / 3], ['atan(1/x^2)', 1e-170, -2e-170], ['atan(1/x^2)', 1e80, -2e-240],
  ['atan(1/x^2)', -1e-100, 2e-100], ['atan(x^2)', 1e80, 2e-240], ['atan(x^2)', 0.5, 0.9411764705882353], ['atan(1/x)', 2, -0.2],
  ['1/(1 + 1/x)', 1e-200, 1], ['1/(1 + 1/x)', 3, 0.0625], ['atan(2/x)', 1e-170, -0.5],
  ['atan(exp(x))', 700, 9.85967654375977e-305], ['atan(exp(x))', 711, 0], ['atan(exp(x))', -700, 9.85967654375977e-305], ['atan(exp(x))', 1, 0.3240271368319427],
  ['tanh(ln(x))', 1e-170, 4e-170], ['tanh(ln(x))', 1e100, 4e-300], ['tanh(ln(x))', 2, 0.32],
  ['exp(acosh(x))', 1.7e308, 2], ['exp(acosh(x))', 2, 2.1547005383792515],
  ['erf(x)', 5e-324, 1.1283791670955126],
];

describe('slopes at extreme points', () => {
  it.each(SLOPES)('d/dx %s at %f', (text, x, slope) => {
    const { derivative } = emittedScalar(text, 'x', ['x'])({ x });
    // the hyperbolic functions end where cosh overflows: below that only subnormal numbers are left
    expect(Math.abs(derivative - slope)).toBeLessThanOrEqual(4e-15 * Math.abs(slope));
  });

  it.each([[1, 2e-170], [1e-170, 1e-170], [2, 3]])('atan(y/x) at y = %f, x = %f', (y, x) => {
    const h = Math.hypot(x, y);
    for (const [by, slope] of [['x', -y / h / h], ['y', x / h / h]] as const) expect(emittedScalar('atan(y/x)', by, ['x', 'y'])({ x, y }).derivative / slope).toBeCloseTo(1, 14);
  });
});
