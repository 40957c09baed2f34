/** Writes docs/reference/ from the tables that the compiler works with. With `--check` nothing is written and stale pages fail. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticsMarkdown } from '../src/diagnostics/explain.ts';
import { functionsReference } from '../src/elaborate/functions/table.ts';
import { opsReference } from '../src/ops/describe.ts';
import { apiPage } from './reference/api.ts';
import { cliPage } from './reference/cli.ts';
import { kernelsPage } from './reference/kernels.ts';
import { rulesPage } from './reference/rules.ts';

const folder = join(import.meta.dirname, '../docs/reference');
const pages: Readonly<Record<string, string>> = {
  'api.md': apiPage(), 'cli.md': cliPage(), 'diagnostics.md': diagnosticsMarkdown(), 'functions.md': functionsReference(),
  'kernels.md': kernelsPage(), 'ops.md': opsReference(), 'rules.md': rulesPage(),
};

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  const path = join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error('%s', `docs/reference/${name} is stale: run \`npm run docs\``);
    process.exitCode = 1;
  }
}
