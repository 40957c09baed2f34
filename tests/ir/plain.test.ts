/** The short cut for scalar nodes over renamed arguments gives what the constructors give, in the same order for printing. */
import { expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import { plainOver } from '../../src/ir/plain.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { rebuild } from '../../src/ir/walk.ts';
import * as fc from '../support/property.ts';

type Step = readonly [kind: number, x: number, y: number, z: number];

/** A graph of sums, products, multiples, powers and functions of earlier nodes. */
function made(steps: readonly Step[]): { b: Builder; nodes: NodeId[] } {
  const b = new Builder(new Graph());
  const nodes = ['x', 'y', 'z'].map((name) => b.leaf({ name, role: 'variable', element: 'real', shape: [] }));
  nodes.push(b.integer(1), b.integer(3));
  for (const [kind, ...picks] of steps) {
    const [x = 0, y = 0, z = 0] = picks.map((k) => nodes[k % nodes.length]);
    const make = [
      () => b.sum([x, y, z], []), () => b.subtract(x, y), () => b.sum([x, y], []), () => b.multiply(x, y),
      () => b.ein(Q.ONE, [x, y, z].map((id) => ({ id, sub: [] })), []), () => b.scale(Q.integer(-2), x), () => b.power(x, Q.integer(2)), () => b.map('exp', [b.whole(x)], []),
    ][kind];
    nodes.push(make?.() ?? x);
  }
  return { b, nodes };
}

// few nodes, used often: arguments then meet again as powers and multiples of themselves
const pick = fc.nat(8);
const step = fc.tuple(fc.nat(7), pick, pick, pick);

it('is what rebuilding gives', () => {
  let taken = 0;
  fc.assert(fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), (steps, picks) => {
    const [one, two] = [made(steps), made(steps)];
    for (const id of one.nodes) {
      const args = one.b.graph.argList(id).map((_, k) => one.nodes[(picks[k] ?? 0) % one.nodes.length] ?? -1);
      if (args.length === 0) continue;
      const short = plainOver(one.b, id, args);
      if (short === undefined) continue;
      taken++;
      const long = rebuild(two.b, two.b.graph.attr(id), args);
      expect(short).toBe(long);
      expect(one.b.graph.displayOrder(short)).toEqual(two.b.graph.displayOrder(long));
    }
  }), { numRuns: 500 });
  expect(taken).toBeGreaterThan(500);
});
