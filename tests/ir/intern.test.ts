/** One node for one attribute and list of arguments, whichever way it is asked for. */
import { expect, it } from 'vitest';
import { Graph } from '../../src/ir/graph.ts';
import type { Attr } from '../../src/ir/types.ts';

const leaf = (name: string): Attr => ({ kind: 'leaf', name, role: 'variable', element: 'real', shape: [] });
const sine: Attr = { kind: 'map', op: 'sin', subs: [[]], shape: [] };
const larger: Attr = { kind: 'map', op: 'max', subs: [[], []], shape: [] };

it('arguments in a list, one by one, and from the arena itself give one node, however often the arena grows', () => {
  const graph = new Graph();
  const [x, y] = [graph.intern(leaf('x'), []), graph.intern(leaf('y'), [])];
  const [unary, binary] = [graph.attributeId(sine), graph.attributeId(larger)];
  let last = x;
  for (let k = 0; k < 5000; k++) {
    const one = graph.internOne(unary, last);
    expect(graph.intern(sine, [last])).toBe(one);
    const two = graph.internTwo(binary, y, one);
    expect(graph.internAs(binary, [y, one])).toBe(two);
    expect(graph.internAs(binary, graph.args(two))).toBe(two);
    expect(graph.argList(one)).toEqual([last]);
    expect(graph.argList(two)).toEqual([y, one]);
    last = two;
  }
  expect(graph.size).toBe(2 + 2 * 5000);
});

it('refuses an argument that does not exist, and stays as it was', () => {
  const graph = new Graph();
  const x = graph.intern(leaf('x'), []);
  const unary = graph.attributeId(sine);
  expect(() => graph.internOne(unary, 7)).toThrow(RangeError);
  expect(graph.size).toBe(1);
  expect(graph.argList(graph.internOne(unary, x))).toEqual([x]);
});

it('many nodes over one newest argument, and nodes over their neighbours, are found again while the table grows', () => {
  const graph = new Graph();
  const leaves = Array.from({ length: 3000 }, (_, k) => graph.intern(leaf(`x${k}`), []));
  const last = graph.intern(leaf('last'), []);
  const binary = graph.attributeId(larger);
  const made = leaves.map((x) => graph.internTwo(binary, x, last));
  const chained = made.map((id, k) => graph.internAs(binary, [made[k - 1] ?? last, id]));
  const { size } = graph;
  expect(new Set([...made, ...chained]).size).toBe(6000);
  expect(leaves.map((x) => graph.internTwo(binary, x, last))).toEqual(made);
  expect(made.map((id, k) => graph.internAs(binary, [made[k - 1] ?? last, id]))).toEqual(chained);
  expect(graph.size).toBe(size);
});
