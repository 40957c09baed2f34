/** A one-liner must start fast. What makes it slow is loading things; that is what is asserted, never a time. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/sources.ts';

const bin = join(root, 'dist/cli/bin.js');

/** Preloaded into the command: reports every require and every import, static or dynamic. */
const TRACER = `
import Module, { register } from 'node:module';
import { writeSync } from 'node:fs';
const load = Module._load;
Module._load = function (request, ...rest) { writeSync(2, 'LOADED ' + request + '\\n'); return load.call(this, request, ...rest); };
register('data:text/javascript,' + encodeURIComponent(
  'import { writeSync } from "node:fs"; export function resolve(s, c, next) { writeSync(2, "LOADED " + s + "\\\\n"); return next(s, c); }'));
`;

function loadedBy(...args: readonly string[]): string[] {
  const result = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(TRACER)}`, bin, ...args], { encoding: 'utf8' });
  expect(result.status).toBe(0);
  const names = result.stderr.split('\n').filter((line) => line.startsWith('LOADED ')).map((line) => line.slice('LOADED '.length));
  const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
  return [...new Set(names)].filter((name) => !builtin.has(name) && !name.endsWith('dist/cli/bin.js'));
}

describe('start-up', () => {
  it('the command is built, with its code cache', () => {
    expect(existsSync(bin), 'run `npm run build` first').toBe(true);
    expect(existsSync(join(root, 'dist/cli/diffc.js.cache'))).toBe(true);
  });

  it('is read as bytes, so it has no other characters than ASCII, and knows those of formulas', () => {
    for (const file of readdirSync(join(root, 'dist/cli')).filter((name) => name.endsWith('.js'))) {
      expect(/[^\x00-\x7f]/.exec(readFileSync(join(root, 'dist/cli', file), 'utf8')), file).toBeNull();
    }
    const { stdout } = spawnSync(process.execPath, [bin, '(x-μ)ᵀΣ⁻¹(x-μ)'], { encoding: 'utf8' });
    expect(stdout).toContain('d/dx = 2*inv(Σ)*(x - μ)');
  });

  it('a one-liner loads nothing but node itself', () => {
    expect(loadedBy('x^2 + y^2')).toEqual([]);
  });

  it('what makes and runs modules is no part of the first file', () => {
    expect(readFileSync(join(root, 'dist/cli/commands.js'), 'utf8')).toContain('RunningModule');
    expect(readFileSync(join(root, 'dist/cli/diffc.js'), 'utf8')).not.toContain('RunningModule');
    expect(loadedBy('x^2', '--derive', 'hessian', '--using', 'sparse', '--at', 'x=1').map((name) => name.split('/').at(-1))).toEqual(['commands.js']);
  });

  it('the tracer sees what a generation loads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'diffc-start-up-'));
    expect(loadedBy('generate', join(root, 'samples/basics/product-rule.diff'), '--out-dir', folder)).toContain('ts-morph');
    rmSync(folder, { recursive: true });
  });

  it('neither ts-morph nor prettier is bundled, and the command cannot reach them without generating', () => {
    expect(readFileSync(join(root, 'dist/cli/diffc.js'), 'utf8')).not.toMatch(/["'](?:ts-morph|prettier)["']/);
  });
});
