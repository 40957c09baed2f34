import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { globBase, matcher, walk } from '../../src/project/glob.ts';

describe('globs', () => {
  it.each([
    ['**/*.diff', ['a.diff', 'b/a.diff', 'b/c/a.diff'], ['a.ts', 'a.diff.bak']],
    ['src/*.diff', ['src/a.diff'], ['src/b/a.diff', 'a.diff', 'srcx/a.diff']],
    ['src/**', ['src/a.diff', 'src/b/c.diff'], ['other/a.diff']],
    ['./a?.diff', ['ab.diff'], ['a.diff', 'a/.diff']],
    ['{a,b/*}.diff', ['a.diff', 'b/x.diff'], ['b.diff', 'x.diff']],
    ['[ab].diff', ['a.diff', 'b.diff'], ['c.diff', '[ab].diff']],
    ['[!ab].diff', ['c.diff'], ['a.diff']],
    ['a+(b).$^|.diff', ['a+(b).$^|.diff'], ['aab.diff']],
    ['{a.diff', ['{a.diff'], ['a.diff']],
  ])('%s', (glob, yes, no) => {
    const fits = matcher(glob);
    expect([...yes.filter((p) => !fits(p)), ...no.filter(fits)]).toEqual([]);
  });

  it('begin with a directory', () => {
    expect(globBase('src/models/**/*.diff')).toEqual({ base: 'src/models', rest: '**/*.diff' });
    expect(globBase('*.diff')).toEqual({ base: '.', rest: '*.diff' });
    expect(globBase('/*.diff')).toEqual({ base: '/', rest: '*.diff' });
  });
});

describe('a walk', () => {
  it('leaves out what belongs to others', () => {
    const root = mkdtempSync(join(tmpdir(), 'diffc-walk-'));
    for (const folder of ['models/deep', 'node_modules/p', '.git']) mkdirSync(join(root, folder), { recursive: true });
    for (const file of ['b.diff', 'models/a.diff', 'models/deep/c.diff', 'node_modules/p/x.diff', '.git/y.diff']) writeFileSync(join(root, file), '');
    symlinkSync('/etc/hostname', join(root, 'outside.diff'));
    symlinkSync('b.diff', join(root, 'inside.diff'));
    symlinkSync('.', join(root, 'models/loop'));
    expect(walk(root).files).toEqual(['b.diff', 'inside.diff', 'models/a.diff', 'models/deep/c.diff']);
    expect(walk(root).directories).toEqual(['', 'models', 'models/deep'].map((d) => join(root, d)));
    rmSync(root, { recursive: true });
  });
});
