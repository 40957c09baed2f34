/** diffc/runtime/node: reading data from files, and checkpoints in files. */
import { constants } from 'node:buffer';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readCsv } from './data/csv.ts';
import type { CsvOptions } from './data/csv.ts';
import { DataError } from './data/error.ts';
import { readNpy } from './data/npy.ts';
import type { SavedArray } from './data/npy.ts';
import type { Table } from './data/table.ts';
import type { CheckpointStore } from './training/checkpoint.ts';

/**
 * Checkpoints in a file. A new one is written beside it, forced to the disk and given its name: whoever reads the file,
 * after a crash at any moment, finds a whole checkpoint.
 */
export function fileCheckpoint(path: string): CheckpointStore {
  return {
    name: path,
    read: () => readIfPresent(path),
    write(bytes) {
      const beside = `${path}.new`;
      const file = openSync(beside, 'w');
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
      closeSync(file);
      renameSync(beside, path);
      syncFolder(dirname(path));
    },
  };
}

/** A table of a file. Mistakes name the file, the row and the column. */
export function readCsvFile(path: string, options: CsvOptions = {}): Table {
  return named(path, () => readCsv(textOf(path), options));
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > constants.MAX_STRING_LENGTH) throw new DataError('bad-data-file', {}, `it has ${bytes.length} bytes, and a text at most ${constants.MAX_STRING_LENGTH}: larger arrays are read from .npy`);
  return new TextDecoder().decode(bytes);
}

/** An array of a file that `numpy.save` wrote. */
export function readNpyFile(path: string): SavedArray {
  return named(path, () => readNpy(readFileSync(path)));
}

/** Numbers as a typed array has them in memory, little-endian, without a header. */
export function readNumbersFile(path: string, type: 'float64' | 'float32' | 'int32' | 'uint8', shape: readonly number[]): SavedArray {
  return named(path, () => {
    const bytes = readFileSync(path);
    const width = { float64: 8, float32: 4, int32: 4, uint8: 1 }[type];
    const count = shape.reduce((a, b) => a * b, 1);
    if (bytes.length !== count * width) throw new DataError('bad-data-file', {}, `it has ${bytes.length} bytes where ${shape.join(' x ')} numbers of type ${type} take ${count * width}`);
    // a copy begins at a multiple of the width
    const { buffer } = new Uint8Array(bytes);
    const values = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint8: Uint8Array }[type];
    return { shape, data: Float64Array.from(new values(buffer)) };
  });
}

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DataError ? new DataError(error.code, {}, `${path}, ${error.message}`, error.place) : error;
  }
}

function readIfPresent(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a change of names last; systems that have no such thing for folders need none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
