/** The article's two programs, trained in this process with the modules emitted from samples/article/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainLinearRegression, trainNetwork } from '../../samples/programs/train.mjs';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

const moduleOf = (path: string): unknown => emitted(readFileSync(join(root, path), 'utf8'), path).exports;

describe('programs of the article', () => {
  it('linear regression ends at the article\'s parameters and passes through its trace', () => {
    const data = read<{ trace_after_update: [number, number, number, number][]; final: { w: number; b: number } }>('samples/data/linear-regression.json');
    const trace: { epoch: number; loss: number; w: number; b: number }[] = [];
    const { w, b } = trainLinearRegression(moduleOf('samples/article/linear-regression.diff'), data, (row) => trace.push(row));
    expect(Math.abs(w - 1.793922269270719)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(b - -0.17805746361377872)).toBeLessThanOrEqual(1e-12);
    expect(trace.map((row) => row.epoch)).toEqual(data.trace_after_update.map(([epoch]) => epoch));
    trace.forEach((row, k) => {
      const [, loss, wk, bk] = data.trace_after_update[k]!;
      expect(Math.max(Math.abs(row.loss - loss), Math.abs(row.w - wk), Math.abs(row.b - bk))).toBeLessThanOrEqual(1e-12);
    });
  });

  it('the network reproduces the loss trace', () => {
    const data = read<{ loss_trace: [number, number][]; final_loss: number }>('samples/data/mlp.json');
    const trace: [number, number][] = [];
    const { loss } = trainNetwork(moduleOf('samples/article/mlp.diff'), data, (row) => trace.push([row.epoch, row.loss]));
    expect(trace.map(([epoch]) => epoch)).toEqual(data.loss_trace.map(([epoch]) => epoch));
    trace.forEach(([, value], k) => expect(Math.abs(value - data.loss_trace[k]![1])).toBeLessThanOrEqual(1e-10));
    expect(Math.abs(loss - data.final_loss)).toBeLessThanOrEqual(1e-10);
  });
});
