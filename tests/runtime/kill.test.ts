/** A training that is killed at twenty random moments and resumed ends with the bits of one that was not. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/runtime/random.ts';
import { root } from '../support/sources.ts';

const KILLS = 20;
let folder = '';
let program = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-kill-'));
  program = join(folder, 'program.mjs');
  await build({ entryPoints: [join(root, 'tests/runtime/kill-program.ts')], outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs until it ends, or is killed so many milliseconds after its first sign of life. */
function run(checkpoint: string, killAfter: number | undefined): Promise<{ readonly killed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, checkpoint], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      if (killAfter !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), killAfter);
    });
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === 'SIGKILL', output });
    });
  });
}

describe('SIGKILL', () => {
  it(`at ${KILLS} random moments, then resumed: the same bits`, async () => {
    const uninterrupted = spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout.split('\n').find((l) => l.startsWith('end'));
    expect(uninterrupted?.length).toBeGreaterThan(1000);
    const random = new Random(Date.now());
    const path = join(folder, 'run.ckpt');
    let kills = 0;
    let resumed = '';
    for (let attempt = 0; attempt < 200 && resumed === ''; attempt++) {
      const { killed, output } = await run(path, kills < KILLS ? random.uniform() * 8 : undefined);
      if (killed) kills++;
      else if (kills >= KILLS) resumed = output;
      // it came to its end between two kills: once more from the start
      else rmSync(path);
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(resumed.split('\n').find((l) => l.startsWith('end'))).toBe(uninterrupted);
  }, 120_000);

  it('a file that is no checkpoint is refused and stays as it is', () => {
    const path = join(folder, 'letter.txt');
    writeFileSync(path, 'Dear reader,\n');
    const { status, stderr } = spawnSync(process.execPath, [program, path], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${path} is left as it is: it is not a checkpoint of diffc`);
    expect(readFileSync(path, 'utf8')).toBe('Dear reader,\n');
  });
});
