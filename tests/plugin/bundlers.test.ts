/** Real builds with each bundler, run by Node: the same numbers from all of them and from Node's own loader. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite, createServer } from 'vite';
import { webpack } from 'webpack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffc } from '../../src/plugin/index.ts';
import { Project } from '../project/support.ts';
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

  /** An object in place of an array is noticed by a check, which is no statement's; the function of `derive` asked for it. */
  const wrong = `import { create } from './regression.diff';
const model = create({ N: 2 });
try {
  model.valueGradient({ w: 1, b: 2 }, { x: {}, y: new Float64Array(2) }, model.newGradient());
} catch (error) {
  console.log(error.stack.split('\\n').flatMap((line) => /(\\w+\\.(?:diff|js):\\d+):/.exec(line)?.[1] ?? []).slice(-2).join(' '));
}
`;
  const trace = 'regression.diff:6 wrong.js:4';

  it('has stack traces into its model under Node\'s own loader', () => {
    p.write('wrong.js', wrong);
    expect(node(p, '--import', join(root, 'dist/src/register.js'), 'wrong.js').stdout.trim()).toBe(trace);
  });

  it('has them in a bundle', async () => {
    p.write('wrong.js', wrong);
    await esbuild({ entryPoints: [join(p.root, 'wrong.js')], bundle: true, format: 'esm', outfile: join(p.root, 'out.js'), sourcemap: true, plugins: [diffc.esbuild()], logLevel: 'silent' });
    expect(node(p, '--enable-source-maps', 'out.js').stdout.trim()).toBe(trace);
  });

  it('has the types of its model beside it, as `diffc generate --types` writes them', async () => {
    const before = p.read('regression.d.diff.ts');
    expect(before).toContain('export declare function create(dims: Dims): Model;');
    expect((await p.run('generate', '--types', '--no-format', '--quiet')).errors).toContain('1 unchanged');
    expect(p.read('regression.d.diff.ts')).toBe(before);
  });
});

describe('a generated module with a map', () => {
  it.each(['js', 'ts'])('of %s leads esbuild to the model', async (target) => {
    const p = application();
    await p.run('generate', 'regression.diff', '--target', target, '--source-map', '--quiet');
    const { outputFiles } = await esbuild({ entryPoints: [join(p.root, `regression.gen.${target}`)], bundle: true, write: false, sourcemap: 'external', outfile: join(p.root, 'out.js'), logLevel: 'silent' });
    expect(outputFiles.find((f) => f.path.endsWith('.map'))?.text).toContain('regression.diff"');
    p.remove();
  });

  it('beside TypeScript leads the development server of Vite to the model', async () => {
    const p = application();
    await p.run('generate', 'regression.diff', '--source-map', '--quiet');
    const server = await createServer({ root: p.root, configFile: false, logLevel: 'silent', server: { middlewareMode: true, ws: false } });
    const served = await server.transformRequest('/regression.gen.ts');
    await server.close();
    expect(served?.map).toMatchObject({ sources: ['regression.diff'] });
    p.remove();
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

const program = `// the first line
import { inline } from 'diffc';

const cost = inline('cost(w, b; x, y) = (w*x + b - y)^2');
const bowl = inline(\`bowl(u: R[2]) =
  sum(u.^2) + exp(-u[1])\`);
console.log(JSON.stringify([cost({ w: 1, b: 2, x: 3, y: 4 }), cost.gradient({ w: 1, b: 2, x: 3, y: 4 }), [...bowl.gradient({ u: Float64Array.of(1, 2) }).u]]));
console.log(new Error('here').stack.split('\\n')[1].replace(/^.*[/(](\\w+\\.js:\\d+).*$/, '$1'));
`;

describe('formulas inside a program', () => {
  const p = new Project({ 'package.json': '{ "type": "module" }', 'app.js': program });
  mkdirSync(join(p.root, 'node_modules'));
  symlinkSync(root, join(p.root, 'node_modules/diffc'));
  afterAll(() => p.remove());

  it.each(Object.keys(bundlers))('are compiled by %s to what they are without it, and the compiler stays out', async (name) => {
    const plain = node(p, 'app.js').stdout;
    expect(plain).toMatch(/^\[1,\{"w":6,"b":2\},\[1\.6321205588285577,4\]\]\napp\.js:8\n$/);
    await bundlers[name]?.(p);
    const { stdout, stderr, status } = node(p, '--enable-source-maps', `${name}.js`);
    expect({ stdout, stderr, status }).toEqual({ stdout: plain, stderr: '', status: 0 });
    expect(p.read(`${name}.js`)).not.toMatch(/from ?["']diffc/);
    expect(p.read(`${name}.js`).length).toBeLessThan(20_000);
  });

  it('in TypeScript too; what is no literal, or hidden by another name, is left as it is', async () => {
    p.write('typed.ts', "import { inline, parse } from 'diffc';\nexport const f: { (at: { x: number }): number } = inline('f(x) = x^3');\nexport const later = (text: string): unknown => inline(text);\nexport const g = parse('x');\n");
    p.write('hidden.ts', "import { inline } from 'diffc';\nexport const f = (inline: (t: string) => string): string => inline('f(x) = x^3');\n");
    const text = async (file: string): Promise<string> => (await esbuild({ entryPoints: [join(p.root, file)], bundle: true, format: 'esm', write: false, external: ['diffc'], plugins: [diffc.esbuild()] })).outputFiles[0]?.text ?? '';
    expect(await text('typed.ts')).toMatch(/\$diffcInline1\(\)[\s\S]*inline\(text\)[\s\S]*function \$diffcInline1/);
    expect(await text('hidden.ts')).toContain("inline2(\"f(x) = x^3\")".replace('inline2', 'inline'));
    p.write('wrong.ts', "import { inline } from 'diffc';\n\nexport const f = inline('f(x) = x^^3');\n");
    await expect(text('wrong.ts')).rejects.toThrow(/wrong\.ts:3:18[\s\S]*`\^` cannot follow `\^`/);
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
