/** Size and depth: no recursion on user-sized data, work linear in the graph. */
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';

/** u ← sin(u·y) + x, until the graph has n nodes: every level uses the one before. */
function chain(n: number): { b: Builder; x: NodeId; y: NodeId; u: NodeId } {
  const b = new Builder(new Graph());
  const [x, y] = ['x', 'y'].map((name) => b.leaf({ name, role: 'variable', element: 'real', shape: [] }));
  let u = x ?? -1;
  while (b.graph.size < n) u = b.sum([b.map('sin', [b.whole(b.multiply(u, y ?? -1))], []), x ?? -1], []);
  return { b, x: x ?? -1, y: y ?? -1, u };
}

const refuse = (): never => { throw new Error('refused'); };

describe('reverse mode at scale', () => {
  it('a graph of a million nodes, three hundred thousand deep', () => {
    const { b, x, y, u } = chain(1e6);
    const before = b.graph.size;
    const [dx = -1] = gradient(b, u, [x, y], refuse).adjoints;
    expect(dx).toBeGreaterThan(before);
    // a fixed number of new nodes for each old one
    expect(b.graph.size / before).toBeLessThan(3);
  });

  it('makes the same number of nodes per node at every size', () => {
    const ratio = (n: number): number => {
      const { b, x, y, u } = chain(n);
      const before = b.graph.size;
      gradient(b, u, [x, y], refuse);
      return b.graph.size / before;
    };
    expect(ratio(1e4)).toBeCloseTo(ratio(1e5), 2);
  });

  it('agrees with differences on a deep chain', () => {
    const { b, x, y, u } = chain(30_000);
    const [dx = -1] = gradient(b, u, [x, y], refuse).adjoints;
    const at = (h: number, node: NodeId): number => evaluateScalars(b.graph, [node], { sizes: new Map(), inputs: new Map([['x', 0.3 + h], ['y', 0.7]]) })[0] ?? Number.NaN;
    const h = 1e-3;
    const expected = (8 * (at(h, u) - at(-h, u)) - (at(2 * h, u) - at(-2 * h, u))) / (12 * h);
    expect(at(0, dx)).toBeCloseTo(expected, 8);
  });
});
