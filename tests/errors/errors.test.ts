/**
 * One golden file per diagnostic, `<code>.txt`: sources and what is said about them. The first case is the example of
 * the catalogue; further cases are added by hand. UPDATE_GOLDEN=1 writes renderings anew and creates missing files.
 * A case whose name begins with `line` is read as a one-line expression.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decideClaims } from '../../src/answer/decided.ts';
import { ask } from '../../src/answer/question.ts';
import { readExpression, readModel, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { stages } from '../../src/diagnostics/catalog.ts';
import type { Entry } from '../../src/diagnostics/entry.ts';
import { explain } from '../../src/diagnostics/explain.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import { planInto } from '../../src/generate.ts';
import { parseExpression, parseFile } from '../../src/frontends/math/parse.ts';
import { readGolden, testGolden, writeGolden } from '../support/golden.ts';

const updating = process.env['UPDATE_GOLDEN'] === '1';
type Read = (source: Source, bag: Bag) => unknown;

/** What the examples of imports import. */
const imported = new Map([
  ['./rotate.diff', 'fn rotate(w: R[3], v: R[3]): R[3] {\n  return v + cross(w, v)\n}'],
  ['./self.diff', 'import { g } from "./self.diff"\nf(x) = x^2'],
]);
function load(path: string): Source | undefined {
  const text = imported.get(path);
  return text === undefined ? undefined : { name: path, text };
}

/** How far a text is taken: mistakes of reading are shown alone, others through the front, those of derivatives and checks to the answer. */
function reader(stage: string, line: boolean): Read {
  if (stage === 'parsing') return line ? parseExpression : parseFile;
  if (stage !== 'differentiation') return line ? (source, bag) => readExpression(source, { load }, bag) : (source, bag) => readModel(source, { load }, bag);
  if (!line) return (source, bag) => { const model = readModel(source, { load }, bag); if (model === undefined || bag.hasErrors) return model; if (model.requests.length > 0) planInto(bag, model, source.name); return decideClaims(model, bag); };
  return (source, bag) => {
    const model = readExpression(source, { load }, bag);
    const answer = model?.answer;
    return model && answer?.kind === 'value' ? ask(model, answer.node, undefined, { order: 1 }, refuseInto(bag)) : undefined;
  };
}

function rendering(stage: string, line: boolean, text: string): string {
  const bag = new Bag();
  reader(stage, line)({ name: line ? '<expression>' : 'model.diff', text }, bag);
  return renderAll(bag.diagnostics);
}

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
        const bag = new Bag();
        reader(stage, line)({ name: 'corrected', text: entry.right }, bag);
        expect(renderAll(bag.diagnostics.filter((d) => d.severity === 'error' || d.code === code))).toBe('');
      });
      if (existsSync(path)) testGolden(path, (input, name) => rendering(stage, name.startsWith('line'), input));
    });
  }
}
