import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';

describe('keys of nodes', () => {
  it('tell a broadcast scalar from a tensor of ones, in either order', () => {
    for (const first of ['broadcast', 'ones'] as const) {
      const b = new Builder(new Graph());
      const pi = b.pi();
      const make = { broadcast: () => b.ein(Q.ONE, [{ id: pi, sub: [] }], ['D']), ones: () => b.fill(Q.ONE, ['D']) };
      const one = make[first]();
      const other = make[first === 'ones' ? 'broadcast' : 'ones']();
      const [broadcast, ones] = first === 'ones' ? [other, one] : [one, other];
      expect([...b.graph.args(broadcast)]).toEqual([pi]);
      expect(b.graph.attr(ones)).toMatchObject({ kind: 'ein', subs: [] });
      expect(b.constantOf(ones)).toEqual(Q.ONE);
    }
  });
});
