import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { Builder } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { printNode } from '../../src/print/print.ts';
import { simplifyDerivative } from '../../src/simplify/derivative.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { readingForms } from '../../src/simplify/reading.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';

const refuse = (): never => {
  throw new Error('every operation used here has a derivative');
};

/** d/dv of a formula, as it is printed. */
function derivative(text: string, v: string): string {
  const names = [...new Set(text.match(/[a-z]\w*(?![\w(])/gi))].filter((n) => n !== 'pi');
  const { graph, root, parameters } = formulaTemplate(text, names);
  const b = new Builder(graph);
  const { adjoints } = gradient(b, root, [parameters[names.indexOf(v)]!], refuse);
  const [value, d] = simplifyDerivative(b, normalise(b, [root, ...adjoints]), [root]);
  return printNode(graph, readingForms(b, [d!], [root, value!])[0]!, { notation: 'ascii' });
}

/** Numerics reference, 3.5, as far as no recogniser and no name for the primal is needed; `log` is spelt `ln`. */
const GOLDEN: readonly (readonly [formula: string, variable: string, derivative: string])[] = [
  ['tanh(x)', 'x', '1 - tanh(x)^2'],
  ['-(y*ln(p)+(1-y)*ln(1-p))', 'p', '(p - y)/(p*(1 - p))'],
  ['(w*x+b-y)^2', 'w', '2*x*(w*x + b - y)'],
  ['-ln(exp(u)/(exp(u)+exp(v)))', 'u', '-exp(v)/(exp(u) + exp(v))'],
  ['exp(-(x-m)^2/(2*s^2))/(s*sqrt(2*pi))', 'm', '(x - m)*exp(-(x - m)^2/(2*s^2))/(s^3*sqrt(2*pi))'],
  ['exp(-(x-m)^2/(2*s^2))/(s*sqrt(2*pi))', 's', '((x - m)^2 - s^2)*exp(-(x - m)^2/(2*s^2))/(s^4*sqrt(2*pi))'],
  ['x^x', 'x', 'x^x*(ln(x) + 1)'],
  ['sin(x)/x', 'x', '(x*cos(x) - sin(x))/x^2'],
  ['x*ln(x)', 'x', 'ln(x) + 1'],
  ['sqrt(x^2+y^2)', 'x', 'x/sqrt(x^2 + y^2)'],
  ['x/(1+x^2)', 'x', '(1 - x^2)/(1 + x^2)^2'],
  ['(x^2+1)^10', 'x', '20*x*(x^2 + 1)^9'],
  ['exp(x)*sin(x)', 'x', 'exp(x)*(sin(x) + cos(x))'],
  ['ln(x^2+1)', 'x', '2*x/(x^2 + 1)'],
  ['(3*x^2+2*x+1)/(x-1)', 'x', '3*(x^2 - 2*x - 1)/(x - 1)^2'],
  ['x^2*exp(-x)', 'x', 'x*(2 - x)*exp(-x)'],
  ['sin(x)^2', 'x', '2*sin(x)*cos(x)'],
  ['100*(y-x^2)^2+(1-x)^2', 'x', '-400*x*(y - x^2) - 2*(1 - x)'],
  ['sqrt(1-x^2)', 'x', '-x/sqrt(1 - x^2)'],
  ['ln(x/(1-x))', 'x', '1/(x*(1 - x))'],
  ['a*x^2+b*x+c', 'x', '2*a*x + b'],
  ['(x+1)/(x-1)', 'x', '-2/(x - 1)^2'],
  ['x^3-3*x^2+2', 'x', '3*x^2 - 6*x'],
  ['ln(cosh(x))', 'x', 'tanh(x)'],
  ['x^2 + y^2', 'x', '2*x'],
  ['-(x-m)^2/(2*s^2) - ln(s)', 'm', '(x - m)/s^2'],
  ['ln(1/s) + (s^2+m^2)/2 - 1/2', 's', 's - 1/s'],
];

describe('derivatives as they are read', () => {
  it.each(GOLDEN)('%s by %s', (formula, variable, text) => {
    expect(derivative(formula, variable)).toBe(text);
  });

  it('mean the same numbers, whatever the formula', () => {
    const flavours = fc.constantFrom('scalar' as const, 'tensor' as const);
    let compared = 0;
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), flavours, (seed, size, flavour) => {
      const { builder: b, root, environment } = randomGraph(seed, size, flavour);
      const whole = b.graph.shape(root).length === 0 ? root : b.ein({ num: 1n, den: 1n }, [b.whole(root)], [], b.graph.shape(root));
      const leaves = reachable(b.graph, [whole]).filter((id) => b.graph.attr(id).kind === 'leaf');
      const { adjoints } = gradient(b, whole, leaves, refuse);
      const [value, ...derivatives] = normalise(b, [whole, ...adjoints]);
      const readable = readingForms(b, derivatives, [whole, value!]);
      expect(checkGraph(b.graph, readable)).toEqual([]);
      const read = (nodes: readonly NodeId[]) => evaluate(b.graph, nodes, environment).flatMap((t) => [...t.data]);
      const [expected, found] = [read(derivatives), read(readable)];
      const most = magnitude(b.graph, derivatives, environment);
      if (most > 1e6) return;
      expected.forEach((e, k) => {
        compared++;
        expect(Math.abs(e - found[k]!)).toBeLessThanOrEqual(1e-7 * (1 + most));
      });
    }), { numRuns: 250 });
    expect(compared).toBeGreaterThan(400);
  });
});
