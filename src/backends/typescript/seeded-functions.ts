/** What modules carry that colour a matrix for their sizes: the compiler's own colouring, and what takes entries off products. */
import { colouringSources } from '../../structure/colouring-source.generated.ts';
import { helper, type Helper } from './carried.ts';

const COLOURING: Readonly<Record<string, Helper>> = Object.fromEntries(Object.entries(colouringSources).map(([name, { source, javascript, dependsOn }]) => [name, { text: source, javascript, dependsOn }]));

export const SEEDED_HELPERS: Readonly<Record<string, Helper>> = {
  ...COLOURING,
  reachedColumns: helper(`
/** Which columns each row depends on: the rows' marks for a mark on one column after the other. */
function reachedColumns(columns: Float64Array, rows: Float64Array, propagate: () => void): number[][] {
  const pattern: number[][] = Array.from(rows, () => []);
  for (let column = 0; column < columns.length; column++) {
    columns[column] = 1;
    propagate();
    columns[column] = 0;
    for (let row = 0; row < rows.length; row++) if (rows[row] !== 0) pattern[row]!.push(column);
  }
  return pattern;
}`),
  seededMatrix: helper(`
/** Room for a matrix, and where its entries stand in its products with seeds. */
function seededMatrix(pattern: Pattern, columns: number, seedings: readonly Seeding[], positions: readonly Int32Array[]): SparseMatrix {
  const rowPtr = new Int32Array(pattern.length + 1);
  pattern.forEach((row, r) => { rowPtr[r + 1] = rowPtr[r]! + row.length; });
  const colIdx = Int32Array.from(pattern.flat());
  const products = seedings.map(({ colours, count, entries }) => {
    const starts = new Int32Array(count + 1);
    for (const { colour } of entries) starts[colour + 1]!++;
    for (let colour = 0; colour < count; colour++) starts[colour + 1]! += starts[colour]!;
    const ordered = [...entries].sort((p, q) => p.colour - q.colour);
    return {
      colours: Int32Array.from(colours),
      starts,
      entries: Int32Array.from(ordered, ({ row, column }) => rowPtr[row]! + pattern[row]!.indexOf(column)),
      elements: Int32Array.from(ordered, ({ line }) => line),
    };
  });
  return { rows: pattern.length, columns, rowPtr, colIdx, values: new Float64Array(colIdx.length), products, positions: positions.map((p) => p.slice()) };
}`, 'Pattern', 'Seeding'),
  seedColour: helper(`
/** The seed of one colour. */
function seedColour(seed: Float64Array, colours: Int32Array, colour: number): void {
  for (let line = 0; line < seed.length; line++) seed[line] = colours[line] === colour ? 1 : 0;
}`),
  takeEntries: helper(`
/** The entries that one product holds. */
function takeEntries(values: Float64Array, from: SeededProducts, colour: number, product: Float64Array): void {
  const { starts, entries, elements } = from;
  for (let k = starts[colour]!; k < starts[colour + 1]!; k++) values[entries[k]!] = product[elements[k]!]!;
}`),
};
