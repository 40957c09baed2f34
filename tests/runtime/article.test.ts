/** The article's two programs with every optimiser: the article's own numbers, and epochs to a given loss. */
import { describe, expect, it } from 'vitest';
import { descend } from '../../src/runtime/descend.ts';
import { adam } from '../../src/runtime/rules/rules.ts';
import { cosineDecay, warmUp } from '../../src/runtime/rules/schedules.ts';
import { batched, line, loss, network, optimisers, programs, regression, start, until } from './article.ts';

describe('gradient descent is the article\'s program', () => {
  it('linear regression: final parameters and trace', () => {
    const trace: { loss: number; w: number; b: number }[] = [];
    const { x } = descend(regression, [0, 0], { rate: line.lr, maxIterations: line.epochs, monitor: ({ value, x: at }) => void trace.push({ loss: value, w: at[0]!, b: at[1]! }) });
    expect(Math.abs(x[0]! - line.final.w)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(x[1]! - line.final.b)).toBeLessThanOrEqual(1e-12);
    for (const [epoch, value, w, b] of line.trace_after_update) {
      const at = trace[epoch]!;
      expect(Math.max(Math.abs(at.loss - value), Math.abs(at.w - w), Math.abs(at.b - b))).toBeLessThanOrEqual(1e-12);
    }
  });

  it('network: loss trace', () => {
    const losses: number[] = [];
    const result = descend(loss, start, { rate: network.lr, maxIterations: network.epochs, monitor: ({ value }) => void losses.push(value) });
    for (const [epoch, value] of network.loss_trace) if (epoch < losses.length) expect(Math.abs(losses[epoch]! - value)).toBeLessThanOrEqual(1e-10);
    expect(Math.abs(result.value - network.final_loss)).toBeLessThanOrEqual(1e-10);
  });
});

describe('every optimiser', () => {
  it.each(programs)('$name: epochs to the loss $target', ({ name, forms, from, target, elsewhere }) => {
    const table = Object.entries(optimisers).map(([optimiser, run]) => ({ optimiser, result: run(forms, from, until(target)) }));
    console.log(`${name}, epochs to loss ${target}: ${table.map(({ optimiser, result }) => `${optimiser} ${result.iterations}`).join(', ')}`);
    const arrived = table.filter(({ result }) => result.status === 'stopped' && result.value <= target);
    expect(table.filter((row) => !arrived.includes(row)).map(({ optimiser }) => optimiser)).toEqual(elsewhere);
    const epochs = Object.fromEntries(table.map(({ optimiser, result }) => [optimiser, result.iterations]));
    expect(epochs['L-BFGS']).toBeLessThan(epochs['gradient descent']! / 5);
  });
});

describe('mini-batches', () => {
  const options = { rule: adam(), rate: 0.01, maxIterations: 30 };

  it('lower the loss in fewer epochs than full batches', () => {
    const small = descend(batched, start, options);
    expect(small.evaluations).toBe(300);
    expect(small.value).toBeLessThan(descend(loss, start, options).value);
  });

  it('the seed decides the order: the same seed, the same bits', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => descend(batched, start, { ...options, seed }).x);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('a schedule with warm-up and cosine decay runs by steps', () => {
    const rates: number[] = [];
    const schedule = warmUp(10, cosineDecay(0.02, { period: 300 }));
    descend(batched, start, { rule: adam(), rate: (step) => { rates.push(schedule(step)); return schedule(step); }, maxIterations: 30, clipNorm: 1 });
    expect(rates).toHaveLength(300);
    expect(rates[0]).toBeCloseTo(0.002, 12);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.02);
    expect(rates[299]).toBeLessThan(1e-5);
  });
});
