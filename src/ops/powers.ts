/** Powers and roots. */
import { primitive } from './schema.ts';
import { hypot } from '../kernels/elementary.ts';

export const powers = {
  pow: primitive({
    args: ['x', 'n'],
    title: 'power',
    domain: { x: 'positive', n: 'real' },
    // xlogy keeps the limit at x = 0: 0 for n > 0, -inf for n = 0
    derivative: { x: 'if n == 0 then 0 else n*x^(n - 1)', n: 'xlogy(y, x)' },
    evaluate: Math.pow,
    ts: { inline: 'Math.pow({x}, {n})' },
    cost: 1,
    latex: '{x}^{{n}}',
    doc: 'x raised to n, also written x^n or x**n. A negative base needs an integer exponent; x^0 is 1 for every x.',
    examples: ['pow(2, 10)', 'x^(3/2)'],
  }),
  sqrt: primitive({
    args: ['x'],
    title: 'square root',
    domain: { x: 'nonnegative' },
    range: '[0, inf)',
    facts: ['increasing', 'nonnegative'],
    exact: [['0', '0'], ['1', '1']],
    derivative: { x: '1/(2*y)' },
    evaluate: Math.sqrt,
    ts: { inline: 'Math.sqrt({x})' },
    cost: 1,
    latex: '\\sqrt{{x}}',
    doc: 'The nonnegative square root, also written √x. Its slope at 0 is inf.',
    examples: ['sqrt(2)', '√(x^2 + 1)'],
  }),
  cbrt: primitive({
    args: ['x'],
    title: 'cube root',
    domain: { x: 'real' },
    facts: ['odd', 'increasing'],
    exact: [['0', '0'], ['1', '1']],
    derivative: { x: '1/(3*y^2)' },
    evaluate: Math.cbrt,
    ts: { inline: 'Math.cbrt({x})' },
    cost: 1,
    latex: '\\sqrt[3]{{x}}',
    doc: 'The real cube root, defined for negative x too (x^(1/3) is not).',
    examples: ['cbrt(-8)'],
  }),
  hypot: primitive({
    args: ['u', 'v'],
    title: 'length of (u, v)',
    domain: { u: 'real', v: 'real' },
    range: '[0, inf)',
    facts: ['commutative', 'nonnegative'],
    derivative: { u: 'xdivy(u, y)', v: 'xdivy(v, y)' },
    reads: 'sqrt(u^2 + v^2)',
    evaluate: hypot,
    ts: { kernel: 'hypot' },
    // two squares, a sum, a root
    cost: 4,
    latex: '\\sqrt{{u}^2 + {v}^2}',
    doc: 'sqrt(u^2 + v^2) without overflow or underflow. Both partials are 0 at the origin (the least subgradient).',
    examples: ['hypot(3, 4)'],
  }),
};
