/** Lists of records, `[{"x": 1, "y": 2}, …]`, as tables. */
import { DataError, type DataPlace } from './error.ts';
import { Table } from './table.ts';

/** The names are those of the first record. Throws `DataError` for records with other names. */
export function tableOfRecords(records: readonly unknown[]): Table {
  const [first] = records;
  if (first === undefined) throw new DataError('empty-data', {}, 'there are no rows');
  const names = Object.keys(recordOf(first, 0));
  const rows = records.map((record, row) => {
    const values = recordOf(record, row);
    const surplus = Object.keys(values).find((name) => !names.includes(name));
    if (surplus !== undefined) throw new DataError('ragged-row', { row: row + 1, column: surplus }, 'the first record has no such name');
    return names.map((name) => textOf(values[name], { row: row + 1, column: name }));
  });
  return new Table(names, rows.length, {
    text: (row, column) => rows[row]![column]!,
    place: (row, column) => ({ row: row + 1, column: names[column]! }),
  });
}

function recordOf(value: unknown, row: number): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new DataError('bad-data-file', { row: row + 1 }, 'a record with named values is expected');
}

/** Text that reads back as the same; what is missing is empty. */
function textOf(value: unknown, place: DataPlace): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw new DataError('bad-data-file', place, 'a number or a text is expected, and no list or record');
  return String(value);
}
