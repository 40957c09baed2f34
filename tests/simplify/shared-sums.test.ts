/** Sums that are there already, used again: the same numbers from fewer operations, and values from the terms they have. */
import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { shareSums } from '../../src/simplify/shared-sums.ts';

const NAMES = ['c', 's', 'x', 'y', 't', 'a'];
const leaves = (b: Builder): NodeId[] => NAMES.map((name) => b.leaf({ name, role: 'variable', element: 'real', shape: [] }));
const sum = (b: Builder, ...terms: readonly (readonly [number, ...NodeId[]])[]): NodeId =>
  b.add(terms.map(([coef, ...factors]) => ({ coef: Q.integer(coef), id: b.ein(Q.ONE, factors.map((id) => ({ id, sub: [] })), []), sub: [] })), []);
/** Arguments of the scalar sums and products below the roots: what they cost. */
const edges = (b: Builder, roots: readonly NodeId[]): number => reachable(b.graph, roots).reduce((n, id) => n + Math.max(0, b.graph.arity(id) - 1), 0);

function scene(): { b: Builder; c: NodeId; s: NodeId; x: NodeId; y: NodeId; t: NodeId; a: NodeId } {
  const b = new Builder(new Graph());
  const [c = -1, s = -1, x = -1, y = -1, t = -1, a = -1] = leaves(b);
  return { b, c, s, x, y, t, a };
}

describe('a rotation', () => {
  it('its tangent by the angle is a multiple of the other coordinate', () => {
    const { b, c, s, x, y, t } = scene();
    const [u, v] = [sum(b, [1, c, x], [-1, s, y]), sum(b, [1, s, x], [1, c, y])];
    const tangent = sum(b, [-1, t, s, x], [-1, t, c, y]);
    const [after = -1] = shareSums(b, [tangent, u, v], [u, v]);
    expect(after).toBe(b.ein(Q.MINUS_ONE, [{ id: t, sub: [] }, { id: v, sub: [] }], []));
  });

  it('a sum that holds the coordinate and more is split, and keeps its value', () => {
    const { b, c, s, x, y, t, a } = scene();
    const longer = sum(b, [1, s, x], [1, c, y], [1, a]);
    const tangent = sum(b, [-1, t, s, x], [-1, t, c, y]);
    const [after = -1, split = -1] = shareSums(b, [tangent, longer], [longer]);
    const part = sum(b, [1, s, x], [1, c, y]);
    expect(after).toBe(b.ein(Q.MINUS_ONE, [{ id: t, sub: [] }, { id: part, sub: [] }], []));
    expect(split).toBe(b.add([{ coef: Q.ONE, id: part, sub: [] }, { coef: Q.ONE, id: a, sub: [] }], []));
  });

  it('sums of the adjoints of cosine and sine are opened for it', () => {
    const { b, c, s, x, y, t, a } = scene();
    const [u, v] = [sum(b, [1, c, x], [-1, s, y]), sum(b, [1, s, x], [1, c, y])];
    // with adjoints a of u and t of v
    const [ofCosine, ofSine] = [sum(b, [1, x, a], [1, y, t]), sum(b, [1, x, t], [-1, y, a])];
    const [after = -1] = shareSums(b, [sum(b, [1, c, ofSine], [-1, s, ofCosine]), u, v], [u, v]);
    expect(after).toBe(sum(b, [-1, a, v], [1, t, u]));
  });
});

it('values keep their terms', () => {
  const { b, c, s, x, y, t } = scene();
  const [u, value] = [sum(b, [1, s, x], [1, c, y]), sum(b, [-1, t, s, x], [-1, t, c, y])];
  expect(shareSums(b, [u, value], [u, value])).toEqual([u, value]);
});

it('random polynomials: the same values, no more operations', () => {
  const term = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 3 }));
  fc.assert(fc.property(fc.array(fc.array(term, { minLength: 2, maxLength: 6 }), { minLength: 2, maxLength: 8 }), fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 6, maxLength: 6 }), (sums, at) => {
    const b = new Builder(new Graph());
    const nodes = leaves(b);
    // of what is there so far, the sums made before included
    for (const terms of sums) nodes.push(sum(b, ...terms.map(([coef, factors]): [number, ...NodeId[]] => [coef, ...factors.map((f) => nodes[f % nodes.length] ?? -1)])));
    const roots = nodes.slice(NAMES.length);
    const after = shareSums(b, roots, roots.slice(0, 2));
    const inputs = new Map(NAMES.map((name, k) => [name, Float64Array.of((at[k] ?? 0) / 8)]));
    const values = (ids: readonly NodeId[]): number[] => evaluate(b.graph, ids, { sizes: new Map(), inputs }).map((r) => r.data[0] ?? Number.NaN);
    const magnitudes = new Map(NAMES.map((name, k) => [name, Float64Array.of(Math.abs((at[k] ?? 0) / 8))]));
    const scales = evaluate(b.graph, roots, { sizes: new Map(), inputs: magnitudes }).map((r) => r.data[0] ?? Number.NaN);
    values(after).forEach((value, k) => expect(Math.abs(value - (values(roots)[k] ?? Number.NaN))).toBeLessThanOrEqual(1e-12 * Math.max(1e-300, scales[k] ?? 0)));
    expect(edges(b, after)).toBeLessThanOrEqual(edges(b, roots));
  }), { numRuns: 200 });
});
