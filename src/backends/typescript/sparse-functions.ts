/** Functions on compressed rows that emitted modules carry with them. */
import { helper, type Helper } from './carried.ts';

export const SPARSE_HELPERS: Readonly<Record<string, Helper>> = {
  compressRows: helper(`
/** The pattern of elements at (rowOf, columnOf), those at one place sharing a value; -1: the element has no place. */
function compressRows(rowOf: Int32Array, columnOf: Int32Array, rows: number, columns: number, positions: readonly Int32Array[]): SparseMatrix {
  const byColumn = sortedBy(columnOf, columns, Int32Array.from(rowOf.keys()));
  const order = sortedBy(rowOf, rows, byColumn);
  const slots = new Int32Array(rowOf.length).fill(-1);
  const rowPtr = new Int32Array(rows + 1);
  const colIdx = new Int32Array(order.length);
  let count = 0;
  let row = -1;
  for (const k of order) {
    if (rowOf[k]! !== row || colIdx[count - 1]! !== columnOf[k]!) {
      row = rowOf[k]!;
      colIdx[count++] = columnOf[k]!;
      rowPtr[row + 1]!++;
    }
    slots[k] = count - 1;
  }
  for (let r = 0; r < rows; r++) rowPtr[r + 1]! += rowPtr[r]!;
  return { rows, columns, rowPtr, colIdx: colIdx.slice(0, count), values: new Float64Array(count), slots, positions: positions.map((p) => p.slice()) };
}`, 'sortedBy'),
  sortedBy: helper(`
/** The numbers in \`order\` by ascending key, equal ones as they came; those with a negative key are left out. */
function sortedBy(key: Int32Array, keys: number, order: Int32Array): Int32Array {
  const start = new Int32Array(keys + 1);
  let kept = 0;
  for (const k of order) {
    if (key[k]! < 0) continue;
    start[key[k]! + 1]!++;
    kept++;
  }
  for (let r = 0; r < keys; r++) start[r + 1]! += start[r]!;
  const sorted = new Int32Array(kept);
  for (const k of order) if (key[k]! >= 0) sorted[start[key[k]!]!++] = k;
  return sorted;
}`),
  addEntries: helper(`
/** Adds elements where the pattern puts them; returns the number of the next element. */
function addEntries(matrix: SparseMatrix, elements: Float64Array, first: number): number {
  const { values, slots } = matrix;
  for (let k = 0; k < elements.length; k++) {
    const slot = slots[first + k]!;
    if (slot >= 0) values[slot]! += elements[k]!;
  }
  return first + elements.length;
}`),
  checkPositions: helper(`
/** Other positions than the pattern was made of would put values where they do not belong. */
function checkPositions(name: string, now: Int32Array, then: Int32Array | undefined, pattern: string): void {
  // four at a time: an array is looked up once for all of them
  const n = now.length;
  const m = n - (n % 4);
  if (then?.length === n) {
    let apart = 0;
    for (let i = 0; i < m; i += 4) apart |= (now[i]! ^ then[i]!) | (now[i + 1]! ^ then[i + 1]!) | (now[i + 2]! ^ then[i + 2]!) | (now[i + 3]! ^ then[i + 3]!);
    for (let i = m; i < n; i++) apart |= now[i]! ^ then[i]!;
    if (apart === 0) return;
  }
  for (let i = 0; i < n; i++) {
    if (now[i] !== then?.[i]) throw new RangeError(\`\${name}[\${i}] is \${now[i]}, but the pattern was made with \${then?.[i]}: call \${pattern} again\`);
  }
}`),
};
