/** generated/ holds exactly what the compiler makes of samples/ today, compiles under the harshest flags, and allocates nothing per call. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../src/generate.ts';
import { colouringSources } from '../../src/structure/colouring-source.generated.ts';
import { loaderOf, samples } from '../support/samples.ts';
import { filesBelow, readSources, root } from '../support/sources.ts';

const twinOf = (path: string): string => path.replace(/^samples/, 'generated').replace(/\.diff$/, '.ts');
/** A model that asks for nothing, not even in a check, has no module. */
const COMPUTES_NOTHING = ['samples/article/rules.diff', 'samples/training/rules.diff'];
const computing = samples.filter((s) => !COMPUTES_NOTHING.includes(s.path));

/** Models that also have a twin with machine code. */
const MACHINE_CODE = [
  ...['01-linear-regression', '02-logistic', '04-mlp'].map((name) => ({ path: `samples/models/${name}.diff`, precision: 'f64', threads: false, twin: `generated/wasm/${name}.ts` }) as const),
  { path: 'samples/models/04-mlp.diff', precision: 'f32', threads: false, twin: 'generated/wasm-f32/04-mlp.ts' },
  { path: 'samples/models/04-mlp.diff', precision: 'f64', threads: true, twin: 'generated/wasm-threads/04-mlp.ts' },
] as const;

describe('generated', () => {
  it.each(MACHINE_CODE)('$path has its twin $twin', async ({ path, precision, threads, twin }) => {
    const { code } = await generate({ name: path, text: readFileSync(join(root, path), 'utf8') }, { target: 'wasm', precision, threads });
    expect(readFileSync(join(root, twin), 'utf8') === code, `run \`npm run generate\`: ${twin} is stale`).toBe(true);
  });

  it.each(computing)('$path has its twin', async (sample) => {
    const { path, text } = sample;
    const twin = join(root, twinOf(path));
    expect(existsSync(twin), `run \`npm run generate\`: ${twinOf(path)} is missing`).toBe(true);
    const { code, diagnostics } = await generate({ name: path, text }, { target: 'ts', load: loaderOf(sample) });
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(readFileSync(twin, 'utf8') === code, `run \`npm run generate\`: ${twinOf(path)} is stale`).toBe(true);
  });

  it('every module has its model', () => {
    expect(filesBelow('generated', '.ts').sort()).toEqual([...computing.map((s) => twinOf(s.path)), ...MACHINE_CODE.map((m) => m.twin)].sort());
  });

  it('the modules compile under the harshest flags', () => {
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.generated.json', '--noEmit'], { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('the functions of a model allocate nothing', () => {
    const allocating = readSources('generated').flatMap(({ path, code }) => {
      // everything after the buffers of `create`, up to its return, runs per call; `new…` methods allocate by purpose
      const lines = code.split('\n');
      return lines.flatMap((line, k) => (/\bnew (?:Float64Array|Float32Array|Int32Array|Array)\b|\.slice\(|\.map\(|\.subarray\(/.test(line) && !isAllocator(lines, k) ? [`${path}:${k + 1}: ${line.trim()}`] : []));
    });
    expect(allocating).toEqual([]);
  });
});

/** Called where a pattern is made, or arrays are seen for the first time. */
const CALLED_ONCE = ['compressRows', 'sortedBy', 'reachedColumns', 'seededMatrix', ...Object.keys(colouringSources), 'openMachine', 'openMemory', 'compileMachine', 'checkArrays', 'checkApart'];

/** A buffer of `create` or of the module, or the body of `newParams`, of a pattern and their like. */
function isAllocator(lines: readonly string[], at: number): boolean {
  if (/^ {0,2}const \w+ = new Float64Array\(/.test(lines[at] ?? '')) return true;
  for (let k = at; k >= 0; k--) {
    const name = /^\s*(?:export )?function (\w+)\(/.exec(lines[k] ?? '')?.[1];
    if (name !== undefined) return name.startsWith('new') || name === 'prepare' || name === 'create' || name.endsWith('Pattern') || CALLED_ONCE.includes(name);
  }
  return true;
}
