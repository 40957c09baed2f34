/** What the README shows is what happens. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate, gradient, parse, print } from '../src/index.ts';
import { root } from './support/sources.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
/** Odd pieces between fences are blocks; each begins with its language. */
const fenced = readme.split(/^```/m).filter((_, k) => k % 2 === 1);
const blocks = (language: string): string[] => fenced.filter((block) => block.startsWith(`${language}\n`)).map((block) => block.slice(language.length + 1));

describe('README', () => {
  const sessions = blocks('console').flatMap((block) => block.split(/^\$ diffc /m).slice(1));

  it.each(sessions.map((text) => ({ line: text.split('\n')[0] ?? '', output: text.slice(text.indexOf('\n') + 1) })))('diffc $line', ({ line, output }) => {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/bin.js'), ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    expect(stdout + stderr).toBe(output);
  });

  it('the model is the sample', () => {
    expect(blocks('')[0]).toBe(readFileSync(join(root, 'samples/basics/ridge.diff'), 'utf8'));
  });

  it('the loop is the one emitted', () => {
    const loop = blocks('ts').find((block) => block.startsWith('for (')) ?? '';
    const emitted = readFileSync(join(root, 'generated/basics/ridge.ts'), 'utf8').replace(/^ {4}/gm, '');
    expect(loop).not.toBe('');
    expect(emitted).toContain(loop);
  });

  it('the library example', () => {
    const { x } = gradient(parse('x^2*sin(y)'));
    expect(print(x!)).toBe('2*x*sin(y)');
    expect(evaluate(x!, { x: 1, y: 2 })).toBe(1.8185948536513634);
  });
});
