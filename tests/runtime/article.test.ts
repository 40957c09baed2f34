/** The article's two programs with every optimiser: the article's own numbers, and epochs to a given loss. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descend } from '../../src/runtime/descend.ts';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { steepestDescent } from '../../src/runtime/directions/steepest.ts';
import type { BatchedObjective, Objective } from '../../src/runtime/problem.ts';
import type { Monitor, Result } from '../../src/runtime/result.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { cosineDecay, warmUp } from '../../src/runtime/rules/schedules.ts';
import { root } from '../support/sources.ts';
import { functionsOf, objectiveOf } from './support.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

const line = read<{ X: number[]; y: number[]; lr: number; epochs: number; trace_after_update: [number, number, number, number][]; final: { w: number; b: number } }>('samples/data/linear-regression.json');
const regression = objectiveOf(functionsOf(readFileSync(join(root, 'samples/article/linear-regression.diff'), 'utf8'), { N: line.X.length }), { x: Float64Array.from(line.X), y: Float64Array.from(line.y) });

const network = read<{ N: number; D: number; H: number; X: number[][]; y: number[]; lr: number; epochs: number; init: { W1: number[][]; b1: number[]; W2: number[]; b2: number[] }; loss_trace: [number, number][]; final_loss: number }>('samples/data/mlp.json');
const observations = { X: Float64Array.from(network.X.flat()), y: Float64Array.from(network.y) };
const mlp = functionsOf(readFileSync(join(root, 'samples/article/mlp.diff'), 'utf8'), { N: network.N, D: network.D, H: network.H });
const loss = objectiveOf(mlp, observations);
const { init } = network;
const start = loss.flatten({ W1: Float64Array.from(init.W1.flat()), b1: Float64Array.from(init.b1), W2: Float64Array.from(init.W2), b2: init.b2[0]! });

/** The same network on ten batches of ten rows. */
const batched = ((): BatchedObjective => {
  const size = network.N / 10;
  const part = functionsOf(readFileSync(join(root, 'samples/article/mlp.diff'), 'utf8'), { N: size, D: network.D, H: network.H });
  const parts = Array.from({ length: 10 }, (_, k) =>
    objectiveOf(part, { X: observations.X.slice(k * size * network.D, (k + 1) * size * network.D), y: observations.y.slice(k * size, (k + 1) * size) }));
  return { dimension: start.length, batches: 10, valueGradient: (x, g, batch) => parts[batch]!.valueGradient(x, g) };
})();

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

/** Stops at the first epoch with the loss. */
const until = (target: number): Monitor => ({ value }) => (value <= target ? 'stop' : undefined);

type Run = (objective: Objective, from: ArrayLike<number>, monitor: Monitor) => Result;
const byRule = (rule: RuleMaker, rate: number): Run => (objective, from, monitor) => descend(objective, from, { rule, rate, maxIterations: 20_000, monitor });

/** One rate for both programs. */
const optimisers: Readonly<Record<string, Run>> = {
  'gradient descent': byRule(sgd(), 0.02),
  momentum: byRule(momentum(), 0.005),
  Nesterov: byRule(nesterov(), 0.005),
  AdaGrad: byRule(adagrad(), 0.5),
  RMSProp: byRule(rmsprop(), 0.001),
  Adam: byRule(adam(), 0.02),
  AdamW: byRule(adamw({ weightDecay: 1e-4 }), 0.02),
  AMSGrad: byRule(amsgrad(), 0.02),
  'steepest descent': (objective, from, monitor) => steepestDescent(objective, from, { monitor, maxIterations: 20_000 }),
  'conjugate gradients': (objective, from, monitor) => conjugateGradient(objective, from, { monitor, maxIterations: 20_000 }),
  'L-BFGS': (objective, from, monitor) => lbfgs(objective, from, { monitor, maxIterations: 20_000 }),
};

describe('every optimiser', () => {
  it.each([
    { name: 'linear regression', objective: regression, from: [0, 0] as ArrayLike<number>, target: 0.0801 },
    { name: 'network', objective: loss, from: start as ArrayLike<number>, target: 0.3 },
  ])('$name: epochs to the loss $target', ({ name, objective, from, target }) => {
    const table = Object.entries(optimisers).map(([optimiser, run]) => ({ optimiser, result: run(objective, from, until(target)) }));
    console.log(`${name}, epochs to loss ${target}: ${table.map(({ optimiser, result }) => `${optimiser} ${result.iterations}`).join(', ')}`);
    for (const { optimiser, result } of table) {
      expect([optimiser, result.status]).toEqual([optimiser, 'stopped']);
      expect(result.value).toBeLessThanOrEqual(target * 1.001);
    }
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
