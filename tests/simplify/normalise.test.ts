import * as fc from '../support/property.ts';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { printNode } from '../../src/print/print.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';

const b = new Builder(new Graph());
const tensor = (name: string, ...shape: string[]): NodeId => b.leaf({ name, role: 'variable', element: 'real', shape });
const [x, y, z] = ['x', 'y', 'z'].map((name) => tensor(name)) as [NodeId, NodeId, NodeId];
const [u, v] = [tensor('u', 'N'), tensor('v', 'N')];
const exp = (id: NodeId): NodeId => b.map('exp', [b.whole(id)], b.graph.shape(id));
const normal = (id: NodeId): NodeId => normalise(b, [id])[0]!;
const text = (id: NodeId): string => printNode(b.graph, normal(id), { notation: 'ascii' });

describe('normal form', () => {
  it('flattens products and sums that are used once', () => {
    expect(b.graph.arity(normal(b.multiply(b.multiply(x, y), z)))).toBe(3);
    expect(text(b.subtract(x, b.subtract(y, z)))).toBe('x - y + z');
    expect(text(b.subtract(b.subtract(x, y), b.subtract(x, b.scale(Q.integer(2), y))))).toBe('y');
    // a factor before a sum is not multiplied out
    expect(text(b.subtract(x, b.scale(Q.integer(2), b.subtract(x, y))))).toBe('x - 2*(x - y)');
  });

  it('never copies what two nodes use', () => {
    const shared = b.multiply(x, y);
    const roots = normalise(b, [b.multiply(shared, z), b.multiply(shared, exp(z))]);
    for (const root of roots) expect([...b.graph.args(root)]).toContain(shared);
  });

  it('pulls out of a sum what does not depend on the summed label', () => {
    const mean = b.ein(Q.ONE, [{ id: u, sub: [0] }, { id: v, sub: [0] }, { id: b.power(b.dim('N'), Q.MINUS_ONE), sub: [] }, { id: x, sub: [] }], [], ['N']);
    expect(text(mean)).toBe("u'*v*x/N");
    const both = b.ein(Q.ONE, [{ id: u, sub: [0] }, { id: v, sub: [1] }], [], ['N', 'N']);
    expect(text(both)).toBe('sum(u)*sum(v)');
  });

  it('counts a summed label that only a broadcast product carried', () => {
    const spread = b.ein(Q.ONE, [{ id: u, sub: [0] }, { id: x, sub: [] }], ['N', 'D']);
    expect(text(b.ein(Q.ONE, [{ id: spread, sub: [0, 1] }, { id: y, sub: [] }], [], ['N', 'D']))).toBe('D*sum(u)*x*y');
  });

  it('merges exponentials that are used once', () => {
    expect(text(b.divide(exp(x), exp(y)))).toBe('exp(x - y)');
    const shared = exp(x);
    const [product] = normalise(b, [b.multiply(shared, exp(y)), shared]);
    expect(printNode(b.graph, product!, { notation: 'ascii' })).toBe('exp(x)*exp(y)');
  });

  it('splits whole powers of products', () => {
    expect(normal(b.divide(x, b.multiply(y, z)))).toBe(normal(b.divide(b.divide(x, y), z)));
    expect(text(b.power(b.scale(Q.integer(2), b.multiply(x, y)), Q.integer(3)))).toBe('8*x^3*y^3');
    // x/x is not 1 at 0
    expect(text(b.divide(x, x))).toBe('x/x');
  });

  it('two loops of the same steps become one, which records only what is read', () => {
    const h = tensor('#h');
    const element = tensor('#x');
    const loop = (...ys: NodeId[]): NodeId => closeScan(b, {
      length: 'N', direction: 'forward', carries: [{ placeholder: h, init: x, next: b.multiply(h, element) }], sequences: [{ placeholder: element, value: u }], ys,
    });
    const first = loop(exp(h), exp(element));
    const second = loop(exp(element), b.multiply(h, h));
    const roots = normalise(b, [b.proj(first, 'ys', 1), b.proj(second, 'ys', 0), b.proj(second, 'ys', 1), b.proj(first, 'final', 0)]);
    expect(roots[0]).toBe(roots[1]);
    const scans = reachable(b.graph, roots).map((id) => b.graph.attr(id)).filter((a) => a.kind === 'scan');
    expect(scans.map((s) => s.ys.length)).toEqual([2]);
    expect(checkGraph(b.graph, roots)).toEqual([]);
  });

  it('a chain of 100,000 products and one of 100,000 sums flatten in one go', () => {
    let product = x;
    let sum = x;
    for (let k = 0; k < 100_000; k++) {
      product = b.multiply(product, tensor(`p${k}`));
      sum = b.add([{ coef: Q.ONE, id: sum, sub: [] }, { coef: Q.integer(2), id: tensor(`p${k}`), sub: [] }], []);
    }
    const roots = normalise(b, [product, sum]);
    expect(roots.map((root) => b.graph.arity(root))).toEqual([100_001, 100_001]);
  });
});

describe('on random graphs', () => {
  const flavours = fc.constantFrom('scalar' as const, 'tensor' as const);
  it('the value stays, the checker is silent, a second time changes nothing, nothing grows', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), flavours, (seed, size, flavour) => {
      const { builder, root, environment } = randomGraph(seed, size, flavour);
      const [before] = evaluate(builder.graph, [root], environment);
      const roots = normalise(builder, [root]);
      const [after] = evaluate(builder.graph, roots, environment);
      expect(after!.shape).toEqual(before!.shape);
      const most = magnitude(builder.graph, [root], environment);
      // beyond that, rounding errors may have grown to any size
      if (most < 1e6) before!.data.forEach((value, k) => expect(Math.abs(after!.data[k]! - value)).toBeLessThanOrEqual(1e-7 * (1 + most)));
      expect(checkGraph(builder.graph, roots)).toEqual([]);
      const size1 = builder.graph.size;
      expect(normalise(builder, roots)).toEqual(roots);
      expect(builder.graph.size).toBe(size1);
    }), { numRuns: 400 });
  });
});
