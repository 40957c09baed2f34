/** What is surely too long is known without printing it. */
import { expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { printNode } from '../../src/print/print.ts';
import { isLongerThan } from '../../src/print/sharing.ts';

const NO_NAMES: ReadonlyMap<NodeId, string> = new Map();

function squares(b: Builder, count: number): NodeId {
  const leaf = (k: number): NodeId => b.leaf({ name: `x${k}`, role: 'variable', element: 'real', shape: [] });
  return b.sum(Array.from({ length: count }, (_, k) => b.power(leaf(k), { num: 2n, den: 1n })), []);
}

it('never says so of a text that is short enough', () => {
  for (let count = 2; count < 80; count++) {
    const b = new Builder(new Graph());
    const sum = squares(b, count);
    if (isLongerThan(b.graph, sum, 240, NO_NAMES)) expect(printNode(b.graph, sum, { notation: 'unicode' }).length).toBeGreaterThan(240);
    else expect(count).toBeLessThan(60);
  }
});

it('counts down to names only', () => {
  const b = new Builder(new Graph());
  const sum = squares(b, 200);
  const root = b.map('sin', [b.whole(sum)], []);
  expect(isLongerThan(b.graph, root, 240, NO_NAMES)).toBe(true);
  expect(isLongerThan(b.graph, root, 240, new Map([[sum, 's']]))).toBe(false);
});
