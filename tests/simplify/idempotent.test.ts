/** What is simplified stays as it is when it is simplified again: normal form, values in stable form, derivatives. */
import * as fc from '../support/property.ts';
import { expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { tidy } from '../../src/compile.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { reachable } from '../../src/ir/walk.ts';
import { stableValues } from '../../src/simplify/stable.ts';
import { randomGraph } from '../support/random-graph.ts';

it.each(['scalar', 'tensor'] as const)('random %s formulas', (flavour) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
    const { builder: b, root } = randomGraph(seed, size, flavour);
    const normal = normalise(b, [root]);
    expect(normalise(b, normal)).toEqual(normal);
    const stable = stableValues(b, [root]);
    expect(stableValues(b, stable)).toEqual(stable);
  }), { numRuns: 150, examples: [[887719732, 14]] });
});

it.each(['scalar', 'tensor'] as const)('derivatives of random %s formulas', (flavour) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
    const { builder: b, root } = randomGraph(seed, size, flavour);
    const [value = root] = stableValues(b, [root]);
    if (b.graph.shape(value).length > 0) return;
    const leaves = reachable(b.graph, [value]).filter((id) => b.graph.attr(id).kind === 'leaf');
    const once = tidy(b, { values: [value], derivatives: gradient(b, value, leaves, () => undefined).adjoints }, [value]);
    expect(tidy(b, once, once.values)).toEqual(once);
  }), { numRuns: 150, examples: [[-108910774, 15]] });
});
