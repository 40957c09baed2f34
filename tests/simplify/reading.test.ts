import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { readingForms } from '../../src/simplify/reading.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';

const refuse = (): never => {
  throw new Error('every operation used here has a derivative');
};

describe('derivatives as they are read', () => {
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
    }), { numRuns: 250, examples: [[-135152470, 13, 'tensor'], [1995144903, 16, 'tensor'], [23, 10, 'tensor'], [702674201, 16, 'tensor']] });
    expect(compared).toBeGreaterThan(400);
  });
});
