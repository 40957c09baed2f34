/** One root after another beside the same formulas has the normal form that it has together with them. */
import * as fc from '../support/property.ts';
import { expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { tidy } from '../../src/compile.ts';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { Beside } from '../../src/simplify/beside.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { randomGraph } from '../support/random-graph.ts';

it.each(['scalar', 'tensor'] as const)('random %s formulas, their parts and derivatives', (flavour) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, size) => {
    const { builder: b, root } = randomGraph(seed, size, flavour);
    const leaves = reachable(b.graph, [root]).filter((id) => b.graph.attr(id).kind === 'leaf');
    const adjoints = b.graph.shape(root).length > 0 ? [] : gradient(b, root, leaves, () => undefined).adjoints;
    const formulas = [root, ...normalise(b, [root])];
    const beside = new Beside(b, formulas);
    for (const id of [...reachable(b.graph, [root]), ...adjoints, ...tidy(b, { values: [], derivatives: adjoints }, [root]).derivatives]) {
      expect(beside.normal(id)).toBe(normalise(b, [id, ...formulas])[0]);
    }
  }), { numRuns: 150 });
});

it('visits nothing of a long sum for its derivatives, typed with quotients or not', () => {
  const b = new Builder(new Graph());
  const leaf = (name: string): NodeId => b.leaf({ name, role: 'variable', element: 'real', shape: [] });
  const pairs = Array.from({ length: 50 }, (_, k) => [leaf(`x${k}`), leaf(`y${k}`)] as const);
  const sum = b.sum(pairs.map(([x, y]) => b.divide(b.multiply(b.subtract(x, y), b.map('sin', [b.whole(x)], [])), y)), []);
  const beside = new Beside(b, [sum, ...normalise(b, [sum])]);
  const { derivatives } = tidy(b, { values: [], derivatives: gradient(b, sum, pairs.flat(), () => undefined).adjoints }, [sum]);
  for (const id of derivatives) beside.normal(id);
  expect(beside.visited).toBe(0);
  beside.normal(sum);
  expect(beside.visited).toBe(reachable(b.graph, [sum, ...normalise(b, [sum])]).length);
});
