/**
 * `npm run build`: the library with plain tsc into dist/src and dist/grammar, then the command as one
 * file with its compiled code beside it, so that `diffc "x^2"` starts about as fast as node itself.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli');

for (const folder of ['dist/src', 'dist/grammar', 'dist/cli']) rmSync(join(root, folder), { recursive: true, force: true });
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
const commandsApart: Plugin = {
  name: 'commands-apart',
  setup(api) {
    api.onResolve({ filter: new RegExp(`/(${APART.join('|')})\\.ts$`) }, ({ path }) => ({ path: `./${basename(path, '.ts')}.js`, external: true }));
  },
};
await build({ ...common, entryPoints: [join(root, 'src/cli/bin.ts')], outfile: join(cli, 'diffc.js'), plugins: [commandsApart] });
for (const name of APART) await build({ ...common, entryPoints: [join(root, 'src/cli', `${name}.ts`)], outfile: join(cli, `${name}.js`) });
writeFileSync(join(cli, 'package.json'), '{ "type": "commonjs" }\n');
copyFileSync(join(root, 'scripts/start-cached.cjs'), join(cli, 'bin.js'));
chmodSync(join(cli, 'bin.js'), 0o755);
// running it once on a typical input compiles the functions that the cache then holds
run(process.execPath, join(cli, 'bin.js'), '--write-code-cache');

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
