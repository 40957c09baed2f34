/** Data as rows: what mini-batches are drawn from. */
import { RuntimeError } from '../error.ts';
import { DataError } from './error.ts';

export type Column = Float64Array | Int32Array;
/** The `data` struct of an emitted module: numbers are the same for all rows. */
export type DataStruct<D> = { readonly [K in keyof D]: number | Column };
type Fields = Record<string, number | Column>;

interface RowField {
  readonly name: string;
  readonly values: Column;
  /** elements of a row */
  readonly width: number;
}

export interface RowOptions {
  /** number of rows; the length of the shortest array when left out */
  readonly rows?: number;
  /** arrays that belong to no row and go to every batch as they are */
  readonly shared?: readonly string[];
}

/** Arrays with one row after another, matrices row-major. */
export class Rows<D extends DataStruct<D>> {
  readonly count: number;
  readonly #data: D;
  readonly #fields: readonly RowField[];

  constructor(data: D, { rows, shared = [] }: RowOptions = {}) {
    const fields = Object.entries(data as Fields).filter((entry): entry is [string, Column] => typeof entry[1] !== 'number' && !shared.includes(entry[0]));
    const unknown = shared.find((name) => !Object.hasOwn(data, name));
    if (unknown !== undefined) throw new RuntimeError('bad-option', `shared names ${unknown}, which is not in { ${Object.keys(data).join(', ')} }`);
    this.count = rows ?? Math.min(...fields.map(([, values]) => values.length));
    if (fields.length === 0 || !(Number.isInteger(this.count) && this.count >= 1)) throw new DataError('empty-data', {}, `there are no rows in { ${Object.keys(data).join(', ')} }`);
    this.#data = data;
    this.#fields = fields.map(([name, values]) => {
      const width = values.length / this.count;
      if (!(Number.isInteger(width) && width >= 1)) throw new RuntimeError('bad-dimension', `data.${name} has ${values.length} elements, which is no multiple of ${this.count} rows`);
      return { name, values, width };
    });
  }

  /** A struct with room for `count` rows. */
  room(count: number): D {
    const struct: Fields = { ...(this.#data as Fields) };
    for (const { name, values, width } of this.#fields) struct[name] = values instanceof Int32Array ? new Int32Array(count * width) : new Float64Array(count * width);
    return struct as D;
  }

  /** Copies the rows `order[from …]` into a struct with room for them. */
  gather(order: Int32Array, from: number, count: number, into: D): void {
    const struct = into as Fields;
    for (let f = 0; f < this.#fields.length; f++) {
      const { name, values, width } = this.#fields[f]!;
      copyRows(values, struct[name] as Column, width, order, from, count);
    }
  }

  /** The same struct with arrays that were never seen: an emitted module checks the elements of such. */
  unseen(batch: D): D {
    const struct: Fields = { ...(batch as Fields) };
    for (const { name } of this.#fields) struct[name] = (struct[name] as Column).slice();
    return struct as D;
  }

  /** What a module says of `data.X[17]` of a batch, said of the row that it came from; any other error is given back. */
  placed(error: unknown, order: Int32Array, from: number): unknown {
    const [, name, at, rest] = (error instanceof RangeError ? /^data\.(\w+)\[(\d+)\] (is .*)$/s.exec(error.message) : null) ?? [];
    const field = this.#fields.find((f) => f.name === name);
    if (field === undefined || rest === undefined) return error;
    const row = order[from + Math.floor(Number(at) / field.width)]! + 1;
    const column = field.width === 1 ? field.name : `${field.name}[${(Number(at) % field.width) + 1}]`;
    return new DataError(field.values instanceof Int32Array ? 'wrong-label' : /NaN/.test(rest) ? 'bad-cell' : 'cell-outside-bounds', { row, column }, rest);
  }

  /** A number that changes when any element does: FNV-1a over 32-bit words. */
  digest(): number {
    let hash = 0x811c9dc5;
    for (const { values } of this.#fields) {
      const words = values instanceof Int32Array ? values : new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      for (let k = 0; k < words.length; k++) hash = Math.imul(hash ^ words[k]!, 0x01000193);
    }
    return hash >>> 0;
  }
}

function copyRows(values: Column, out: Column, width: number, order: Int32Array, from: number, count: number): void {
  for (let n = 0; n < count; n++) {
    const source = order[from + n]! * width;
    const target = n * width;
    for (let j = 0; j < width; j++) out[target + j] = values[source + j]!;
  }
}
