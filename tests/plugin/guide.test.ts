/** What docs/plugin.md shows works in a project: its configuration generates, its Vite configuration builds. `tests/docs.test.ts` runs the rest of it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { Project } from '../project/support.ts';
import { commandsOf, fencesOf } from '../support/fences.ts';
import { root } from '../support/sources.ts';

const fences = fencesOf(readFileSync(join(root, 'docs/plugin.md'), 'utf8'));
const files = Object.fromEntries(fences.flatMap(({ marks, text }) => (marks['file'] === undefined ? [] : [[marks['file'], text]])));
const shown = fences.filter((f) => f.language === 'console').flatMap(commandsOf).find(({ line }) => line.endsWith('app.js'))?.output;

describe('the guide', () => {
  const p = new Project({ 'package.json': '{ "type": "module" }', ...files });
  mkdirSync(join(p.root, 'node_modules'));
  symlinkSync(root, join(p.root, 'node_modules/diffc'));
  afterAll(() => p.remove());
  const node = (program: string): string => { const { stdout, stderr } = spawnSync(process.execPath, [program], { cwd: p.root, encoding: 'utf8' }); return stdout + stderr; };

  it('its configuration generates', async () => {
    expect((await p.run('generate', '--quiet')).errors).toBe('3 written\n');
    expect(p.files()).toEqual(expect.arrayContaining(['generated/loss.d.ts', 'generated/loss.js', 'generated/loss.js.map']));
    p.write('app2.js', (files['app.js'] ?? '').replace('./loss.diff', './generated/loss.js'));
    expect(node('app2.js')).toBe(shown);
  });

  it('its Vite configuration builds', async () => {
    await build({ root: p.root, logLevel: 'silent', build: { outDir: '.', emptyOutDir: false, lib: { entry: 'app.js', formats: ['es'], fileName: () => 'built.js' } } });
    expect(node('built.js')).toBe(shown);
  });
});
