/**
 * `npm run bench`: run.ts as plain JavaScript in a process of its own. A loader of TypeScript hands texts between threads
 * by transfer, and the first buffer that is transferred makes every later loop over typed arrays a quarter slower
 * in the whole process: not what programs with emitted modules see, nor the peers here.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Files next to a source stay there. */
const dirnames: Plugin = {
  name: 'dirnames',
  setup(api) {
    api.onLoad({ filter: /\/bench\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

const outdir = join(import.meta.dirname, '../dist/bench');
await build({ entryPoints: [join(import.meta.dirname, 'run.ts')], outdir, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', sourcemap: 'inline', logLevel: 'warning', plugins: [dirnames] });
const { status } = spawnSync(process.execPath, [join(outdir, 'run.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
