/**
 * Finds and reads `diffc.config.*`. Node 20 cannot import TypeScript, and what is imported once stays in memory for good;
 * so the file is compiled here and run anew each time, which is what watching needs.
 */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { Bag } from '../diagnostics/bag.ts';
import { defineConfig, isConfig, type Config } from './config.ts';
import { kindOf, readSource } from './files.ts';
import { commonJs } from './typescript.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((end) => `diffc.config.${end}`);

export interface LoadedConfig {
  /** where it is; undefined when there is none */
  readonly path?: string;
  /** what its paths are relative to */
  readonly directory: string;
  readonly config: Config;
}

/** The configuration of a directory, or the one that is named. Undefined, and diagnostics, when it cannot be used. */
export async function loadConfig(directory: string, named: string | undefined, bag: Bag): Promise<LoadedConfig | undefined> {
  const path = named ?? NAMES.map((name) => join(directory, name)).find((p) => kindOf(p) === 'file');
  if (path === undefined) return { directory, config: {} };
  const source = readSource(path, bag);
  if (source === undefined) return undefined;
  const value = await evaluate(path, source.text, bag);
  return value !== undefined && isConfig(value.exported, path, bag) ? { path, directory: dirname(path), config: value.exported } : undefined;
}

async function evaluate(path: string, text: string, bag: Bag): Promise<{ readonly exported: unknown } | undefined> {
  try {
    return { exported: path.endsWith('.json') ? JSON.parse(text) as unknown : run(path, await commonJs(path, text)) };
  } catch (error) {
    // whatever a configuration throws is its author's to mend
    bag.report('config-failed', undefined, { path, reason: error instanceof Error ? error.message.split('\n')[0] ?? error.name : String(error) });
    return undefined;
  }
}

function run(path: string, code: string): unknown {
  const file = resolve(path);
  const module: { exports: unknown } = { exports: {} };
  const load = compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], { filename: file }) as (...scope: unknown[]) => void;
  load(module.exports, requireFrom(file), module, file, dirname(file));
  const { exports } = module;
  return typeof exports === 'object' && exports !== null && 'default' in exports ? exports.default : exports;
}

/** `diffc` itself need not be installed where the configuration lies: `npx diffc generate` works in a bare folder. */
function requireFrom(file: string): (name: string) => unknown {
  const own = createRequire(file);
  return (name) => (name === 'diffc' ? new Proxy({ defineConfig }, { get: (known, key) => (key === 'defineConfig' ? known.defineConfig : (own('diffc') as Record<string | symbol, unknown>)[key]) }) : own(name));
}
