/** The corpora beside the repository: read when present, reported as skipped when not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './sources.ts';

/** The cases of `../shared/corpora/FILE` (one JSON object a line, `.gz` understood); undefined when absent. */
export function readCorpus<Case>(file: string): readonly Case[] | undefined {
  const path = join(root, '..', 'shared', 'corpora', file);
  if (!existsSync(path)) {
    console.log(`${file}: skipped, ../shared/corpora/${file} is not present`);
    return undefined;
  }
  const bytes = readFileSync(path);
  const text = file.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Case);
}

export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** Runs every case; a case fails by returning a message or by throwing. Prints one line, then the first failures. */
export function tally<Case>(name: string, cases: readonly Case[], check: (c: Case) => string | undefined, shown = 20): Tally {
  const failures: string[] = [];
  for (const c of cases) {
    const failure = attempt(() => check(c));
    if (failure !== undefined) failures.push(failure);
  }
  const passed = cases.length - failures.length;
  console.log(`${name}: ${passed} passed, ${failures.length} failed`);
  for (const failure of failures.slice(0, shown)) console.log(`  ${failure}`);
  if (failures.length > shown) console.log(`  … and ${failures.length - shown} more`);
  return { passed, failures };
}

function attempt(run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    return `threw ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

/** |got - want| ≤ tolerance · max(1, |want|), equal infinities and NaN for NaN. */
export function close(got: number, want: number, tolerance: number): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got);
  if (!Number.isFinite(want)) return got === want;
  return Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want));
}

export type Nested = number | readonly Nested[];

/** Nested arrays to row-major numbers. */
export function flatten(value: Nested): number[] {
  return typeof value === 'number' ? [value] : value.flatMap(flatten);
}

export function shapeOf(value: Nested): number[] {
  if (typeof value === 'number') return [];
  const [first] = value;
  return [value.length, ...(first === undefined ? [] : shapeOf(first))];
}

/** The largest difference of two vectors relative to the larger one's norm (∞), or 1 if that is smaller. */
export function relativeDistance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Infinity;
  let distance = 0;
  let scale = 1;
  for (let k = 0; k < want.length; k++) {
    const difference = Math.abs((got[k] ?? Number.NaN) - (want[k] ?? Number.NaN));
    if (Number.isNaN(difference)) return Infinity;
    distance = Math.max(distance, difference);
    scale = Math.max(scale, Math.abs(want[k] ?? 0));
  }
  return distance / scale;
}
