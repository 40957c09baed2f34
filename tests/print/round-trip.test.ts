import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { transplant } from '../../src/ir/walk.ts';
import { printNode } from '../../src/print/print.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';

/** Names as the language knows them: `h'` and such do not occur in random graphs. */
const NAMES = ['a', 'b', 'u'];

describe('what is printed parses back', () => {
  it.each(['ascii', 'unicode'] as const)('random scalar formulas, %s', (notation) => {
    let parsed = 0;
    let same = 0;
    let sameText = 0;
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 25 }), (seed, size) => {
      const { builder: b, root, environment } = randomGraph(seed, size, 'scalar');
      const [normal] = normalise(b, [root]);
      const text = printNode(b.graph, normal!, { notation });
      if (text.includes(';')) return;
      parsed++;
      const leaves = NAMES.map((name) => b.leaf({ name, role: 'variable', element: 'real', shape: [] }));
      const { graph, root: read, parameters } = formulaTemplate(text, NAMES);
      const [copy] = transplant(b, graph, [read], (id) => leaves[parameters.indexOf(id)]);
      const [back] = normalise(b, [copy!]);
      if (back === normal) same++;
      // a product that is shared only up to its coefficient may be read with other brackets: `2*(a*b)*c` as `2*a*b*c`
      const again = normalise(new Builder(graph), [read])[0]!;
      if (printNode(graph, again, { notation }) === text) sameText++;
      const [found = NaN, expected = NaN] = evaluateScalars(b.graph, [back!, normal!], environment);
      const most = magnitude(b.graph, [normal!], environment);
      if (most < 1e6) expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-7 * (1 + most));
    }), { numRuns: 500 });
    expect(parsed).toBeGreaterThan(300);
    expect(same / parsed).toBeGreaterThan(0.95);
    expect(sameText / parsed).toBeGreaterThan(0.98);
  });
});
