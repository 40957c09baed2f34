/** Loops lose what no result depends on, and nothing else. */
import { describe, expect, it } from 'vitest';
import { pruneLoops } from '../../src/autodiff/prune.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';

/** a ← a·x[t], b ← b + a, c ← c·y[t]; records a and c. */
function loop(): { b: Builder; scan: NodeId } {
  const b = new Builder(new Graph());
  const sequence = (name: string): NodeId => b.leaf({ name, role: 'data', element: 'real', shape: ['T'] });
  const [a, sum, c, x, y] = [1, 2, 3, 4, 5].map(() => b.placeholder([])) as [NodeId, NodeId, NodeId, NodeId, NodeId];
  const scan = closeScan(b, {
    length: 'T', direction: 'forward', ys: [a, c],
    carries: [
      { placeholder: a, init: b.integer(2), next: b.multiply(a, x) },
      { placeholder: sum, init: b.integer(0), next: b.sum([sum, a], []) },
      { placeholder: c, init: b.integer(1), next: b.multiply(c, y) },
    ],
    sequences: [{ placeholder: x, value: sequence('x') }, { placeholder: y, value: sequence('y') }],
  });
  return { b, scan };
}

function attributes(b: Builder, roots: readonly NodeId[]): { carries: number; sequences: number; ys: number }[] {
  return reachable(b.graph, roots).flatMap((id) => {
    const attr = b.graph.attr(id);
    return attr.kind === 'scan' ? [{ carries: attr.carries, sequences: attr.sequences, ys: attr.ys.length }] : [];
  });
}

const environment = { sizes: new Map([['T', 4]]), inputs: new Map([['x', Float64Array.of(1, 2, 3, 0.5)], ['y', Float64Array.of(2, 2, 0.5, 3)]]) };

describe('a loop', () => {
  it.each([
    ['the last sum', (b: Builder, scan: NodeId) => [b.proj(scan, 'final', 1)], { carries: 2, sequences: 1, ys: 0 }],
    ['a record', (b: Builder, scan: NodeId) => [b.proj(scan, 'ys', 1)], { carries: 1, sequences: 1, ys: 1 }],
    ['carries on the way', (b: Builder, scan: NodeId) => [b.proj(scan, 'in', 2)], { carries: 1, sequences: 1, ys: 0 }],
    ['everything', (b: Builder, scan: NodeId) => [b.proj(scan, 'final', 1), b.proj(scan, 'ys', 0), b.proj(scan, 'ys', 1)], { carries: 3, sequences: 2, ys: 2 }],
  ])('for %s', (_, results, expected) => {
    const { b, scan } = loop();
    const roots = results(b, scan);
    const pruned = pruneLoops(b, roots);
    expect(attributes(b, pruned)).toEqual([expected]);
    const values = (nodes: readonly NodeId[]): number[][] => evaluate(b.graph, nodes, environment).map((v) => [...v.data]);
    expect(values(pruned)).toEqual(values(roots));
  });

  it('records for a later loop only what that reads', () => {
    const { b, scan } = loop();
    const [s, e] = [b.placeholder([]), b.placeholder([])];
    const later = closeScan(b, {
      length: 'T', direction: 'backward', ys: [],
      carries: [{ placeholder: s, init: b.integer(0), next: b.sum([s, e], []) }], sequences: [{ placeholder: e, value: b.proj(scan, 'ys', 1) }],
    });
    const pruned = pruneLoops(b, [b.proj(later, 'final', 0)]);
    expect(attributes(b, pruned)).toEqual([{ carries: 1, sequences: 1, ys: 1 }, { carries: 1, sequences: 1, ys: 0 }]);
  });
});
