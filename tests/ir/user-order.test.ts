import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { printNode } from '../../src/print/print.ts';

describe('the order of a sum as the user wrote it', () => {
  it('keeps a constant where it stands, and the first of like terms', () => {
    const b = new Builder(new Graph());
    const x = b.leaf({ name: 'x', role: 'variable', element: 'real', shape: [] });
    const y = b.leaf({ name: 'y', role: 'variable', element: 'real', shape: [] });
    const term = (coef: number, id: number) => ({ coef: Q.integer(coef), id, sub: [] });
    const sum = b.add([term(1, y), term(1, b.integer(1)), term(-1, x), term(2, y), term(1, b.integer(2))], []);
    expect(printNode(b.graph, sum, { notation: 'ascii' })).toBe('3*y + 3 - x');
  });
});
