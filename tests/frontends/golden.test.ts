/** Readings of texts, one golden file per subject: the canonical reading in ASCII, or what is said about the mistake. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { printFile, printStatement } from '../../src/ast/print-statements.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import { parseExpression, parseFile } from '../../src/frontends/math/parse.ts';
import { testGolden } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'golden');

/** A one-line input; in the files whose name ends in `file`, a model. */
function read(text: string, isFile: boolean): string {
  const bag = new Bag();
  const source = { name: isFile ? 'model.diff' : '<expression>', text };
  const shown = isFile ? printFile(parseFile(source, bag)) : printStatement(parseExpression(source, bag));
  return bag.size === 0 ? shown : renderAll(bag.diagnostics);
}

for (const file of readdirSync(folder)) {
  describe(file, () => testGolden(join(folder, file), (input) => read(input, file.endsWith('-file.txt'))));
}
