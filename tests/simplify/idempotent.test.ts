/** What is simplified stays as it is when it is simplified again: normal form and values in stable form. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../src/simplify/normalise.ts';
import { stableValues } from '../../src/simplify/stable.ts';
import { randomGraph } from '../support/random-graph.ts';

it.each(['scalar', 'tensor'] as const)('random %s formulas', (flavour) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
    const { builder: b, root } = randomGraph(seed, size, flavour);
    const normal = normalise(b, [root]);
    expect(normalise(b, normal)).toEqual(normal);
    const stable = stableValues(b, [root]);
    expect(stableValues(b, stable)).toEqual(stable);
  }), { numRuns: 150 });
});
