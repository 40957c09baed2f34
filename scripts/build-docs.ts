/** Writes docs/reference/ from the tables that the compiler works with, and the tables of README. With `--check` nothing is written and stale pages fail. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticsMarkdown } from '../src/diagnostics/explain.ts';
import { functionsReference } from '../src/elaborate/functions/table.ts';
import { opsReference } from '../src/ops/describe.ts';
import { apiPage } from './reference/api.ts';
import { cliPage } from './reference/cli.ts';
import { kernelsPage } from './reference/kernels.ts';
import { readmePage } from './reference/readme.ts';
import { rulesPage } from './reference/rules.ts';

const root = join(import.meta.dirname, '..');
const pages: Readonly<Record<string, string>> = {
  'README.md': readmePage(readFileSync(join(root, 'README.md'), 'utf8')),
  'docs/reference/api.md': apiPage(),
  'docs/reference/cli.md': cliPage(),
  'docs/reference/diagnostics.md': diagnosticsMarkdown(),
  'docs/reference/functions.md': functionsReference(),
  'docs/reference/kernels.md': kernelsPage(),
  'docs/reference/ops.md': opsReference(),
  'docs/reference/rules.md': rulesPage(),
};

mkdirSync(join(root, 'docs/reference'), { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  const path = join(root, name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error('%s', `${name} is stale: run \`npm run docs\``);
    process.exitCode = 1;
  }
}
