/** Generated files whose models are gone. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bag } from '../diagnostics/bag.ts';
import { entriesOf, readIfPresent, refusal } from './files.ts';
import { isOurs, type FileResult } from './generation.ts';

const GENERATED = /\.(?:ts|js|map)$/;

/**
 * Every file in the directories that carries our header and that this run has not made. Beside models only `.gen.` files and
 * side-cars are ours to judge; a file of a model that failed today stays.
 */
export function orphans(directories: readonly string[], results: readonly FileResult[], place: 'beside models' | 'output directory'): string[] {
  const kept = new Set(results.map((r) => r.output));
  const failed = results.filter((r) => r.outcome === 'failed').map((r) => r.input.replace(/^.*[\\/]/, '').replace(/\.diff$/, ''));
  const named = place === 'beside models' ? /\.(?:gen\.(?:ts|js|d\.ts|ts\.map|js\.map)|d\.diff\.ts)$/ : GENERATED;
  return directories.flatMap((directory) =>
    entriesOf(directory)
      .filter((entry) => entry.isFile() && named.test(entry.name) && !failed.some((stem) => entry.name.startsWith(`${stem}.`)))
      .map((entry) => join(directory, entry.name))
      .filter((path) => !kept.has(path) && carriesHeader(path)),
  ).sort();
}

function carriesHeader(path: string): boolean {
  const text = readIfPresent(path) ?? '';
  return text.trim() !== '' && isOurs(text);
}

export function remove(path: string, bag: Bag): FileResult['outcome'] {
  try {
    rmSync(path);
    return 'removed';
  } catch (error) {
    bag.report('cannot-write', undefined, { path, reason: refusal(error) });
    return 'failed';
  }
}
