/** `derive` statements of several kinds: names of results, their order, what they are by, what they share. */
import { describe, expect, it } from 'vitest';
import { emitted } from '../support/emitted.ts';

const model = (derive: string): string => `param w: R, x: R\nz = w*(x*w)\nL = sin(z)*z\n${derive}`;
const at = { w: 0.7, x: 1.3 };
const z = 0.7 * 0.7 * 1.3;

describe('a product of the Hessian', () => {
  it('by a value defined on the way', () => {
    const { out } = emitted(model('derive hvp of L wrt z as product')).call('product', {}, { ...at, v_z: 2 });
    expect(out['z']?.[0]).toBeCloseTo(2 * (2 * Math.cos(z) - z * Math.sin(z)), 14);
  });

  it('by the states of a loop that is differentiated too', () => {
    const text = 'dim T = 3\nparam w: R\ndata x: R[T]\nrecur t in 1..T {\n  init s[0] = 0\n  s[t] = tanh(w*s[t-1] + x[t])\n}\nL = sum[t in 1..T] s[t]^3*w\n';
    const module = emitted(`${text}derive hvp of L wrt s as alone\nderive hvp of L wrt s, w as both`);
    const inputs = { w: 0.8, x: [0.5, -1, 0.3], v_s: [1, 2, -1] };
    const [alone, both] = [module.call('alone', {}, inputs).out['s'], module.call('both', {}, { ...inputs, v_w: 0 }).out['s']];
    Array.from(alone ?? []).forEach((value, k) => expect(both?.[k]).toBeCloseTo(value, 13));
    expect(alone?.[0]).toBeCloseTo(6 * 0.8 * Math.tanh(0.5), 13);
  });

  it('is the same with and without the gradient beside it', () => {
    const alone = emitted(model('derive hvp of L wrt w, x as product')).call('product', {}, { ...at, v_w: 1, v_x: -2 });
    const both = emitted(model('derive value, gradient, hvp of L wrt w, x as all')).call('all', {}, { ...at, v_w: 1, v_x: -2 });
    expect(both.returned).toBeCloseTo(Math.sin(z) * z, 14);
    for (const name of ['w', 'x']) expect(both.out[`hvp_${name}`]?.[0]).toBeCloseTo(alone.out[name]?.[0] ?? Number.NaN, 13);
  });
});

describe('names', () => {
  const fields = (derive: string): string[] => (emitted(model(derive)).plan.functions[0]?.outputs ?? []).map((o) => o.name);

  it('stand in the order asked for, and tell kinds apart', () => {
    expect(fields('derive hvp, gradient, value of L wrt w, x')).toEqual(['w', 'x', 'gradient_w', 'gradient_x', 'L']);
    expect(fields('derive gradient, derivative(2), derivative(3) of L wrt w')).toEqual(['w', 'w_2', 'w_3']);
    expect(fields('derive derivative(2), jvp of L wrt w, x along p, q')).toEqual(['L_2', 'L']);
  });

  it('of functions say what they give', () => {
    const { plan } = emitted(model(['derive value, gradient of L wrt w', 'derive gradient, hvp of L wrt w', 'derive derivative(3) of L wrt w'].join('\n')));
    expect(plan.functions.map((f) => f.name)).toEqual(['valueGradient', 'gradientHvp', 'derivative3']);
  });
});

describe('directions', () => {
  it('that the file declares are read where they are declared', () => {
    const text = 'param x: R[2]\ndata v: R[2]\nr = x.^2\nderive jvp of r wrt x along v as moved\nderive jvp of r wrt x along u as other\nderive jvp of r wrt x along 2*v as twice';
    const module = emitted(text);
    expect(module.plan.functions.map((f) => f.directions.map((d) => d.name))).toEqual([[], ['u'], []]);
    const inputs = { x: [3, 4], v: [1, -1] };
    expect(Array.from(module.call('moved', {}, inputs).out['r'] ?? [])).toEqual([6, -8]);
    expect(Array.from(module.call('other', {}, { ...inputs, u: [1, 1] }).out['r'] ?? [])).toEqual([6, 8]);
    expect(Array.from(module.call('twice', {}, inputs).out['r'] ?? [])).toEqual([12, -16]);
  });
});
