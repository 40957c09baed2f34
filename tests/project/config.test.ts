import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lossModel, Project } from './support.ts';

let p = new Project({});
afterEach(() => p.remove());
const start = (files: Readonly<Record<string, string>>): void => {
  p.remove();
  p = new Project(files);
};

describe('the configuration', () => {
  it.each([
    ['diffc.config.ts', "import { defineConfig } from 'diffc';\nconst dir: string = 'gen';\nexport default defineConfig({ files: 'models/*.diff', outDir: dir, target: 'js' } satisfies object);\n"],
    ['diffc.config.js', "export default { files: ['models/*.diff'], outDir: 'gen', target: 'js' };\n"],
    ['diffc.config.cjs', "module.exports = { files: ['models/*.diff'], outDir: require('node:path').join('.', 'gen'), target: 'js' };\n"],
    ['diffc.config.json', '{ "files": ["models/*.diff"], "outDir": "gen", "target": "js" }'],
  ])('%s says what and where', async (name, text) => {
    start({ [name]: text, 'models/loss.diff': lossModel, 'other.diff': lossModel });
    expect((await p.run('generate', '--quiet')).errors).toBe('2 written\n');
    expect(p.files()).toEqual([name, 'gen/loss.d.ts', 'gen/loss.js', 'models/loss.diff', 'other.diff'].sort());
  });

  it('gives way to flags and wins over defaults', async () => {
    start({ 'diffc.config.json': '{ "files": "models/**/*.diff", "outDir": "gen", "target": "js" }', 'models/deep/loss.diff': lossModel });
    await p.run('generate', '--target', 'ts', '--out-dir', 'out');
    expect(p.files()).toContain('out/deep/loss.ts');
    // a file keeps its place when it is named alone
    await p.run('generate', 'models/deep/loss.diff');
    expect(p.files()).toContain('gen/deep/loss.js');
  });

  it('may lie elsewhere: its paths are its own', async () => {
    start({ 'tools/my.config.json': '{ "files": "../m/*.diff", "outDir": "out", "exclude": "../m/skip*.diff" }', 'm/loss.diff': lossModel, 'm/skip-me.diff': lossModel });
    await p.run('generate', '--config', 'tools/my.config.json');
    expect(p.files()).toContain('tools/out/loss.ts');
    expect(p.files()).not.toContain('tools/out/skip-me.ts');
  });

  it('may name absolute paths', async () => {
    // also through signs that mean something in patterns
    start({ 'my-models.d/a+b.diff': lossModel, 'my-models.d/skip.diff': lossModel });
    p.write('diffc.config.json', JSON.stringify({ files: join(p.root, 'my-models.d/*.diff'), exclude: join(p.root, 'my-models.d/s*.diff'), outDir: join(p.root, 'gen') }));
    expect((await p.run('generate')).code).toBe(0);
    expect(p.files()).toEqual(['diffc.config.json', 'gen/a+b.ts', 'my-models.d/a+b.diff', 'my-models.d/skip.diff']);
  });

  it.each([
    ['{ "outdir": "gen" }', 'error[unknown-config-option]: `diffc.config.json` has an option `outdir`, which does not exist\nhint: did you mean `outDir`?'],
    ['{ "target": "fortran" }', 'error[bad-config-option]: the option `target` of `diffc.config.json` must be one of ts, js, wasm, auto'],
    ['{ "target": "wasm", "precision": "half" }', 'error[bad-config-option]: the option `precision` of `diffc.config.json` must be one of f64, f32'],
    ['{ "target": "wasm", "threads": 2 }', 'error[bad-config-option]: the option `threads` of `diffc.config.json` must be `true` or `false`'],
    ['{ "threads": true }', 'error[flags-exclude]: `--threads` and `--target ts` do not go together\nhint: threads share machine code'],
    ['{ "precision": "f32" }', 'error[flags-exclude]: `--precision f32` and `--target ts` do not go together\nhint: JavaScript computes in double precision'],
    ['{ "files": [1] }', 'error[bad-config-option]: the option `files` of `diffc.config.json` must be a glob or a list of globs'],
    ['[]', 'error[config-failed]: cannot use `diffc.config.json`: it exports no object by default'],
    ['{', 'error[config-failed]: cannot use `diffc.config.json`: '],
  ])('%s is refused', async (text, message) => {
    start({ 'diffc.config.json': text, 'loss.diff': lossModel });
    const { code, errors } = await p.run('generate');
    expect(errors).toContain(message);
    expect(code).toBe(1);
    expect(p.files()).toEqual(['diffc.config.json', 'loss.diff']);
  });

  it.each([
    ['export default { target: }', 'Expression expected. (line 1, column 26)'],
    ["throw new Error('my own words')", 'my own words'],
    ["import 'no-such-package';\nexport default {};", "Cannot find module 'no-such-package'"],
  ])('in TypeScript: %s is refused', async (text, message) => {
    start({ 'diffc.config.ts': text, 'loss.diff': lossModel });
    expect((await p.run('generate')).errors).toContain(message);
  });

  it('that is named must be there', async () => {
    start({ 'loss.diff': lossModel });
    expect((await p.run('generate', '--config', 'none.json')).errors).toContain('error[file-not-found]');
  });
});
