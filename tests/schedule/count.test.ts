/** Exact operation counts of the scheduled loops. */
import { describe, expect, it } from 'vitest';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import { countOperations } from '../../src/schedule/count.ts';
import { core } from '../../src/ops/core.ts';
import type { EmitPlan, OutputPlan } from '../../src/schedule/plan.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import type { Expr, Program, Stmt } from '../../src/schedule/types.ts';
import { planOf } from '../emitted/models.ts';
import { filesBelow } from '../support/sources.ts';
import { Sample } from './support.ts';

function count(plan: EmitPlan, outputs: readonly OutputPlan[]): number {
  const batches = new Set(plan.inputs.filter((i) => i.role === 'data').map((i) => i.shape[0]));
  const sizes = new Map(plan.dims.map((d) => [d.name, d.value ?? (batches.has(d.name) ? 100 : 10)]));
  const inputs = plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element }));
  const program = schedule({ b: plan.b, inputs, names: plan.names, outputs: outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.node })) });
  return countOperations(program, sizes);
}

/**
 * A product of two active factors costs 1 in the value and 3 more in the gradient (two products and a sum), so
 * a recurrence of nothing but a product comes near to 4; every sample has more to do in a step than that.
 */
// attention, which is nearly all products, has 3.08
const BAR = 3.1;

describe('value and gradient against the value alone', () => {
  it.each(filesBelow('samples', '.diff'))('%s: at most 3.1 times the operations', (path) => {
    const plan = planOf(path);
    for (const f of plan?.functions ?? []) {
      const values = f.outputs.filter((o) => o.quantity === 'value');
      const gradients = f.outputs.filter((o) => o.quantity === 'gradient');
      if (plan === undefined || values.length === 0 || gradients.length === 0) continue;
      const value = count(plan, values);
      const both = count(plan, [...values, ...gradients]);
      // a constant covers formulas of a handful of operations
      expect(both, `${f.name}: value ${value}`).toBeLessThanOrEqual(BAR * values.length * value + 4);
    }
  });
});

describe('exact counts', () => {
  it('the product of 100 variables and its gradient', () => {
    const b = new Builder(new Graph());
    const s = new Sample(b);
    const xs = Array.from({ length: 100 }, (_, k) => s.leaf(`x${k}`, []));
    const product = b.ein(Q.ONE, xs.map((id) => ({ id, sub: [] })), []);
    const program = schedule({ b, inputs: s.inputs, names: new Map(), outputs: [{ kind: 'returned', node: product }] });
    expect(countOperations(program, new Map())).toBe(99);
  });

  it('a matrix product at given sizes', () => {
    const b = new Builder(new Graph());
    const s = new Sample(b);
    const [A, B] = [s.leaf('A', ['N', 'K']), s.leaf('B', ['K', 'M'])];
    const AB = b.ein(Q.ONE, [{ id: A, sub: [0, 2] }, { id: B, sub: [2, 1] }], ['N', 'M'], ['K']);
    const program = schedule({ b, inputs: s.inputs, names: new Map(), outputs: [{ kind: 'filled', name: 'AB', node: AB }] });
    expect(countOperations(program, new Map([['N', 3], ['K', 5], ['M', 7]]))).toBe(2 * 3 * 5 * 7);
  });

  it('of the two answers to a question, the dearer', () => {
    const x: Expr = { kind: 'load', buffer: 0, index: [] };
    const sum = (terms: number): Stmt => ({ kind: 'store', buffer: 1, index: [], combine: 'set', value: Array.from({ length: terms }).reduce<Expr>((left) => ({ kind: 'arithmetic', op: '+', left, right: x }), x) });
    const otherwise: Expr = { kind: 'op', op: core.not, args: [x] };
    const program = (...body: Stmt[]): Program => ({ buffers: [{ id: 0, use: 'input', name: 'x', shape: [], element: 'real' }, { id: 1, use: 'output', name: 'y', shape: [], element: 'real' }], locals: [], body });
    const counted = (...body: Stmt[]): number => countOperations(program(...body), new Map());
    const question = counted({ kind: 'if', when: otherwise, body: [] });
    for (const [yes, no] of [[3, 5], [5, 3]] as const) {
      expect(counted({ kind: 'if', when: x, body: [sum(yes)] }, { kind: 'if', when: otherwise, body: [sum(no)] })).toBe(5 + (no === 5 ? question : 0));
      expect(counted({ kind: 'if', when: x, body: [sum(yes)] }, { kind: 'if', when: x, body: [sum(no)] })).toBe(8);
    }
  });
});
