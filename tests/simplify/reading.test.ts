import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { checkGraph } from '../../src/ir/check.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { readingForms } from '../../src/simplify/reading.ts';
import { evaluateExtended } from '../../src/verify/extended/evaluate.ts';
import { extend } from '../../src/verify/extended/point.ts';
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
      const most = magnitude(b.graph, derivatives, environment);
      if (!(most <= 1e6)) return;
      // In 46 digits: what is printed is an equation between formulas as they are on paper, and exp(z)^2 may leave the doubles where the other side does not.
      const env = extend({ ...environment, waves: new Map() });
      const read = (nodes: readonly NodeId[]) => evaluateExtended(b.graph, nodes, env).flatMap((t) => t.data);
      const [expected, found] = [read(derivatives), read(readable)];
      // At a corner of a norm (0 there) the gradient has its convention, the formula as it is read, x/‖x‖, none.
      if (read(reachable(b.graph, readable).filter((id) => b.graph.attr(id).kind !== 'scan')).some((v) => !v.isFinite())) return;
      const tolerance = (env.doubleOnly.size > 0 ? 1e-7 : 1e-20) * (1 + most);
      expect(found.length).toBe(expected.length);
      expected.forEach((e, k) => {
        compared++;
        expect(e.minus(found[k]!).abs().lte(tolerance), `${found[k]} for ${e}`).toBe(true);
      });
    }), { numRuns: 250, examples: [[-135152470, 13, 'tensor'], [1995144903, 16, 'tensor'], [23, 10, 'tensor'], [702674201, 16, 'tensor'], [-1149882000, 8, 'tensor'], [-2046706149, 16, 'tensor'], [702828760, 12, 'tensor']] });
    expect(compared).toBeGreaterThan(400);
  });
});
