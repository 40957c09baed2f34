/** Every model of samples/ and every formula of the article reads without a word, and its printed form reads the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printFile } from '../../src/ast/print-statements.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import { parseFile } from '../../src/frontends/math/parse.ts';
import { readingOf } from '../ast/reading.ts';
import { readGolden } from '../support/golden.ts';

const root = join(import.meta.dirname, '../..');
const models = readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.diff')).toSorted();

describe('samples', () => {
  it('are there', () => expect(models.filter((path) => path.startsWith('models')).length).toBe(22));

  for (const path of models) {
    it(path, () => {
      const bag = new Bag();
      const file = parseFile({ name: path, text: readFileSync(join(root, 'samples', path), 'utf8') }, bag);
      expect(renderAll(bag.diagnostics)).toBe('');
      for (const notation of ['ascii', 'unicode'] as const) {
        const text = printFile(file, notation);
        const again = new Bag();
        const printed = parseFile({ name: 'printed', text }, again);
        expect(renderAll(again.diagnostics)).toBe('');
        expect(printed.statements.map(readingOf)).toEqual(file.statements.map(readingOf));
        expect(printFile(printed, notation)).toBe(text);
      }
    });
  }
});

it('the article is read to the last formula', () => {
  const formulas = readGolden(join(import.meta.dirname, 'golden/article.txt'));
  expect(formulas.length).toBeGreaterThanOrEqual(38);
  expect(formulas.filter(({ output }) => /^(?:error|warning)/.test(output))).toEqual([]);
});
