/**
 * `npm run build`: the library with plain tsc into dist/src and dist/grammar, then the command as one
 * file with its compiled code beside it, so that `diffc "x^2"` starts about as fast as node itself, and the library
 * as one file for pages.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli');

for (const folder of ['dist/src', 'dist/grammar', 'dist/cli', 'dist/browser']) rmSync(join(root, folder), { recursive: true, force: true });
run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json');

mkdirSync(cli, { recursive: true });
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // one byte a character and nothing to skip: the text is read and its cached code checked at every start
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
  // reached by import() only when a module is generated; in a script run from the code cache import() has no loader
  external: ['ts-morph', 'prettier', 'prettier/*'],
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
};
/** What the command line reaches by import() only are programs of their own: a one-liner reads none of their text. */
const APART = [...new Set(readdirSync(join(root, 'src/cli')).flatMap((file) => [...readFileSync(join(root, 'src/cli', file), 'utf8').matchAll(/\bimport\('\.\/([\w-]+)\.ts'\)/g)].map((m) => m[1] ?? '')))].sort();
/** The commands share nearly everything, and so does what makes modules: they are one file beside the first. */
const COMMANDS = APART.filter((name) => name.endsWith('-command') || name === 'sparse-answer');
const fileOf = (name: string): string => (COMMANDS.includes(name) ? 'commands' : name);
const commandsApart: Plugin = {
  name: 'commands-apart',
  setup(api) {
    api.onResolve({ filter: new RegExp(`/(${APART.join('|')})\\.ts$`) }, ({ path, kind }) => (kind === 'entry-point' ? undefined : { path: `./${fileOf(basename(path, '.ts'))}.js`, external: true }));
  },
};
await build({ ...common, entryPoints: [join(root, 'src/cli/bin.ts')], outfile: join(cli, 'diffc.js'), plugins: [commandsApart] });
await build({ ...common, stdin: { contents: COMMANDS.map((name) => `export * from './${name}.ts';`).join('\n'), resolveDir: join(root, 'src/cli') }, outfile: join(cli, 'commands.js') });
for (const name of APART.filter((n) => !COMMANDS.includes(n))) await build({ ...common, entryPoints: [join(root, 'src/cli', `${name}.ts`)], outfile: join(cli, `${name}.js`) });
// esbuild leaves regular expressions as they are, and read as bytes `/Σ/` would be two other characters
for (const file of readdirSync(cli)) writeFileSync(join(cli, file), readFileSync(join(cli, file), 'utf8').replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
writeFileSync(join(cli, 'package.json'), '{ "type": "commonjs" }\n');
copyFileSync(join(root, 'scripts/start-cached.cjs'), join(cli, 'bin.js'));
chmodSync(join(cli, 'bin.js'), 0o755);
/** What a page cannot load has a twin that it can. */
const twins: Plugin = {
  name: 'browser-twins',
  setup(api) {
    api.onResolve({ filter: /^\.\/(?:assemble|format)\.ts$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.replace(/\.ts$/, '.browser.ts')) }));
  },
};
await build({ bundle: true, platform: 'browser', target: 'es2022', format: 'esm', charset: 'utf8', minify: true, legalComments: 'none', logLevel: 'warning', entryPoints: [join(root, 'src/index.ts')], outfile: join(root, 'dist/browser/diffc.js'), plugins: [twins] });
// running it once on a typical input compiles the functions that the cache then holds
run(process.execPath, join(cli, 'bin.js'), '--write-code-cache');

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
