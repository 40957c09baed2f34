/** Real builds with each bundler, run by Node: the same numbers from all of them and from Node's own loader. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import { webpack } from 'webpack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffc } from '../../src/plugin/index.ts';
import type { Project } from '../project/support.ts';
import { root } from '../support/sources.ts';
import { application, fitted } from './support.ts';

const bundlers: Readonly<Record<string, (p: Project) => Promise<unknown>>> = {
  esbuild: (p) => esbuild({ entryPoints: [join(p.root, 'app.js')], bundle: true, format: 'esm', outfile: join(p.root, 'esbuild.js'), sourcemap: true, plugins: [diffc.esbuild()], logLevel: 'silent' }),
  rollup: async (p) => {
    const bundle = await rollup({ input: join(p.root, 'app.js'), plugins: [diffc.rollup()] });
    await bundle.write({ file: join(p.root, 'rollup.js'), format: 'es', sourcemap: true });
  },
  vite: (p) => vite({ root: p.root, configFile: false, logLevel: 'silent', plugins: [diffc.vite()], build: { outDir: '.', emptyOutDir: false, sourcemap: true, minify: false, lib: { entry: 'app.js', formats: ['es'], fileName: () => 'vite.js' } } }),
  webpack: (p) => new Promise<void>((resolve, reject) => {
    webpack({ mode: 'production', context: p.root, entry: './app.js', devtool: 'source-map', optimization: { minimize: false }, output: { path: p.root, filename: 'webpack.js' }, plugins: [diffc.webpack()] }, (error, stats) => {
      if (error !== null) reject(error);
      else if (stats?.hasErrors() === true) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    });
  }),
};

const node = (p: Project, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, args, { cwd: p.root, encoding: 'utf8' });

describe('the same application', () => {
  const p = application();
  let expected = '';
  beforeAll(() => { expected = node(p, '--import', join(root, 'dist/src/register.js'), 'app.js').stdout; });
  afterAll(() => p.remove());

  it('is trained under Node\'s own loader', () => {
    const { w, b, gradient } = JSON.parse(expected) as { w: number; b: number; gradient: number[] };
    expect(w).toBeCloseTo(fitted.w, 5);
    expect(b).toBeCloseTo(fitted.b, 5);
    expect(Math.hypot(...gradient)).toBeLessThan(1e-5);
  });

  it.each(Object.keys(bundlers))('gives the same numbers built by %s, and a map to the model', async (name) => {
    await bundlers[name]?.(p);
    const { stdout, stderr, status } = node(p, `${name}.js`);
    expect({ stdout, stderr, status }).toEqual({ stdout: expected, stderr: '', status: 0 });
    const map = JSON.parse(p.read(`${name}.js.map`)) as { sources: string[]; sourcesContent: string[] };
    const at = map.sources.findIndex((s) => s.endsWith('regression.diff'));
    expect(map.sourcesContent[at]).toBe(p.read('regression.diff'));
  });

  it('has the types of its model beside it, as `diffc generate --types` writes them', async () => {
    const before = p.read('regression.d.diff.ts');
    expect(before).toContain('export declare function create(dims: Dims): Model;');
    expect((await p.run('generate', '--types', '--no-format', '--quiet')).errors).toContain('1 unchanged');
    expect(p.read('regression.d.diff.ts')).toBe(before);
  });
});

describe('a mistake in a model', () => {
  it.each(Object.keys(bundlers))('stops %s, with the place and the line', async (name) => {
    const p = application('param w: R\nL = w^^2\n');
    const failure: unknown = await bundlers[name]?.(p).then(() => undefined, (error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const { message, frame, loc } = failure as Error & { frame?: string; loc?: object };
    expect(message).toContain('`^` cannot follow `^`');
    if (name === 'rollup') expect(loc).toMatchObject({ line: 2, column: 5 });
    expect(`${message}\n${frame ?? ''}`).toMatch(/regression\.diff:2:6[\s\S]*L = w\^\^2[\s\S]*\^\^[\s\S]*hint: write `\^` for a power/);
    p.remove();
  });

  it('is an error of Node\'s loader', () => {
    const p = application('param w: R\nL = w^^2\n');
    const { status, stderr } = node(p, '--import', join(root, 'dist/src/register.js'), 'app.js');
    expect(status).toBe(1);
    expect(stderr).toMatch(/error\[doubled-operator\][\s\S]*regression\.diff:2:6/);
    p.remove();
  });
});

describe('side-cars', () => {
  it('are not written when they are not wanted, and not over the work of others', async () => {
    const p = application();
    const build = (types: boolean) => esbuild({ entryPoints: [join(p.root, 'app.js')], bundle: true, write: false, plugins: [diffc.esbuild({ types })], logLevel: 'silent' });
    await build(false);
    expect(p.files()).not.toContain('regression.d.diff.ts');
    p.write('regression.d.diff.ts', 'export declare const mine: 1;\n');
    const { warnings } = await build(true);
    expect(warnings.map((w) => w.text).join('\n')).toContain('not-generated');
    expect(p.read('regression.d.diff.ts')).toBe('export declare const mine: 1;\n');
    p.remove();
  });
});
