/** The error function and its relatives. */
import { primitive } from './schema.ts';
import { erf, erfc, erfcx, erfi } from '../kernels/erf.ts';

export const errorFunctions = {
  erf: primitive({
    args: ['x'],
    title: 'error function',
    domain: { x: 'real' },
    range: '[-1, 1]',
    facts: ['odd', 'increasing', 'smooth', 'bounded'],
    exact: [['0', '0']],
    derivative: { x: '2/sqrt(pi)*expsq(x, -1)' },
    evaluate: erf,
    ts: { kernel: 'erf' },
    // a polynomial of degree 11 in x^2
    cost: 24,
    latex: '\\operatorname{erf}\\left({x}\\right)',
    doc: '2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.',
    examples: ['erf(1)'],
  }),
  erfc: primitive({
    args: ['x'],
    title: 'complementary error function',
    domain: { x: 'real' },
    range: '[0, 2]',
    facts: ['decreasing', 'smooth', 'bounded', 'positive'],
    exact: [['0', '1']],
    derivative: { x: '-2/sqrt(pi)*expsq(x, -1)' },
    evaluate: erfc,
    ts: { kernel: 'erfc' },
    // a quotient of polynomials, an exponential in two parts
    cost: 36,
    latex: '\\operatorname{erfc}\\left({x}\\right)',
    doc: '1 - erf(x), accurate where that difference would cancel.',
    examples: ['erfc(5)'],
  }),
  erfcx: primitive({
    args: ['x'],
    title: 'scaled complementary error function',
    domain: { x: 'real' },
    range: '(0, inf)',
    facts: ['decreasing', 'smooth', 'positive'],
    exact: [['0', '1']],
    derivative: { x: 'erfcxslope(x)' },
    reads: 'exp(x^2)*erfc(x)',
    evaluate: erfcx,
    ts: { kernel: 'erfcx' },
    // a quotient of polynomials
    cost: 28,
    latex: '\\operatorname{erfcx}\\left({x}\\right)',
    doc: 'exp(x^2)*erfc(x), which neither overflows nor vanishes for large x.',
    examples: ['erfcx(10)'],
  }),
  erfi: primitive({
    args: ['x'],
    title: 'imaginary error function',
    domain: { x: 'real' },
    facts: ['odd', 'increasing', 'smooth'],
    exact: [['0', '0']],
    derivative: { x: '2/sqrt(pi)*expsq(x, 1)' },
    evaluate: erfi,
    ts: { kernel: 'erfi' },
    cost: 1,
    latex: '\\operatorname{erfi}\\left({x}\\right)',
    doc: '2/sqrt(pi) times the integral of exp(t^2) from 0 to x.',
    examples: ['erfi(1)'],
  }),
};
