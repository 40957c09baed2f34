/** Rows and named columns of text, turned into numbers when a column is asked for: what no one asks for need not be numbers. */
import { DataError } from './error.ts';
import type { DataPlace } from './error.ts';

/** Where the text of a cell comes from; rows and columns count from 0. */
export interface Cells {
  text(row: number, column: number): string;
  place(row: number, column: number): DataPlace;
}

/** Labels as positions in the list of classes. */
export interface Labels {
  readonly positions: Int32Array;
  readonly classes: readonly string[];
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What people write where a value is missing. */
const MISSING: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', '#n/a']);

export const isNumber = (text: string): boolean => NUMBER.test(text);

/** Named columns of numbers and labels. Mistakes in cells are `DataError`s with row, column and line. */
export class Table {
  readonly rows: number;
  readonly names: readonly string[];
  readonly #cells: Cells;
  readonly #positions: ReadonlyMap<string, number>;

  constructor(names: readonly string[], rows: number, cells: Cells) {
    this.names = names;
    this.rows = rows;
    this.#cells = cells;
    this.#positions = new Map(names.map((name, k) => [name, k]));
  }

  has(name: string): boolean {
    return this.#positions.has(name);
  }

  /** A column of numbers. Throws `DataError`, naming row and column, for a cell that is missing or not a number. */
  column(name: string): Float64Array {
    return this.matrix([name]);
  }

  /** Several columns side by side, row-major. */
  matrix(names: readonly string[]): Float64Array {
    const columns = names.map((name) => this.#positionOf(name));
    const values = new Float64Array(this.rows * columns.length);
    let at = 0;
    for (let row = 0; row < this.rows; row++) for (const column of columns) values[at++] = this.#numberAt(row, column);
    return values;
  }

  /** Whether no cell of the column is a number: then it holds labels. */
  isText(name: string): boolean {
    const column = this.#positionOf(name);
    for (let row = 0; row < this.rows; row++) if (isNumber(this.#cells.text(row, column).trim())) return false;
    return true;
  }

  /** A column of labels: `classes`, or the labels that occur in the order of their names. */
  labels(name: string, classes?: readonly string[]): Labels {
    const column = this.#positionOf(name);
    const found = Array.from({ length: this.rows }, (_, row) => this.#labelAt(row, column));
    const known = classes ?? [...new Set(found)].sort();
    const positions = new Map(known.map((label, k) => [label, k]));
    return {
      classes: known,
      positions: Int32Array.from(found, (label, row) => {
        const position = positions.get(label);
        if (position === undefined) throw new DataError('wrong-label', this.placeOf(row, name), `\`${label}\` is none of the labels ${known.map((k) => `\`${k}\``).join(', ')}`);
        return position;
      }),
    };
  }

  placeOf(row: number, name: string): DataPlace {
    return this.#cells.place(row, this.#positionOf(name));
  }

  #labelAt(row: number, column: number): string {
    const text = this.#cells.text(row, column).trim();
    if (MISSING.has(text.toLowerCase())) throw new DataError('missing-cell', this.#cells.place(row, column), 'the label is missing');
    return text;
  }

  #numberAt(row: number, column: number): number {
    const text = this.#cells.text(row, column).trim();
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    const place = this.#cells.place(row, column);
    if (!Number.isNaN(value)) throw new DataError('bad-cell', place, `\`${shortened(text)}\` is too large for a number of double precision`);
    if (MISSING.has(text.toLowerCase())) throw new DataError('missing-cell', place, text === '' ? 'the value is missing' : `the value is missing (\`${text}\`)`);
    throw new DataError('bad-cell', place, `\`${shortened(text)}\` is not a number`);
  }

  #positionOf(name: string): number {
    const position = this.#positions.get(name);
    if (position === undefined) throw new DataError('unknown-column', {}, `there is no column \`${name}\` among ${listed(this.names)}`);
    return position;
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((n) => `\`${n}\``).join(', ');
  return names.length > 20 ? `${shown}, … (${names.length} columns)` : shown;
}

export const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
