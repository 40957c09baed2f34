/**
 * What the guides show is what happens. The language of a fence says how: `console` is run and compared, `diff-model` is compiled and
 * its checks are decided, `js run` is run and what it prints is the `output` block behind it. Code of other tools is not run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decideClaims } from '../src/answer/decided.ts';
import { readModel } from '../src/compile.ts';
import { Bag } from '../src/diagnostics/bag.ts';
import { renderAll } from '../src/diagnostics/render.ts';
import { planInto } from '../src/generate.ts';
import { filesBelow, root } from './support/sources.ts';

const pages = ['README.md', ...filesBelow('docs', '.md').filter((path) => !path.startsWith('docs/reference/'))].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

interface Block {
  readonly language: string;
  readonly text: string;
}

/** Odd pieces between fences are blocks; each begins with its language. */
function blocksOf(text: string): Block[] {
  return text.split(/^```/m).filter((_, k) => k % 2 === 1).map((block) => ({ language: block.slice(0, block.indexOf('\n')), text: block.slice(block.indexOf('\n') + 1) }));
}

describe.each(pages)('$path', ({ path, text }) => {
  const blocks = blocksOf(text);
  const sessions = blocks.filter((b) => b.language === 'console').flatMap((b) => b.text.split(/^\$ diffc /m).slice(1));

  it.each(sessions.map((session) => ({ line: session.split('\n')[0] ?? '', output: session.slice(session.indexOf('\n') + 1) })))('diffc $line', ({ line, output }) => {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/bin.js'), ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, cwd: root });
    expect((stdout + stderr).trimEnd()).toBe(output.trimEnd());
  });

  it.each(blocks.filter((b) => b.language === 'diff-model').map((b) => ({ head: b.text.slice(0, 40), model: b.text })))('model $head', ({ model: source }) => {
    const bag = new Bag();
    const model = readModel({ name: 'model.diff', text: source }, {}, bag);
    if (model !== undefined && !bag.hasErrors) planInto(bag, model, 'model.diff');
    if (model !== undefined && !bag.hasErrors) decideClaims(model, bag);
    expect(renderAll(bag.diagnostics)).toBe('');
    expect(model?.requests.length ?? 0).toBeGreaterThan(0);
  });

  it.each(blocks.flatMap((b, k) => (b.language === 'js run' ? [{ head: b.text.slice(0, 60), program: b.text, output: blocks[k + 1] }] : [])))('program $head', ({ program, output }) => {
    expect(output?.language).toBe('output');
    const folder = mkdtempSync(join(tmpdir(), 'diffc-docs-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/diffc'));
    writeFileSync(join(folder, 'program.mjs'), program);
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stderr).toBe('');
    expect(stdout).toBe(output?.text);
  });

  it('links to pages that exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((m) => posix.normalize(posix.join(dirname(path), m[1] ?? '')));
    expect(targets.filter((t) => !existsSync(join(root, t)))).toEqual([]);
  });
});
