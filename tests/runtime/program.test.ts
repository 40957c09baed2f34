/** The program of samples/programs/fit.mjs, and the example of docs/runtime.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitKinetics } from '../../samples/programs/fit.mjs';
import * as runtime from '../../src/runtime/index.ts';
import * as node from '../../src/runtime/node.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('samples/programs/fit.mjs', () => {
  it('ends at the published parameters and standard errors', () => {
    const data = JSON.parse(read('samples/data/puromycin.json')) as { published: { V: number; K: number; errors: { V: number; K: number }; residual_deviation: number } };
    const fit = fitKinetics(emitted(read('samples/fitting/michaelis-menten.diff')).exports, runtime, data);
    const [V, K] = fit.parameters;
    const { published } = data;
    expect(V?.name).toBe('V');
    expect(Math.abs(V!.value - published.V)).toBeLessThan(0.05);
    expect(Math.abs(V!.error - published.errors.V)).toBeLessThan(5e-4);
    expect(Math.abs(K!.value - published.K)).toBeLessThan(5e-6);
    expect(Math.abs(K!.error - published.errors.K)).toBeLessThan(5e-7);
    expect(Math.abs(fit.residualDeviation - published.residual_deviation)).toBeLessThan(5e-3);
    expect(V!.interval[0]).toBeLessThan(V!.value);
  });
});

describe('docs/runtime.md', () => {
  it('names exactly what diffc/runtime exports', () => {
    const text = read('docs/runtime.md');
    const documented = new Set([...text.matchAll(/`(\w+)/g)].map((m) => m[1]));
    expect([...Object.keys(runtime), ...Object.keys(node)].filter((name) => !documented.has(name))).toEqual([]);
  });

  it('lists every status and every code of errors', () => {
    const text = read('docs/runtime.md');
    const statuses = [...read('src/runtime/result.ts').matchAll(/^ {2}\| '([\w-]+)'/gm)].map((m) => m[1]!);
    const codes = [...([...read('src/runtime/error.ts').matchAll(/ErrorCode = (.*);/g)].map((m) => m[1]).join(' ')).matchAll(/'([\w-]+)'/g)].map((m) => m[1]!);
    expect(statuses.length).toBeGreaterThan(5);
    expect(codes.length).toBeGreaterThan(14);
    expect([...statuses, ...codes].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
