/**
 * The matrix product that emitted modules carry with them. Its two arrays are looked up once in a function: bundlers make
 * variables of a module's constants, which V8 would read again for every element (a training step took 1.4 times as long).
 */
import { helper, type Helper } from './carried.ts';

export const MATMUL_HELPERS: Readonly<Record<string, Helper>> = {
  packStrip: helper(`
/** Four rows of the left factor, side by side. */
const leftStrip = new Float64Array(4 * 256);

/** \`count\` rows of A (at most four, the others 0), one column of four after the other. */
function packStrip(A: Float64Array, a: number, row: number, column: number, count: number, length: number): void {
  const left = leftStrip;
  if (count < 4) left.fill(0, 0, 4 * length);
  for (let i = 0; i < count; i++) for (let p = 0, from = a + i * row, to = i; p < length; p++, from += column, to += 4) left[to] = A[from]!;
}`),
  packBlock: helper(`
/** A block of the right factor, two columns side by side. */
const rightBlock = new Float64Array(256 * 64);

/** \`count\` columns of B, in pairs; the last one may stand beside zeros. */
function packBlock(B: Float64Array, b: number, row: number, column: number, count: number, length: number): void {
  const right = rightBlock;
  for (let j = 0; j < count; j += 2) {
    const next = j + 1 < count ? column : 0;
    for (let p = 0, from = b + j * column, to = j * length; p < length; p++, from += row, to += 2) {
      right[to] = B[from]!;
      right[to + 1] = B[from + next]!;
    }
  }
}`),
  multiplyStrip: helper(`
/** Adds scale·leftStrip·rightBlock to \`rows\` rows of C at c, n wide; 4×2 sums stay in registers. */
function multiplyStrip(C: Float64Array, c: number, n: number, rows: number, columns: number, length: number, scale: number): void {
  const left = leftStrip;
  const right = rightBlock;
  const end = 4 * length;
  for (let j = 0; j < columns; j += 2) {
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    let s30 = 0;
    let s31 = 0;
    for (let p = 0, q = j * length; p < end; p += 4, q += 2) {
      const x0 = left[p]!;
      const x1 = left[p + 1]!;
      const x2 = left[p + 2]!;
      const x3 = left[p + 3]!;
      const y0 = right[q]!;
      const y1 = right[q + 1]!;
      s00 += x0 * y0;
      s01 += x0 * y1;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s20 += x2 * y0;
      s21 += x2 * y1;
      s30 += x3 * y0;
      s31 += x3 * y1;
    }
    const at = c + j;
    if (rows === 4 && j + 1 < columns) {
      C[at]! += scale * s00;
      C[at + 1]! += scale * s01;
      C[at + n]! += scale * s10;
      C[at + n + 1]! += scale * s11;
      C[at + 2 * n]! += scale * s20;
      C[at + 2 * n + 1]! += scale * s21;
      C[at + 3 * n]! += scale * s30;
      C[at + 3 * n + 1]! += scale * s31;
      continue;
    }
    const both = j + 1 < columns;
    C[at]! += scale * s00;
    if (both) C[at + 1]! += scale * s01;
    if (rows > 1) C[at + n]! += scale * s10;
    if (rows > 1 && both) C[at + n + 1]! += scale * s11;
    if (rows > 2) C[at + 2 * n]! += scale * s20;
    if (rows > 2 && both) C[at + 2 * n + 1]! += scale * s21;
    if (rows > 3) C[at + 3 * n]! += scale * s30;
    if (rows > 3 && both) C[at + 3 * n + 1]! += scale * s31;
  }
}`, 'packStrip', 'packBlock'),
  matmul: helper(`
/**
 * C = scale·A·B with m rows, n columns and sums of length k. Element (i, j) of A is A[a + i·aRow + j·aColumn], likewise
 * of B; C is row-major. Blocks of both are copied to lie as they are read.
 */
function matmul(A: Float64Array, a: number, aRow: number, aColumn: number, B: Float64Array, b: number, bRow: number, bColumn: number, C: Float64Array, m: number, n: number, k: number, scale: number): void {
  C.fill(0);
  for (let p = 0; p < k; p += 256) {
    const length = Math.min(256, k - p);
    for (let j = 0; j < n; j += 64) {
      const columns = Math.min(64, n - j);
      packBlock(B, b + p * bRow + j * bColumn, bRow, bColumn, columns, length);
      for (let i = 0; i < m; i += 4) {
        const rows = Math.min(4, m - i);
        packStrip(A, a + i * aRow + p * aColumn, aRow, aColumn, rows, length);
        multiplyStrip(C, i * n + j, n, rows, columns, length, scale);
      }
    }
  }
}`, 'packBlock', 'packStrip', 'multiplyStrip'),
};
