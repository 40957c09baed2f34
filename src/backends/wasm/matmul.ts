/**
 * Matrix products. Blocks of both factors are copied to lie as they are read; sums of 4 rows by 2 vectors stay in the
 * eight registers that are left beside the operands. Sums run over blocks of 256 in order.
 */
import type { Code, Signature } from './code.ts';
import { addressOf, advance, advanceBy, remaining, upTo } from './control.ts';
import type { Element, Lanes } from './lanes.ts';

const ROWS = 4;
const VECTORS = 2;
const INNER = 256;
const COLUMNS = 128;

/** `symmetric`: left is the transpose of right, the tiles above the diagonal are computed and mirrored. */
export interface ProductKind {
  readonly symmetric: boolean;
  /** the terms of the sums carry weights */
  readonly weighted: boolean;
}

/** Room for the blocks. */
export function packBytes(element: Element): number {
  return (ROWS * INNER + (COLUMNS + VECTORS * element.width) * INNER + ROWS * VECTORS * element.width) * element.bytes;
}

/** Addresses and strides in bytes: left, its strides, right, its strides, result, rows, columns, inner, room, weights, scale. */
export function productSignature(element: Element): Signature {
  return { parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', element.name], results: [] };
}

const [A, A_ROW, A_COLUMN, B, B_ROW, B_COLUMN, C, M, N, K, ROOM, WEIGHTS, SCALE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

export function emitProduct(code: Code, scalar: Lanes, vector: Lanes, kind: ProductKind): void {
  new ProductWriter(code, scalar, vector, kind).write();
}

class ProductWriter {
  readonly code: Code;
  readonly scalar: Lanes;
  readonly vector: Lanes;
  readonly kind: ProductKind;
  readonly bytes: number;
  /** columns of a tile */
  readonly tile: number;
  readonly p: number;
  readonly inner: number;
  readonly j: number;
  readonly columns: number;
  readonly i: number;
  readonly rows: number;
  readonly jj: number;
  readonly width: number;
  readonly q: number;
  readonly from: number;
  readonly to: number;
  readonly strip: number;
  readonly block: number;
  readonly patch: number;

  constructor(code: Code, scalar: Lanes, vector: Lanes, kind: ProductKind) {
    this.code = code;
    this.scalar = scalar;
    this.vector = vector;
    this.kind = kind;
    this.bytes = scalar.element.bytes;
    this.tile = VECTORS * scalar.element.width;
    const local = (): number => code.local('i32');
    [this.p, this.inner, this.j, this.columns, this.i, this.rows, this.jj, this.width] = [local(), local(), local(), local(), local(), local(), local(), local()];
    [this.q, this.from, this.to, this.strip, this.block, this.patch] = [local(), local(), local(), local(), local(), local()];
  }

  write(): void {
    const { code, bytes } = this;
    code.get(ROOM).set(this.strip);
    code.get(ROOM).i32(ROWS * INNER * bytes).op('i32.add').set(this.patch);
    code.get(this.patch).i32(ROWS * this.tile * bytes).op('i32.add').set(this.block);
    code.get(C).i32(0).get(M).get(N).op('i32.mul').i32(bytes).op('i32.mul').memoryFill();
    this.#from(this.p, K, INNER, () => {
      remaining(code, this.inner, K, this.p, INNER);
      this.#from(this.j, N, COLUMNS, () => {
        remaining(code, this.columns, N, this.j, COLUMNS);
        this.#packBlock();
        this.#from(this.i, M, ROWS, () => {
          const strip = (): void => {
            remaining(code, this.rows, M, this.i, ROWS);
            this.#packStrip();
            this.#from(this.jj, this.columns, this.tile, () => this.#tile());
          };
          if (!this.kind.symmetric) strip();
          // below the diagonal block by block
          else code.get(this.i).get(this.j).get(this.columns).op('i32.add', 'i32.lt_s').when(strip);
        });
      });
    });
    if (this.kind.symmetric) this.#mirror();
  }
  #from(i: number, end: number, step: number, body: () => void): void {
    this.code.i32(0).set(i);
    upTo(this.code, i, end, step, body);
  }

  /** Columns of the right factor, as many side by side as a tile has. */
  #packBlock(): void {
    const { code, bytes, tile } = this;
    this.#from(this.jj, this.columns, tile, () => {
      remaining(code, this.width, this.columns, this.jj, tile);
      const base = code.local('i32');
      const start = code.local('i32');
      code.get(this.block).get(this.jj).get(this.inner).op('i32.mul').i32(bytes).op('i32.mul', 'i32.add').set(base);
      addressOf(code, start, B, this.p, B_ROW);
      code.get(start).get(this.j).get(this.jj).op('i32.add').get(B_COLUMN).op('i32.mul', 'i32.add').set(start);
      code.get(B_COLUMN).i32(bytes).op('i32.eq').get(this.width).i32(tile).op('i32.eq', 'i32.and');
      this.#either(() => this.#copyRows(base, start, B_ROW, VECTORS), () => this.#copyElements(base, start, B_ROW, B_COLUMN, tile));
    });
  }
  /** Four rows of the left factor side by side, with their weights. */
  #packStrip(): void {
    const { code, bytes } = this;
    const start = code.local('i32');
    addressOf(code, start, A, this.i, A_ROW);
    code.get(start).get(this.p).get(A_COLUMN).op('i32.mul', 'i32.add').set(start);
    code.get(this.rows).set(this.width);
    code.get(A_ROW).i32(bytes).op('i32.eq').get(this.rows).i32(ROWS).op('i32.eq', 'i32.and');
    this.#either(() => this.#copyRows(this.strip, start, A_COLUMN, ROWS / this.scalar.element.width), () => this.#copyElements(this.strip, start, A_COLUMN, A_ROW, ROWS));
    if (this.kind.weighted) this.#weigh();
  }
  #either(yes: () => void, no: () => void): void {
    const { code } = this;
    const decided = code.local('i32');
    code.tee(decided).when(yes);
    code.get(decided).op('i32.eqz').when(no);
  }
  /** `inner` times `vectors` vectors that lie together. */
  #copyRows(base: number, start: number, stride: number, vectors: number): void {
    const { code } = this;
    code.get(base).set(this.to).get(start).set(this.from);
    this.#from(this.q, this.inner, 1, () => {
      for (let v = 0; v < vectors; v++) code.get(this.to).get(this.from).vector('v128.load', 16 * v).vector('v128.store', 16 * v);
      advance(code, this.to, 16 * vectors);
      advanceBy(code, this.from, stride);
    });
  }
  /** `width` lines of `inner` elements each, one beside the other among `side`; the others are 0. */
  #copyElements(base: number, start: number, along: number, across: number, side: number): void {
    const { code, bytes, scalar } = this;
    const c = code.local('i32');
    code.get(this.width).i32(side).op('i32.lt_s').when(() => {
      code.get(base).i32(0).get(this.inner).i32(side * bytes).op('i32.mul').memoryFill();
    });
    this.#from(c, this.width, 1, () => {
      code.get(base).get(c).i32(bytes).op('i32.mul', 'i32.add').set(this.to);
      addressOf(code, this.from, start, c, across);
      this.#from(this.q, this.inner, 1, () => {
        code.get(this.to).get(this.from).access(scalar.element.load, 0).access(scalar.element.store, 0);
        advance(code, this.to, side * bytes);
        advanceBy(code, this.from, along);
      });
    });
  }
  #weigh(): void {
    const { code, bytes, vector } = this;
    const { element } = vector;
    code.get(this.strip).set(this.to);
    code.get(WEIGHTS).get(this.p).i32(bytes).op('i32.mul', 'i32.add').set(this.from);
    this.#from(this.q, this.inner, 1, () => {
      for (let v = 0; v < ROWS / element.width; v++) {
        code.get(this.to).get(this.to).vector('v128.load', 16 * v).get(this.from).vector(element.loadSplat, 0).op(vector.op('mul')).vector('v128.store', 16 * v);
      }
      advance(code, this.to, ROWS * bytes);
      advance(code, this.from, bytes);
    });
  }

  /** C[i …, j + jj …] += scale · strip · block. */
  #tile(): void {
    const { code } = this;
    const compute = (): void => {
      const sums = this.#sums();
      remaining(code, this.width, this.columns, this.jj, this.tile);
      code.get(this.rows).i32(ROWS).op('i32.eq').get(this.width).i32(this.tile).op('i32.eq', 'i32.and');
      this.#either(() => this.#addWhole(sums), () => this.#addPart(sums));
    };
    if (!this.kind.symmetric) return compute();
    // its last column may lie left of its first row
    code.get(this.i).get(this.j).get(this.jj).op('i32.add').i32(this.tile).op('i32.add', 'i32.lt_s').when(compute);
  }
  #sums(): number[][] {
    const { code, bytes, vector } = this;
    const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => code.local('v128')));
    for (const sum of sums.flat()) {
      vector.constant(code, 0);
      code.set(sum);
    }
    const columns = Array.from({ length: VECTORS }, () => code.local('v128'));
    const element = code.local('v128');
    code.get(this.strip).set(this.from);
    code.get(this.block).get(this.jj).get(this.inner).op('i32.mul').i32(bytes).op('i32.mul', 'i32.add').set(this.to);
    code.i32(0).set(this.q).loop(() => {
      columns.forEach((c, v) => void code.get(this.to).vector('v128.load', 16 * v).set(c));
      sums.forEach((row, r) => {
        code.get(this.from).vector(vector.element.loadSplat, r * bytes).set(element);
        row.forEach((sum, v) => void code.get(sum).get(element).get(columns[v] ?? 0).op(vector.op('mul'), vector.op('add')).set(sum));
      });
      advance(code, this.from, ROWS * bytes);
      advance(code, this.to, this.tile * bytes);
      code.get(this.q).i32(1).op('i32.add').tee(this.q).get(this.inner).op('i32.lt_s').branchIf(0);
    });
    return sums;
  }
  #result(): void {
    const { code, bytes } = this;
    code.get(C).get(this.i).get(N).op('i32.mul').get(this.j).op('i32.add').get(this.jj).op('i32.add').i32(bytes).op('i32.mul', 'i32.add').set(this.to);
  }
  #addWhole(sums: readonly (readonly number[])[]): void {
    const { code, bytes, vector } = this;
    this.#result();
    for (const row of sums) {
      row.forEach((sum, v) => {
        code.get(this.to).get(this.to).vector('v128.load', 16 * v);
        code.get(SCALE).op(vector.element.splat).get(sum).op(vector.op('mul'), vector.op('add')).vector('v128.store', 16 * v);
      });
      code.get(this.to).get(N).i32(bytes).op('i32.mul', 'i32.add').set(this.to);
    }
  }
  /** At the edge: through a patch, element by element. */
  #addPart(sums: readonly (readonly number[])[]): void {
    const { code, bytes, scalar } = this;
    const [r, c, place, source] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
    sums.forEach((row, k) => row.forEach((sum, v) => void code.get(this.patch).get(sum).vector('v128.store', k * this.tile * bytes + 16 * v)));
    this.#result();
    this.#from(r, this.rows, 1, () => {
      code.get(this.to).set(place);
      code.get(this.patch).get(r).i32(this.tile * bytes).op('i32.mul', 'i32.add').set(source);
      this.#from(c, this.width, 1, () => {
        code.get(place).get(place).access(scalar.element.load, 0);
        code.get(SCALE).get(source).access(scalar.element.load, 0).op(scalar.op('mul'), scalar.op('add')).access(scalar.element.store, 0);
        advance(code, place, bytes);
        advance(code, source, bytes);
      });
      code.get(this.to).get(N).i32(bytes).op('i32.mul', 'i32.add').set(this.to);
    });
  }

  #mirror(): void {
    const { code, bytes, scalar } = this;
    const across = code.local('i32');
    code.get(N).i32(bytes).op('i32.mul').set(across);
    this.#from(this.i, M, 1, () => {
      this.#from(this.j, this.i, 1, () => {
        addressOf(code, this.to, C, this.i, across);
        code.get(this.to).get(this.j).i32(bytes).op('i32.mul', 'i32.add');
        addressOf(code, this.from, C, this.j, across);
        code.get(this.from).get(this.i).i32(bytes).op('i32.mul', 'i32.add').access(scalar.element.load, 0).access(scalar.element.store, 0);
      });
    });
  }
}
