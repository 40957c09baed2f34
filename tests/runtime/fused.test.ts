/** Update statements made of samples/training/rules.diff, fused with the gradient, are the rules of the runtime. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create as createPlain } from '../../generated/training/classifier.ts';
import { create as createFused } from '../../generated/training/classifier-adam.ts';
import { ulpOf } from '../../src/answer/accuracy.ts';
import { Random } from '../../src/runtime/random.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { train } from '../../src/runtime/training/train.ts';
import { root } from '../support/sources.ts';
import { functionsOf } from './support.ts';

const library = readFileSync(join(root, 'samples/training/rules.diff'), 'utf8').replace(/^module .*$/m, '').replace(/^\/\/\/.*$/gm, '');

/** Statements for a parameter `x` with gradient `g`, the rule of the runtime, and how far apart single steps may be, in ulp of the numbers. */
const RULES: Readonly<Record<string, { readonly updates: readonly string[]; readonly rule: RuleMaker; readonly ulp: number }>> = {
  'gradient descent': { updates: ['x = descent(x, g, η)'], rule: sgd(), ulp: 0 },
  momentum: { updates: ['v = velocity(v, g, 0.9)', 'x = descent(x, velocity(v, g, 0.9), η)'], rule: momentum(), ulp: 0 },
  Nesterov: { updates: ['v = velocity(v, g, 0.9)', 'x = nesterov(x, velocity(v, g, 0.9), g, η, 0.9)'], rule: nesterov(), ulp: 0 },
  AdaGrad: { updates: ['v = squares(v, g)', 'x = scaled(x, squares(v, g), g, η, 1e-10)'], rule: adagrad(), ulp: 0 },
  RMSProp: { updates: ['v = decaying(v, g, β)', 'x = scaled(x, decaying(v, g, β), g, η, 1e-8)'], rule: rmsprop(), ulp: 2 },
  Adam: { updates: ['t = t + 1', 'm = averaged(m, g, β)', 'v = decaying(v, g, ρ)', 'x = adam(x, averaged(m, g, β), decaying(v, g, ρ), t + 1, η, β, ρ, 1e-8)'], rule: adam(), ulp: 2 },
  AdamW: { updates: ['t = t + 1', 'm = averaged(m, g, β)', 'v = decaying(v, g, ρ)', 'x = adamw(x, averaged(m, g, β), decaying(v, g, ρ), t + 1, η, β, ρ, 1e-8, 0.01)'], rule: adamw(), ulp: 2 },
  AMSGrad: { updates: ['t = t + 1', 'm = averaged(m, g, β)', 'v = decaying(v, g, ρ)', 's = largest(s, decaying(v, g, ρ))', 'x = adam(x, averaged(m, g, β), largest(s, decaying(v, g, ρ)), t + 1, η, β, ρ, 1e-8)'], rule: amsgrad(), ulp: 2 },
};
const n = 40;

describe('a fused step', () => {
  it.each(Object.entries(RULES))('%s', (name, { updates, rule, ulp }) => {
    // a bowl, whose gradient is one subtraction in both
    const text = `${library}\ndim n\ndata c: R[n]\nparam x: R[n], m: R[n], v: R[n], s: R[n], t: R\nhyper η: R = 0.05, β: R = 0.9, ρ: R = 0.999\nL = 1/2*‖x - c‖²\ng = ∂L/∂x\nderive value, gradient of L wrt x\n${updates.map((u) => `update ${u}`).join('\n')}\n`;
    const f = functionsOf(text, { n });
    const random = new Random(2);
    const data = { c: Float64Array.from({ length: n }, () => random.normal()) };
    const params = f.make('Params');
    const x = params['x'] as Float64Array;
    x.set(Float64Array.from({ length: n }, () => random.normal()));
    const step = rule(n);
    let worst = 0;
    for (let k = 0; k < 60; k++) {
      const want = x.slice();
      const g = want.map((xi, i) => xi - data.c[i]!);
      step.step(want, g, 0.05);
      const before = x.slice();
      f.call('step', { params, data, hyper: {}, out: {} });
      // a difference of two numbers is as exact as they are
      x.forEach((xi, i) => { worst = Math.max(worst, Math.abs(xi - want[i]!) / ulpOf(Math.max(Math.abs(want[i]!), Math.abs(before[i]!)))); });
      // both go on from the same point
      x.set(want);
    }
    console.log(`fused ${name}: single steps differ by at most ${worst} ulp`);
    expect(worst).toBeLessThanOrEqual(ulp);
  });

  it('is one pass over each parameter, with the gradient as it comes out, and makes nothing', () => {
    const text = readFileSync(join(root, 'generated/training/classifier-adam.ts'), 'utf8');
    const [step = ''] = /function step\([^]*?\n  }\n/.exec(text) ?? [];
    expect(step).not.toMatch(/\bnew \w+\(|\.slice\(|\.map\(/);
    for (const name of ['W1', 'b1', 'W2', 'b2']) {
      // parameter and both means are written once each, side by side
      const at = [name, `m${name}`, `v${name}`].map((array) => [...step.matchAll(new RegExp(`\\b${array}\\[[^\\]]+\\] = `, 'g'))].map((m) => m.index));
      expect(at.map((places) => places.length)).toEqual([1, 1, 1]);
      const [low, high] = [Math.min(...at.flat()), Math.max(...at.flat())];
      expect(step.slice(low, high)).not.toContain('for (');
    }
  });

  it('of the classifier trains as Adam of the runtime does', () => {
    const [N, D, H, K] = [64, 5, 6, 3];
    const random = new Random(4);
    const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());
    const X = draw(N * D);
    const data = { X, c: Int32Array.from({ length: N }, (_, row) => (X[row * D]! > 0.5 ? 2 : X[row * D + 1]! > 0 ? 1 : 0)) };
    const start = { W1: draw(D * H), b1: new Float64Array(H), W2: draw(H * K), b2: new Float64Array(K) };
    const fused = createFused({ N, D, H, K });
    const params = { ...fused.newParams(), ...structuredClone(start) };
    const { params: plain, history } = train((rows) => {
      const model = createPlain({ N: rows, D, H, K });
      return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
    }, data, { start, rule: adam(), rate: 0.01, epochs: 100, batch: N, shuffle: 'never', progress: 'never' });
    for (let k = 0; k < 100; k++) fused.step(params, data, { eta: 0.01 });
    expect(history[99]!.loss).toBeLessThan(0.5 * history[0]!.loss);
    expect(params.t).toBe(100);
    for (const name of ['W1', 'b1', 'W2', 'b2'] as const) params[name].forEach((w, i) => expect(Math.abs(w - plain[name][i]!)).toBeLessThan(1e-10));
  });
});
