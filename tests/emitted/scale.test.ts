/** Long formulas: no overflow of the stack, functions that V8 still optimises. */
import { describe, expect, it } from 'vitest';
import { plainJavaScript } from '../../src/backends/typescript/emit.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import { chainPlan } from './fixtures.ts';
import { PlanSketch, runPlan } from './support.ts';

describe('scale', () => {
  it('a chain 20,000 deep is walked as a table, and agrees with the reference interpreter', () => {
    const plan = chainPlan(20_000);
    expect(plainJavaScript(plan).code).toContain('readTable(');
    const out = { x: Number.NaN };
    const y = runPlan(plan)['chain']?.({ x: 0.7 }, out);
    const inputs = new Map([['x', 0.7], ['rate', 0.5]]);
    const want = evaluateScalars(plan.b.graph, plan.functions[0]?.outputs.map((o) => o.node) ?? [], { sizes: new Map(), inputs });
    expect(y).toBeCloseTo(want[0] ?? Number.NaN, 13);
    expect(out.x).toBeCloseTo(want[1] ?? Number.NaN, 13);
  });

  it('long functions are cut into parts of a few hundred statements', () => {
    const { code } = plainJavaScript(chainPlan(3_000));
    const lengths = code.split(/^(?:export )?function /m).slice(1).map((text) => text.split('\n').length);
    expect(lengths.length).toBeGreaterThan(8);
    expect(Math.max(...lengths)).toBeLessThan(1500);
  });

  it('a sum of 20,000 terms', () => {
    const s = new PlanSketch();
    const xs = Array.from({ length: 20_000 }, (_, k) => s.input(`x${k}`, 'variable', []));
    s.function('total', [{ name: 'y', node: s.b.sum(xs, []), kind: 'returned' }]);
    const params = Object.fromEntries(xs.map((_, k) => [`x${k}`, k]));
    expect(runPlan(s.plan())['total']?.(params)).toBe((20_000 * 19_999) / 2);
  });
});
