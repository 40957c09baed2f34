/** What docs/plugin.md shows is what happens. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { flagRows } from '../../src/cli/flags.ts';
import { Project } from '../project/support.ts';
import { root } from '../support/sources.ts';

const guide = readFileSync(join(root, 'docs/plugin.md'), 'utf8');
const blocks = guide.split(/^```/m).filter((_, k) => k % 2 === 1).map((block) => ({ head: block.slice(0, block.indexOf('\n')), text: block.slice(block.indexOf('\n') + 1) }));
const files = Object.fromEntries(blocks.flatMap(({ head, text }) => { const name = /file=(\S+)/.exec(head)?.[1]; return name === undefined ? [] : [[name, text]]; }));
const outputs = blocks.filter((b) => b.head === 'text output').map((b) => b.text);

describe('the guide', () => {
  const p = new Project({ 'package.json': '{ "type": "module" }', ...files });
  mkdirSync(join(p.root, 'node_modules'));
  symlinkSync(root, join(p.root, 'node_modules/diffc'));
  afterAll(() => p.remove());
  const node = (...args: readonly string[]): string => { const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: p.root, encoding: 'utf8' }); return stdout + stderr; };

  it('its programs run under Node', () => {
    expect(node('--import', 'diffc/register', 'app.js')).toBe(outputs[0]);
    expect(node('inline.js')).toBe(outputs[1]);
  });

  it('its configuration generates', async () => {
    expect((await p.run('generate', '--quiet')).errors).toBe('3 written\n');
    expect(p.files()).toEqual(expect.arrayContaining(['generated/loss.d.ts', 'generated/loss.js', 'generated/loss.js.map']));
    p.write('app2.js', (files['app.js'] ?? '').replace('./loss.diff', './generated/loss.js'));
    expect(node('app2.js')).toBe(outputs[0]);
  });

  it('its Vite configuration builds', async () => {
    await build({ root: p.root, logLevel: 'silent', build: { outDir: '.', emptyOutDir: false, lib: { entry: 'app.js', formats: ['es'], fileName: () => 'built.js' } } });
    expect(node('built.js')).toBe(outputs[0]);
  });

  it('its flags exist', () => {
    const named = [...guide.matchAll(/`--([a-z-]+)/g)].map((m) => m[1] ?? '').filter((flag) => !['import', 'enable-source-maps'].includes(flag));
    expect(named.filter((flag) => !Object.hasOwn(flagRows, flag))).toEqual([]);
    expect(named.length).toBeGreaterThan(6);
  });
});
