/** Recurrences under a bound on memory: the same bits as with everything kept, in the steps that the schedule promises. */
import { describe, expect, it } from 'vitest';
import { replaySteps } from '../../src/schedule/replay-steps.ts';
import { emitted } from '../support/emitted.ts';

const LENGTHS = [1, 2, 3, 4, 7, 12, 31, 60];

function model(options: string): string {
  return `dim T, H
data x: R[T], y: R[T], target: R
param A: R[H, H], u: R[H], s0: R[H], w: R
recur t in 1..T {
  init s[0] = s0, c[0] = 0.5, c[-1] = w
  z = A*s[t-1] + u*x[t]
  s[t] = tanh(z)
  c[t] = c[t-1]*w + sum(s[t])^2 + c[t-2]/7
}
L = c[T] + sum(s[T])*target + sum[t] (c[t] - y[t])²
derive value, gradient of L wrt A, u, s0, w as run${options}
derive hvp of L wrt w, u as product${options}`;
}

const plain = emitted(model(''));
const H = 3;
const wave = (n: number, phase: number): number[] => Array.from({ length: n }, (_, k) => Math.sin(phase + 1.7 * k) / 2);
const inputs = (T: number) => ({ x: wave(T, 1), y: wave(T, 2), target: 0.3, A: wave(H * H, 3), u: wave(H, 4), s0: wave(H, 5), w: 0.9 });
const direction = { v_w: 0.4, v_u: wave(H, 6) };

describe.each([1, 2, 3, 8, 100])('%d checkpoints', (slots) => {
  const bounded = emitted(model(` using checkpoints = ${slots}`));

  it.each(LENGTHS)('%d steps: value and gradient, bit for bit', (T) => {
    expect(bounded.call('run', { T, H }, inputs(T))).toEqual(plain.call('run', { T, H }, inputs(T)));
  });

  it('Hessian-vector products', () => {
    const [want, got] = [plain, bounded].map((m) => m.call('product', { T: 12, H }, { ...inputs(12), ...direction }));
    for (const [name, values] of Object.entries(want?.out ?? {})) {
      Array.from(values).forEach((value, k) => expect(Math.abs((got?.out[name]?.[k] ?? Number.NaN) - value), `${name}[${k}]`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value))));
    }
  });

  it('keeps no array over the steps besides the states that the model itself sums over', () => {
    expect(histories(plain.code)).toContain('T * H');
    expect(histories(bounded.code).filter((size) => size !== 'T')).toEqual([]);
  });
});

/** Sizes of the module's arrays over the steps. */
function histories(code: string): string[] {
  const body = code.slice(code.indexOf('function create('), code.indexOf('function newParams'));
  return [...body.matchAll(/new Float64Array\((.*)\)/g)].map((m) => m[1] ?? '').filter((size) => /\bT\b/.test(size));
}

/** β(s, r): the longest loop that s states and r repetitions of any step reverse. */
const reach = (s: number, r: number): number => Array.from({ length: Math.max(r, 0) }, (_, k) => k + 1).reduce((b, k) => (b * (s + k)) / k, r < 0 ? 0 : 1);

it('takes the fewest steps again that are possible (Griewank 1992)', () => {
  for (const slots of [1, 2, 3, 8, 32, 100]) {
    for (const length of [2, 3, 5, 10, 31, 100, 1000]) {
      let repeats = 0;
      while (reach(slots, repeats) < length) repeats++;
      expect(replaySteps(length, slots), `${length} steps, ${slots} states`).toBe(repeats * length - Math.round(reach(slots + 1, repeats - 1)));
    }
  }
});
