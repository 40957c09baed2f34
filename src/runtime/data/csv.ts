/** Comma-separated values: RFC 4180, with other separators, and lines that end as they like. */
import { DataError } from './error.ts';
import type { DataPlace } from './error.ts';
import { isNumber, shortened, Table } from './table.ts';
import type { Cells } from './table.ts';

export interface CsvOptions {
  /** the one of comma, semicolon, tab and blank that the first line has most of, when left out */
  readonly separator?: ',' | ';' | '\t' | ' ';
  /** `first-line` when that has a field that is not a number, else `none`, when left out; columns without names are called 1, 2, … */
  readonly header?: 'first-line' | 'none';
}

/** Where the fields lie in the text: start and end of each, lines after one another. */
interface Fields {
  readonly bounds: Uint32Array;
  /** number of fields before each line of data, and at the end */
  readonly firsts: readonly number[];
  /** line of the file of each line of data */
  readonly lines: readonly number[];
}

/** A table of a text. Throws `DataError` for rows that are shorter or longer than the others, naming row and column. */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  const from = text.startsWith('\ufeff') ? 1 : 0;
  const separator = options.separator ?? separatorOf(text, from);
  const fields = split(text, from, separator);
  const count = fields.lines.length;
  if (count === 0) throw new DataError('empty-data', {}, 'there are no rows');
  const read = (k: number): string => unquoted(text, fields.bounds[2 * k]!, fields.bounds[2 * k + 1]!);
  const width = fields.firsts[1]! - fields.firsts[0]!;
  const first = Array.from({ length: width }, (_, k) => read(k).trim().normalize('NFC'));
  const header = options.header ?? (first.every((f) => isNumber(f)) ? 'none' : 'first-line');
  const skip = header === 'none' ? 0 : 1;
  const names = header === 'none' ? first.map((_, k) => String(k + 1)) : first;
  checkNames(names, { line: fields.lines[0]! });
  checkWidths(fields, names, skip, read);
  if (count === skip) throw new DataError('empty-data', {}, 'there are no rows below the header');
  const cells: Cells = {
    text: (row, column) => read((row + skip) * width + column),
    place: (row, column): DataPlace => {
      const k = (row + skip) * width + column;
      return { row: row + 1, column: names[column] ?? '', line: fields.lines[row + skip]!, start: fields.bounds[2 * k]!, end: fields.bounds[2 * k + 1]! };
    },
  };
  return new Table(names, count - skip, cells);
}

function checkNames(names: readonly string[], place: DataPlace): void {
  names.forEach((name, k) => {
    if (names.indexOf(name) !== k) throw new DataError('duplicate-column', place, `two columns are called \`${name}\``);
  });
}

function checkWidths({ firsts, lines, bounds }: Fields, names: readonly string[], skip: number, read: (k: number) => string): void {
  for (let k = skip; k < lines.length; k++) {
    const found = firsts[k + 1]! - firsts[k]!;
    if (found === names.length) continue;
    const row = k - skip + 1;
    const place = { row, line: lines[k]!, start: bounds[2 * firsts[k]!]!, end: bounds[2 * firsts[k + 1]! - 1]! };
    const reason = found < names.length ? `there is nothing for column \`${names[found]}\`` : `\`${shortened(read(firsts[k]! + names.length))}\` is one too many`;
    throw new DataError('ragged-row', place, `${found} field${found === 1 ? '' : 's'} where ${names.length} are expected: ${reason}`);
  }
}

function separatorOf(text: string, from: number): string {
  const [line = ''] = /[^\r\n]*[^\s][^\r\n]*/.exec(text.slice(from)) ?? [];
  const counted = [',', ';', '\t'].map((s) => [s, line.split(s).length] as const).sort((a, b) => b[1] - a[1]);
  const [best] = counted;
  if (best !== undefined && best[1] > 1) return best[0];
  return /\S +\S/.test(line) && line.trim().split(/ +/).every((f) => isNumber(f)) ? ' ' : ',';
}

function split(text: string, from: number, separator: string): Fields {
  const bounds = new Positions();
  const firsts: number[] = [0];
  const lines: number[] = [];
  let at = from;
  let line = 1;
  while (at < text.length) {
    const startLine = line;
    if (separator === ' ') while (text[at] === ' ') at++;
    const before = bounds.length;
    for (;;) {
      const start = at;
      if (text[at] === '"') {
        const { end, breaks } = endOfQuotes(text, at, line);
        at = end;
        line += breaks;
      }
      while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
      bounds.add(start, at);
      if (text[at] !== separator) break;
      at++;
      if (separator === ' ') {
        while (text[at] === ' ') at++;
        if (at >= text.length || text[at] === '\n' || text[at] === '\r') break;
      }
    }
    // an empty line is no row
    if (bounds.length === before + 2 && text.slice(...bounds.lastTwo()).trim() === '') bounds.length = before;
    else {
      firsts.push(bounds.length / 2);
      lines.push(startLine);
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
  }
  return { bounds: bounds.values(), firsts, lines };
}

/** Pairs of positions in a text, in a quarter of the memory that a growing list of numbers takes: a table may have millions of cells. */
class Positions {
  #room: Uint32Array = new Uint32Array(1024);
  length = 0;

  add(start: number, end: number): void {
    if (this.length === this.#room.length) {
      const more = new Uint32Array(2 * this.length);
      more.set(this.#room);
      this.#room = more;
    }
    this.#room[this.length++] = start;
    this.#room[this.length++] = end;
  }

  lastTwo(): readonly [number, number] {
    return [this.#room[this.length - 2]!, this.#room[this.length - 1]!];
  }

  values(): Uint32Array {
    return this.#room.subarray(0, this.length);
  }
}

/** After the closing quote of a field; a doubled quote is a character. */
function endOfQuotes(text: string, start: number, line: number): { readonly end: number; readonly breaks: number } {
  let breaks = 0;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\n') breaks++;
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return { end: at + 1, breaks };
    at++;
  }
  throw new DataError('bad-data-file', { line, start, end: start + 1 }, 'a quote is opened and never closed');
}

function unquoted(text: string, start: number, end: number): string {
  const field = text.slice(start, end);
  return field.startsWith('"') ? field.trimEnd().slice(1, -1).replaceAll('""', '"') : field;
}
