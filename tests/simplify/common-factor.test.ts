import { expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { commonFactorForms } from '../../src/simplify/common-factor.ts';

it('a summed label that no factor carries still counts: Σⱼ uᵢ·vᵢ + uᵢ·wᵢ is uᵢ·(D·vᵢ + wᵢ)', () => {
  const b = new Builder(new Graph());
  const vector = (name: string) => b.leaf({ name, role: 'data', element: 'real', shape: ['N'] });
  const [u, v, w] = [vector('u'), vector('v'), vector('w')];
  const rows = b.ein(Q.ONE, [{ id: u, sub: [0] }, { id: v, sub: [0] }], ['N', 'D']);
  const summed = b.ein(Q.ONE, [{ id: rows, sub: [0, 1] }], ['N'], ['D']);
  const plain = b.ein(Q.ONE, [{ id: u, sub: [0] }, { id: w, sub: [0] }], ['N']);
  const sum = b.add([{ coef: Q.ONE, id: summed, sub: [0] }, { coef: Q.ONE, id: plain, sub: [0] }], ['N']);
  const attr = b.graph.attr(sum);
  const forms = attr.kind === 'add' ? commonFactorForms(b, sum, attr) : [];
  expect(forms).not.toEqual([]);
  const inputs = new Map([['u', [2, 3]], ['v', [5, 7]], ['w', [11, 13]]]);
  const sizes = new Map([['N', 2], ['D', 4]]);
  for (const form of forms) {
    const [found] = evaluate(b.graph, [form], { inputs, sizes });
    expect([...found!.data]).toEqual([2 * (4 * 5 + 11), 3 * (4 * 7 + 13)]);
  }
});
