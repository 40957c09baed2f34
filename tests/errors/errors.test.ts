/**
 * One golden file per diagnostic, `<code>.txt`: sources and what is said about them. The first case is the example of
 * the catalogue; further cases are added by hand. UPDATE_GOLDEN=1 writes renderings anew and creates missing files.
 * A case whose name begins with `line` is read as a one-line expression.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stages } from '../../src/diagnostics/catalog.ts';
import type { Entry } from '../../src/diagnostics/entry.ts';
import { explain } from '../../src/diagnostics/explain.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import { diagnosticsOf } from '../support/examples.ts';
import { readGolden, testGolden, writeGolden } from '../support/golden.ts';

const updating = process.env['UPDATE_GOLDEN'] === '1';
const rendering = (stage: string, line: boolean, text: string): string => renderAll(diagnosticsOf(stage, line, text));

for (const [stage, entries] of Object.entries(stages)) {
  // the command line's own mistakes are shown by its tests
  if (stage === 'usage') continue;
  for (const [code, entry] of Object.entries(entries as Record<string, Entry>)) {
    describe(code, () => {
      const path = join(import.meta.dirname, `${code}.txt`);
      const line = entry.examples === 'line';
      const example = line ? 'line: example' : 'example';
      if (updating && !existsSync(path)) writeGolden(path, [{ name: example, input: entry.wrong, output: '' }]);
      it('is explained', () => expect(explain(code as never)).toContain(entry.explanation));
      it('has a golden file that begins with the example of the catalogue', () => {
        const [first] = readGolden(path);
        expect(first?.name).toBe(example);
        expect(first?.input).toBe(entry.wrong);
        expect(rendering(stage, line, entry.wrong)).toContain(`[${code}]`);
      });
      it('accepts the corrected example', () => {
        expect(renderAll(diagnosticsOf(stage, line, entry.right).filter((d) => d.severity === 'error' || d.code === code))).toBe('');
      });
      if (existsSync(path)) testGolden(path, (input, name) => rendering(stage, name.startsWith('line'), input));
    });
  }
}
