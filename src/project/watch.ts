/** Runs again when something changes. Directories are watched, not files: editors replace files, and new ones appear. */
import { watch, type FSWatcher } from 'node:fs';

/** Editors write in several steps; what comes within this time is one change. */
const QUIET_MS = 60;

export interface WatchOptions {
  /** runs once; says which directories matter now */
  readonly run: () => Promise<readonly string[]>;
  /** ends the watch */
  readonly signal: AbortSignal;
  /** whether a change of this file in a watched directory can matter */
  readonly matters: (name: string) => boolean;
}

/** A change that someone waits for. */
class Change {
  #happened = false;
  #wake: () => void = () => {};

  note(): void {
    this.#happened = true;
    this.#wake();
  }
  forget(): void {
    this.#happened = false;
  }
  async wait(): Promise<void> {
    if (!this.#happened) await new Promise<void>((resolve) => { this.#wake = resolve; });
  }
}

/** Resolves when the signal is given. `run` is never started twice at a time; changes during a run start another. */
export async function watchAndRun({ run, signal, matters }: WatchOptions): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  const change = new Change();
  const note = (name: string | null): void => { if (name === null || matters(name)) change.note(); };
  signal.addEventListener('abort', () => change.note(), { once: true });
  while (!signal.aborted) {
    change.forget();
    // what happened in a directory before it was watched is found by looking again
    if (follow(await run(), watchers, note)) continue;
    if (!signal.aborted) await change.wait();
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
  for (const watcher of watchers.values()) watcher.close();
}

/** Says whether a directory is new. */
function follow(directories: readonly string[], watchers: Map<string, FSWatcher>, note: (name: string | null) => void): boolean {
  const before = watchers.size;
  let kept = 0;
  for (const [directory, watcher] of watchers) {
    if (directories.includes(directory)) { kept += 1; continue; }
    watcher.close();
    watchers.delete(directory);
  }
  for (const directory of directories) {
    if (watchers.has(directory)) continue;
    const watcher = watch(directory, (_event, name) => note(name));
    // a directory that goes away is noticed by the one above it
    watcher.on('error', () => { watcher.close(); watchers.delete(directory); note(null); });
    watchers.set(directory, watcher);
  }
  return watchers.size > Math.min(before, kept);
}
