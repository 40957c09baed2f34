/** Cheap gradients, counted exactly: value and gradient together cost at most three times the value. */
import { describe, expect, it } from 'vitest';
import { emitted, planOf } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';
import { modelOf, samples } from '../support/samples.ts';

/** Sizes at which the loops dominate what is outside of them. */
const SIZE = 24;

const BAR = 3;
describe('operations', () => {
  it.each(samples.filter((s) => /^derive value, gradient/m.test(s.text)))('$path: value and gradient ≤ 3 × value', (sample) => {
    const model = modelOf(sample);
    const plan = planOf(model, sample.path);
    const sizes = new Map(model.dims.map((d) => [d.name, d.value ?? SIZE]));
    const ratios = plan.functions.flatMap((f) => {
      const outputs = f.outputs.filter((o) => o.quantity === 'value' || o.quantity === 'gradient');
      const values = outputs.filter((o) => o.quantity === 'value');
      if (values.length === 0 || values.length === outputs.length) return [];
      const both = operationsOf(plan, outputs, sizes);
      const value = operationsOf(plan, values, sizes);
      return [{ function: f.name, both, value, ratio: Math.round((both / value) * 100) / 100 }];
    });
    console.log(`${sample.path}: ${ratios.map((r) => `${r.function} ${r.value} → ${r.both} operations (× ${r.ratio})`).join(', ')}`);
    expect(ratios.filter((r) => r.ratio > BAR)).toEqual([]);
  });

  it('the product of 100 variables with its 100 partials takes at most 300 operations', () => {
    const names = Array.from({ length: 100 }, (_, k) => `x${k + 1}`);
    const text = [`param ${names.map((n) => `${n}: R`).join(', ')}`, `f = ${names.join('*')}`, `derive value, gradient of f wrt ${names.join(', ')}`].join('\n');
    const { plan } = emitted(text);
    expect(operationsOf(plan, plan.functions[0]?.outputs ?? [], new Map())).toBeLessThanOrEqual(300);
  });

  it('the text of a sum over data does not depend on how much data there is', () => {
    const text = (n: string): string => `dim ${n}\ndata x: R[N], y: R[N]\nparam w: R, b: R\nL = mean((y - w*x - b)²)\nderive value, gradient of L wrt w, b`;
    const lines = (n: number): number => emitted(text(`N = ${n}`)).code.split('\n').length;
    expect(lines(1_000_000)).toBe(lines(1_000));
  });
});
