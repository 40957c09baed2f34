/** Maps of emitted modules, read by Node's own decoder: a line leads to the statement it computes. */
import { SourceMap } from 'node:module';
import { assert, integer, property } from './support/property.ts';
import { describe, expect, it } from 'vitest';
import { compile, generate } from '../src/generate.ts';
import { quantity } from '../src/source-map.ts';

const model = `dim N
data x: R[N], y: R[N]
param w: R, b: R
hyper lr: R = 0.1

ŷ[i] = w*x[i] + b
L = mean((y - ŷ)^2)
M = L + w^2
derive value, gradient of L wrt w, b
derive value, gradient of M wrt w, b
update w = w - lr * ∂L/∂w
update b = b - lr * ∂L/∂b
`;

/** Each line of the code with the line of the model it leads to. */
async function traced(text: string, target: 'js' | 'ts'): Promise<[code: string, statement: string][]> {
  const { code = '', map } = await compile(text, { target, name: 'model.diff' });
  if (map === undefined) throw new Error('no map');
  const decoded = new SourceMap({ ...map, sources: [...map.sources], sourcesContent: [...map.sourcesContent], names: [], file: '', sourceRoot: '' });
  const sources = text.split('\n');
  return code.split('\n').map((line, k) => {
    const entry = decoded.findEntry(k, line.search(/\S|$/)) as { readonly generatedLine?: number; readonly originalLine?: number };
    return [line.trim(), entry.generatedLine === k && entry.originalLine !== undefined ? (sources[entry.originalLine] ?? '') : ''];
  });
}

describe('source maps', () => {
  it.each(['js', 'ts'] as const)('of %s lead from functions to requests, from values to definitions, from steps to updates', async (target) => {
    const lines = await traced(model, target);
    const of = (pattern: RegExp): string[] => [...new Set(lines.filter(([code]) => pattern.test(code)).map(([, statement]) => statement))];
    expect(of(/^function valueGradientL\(/)).toEqual(['derive value, gradient of L wrt w, b']);
    expect(of(/^function valueGradientM\(/)).toEqual(['derive value, gradient of M wrt w, b']);
    expect(of(/^const yHat\b/)).toEqual(['ŷ[i] = w*x[i] + b']);
    expect(of(/^params\.w = /)).toEqual(['update w = w - lr * ∂L/∂w']);
    expect(of(/^params\.b = /)).toEqual(['update b = b - lr * ∂L/∂b']);
    expect(of(/^function (?:newParams|checkArrays)/)).toEqual(['']);
  });

  it('name imported files too', async () => {
    const source = { name: 'a.diff', text: 'import { f } from "./b.diff"\nparam w: R\nL = f(w)\nderive value of L wrt w\n' };
    const { map } = await generate(source, { target: 'js', load: () => ({ name: 'b.diff', text: 'f(x) = x^2\n' }) });
    expect(map?.sources).toEqual(['a.diff']);
    expect(map?.version).toBe(3);
  });

  it('are written as the format says', () => {
    expect([0, 1, -1, 15, 16, -16, 1000].map(quantity)).toEqual(['A', 'C', 'D', 'e', 'gB', 'hB', 'w+B']);
    assert(property(integer({ min: 0, max: 2 ** 20 }), integer({ min: 0, max: 200 }), (line, column) => {
      const decoded = new SourceMap({ version: 3, file: '', sourceRoot: '', sources: ['m'], sourcesContent: [], names: [], mappings: `AAA${quantity(0)};A${quantity(0)}${quantity(line)}${quantity(column)}` });
      const entry = decoded.findEntry(1, 0) as { originalLine: number; originalColumn: number };
      expect([entry.originalLine, entry.originalColumn]).toEqual([line, column]);
    }));
  });
});
