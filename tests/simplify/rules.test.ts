import { describe, expect, it } from 'vitest';
import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { Builder } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { printNode } from '../../src/print/print.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { Facts } from '../../src/simplify/facts.ts';
import { recognise, type Catalogue } from '../../src/simplify/recognise.ts';
import { compileRule } from '../../src/simplify/rule.ts';
import { RECOGNISERS } from '../../src/simplify/rules.ts';
import { DERIVATIVE_RULES } from '../../src/simplify/rules/derivatives.ts';
import { LAST_RULES } from '../../src/simplify/rules/exponential.ts';
import { KNOWN_SIGN_RULES } from '../../src/simplify/rules/known-signs.ts';
import { READING_RULES } from '../../src/simplify/rules/reading.ts';

/** Numerics reference, 3.3. Left sides lose their digits by cancellation outside of the moderate values: there only finiteness counts. */
const CORNERS = [0, -0, 1e-310, -1e-310, 1e-9, -1e-9, 0.25, 0.5, -0.5, 0.75, 1, -1, 2, -2, 3, -3, 7.25, -7.25, 20, -20, 700, -700, 800, -800, 1e17, -1e17, 1e300, -1e300, Infinity, -Infinity];
const MODERATE = 20;

const CATALOGUE: Catalogue = { rules: RECOGNISERS, recognisers: [], last: LAST_RULES };

describe('every rule', () => {
  it.each([...RECOGNISERS, ...DERIVATIVE_RULES, ...LAST_RULES, ...READING_RULES, ...KNOWN_SIGN_RULES])('$name: $text', (rule) => {
    // what is printed is not computed: there only equality counts
    const forPrinting = READING_RULES.includes(rule);
    const { variables, pattern, replacement, rule: { conditions = [] } } = compileRule(rule);
    let finite = 0;
    const points: number[][] = variables.reduce<number[][]>((all, v) => {
      const known = conditions.find((c) => c.variable === v)?.is;
      const values = CORNERS.filter((x) => (known === 'positive' ? x > 0 : known === 'nonnegative' ? x >= 0 : known === 'nonzero' ? x !== 0 : true));
      return all.flatMap((point) => values.map((value) => [...point, value]));
    }, [[]]);
    for (const point of points) {
      const environment = { sizes: new Map<string, number>(), inputs: new Map(variables.map((v, k) => [v, point[k]!])) };
      const [left = NaN] = evaluateScalars(pattern.graph, [pattern.root], environment);
      const [right = NaN] = evaluateScalars(replacement.graph, [replacement.root], environment);
      if (!Number.isFinite(left) || point.some((x) => !Number.isFinite(x))) continue;
      if (forPrinting && point.some((x) => Math.abs(x) > MODERATE)) continue;
      finite++;
      expect(Number.isFinite(right), `${String(point)}: ${left} but ${right}`).toBe(true);
      // nor does it say anything where a square vanishes
      if (point.every((x) => x === 0 || (Math.abs(x) <= MODERATE && Math.abs(x) > 1e-100))) expect(Math.abs(left - right), String(point)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(left)));
    }
    expect(finite).toBeGreaterThan(4);
  });
});

describe('recognition', () => {
  const show = (text: string, names: readonly string[]): string => {
    const { graph, root } = formulaTemplate(text, names);
    const b = new Builder(graph);
    const recognised = normalise(b, recognise(b, normalise(b, [root]), CATALOGUE, new Facts(b, [])));
    expect(checkGraph(graph, recognised)).toEqual([]);
    return printNode(graph, recognised[0]!, { notation: 'ascii' });
  };

  it.each([
    ['ln(1 + exp(x))', 'softplus(x)'],
    ['ln(exp(2*x*y) + 1)', 'softplus(2*x*y)'],
    ['1/(1 + exp(-x))', 'sigmoid(x)'],
    ['y*exp(x)/(1 + exp(x))', 'y*sigmoid(x)'],
    ['3*x/(1 + exp(-x))', '3*x*sigmoid(x)'],
    ['-ln(1/(1 + exp(-(x*y))))', 'softplus(-x*y)'],
    ['ln(1 - 1/(1 + exp(-x)))', '-softplus(x)'],
    ['sin(ln(1 + exp(cos(x))))^2', 'sin(softplus(cos(x)))^2'],
    ['ln(2 + exp(x))', 'ln(2 + exp(x))'],
    ['exp(x)/(1 + exp(y))', 'exp(x)*sigmoid(-y)'],
  ])('%s is %s', (text, recognised) => expect(show(text, ['x', 'y'])).toBe(recognised));

  it('works elementwise on tensors, broadcast included', () => {
    const b = new Builder(new Graph());
    const z = b.leaf({ name: 'z', role: 'param', element: 'real', shape: ['N', 'K'] });
    const exp = b.map('exp', [b.whole(z)], ['N', 'K']);
    const sum = b.add([{ coef: Q.ONE, id: b.integer(1), sub: [] }, { coef: Q.ONE, id: exp, sub: [0, 1] }], ['N', 'K']);
    const [root] = recognise(b, [b.map('ln', [{ id: sum, sub: [1, 0] }], ['K', 'N'])], CATALOGUE, new Facts(b, []));
    expect(printNode(b.graph, root!, { notation: 'ascii' })).toBe("softplus(z')");
    expect(checkGraph(b.graph, [root!])).toEqual([]);
  });
});
