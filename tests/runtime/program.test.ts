/** The programs of samples/programs/ that use diffc/runtime, and the example of docs/runtime.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leastRisk } from '../../samples/programs/constrain.mjs';
import { fitKinetics } from '../../samples/programs/fit.mjs';
import { sampleShares } from '../../samples/programs/sample.mjs';
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

describe('samples/programs/constrain.mjs', () => {
  it('ends where the multiplier is the price of more gain', () => {
    const module = emitted(read('samples/optimisation/portfolio.diff')).exports;
    const data = JSON.parse(read('samples/data/portfolio.json')) as { m: number[] };
    const at = (least: number): ReturnType<typeof leastRisk> => leastRisk(module, runtime, data, least);
    const [below, here, above] = [at(0.0799), at(0.08), at(0.0801)] as const;
    expect(here.status).toMatch(/^converged/);
    expect(here.violation).toBeLessThan(1e-8);
    expect(here.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 7);
    expect(here.weights.reduce((gain, w, k) => gain + w * data.m[k]!, 0)).toBeCloseTo(0.08, 7);
    expect(Math.min(...here.weights)).toBeGreaterThanOrEqual(0);
    expect((above.risk - below.risk) / 0.0002 / here.price).toBeCloseTo(1, 3);
  });
});

describe('samples/programs/sample.mjs', () => {
  it('gives the moments of the Dirichlet distribution that the shares follow', () => {
    const { rows, warnings, table } = sampleShares(emitted(read('samples/inference/shares.diff')).exports, runtime, JSON.parse(read('samples/data/shares.json')));
    expect(warnings).toEqual([]);
    expect(rows.map((r) => r.name)).toEqual(['p[0]', 'p[1]', 'p[2]']);
    [13, 31, 9].forEach((a, k) => expect(Math.abs(rows[k]!.mean - a / 53) / rows[k]!.mcseMean).toBeLessThan(4));
    expect(table).toContain('p[2]');
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
