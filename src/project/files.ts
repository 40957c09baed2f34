/** Reading sources and writing outputs: every failure is a diagnostic, every file is replaced as a whole. */
import { constants } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Dirent } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Source } from '../diagnostics/span.ts';

/** The text of bytes that must be UTF-8; undefined and a diagnostic when they are not, or too many. */
export function decode(path: string, bytes: Uint8Array, bag: Bag): string | undefined {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    bag.report('cannot-read', undefined, { path, reason: `it has ${bytes.length} bytes, and a text at most ${constants.MAX_STRING_LENGTH}` });
    return undefined;
  }
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes);
  if (text.includes('\u0000') || text.includes('\ufffd')) {
    bag.report('not-text', undefined, { path });
    return undefined;
  }
  return text;
}

export function readSource(path: string, bag: Bag): Source | undefined {
  const bytes = readBytes(path, bag);
  const text = bytes === undefined ? undefined : decode(path, bytes, bag);
  return text === undefined ? undefined : { name: path, text };
}

export function readBytes(path: string, bag: Bag): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') reportMissing(path, bag);
    else if (code === 'EISDIR') bag.report('is-directory', undefined, { path });
    else bag.report('cannot-read', undefined, { path, reason: refusal(error) });
    return undefined;
  }
}

/** A file that is not there, with the one beside it that has nearly the same name. */
export function reportMissing(path: string, bag: Bag): void {
  const folder = dirname(path);
  const near = kindOf(folder) === 'directory' ? suggest(basename(path), readdirSync(folder).sort()) : undefined;
  const better = near === undefined ? undefined : path.endsWith(near) ? near : join(folder, near);
  bag.report('file-not-found', undefined, { path }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
}

/** The codes that a person may meet, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission', EPERM: 'there is no permission', EROFS: 'the file system is read-only', ENOSPC: 'the disk is full',
  EEXIST: 'a file stands where a directory is needed', ENOTDIR: 'a file stands where a directory is needed',
  EISDIR: 'it is a directory', ENOENT: 'its directory cannot be made', ENAMETOOLONG: 'the name is too long',
};

/** Why the operating system refuses. */
export function refusal(error: unknown): string {
  const code = systemCode(error);
  return REASONS[code] ?? code;
}

/** The operating system's error code; anything else is not ours to hide. */
function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

export type PathKind = 'file' | 'directory' | 'missing';

/** What there is under a name. What cannot be a path (below a file, too long, with a NUL: an expression may be asked for) is missing. */
export function kindOf(path: string): PathKind {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    systemCode(error);
    return 'missing';
  }
}

/** Where a path leads when all links are followed; undefined when nobody can say, as of what a process holds open. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    systemCode(error);
    return undefined;
  }
}

/** What lies in a directory; nothing, when it may not be read. */
export function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    systemCode(error);
    return [];
  }
}

/** Reads a file for comparison; undefined when it is not there. */
export function readIfPresent(path: string): string | undefined {
  return kindOf(path) === 'file' ? readFileSync(path, 'utf8') : undefined;
}

/** Writes beside the target and renames, so that a reader never sees half a file. Unchanged files are not touched. */
export function replaceFile(path: string, text: string, bag: Bag): 'written' | 'unchanged' | 'failed' {
  const temporary = join(dirname(path), `.${process.pid}.diffc.tmp`);
  try {
    if (readIfPresent(path) === text) return 'unchanged';
    mkdirSync(dirname(path), { recursive: true });
    // one that was left behind, or planted as a link to elsewhere, is not written through
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
    return 'written';
  } catch (error) {
    bag.report('cannot-write', undefined, { path, reason: refusal(error) });
    // below a file there is no temporary file either, and asking to remove it would fail
    if (existsSync(temporary)) rmSync(temporary);
    return 'failed';
  }
}
