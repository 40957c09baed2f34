/** What the value computes, its derivatives share: no other form of it is computed beside it. */
import { expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import { tidy } from '../../src/compile.ts';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';

/** sin(sin(x·y + x·z)) and its gradient */
function nested(): { b: Builder; of: NodeId; derivatives: readonly NodeId[] } {
  const b = new Builder(new Graph());
  const [x, y, z] = ['x', 'y', 'z'].map((name) => b.leaf({ name, role: 'variable', element: 'real', shape: [] })) as [NodeId, NodeId, NodeId];
  const sum = b.sum([b.multiply(x, y), b.multiply(x, z)], []);
  const of = b.map('sin', [b.whole(b.map('sin', [b.whole(sum)], []))], []);
  return { b, of, derivatives: gradient(b, of, [x, y, z], () => undefined).adjoints };
}

const sines = (b: Builder, roots: readonly NodeId[]): number =>
  reachable(b.graph, roots).filter((id) => { const attr = b.graph.attr(id); return attr.kind === 'map' && attr.op === 'sin'; }).length;

it('a sum is not factored in a derivative where the value has it as it is', () => {
  const { b, of, derivatives } = nested();
  const { values, derivatives: simple } = tidy(b, { values: [of], derivatives }, [of]);
  expect(sines(b, values)).toBe(2);
  expect(sines(b, [...values, ...simple])).toBe(2);
});

it('by itself a derivative takes the common factor out', () => {
  const { b, of, derivatives } = nested();
  const { derivatives: simple } = tidy(b, { values: [], derivatives }, [of]);
  const products = reachable(b.graph, simple).filter((id) => b.graph.attr(id).kind === 'ein' && b.graph.argList(id).every((arg) => b.graph.attr(arg).kind === 'leaf'));
  expect(products).toEqual([]);
});
