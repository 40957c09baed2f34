/** Writes the pictures of docs/gallery/: each by its program in samples/gallery/, with the module emitted from its model. `--check` writes nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as blackScholes from '../generated/models/09-black-scholes.ts';
import * as circle from '../generated/models/20-circle-fit.ts';
import * as linear from '../generated/models/01-linear-regression.ts';
import * as lotkaVolterra from '../generated/models/18-lotka-volterra.ts';
import * as runtime from '../src/runtime/index.ts';

const root = join(import.meta.dirname, '..');
const modules: Readonly<Record<string, unknown>> = { regression: linear, 'circle-fit': circle, greeks: blackScholes, 'lotka-volterra': lotkaVolterra };

mkdirSync(join(root, 'docs/gallery'), { recursive: true });
for (const [name, module] of Object.entries(modules)) {
  const program = (await import(join(root, `samples/gallery/${name}.mjs`))) as { readonly picture: (module: unknown, runtime: unknown) => string };
  const path = join(root, `docs/gallery/${name}.svg`);
  const text = program.picture(module, runtime);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error('%s', `docs/gallery/${name}.svg is stale: run \`npm run gallery\``);
    process.exitCode = 1;
  }
}
