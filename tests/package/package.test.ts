/** The package from outside: its judges, its resolution in every mode, its types in every compiler, CommonJS. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import type { ts as Compiler } from 'ts-morph';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossModel } from '../project/support.ts';
import { root } from '../support/sources.ts';
import { emptyFolder, packed, unpack } from './support.ts';

const folder = emptyFolder();
let tarball = '';
beforeAll(() => {
  tarball = packed();
  unpack(tarball, folder);
});
const node = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : `exit ${status}: ${stderr}`;
};

describe('the judges', () => {
  it('publint has nothing to say', async () => {
    const bytes = readFileSync(tarball);
    const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball: data }, strict: true });
    expect(messages).toEqual([]);
  });

  it('are-the-types-wrong finds the types right', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    if (result.types === false) throw new Error('no types');
    // a package of ES modules: `require` of them is Node's own since 20.19, and the oldest resolution knows no `exports`
    const judged = result.problems.filter((p) => !('resolutionKind' in p) || (p.resolutionKind !== 'node10' && p.resolutionKind !== 'node16-cjs'));
    expect(judged).toEqual([]);
    expect(Object.keys(result.entrypoints)).toEqual(expect.arrayContaining(['.', './runtime', './plugin', './register', './browser']));
  });

  it('carries the licence, the documents and no source', () => {
    expect(readFileSync(join(folder, 'node_modules/diffc/LICENSE'), 'utf8')).toContain('MIT License');
    expect((JSON.parse(readFileSync(join(folder, 'node_modules/diffc/package.json'), 'utf8')) as { license: string }).license).toBe('MIT');
    for (const name of ['README.md', 'CHANGELOG.md']) expect(existsSync(join(folder, 'node_modules/diffc', name))).toBe(true);
    for (const name of ['tests', 'samples', 'src', 'bench']) expect(existsSync(join(folder, 'node_modules/diffc', name))).toBe(false);
  });
});

describe('every entry', () => {
  it.each(['diffc', 'diffc/browser', 'diffc/runtime', 'diffc/plugin', 'diffc/register'])('%s is imported, and required', (name) => {
    writeFileSync(join(folder, 'import.mjs'), `const m = await import('${name}');\nconsole.log(JSON.stringify(Object.keys(m).filter((k) => k !== 'default' && k !== 'module.exports').sort()));\n`);
    writeFileSync(join(folder, 'require.cjs'), `const m = require('${name}');\nconsole.log(JSON.stringify(Object.keys(m).filter((k) => k !== 'default' && k !== '__esModule').sort()));\n`);
    const names = node('import.mjs');
    expect(names).toMatch(/^\[.*\]$/);
    if (name !== 'diffc/register') expect(names.length).toBeGreaterThan(5);
    expect(node('require.cjs')).toBe(names);
  });

  it('works in CommonJS as it does in modules', () => {
    writeFileSync(join(folder, 'use.cjs'), "const { gradient, parse } = require('diffc');\nconsole.log(String(gradient(parse('x^2*sin(y)')).x));\n");
    expect(node('use.cjs')).toBe('2*x*sin(y)');
  });

  it('hides what is not exported', () => {
    expect(node('-e', "import('diffc/dist/src/compile.js')")).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

const consumer = `import { compile, defineConfig, evaluate, gradient, parse, type CompileOptions, type Config, type Formula } from 'diffc';
import { compile as compileInPage } from 'diffc/browser';
import { diffc, type PluginOptions } from 'diffc/plugin';
import * as runtime from 'diffc/runtime';
import 'diffc/register';
import { newGradient, valueGradient, type Data, type Gradient, type Params } from './loss.diff';

export const config: Config = defineConfig({ files: ['**/*.diff'], target: 'ts', clean: true });
export const formula: Formula = parse('x^2');
export const slope: Formula | undefined = gradient(formula)['x'];
export const value: unknown = evaluate(formula, { x: 1 });
export const options: CompileOptions = { target: 'js' };
export const made: Promise<string | undefined>[] = [compile('L = x', options).then((r) => r.code), compileInPage('L = x').then((r) => r.code)];
export const chosen: PluginOptions = { types: true };
export const plugins: unknown[] = [diffc.vite(chosen), diffc.rollup(), diffc.webpack(), diffc.esbuild()];
export const names: string[] = Object.keys(runtime);
export const out: Gradient = newGradient();
const params: Params = { w: 1, b: 2 };
const data: Data = { x: 3, y: 4 };
export const loss: number = valueGradient(params, data, out);
// @ts-expect-error an option that does not exist
export const wrong: Config = { outdir: 'x' };
// @ts-expect-error a parameter is missing
export const missing: number = valueGradient({ w: 1 }, data, out);
`;
const modes: readonly (readonly [module: string, resolution: string])[] = [['node16', 'node16'], ['nodenext', 'nodenext'], ['esnext', 'bundler']];

/** Older compilers: the real ones where they are installed, else those that other packages bring. */
const installed = createRequire(join(root, 'tests/package/versions/package.json'));
const beside = createRequire(createRequire(import.meta.url).resolve('@arethetypeswrong/core'));
const older = (alias: string): typeof Compiler | undefined => (existsSync(join(root, 'tests/package/versions/node_modules', alias)) ? installed(alias) as typeof Compiler : undefined);
const five = beside('typescript') as typeof Compiler;
const six = older('typescript6');
const compilers = [older('typescript5') ?? five, ...(six === undefined ? [] : [six])];
if (six === undefined) console.log('%s', `tests/package: TypeScript 5.9.3 and 6.0.3 are skipped (\`npm ci --prefix tests/package/versions\` brings them); ${five.version} is taken instead`);

describe('types', () => {
  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'loss.diff'), lossModel);
    spawnSync(process.execPath, ['node_modules/.bin/diffc', 'generate', 'loss.diff', '--types'], { cwd: folder });
    writeFileSync(join(folder, 'consumer.ts'), consumer);
  });

  it.each(modes)('are right for TypeScript 7 under module %s, resolution %s', (module, moduleResolution) => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...strict, module, moduleResolution, target: 'es2022', lib: ['es2022'] }, files: ['consumer.ts'] }));
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it.each(compilers.flatMap((ts) => modes.slice(1).map(([module, resolution]) => [ts.version, module, resolution, ts] as const)))('are right for TypeScript %s under module %s, resolution %s', (_version, module, moduleResolution, ts) => {
    const { options, errors } = ts.convertCompilerOptionsFromJson({ ...strict, module, moduleResolution, target: 'es2022', lib: ['es2022'] }, folder);
    const program = ts.createProgram([join(folder, 'consumer.ts')], options);
    const found = [...errors, ...ts.getPreEmitDiagnostics(program)].map((d) => `${d.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`);
    expect(found).toEqual([]);
  });
});

/** The harshest flags; declarations of the package are checked too. */
const strict = {
  strict: true, noEmit: true, skipLibCheck: false, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, verbatimModuleSyntax: true, isolatedModules: true,
  noPropertyAccessFromIndexSignature: true, allowArbitraryExtensions: true, types: [],
};
