/** Files of data: tables with named columns, or named values. Every mistake is a diagnostic that names row and column. */
import type { Bag } from '../diagnostics/bag.ts';
import type { Source } from '../diagnostics/span.ts';
import { readCsv } from '../runtime/data/csv.ts';
import { DataError } from '../runtime/data/error.ts';
import { readNpy } from '../runtime/data/npy.ts';
import { tableOfRecords } from '../runtime/data/records.ts';
import type { Table } from '../runtime/data/table.ts';
import { readBytes, readSource } from '../project/files.ts';
import { fromJson, jsonMistakeAt, parseJson } from './point-text.ts';

/** What a file holds. */
export type DataFile =
  | { readonly kind: 'table'; readonly source: Source; readonly table: Table }
  | { readonly kind: 'values'; readonly source: Source; readonly values: ReadonlyMap<string, unknown> };

/** By the ending of its name. Undefined and a diagnostic when it cannot be read. */
export function readDataFile(path: string, bag: Bag): DataFile | undefined {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  if (ending === 'json') return readJsonFile(path, bag);
  if (ending !== undefined && !['csv', 'tsv', 'txt', 'dat'].includes(ending)) {
    bag.report('bad-data-file', undefined, { path, reason: 'its ending says nothing about its form' });
    return undefined;
  }
  const source = readSource(path, bag);
  if (source === undefined) return undefined;
  const table = attempt(source, bag, () => readCsv(source.text, ending === 'tsv' ? { separator: '\t' } : {}));
  return table && { kind: 'table', source, table };
}

function readJsonFile(path: string, bag: Bag): DataFile | undefined {
  const source = readSource(path, bag);
  if (source === undefined) return undefined;
  const data = parseJson(source.text);
  if (Array.isArray(data)) {
    const table = attempt(source, bag, () => tableOfRecords(data));
    return table && { kind: 'table', source, table };
  }
  if (data === undefined) {
    const at = jsonMistakeAt(source.text);
    bag.report('bad-data-file', at === undefined ? undefined : { source, start: at, end: at + 1 }, { path, reason: 'it is not valid JSON' }, { hint: 'names and text stand in double quotes, and no comma behind the last value' });
    return undefined;
  }
  if (typeof data !== 'object' || data === null) {
    bag.report('bad-data-file', undefined, { path, reason: 'it is neither a JSON object of named values nor a list of records' });
    return undefined;
  }
  return { kind: 'values', source, values: new Map(Object.entries(data).map(([name, value]): [string, unknown] => [name.normalize('NFC'), fromJson(value)])) };
}

/** An array of `.npy`, as nested sizes and numbers. */
export function readArrayFile(path: string, bag: Bag): { readonly shape: readonly number[]; readonly data: Float64Array } | undefined {
  const bytes = readBytes(path, bag);
  return bytes && attempt({ name: path, text: '' }, bag, () => readNpy(bytes));
}

/** Runs what may find a mistake in the data of `source`; the mistake is reported, with the place when it is known. */
export function attempt<T>(source: Source, bag: Bag, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { start, end } = error.place;
    bag.report(error.code, start === undefined || end === undefined ? undefined : { source, start, end }, { path: source.name, reason: error.message });
    return undefined;
  }
}
