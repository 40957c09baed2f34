/** `diffc generate` in whole projects: what is found, where modules go, what is refused. */
import { mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lossModel, Project } from './support.ts';

let open: Project[] = [];
function project(files: Readonly<Record<string, string>>): Project {
  const made = new Project(files);
  open.push(made);
  return made;
}
afterEach(() => {
  for (const p of open) p.remove();
  open = [];
});

describe('without anything but models', () => {
  it('every model below gets a module beside it', async () => {
    const p = project({ 'a/loss.diff': lossModel, 'b.diff': lossModel, 'node_modules/x/c.diff': lossModel });
    expect(await p.run('generate', '--quiet')).toEqual({ out: '', errors: '2 written\n', code: 0 });
    expect(p.files()).toEqual(['a/loss.diff', 'a/loss.gen.ts', 'b.diff', 'b.gen.ts', 'node_modules/x/c.diff']);
  });

  it('nothing is written twice', async () => {
    const p = project({ 'loss.diff': lossModel });
    await p.run('generate');
    const { mtimeNs } = statSync(join(p.root, 'loss.gen.ts'), { bigint: true });
    expect((await p.run('generate')).errors).toBe('1 unchanged\n');
    expect(statSync(join(p.root, 'loss.gen.ts'), { bigint: true }).mtimeNs).toBe(mtimeNs);
  });

  it('no models are no success', async () => {
    expect(await project({}).run('generate')).toMatchObject({ code: 1, errors: expect.stringContaining('no-models') as string });
  });
});

describe('globs and output directories', () => {
  it('mirror what lies below the fixed part', async () => {
    const p = project({ 'src/m/a.diff': lossModel, 'src/m/deep/b.diff': lossModel, 'src/other.diff': lossModel });
    await p.run('generate', 'src/m/**/*.diff', '--out-dir', 'gen');
    expect(p.files().filter((f) => f.startsWith('gen'))).toEqual(['gen/a.ts', 'gen/deep/b.ts']);
  });

  it('two models cannot become one module', async () => {
    const p = project({ 'a/loss.diff': lossModel, 'b/loss.diff': lossModel });
    const { code, errors } = await p.run('generate', 'a/loss.diff', 'b/loss.diff', '--out-dir', 'gen');
    expect(code).toBe(1);
    expect(errors).toContain('error[output-collision]: `a/loss.diff` and `b/loss.diff` would both become `gen/loss`');
    expect(p.files()).toHaveLength(2);
  });

  it('the bytes do not depend on the folder', async () => {
    const [one, two] = [project({ 'loss.diff': lossModel }), project({ 'deeper/down/loss.diff': lossModel })];
    for (const target of ['ts', 'js']) {
      await one.run('generate', 'loss.diff', '--target', target, '--source-map', '--types');
      await two.run('generate', 'deeper', '--target', target, '--source-map', '--types');
    }
    for (const name of ['loss.gen.ts', 'loss.gen.ts.map', 'loss.gen.js', 'loss.gen.js.map', 'loss.gen.d.ts', 'loss.d.diff.ts']) expect(two.read(`deeper/down/${name}`)).toBe(one.read(name));
    expect(one.read('loss.gen.js.map')).toContain('"sources":["loss.diff"]');
  });
});

describe('files of others', () => {
  it('are not overwritten', async () => {
    const p = project({ 'loss.diff': lossModel, 'gen/loss.ts': 'export const mine = 1;\n' });
    expect((await p.run('generate', 'loss.diff', '--out-dir', 'gen')).errors).toContain('error[not-generated]: `gen/loss.ts`');
    expect(p.read('gen/loss.ts')).toBe('export const mine = 1;\n');
  });

  it('are not reached through links in the output directory', async () => {
    const p = project({ 'models/sub/loss.diff': lossModel, 'elsewhere/keep.txt': '' });
    mkdirSync(join(p.root, 'gen'));
    symlinkSync('../elsewhere', join(p.root, 'gen/sub'));
    const { code, errors } = await p.run('generate', 'models', '--out-dir', 'gen');
    expect(code).toBe(1);
    expect(errors).toContain('error[outside-output]: `gen/sub/loss.ts` lies outside `gen`');
    expect(p.files().filter((f) => f.startsWith('elsewhere'))).toEqual(['elsewhere/keep.txt']);
  });
});

describe('what was planted', () => {
  it('as a link in place of a module, a side-car or a temporary file is not written through', async () => {
    const p = project({ 'loss.diff': lossModel, 'elsewhere/victim.ts': 'mine\n' });
    for (const name of ['loss.d.diff.ts', `.${process.pid}.diffc.tmp`]) symlinkSync('elsewhere/victim.ts', join(p.root, name));
    const { code, errors } = await p.run('generate', '--types');
    expect(code).toBe(1);
    expect(errors).toContain('error[not-generated]: `loss.d.diff.ts`');
    expect(p.files()).toContain('loss.gen.ts');
    expect(p.read('elsewhere/victim.ts')).toBe('mine\n');
  });

  it('as a link to a module of ours is replaced, and what it led to stays', async () => {
    const p = project({ 'loss.diff': lossModel, 'elsewhere/loss.diff': lossModel });
    await p.run('generate', 'elsewhere');
    const before = p.read('elsewhere/loss.gen.ts');
    symlinkSync('elsewhere/loss.gen.ts', join(p.root, 'loss.gen.ts'));
    p.write('loss.diff', `${lossModel}M = L^2\nderive value of M\n`);
    expect((await p.run('generate', 'loss.diff')).code).toBe(0);
    expect(p.read('elsewhere/loss.gen.ts')).toBe(before);
    expect(p.read('loss.gen.ts')).toContain('// M = ');
  });

  it('as a file that only mentions our header is neither overwritten nor removed', async () => {
    const mine = '// my notes: what says `@generated by diffc` is generated\nexport {};\n';
    const p = project({ 'loss.diff': lossModel, 'loss.gen.ts': mine, 'old.gen.ts': mine });
    expect((await p.run('generate', '--clean')).errors).toContain('error[not-generated]: `loss.gen.ts`');
    expect([p.read('loss.gen.ts'), p.read('old.gen.ts')]).toEqual([mine, mine]);
  });
});

describe('--check', () => {
  it('lists what is stale with the lines that differ, and writes nothing', async () => {
    const p = project({ 'loss.diff': lossModel });
    await p.run('generate');
    expect((await p.run('generate', '--check')).code).toBe(0);
    p.write('loss.gen.ts', p.read('loss.gen.ts').replace('w: number', 'w: string'));
    const before = p.read('loss.gen.ts');
    const { code, errors } = await p.run('generate', '--check');
    expect(code).toBe(1);
    expect(errors).toMatch(/error\[stale-output\]: `loss.gen.ts`[\s\S]*\nloss\.gen\.ts:\d+\n-   w: string;\n\+   w: number;\n1 stale\n/);
    expect(p.read('loss.gen.ts')).toBe(before);
    const json = JSON.parse((await p.run('generate', '--check', '--json')).out) as { ok: boolean; files: { outcome: string; difference: string }[] };
    expect(json.ok).toBe(false);
    expect(json.files.map((f) => [f.outcome, f.difference.split('\n').length])).toEqual([['stale', 3]]);
  });

  it('says what is missing, and takes line ends of another system for the same', async () => {
    const p = project({ 'loss.diff': lossModel });
    expect((await p.run('generate', '--check')).errors).toContain('it is missing');
    await p.run('generate');
    p.write('loss.gen.ts', p.read('loss.gen.ts').replaceAll('\n', '\r\n'));
    expect((await p.run('generate', '--check')).code).toBe(0);
    p.write('loss.diff', lossModel.replaceAll('\n', '\r\n'));
    expect((await p.run('generate', '--check')).code).toBe(0);
  });
});

describe('--clean', () => {
  it('removes modules of models that are gone, and nothing else', async () => {
    const p = project({ 'm/loss.diff': lossModel, 'm/bad.diff': lossModel, 'm/old.diff': lossModel, 'gen/mine.ts': 'export {};\n', 'm/hand.gen.ts': 'export {};\n' });
    await p.run('generate', 'm', '--out-dir', 'gen', '--types');
    p.write('m/bad.diff', 'L = x^^2\n');
    rmSync(join(p.root, 'm/old.diff'));
    expect((await p.run('generate', 'm', '--out-dir', 'gen', '--types', '--clean', '--check')).errors).toContain('error[orphaned-output]: `gen/old.ts`');
    expect((await p.run('generate', 'm', '--out-dir', 'gen', '--types', '--clean')).errors).toMatch(/removed m\/old\.d\.diff\.ts\nremoved gen\/old\.ts\n/);
    expect(p.files()).toEqual(['gen/bad.ts', 'gen/loss.ts', 'gen/mine.ts', 'm/bad.d.diff.ts', 'm/bad.diff', 'm/hand.gen.ts', 'm/loss.d.diff.ts', 'm/loss.diff']);
  });

  it('has something to do when the last model is gone', async () => {
    const p = project({ 'loss.diff': lossModel });
    await p.run('generate', '--source-map');
    rmSync(join(p.root, 'loss.diff'));
    expect(await p.run('generate', '--clean')).toMatchObject({ code: 0, errors: 'removed loss.gen.ts\nremoved loss.gen.ts.map\n2 removed\n' });
    expect(await p.run('generate', '--clean')).toMatchObject({ code: 1, errors: expect.stringContaining('no-models') as string });
  });

  it('is refused for files that are named', async () => {
    const p = project({ 'loss.diff': lossModel });
    expect((await p.run('generate', 'loss.diff', '--clean')).errors).toContain('error[flags-exclude]');
  });
});

describe('--precision', () => {
  it('f32 is for machine code, and shows in the types', async () => {
    const p = project({ 'line.diff': 'dim N\nparam x: R[N]\nL = sum(x.^2)\nderive gradient of L wrt x\n' });
    expect((await p.run('generate', 'line.diff', '--precision', 'half')).errors).toContain('error[bad-flag-value]: `half` does not fit `--precision`: one of f64, f32 is expected');
    expect((await p.run('generate', 'line.diff', '--precision', 'f32', '--target', 'js')).errors).toContain('error[flags-exclude]: `--precision f32` and `--target js` do not go together');
    expect(p.files()).toEqual(['line.diff']);
    await p.run('generate', 'line.diff', '--precision', 'f32', '--target', 'wasm');
    expect(p.read('line.gen.ts')).toMatch(/SIMD, single precision[^]*x: Float32Array;/);
  });
});

describe('standard input', () => {
  it('goes to standard output, or into the one JSON object', async () => {
    const p = project({});
    expect((await p.run('generate', '-', '--target', 'js')).out).toMatch(/^\/\/ @generated by diffc .* from <stdin>/);
    const json = JSON.parse((await p.run('generate', '-', '--json')).out) as { text: string };
    expect(json.text).toContain('export function valueGradient');
  });
});
