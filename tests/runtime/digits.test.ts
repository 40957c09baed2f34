/** Handwritten digits (8×8, UCI): softmax regression and a network with one hidden layer on a fixed split. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/runtime/random.ts';
import { adam } from '../../src/runtime/rules/rules.ts';
import { cosineDecay } from '../../src/runtime/rules/schedules.ts';
import { train } from '../../src/runtime/training/train.ts';
import { root } from '../support/sources.ts';
import { functionsOf, readTable, type Fields } from './support.ts';

const K = 10;
const D = 64;
const rows = readTable('digits.csv.gz');

/** Every fifth row of a seeded order is kept for the end. */
function split(table: readonly (readonly number[])[]) {
  const order = Int32Array.from({ length: table.length }, (_, k) => k);
  new Random(0).shuffle(order);
  const part = (kept: boolean) => {
    const chosen = [...order].filter((_, k) => (k % 5 === 0) === kept).map((row) => table[row]!);
    return { X: Float64Array.from(chosen.flatMap((row) => row.slice(0, D).map((x) => x / 16))), c: Int32Array.from(chosen, (row) => row[D]!) };
  };
  return { trained: part(false), tested: part(true) };
}

interface Digits {
  readonly X: Float64Array;
  readonly c: Int32Array;
}

/** The part of the digits whose largest score is their own. */
function accuracy(scores: Float64Array, c: Int32Array): number {
  let right = 0;
  for (let n = 0; n < c.length; n++) {
    const row = scores.subarray(n * K, (n + 1) * K);
    if (row.indexOf(Math.max(...row)) === c[n]) right++;
  }
  return right / c.length;
}

describe.skipIf(rows === undefined)('digits', () => {
  const { trained, tested } = split(rows ?? []);
  const text = (path: string): string => readFileSync(join(root, 'samples', path), 'utf8');
  const maker = (source: string, sizes: Readonly<Record<string, number>>) => (N: number) => {
    const f = functionsOf(source, { N, D, K, ...sizes });
    return { params: f.make('Params'), gradient: f.make('Gradient'), valueGradient: (params: Fields, data: Digits, out: Fields) => f.call('valueGradient', { params, data: { ...data }, out }) };
  };

  it('softmax regression: at least 95 % of the held-out digits', () => {
    const source = text('models/03-softmax-regression.diff');
    const { params, history } = train(maker(source, {}), trained, { rule: adam(), rate: 0.02, epochs: 30, batch: 50, seed: 1, weightDecay: 1e-4, penalised: ['W'], progress: 'never' });
    const { W, b } = params as { W: Float64Array; b: Float64Array };
    const scores = Float64Array.from({ length: tested.c.length * K }, (_, at) => b[at % K]! + tested.X.subarray(Math.floor(at / K) * D, (Math.floor(at / K) + 1) * D).reduce((s, x, d) => s + x * W[d * K + (at % K)]!, 0));
    const right = accuracy(scores, tested.c);
    console.log(`digits, softmax regression: ${(100 * right).toFixed(1)} % of ${tested.c.length} held-out digits, loss ${history[0]!.loss.toFixed(3)} to ${history.at(-1)!.loss.toFixed(3)}`);
    expect(right).toBeGreaterThanOrEqual(0.95);
  });

  it('a hidden layer of 32: at least 97 %', () => {
    const source = text('training/classifier.diff');
    const H = 32;
    const random = new Random(1);
    const draw = (count: number, fan: number): Float64Array => Float64Array.from({ length: count }, () => random.normal() / Math.sqrt(fan));
    const start: Fields = { W1: draw(D * H, D), b1: new Float64Array(H), W2: draw(H * K, H), b2: new Float64Array(K) };
    const steps = Math.ceil(trained.c.length / 32) * 30;
    const { params, history } = train(maker(source, { H }), trained, { start, rule: adam(), rate: cosineDecay(0.01, { period: steps }), epochs: 30, batch: 32, seed: 1, weightDecay: 1e-4, penalised: ['W1', 'W2'], progress: 'never' });
    const whole = functionsOf(source, { N: tested.c.length, D, H, K });
    const out = whole.make('Results');
    whole.call('predict', { params, data: { ...tested }, out });
    const right = accuracy(Object.values(out)[0] as Float64Array, tested.c);
    console.log(`digits, network 64-${H}-10: ${(100 * right).toFixed(1)} % of ${tested.c.length} held-out digits, loss ${history[0]!.loss.toFixed(3)} to ${history.at(-1)!.loss.toFixed(3)}`);
    expect(right).toBeGreaterThanOrEqual(0.97);
  });
});
