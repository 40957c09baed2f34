import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the generated grammar is what math.ne gives', () => {
  const root = join(import.meta.dirname, '../..');
  const run = (): string => execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-grammar.ts', '--check'], { cwd: root, encoding: 'utf8' });
  expect(run()).toBe('');
});
