/** What is simplified stays as it is when it is simplified again: formulas, gradients and values in stable form. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { tidy } from '../../src/compile.ts';
import type { Builder } from '../../src/ir/build.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { stableValues } from '../../src/simplify/stable.ts';
import { randomGraph } from '../support/random-graph.ts';

const total = (b: Builder, root: NodeId): NodeId => {
  const shape = b.graph.shape(root);
  return b.ein({ num: 1n, den: 1n }, [b.whole(root)], [], shape);
};

it.each(['scalar', 'tensor'] as const)('random %s formulas', (flavour) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
    const { builder: b, root } = randomGraph(seed, size, flavour);
    const normal = normalise(b, [root]);
    expect(normalise(b, normal)).toEqual(normal);
    const stable = stableValues(b, [root]);
    expect(stableValues(b, stable)).toEqual(stable);
    const sources = reachable(b.graph, stable).filter((id) => b.graph.attr(id).kind === 'leaf');
    const { adjoints } = gradient(b, total(b, stable[0]!), sources, () => undefined);
    const once = tidy(b, { values: stable, derivatives: adjoints }, stable);
    expect(tidy(b, once, stable)).toEqual(once);
  }), { numRuns: 150 });
});
