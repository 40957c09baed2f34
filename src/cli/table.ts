/** Rows in columns as wide as their widest cell; the last column is left ragged. */
import { width } from '../diagnostics/width.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const all = [head, ...rows];
  const columns = head.map((_, k) => Math.max(...all.map((row) => width(row[k] ?? ''))));
  const pad = (cell: string, cells: number): string => cell + ' '.repeat(Math.max(0, cells - width(cell)));
  return all.map((row) => `${row.map((cell, k) => pad(cell, columns[k] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
