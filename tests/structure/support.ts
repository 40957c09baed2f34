/** Dense derivatives as one matrix over all variables. */
import { evaluateDim, type Dim } from '../../src/ir/dim.ts';
import type { Builder } from '../../src/ir/build.ts';
import { evaluate, type Environment } from '../../src/ir/evaluate.ts';
import type { FunctionPlan, Segment, SparsePlan } from '../../src/schedule/plan.ts';
import type { Arrays } from '../support/emitted.ts';

export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly rowPtr: Int32Array;
  readonly colIdx: Int32Array;
  readonly values: Float64Array;
  readonly slots?: Int32Array;
  readonly parts?: readonly Float64Array[];
  readonly products?: readonly { readonly colours: Int32Array; readonly starts: Int32Array }[];
  readonly positions: readonly Int32Array[];
}

export function expanded({ rows, columns, rowPtr, colIdx, values }: SparseMatrix): Float64Array {
  const dense = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let k = rowPtr[r]!; k < rowPtr[r + 1]!; k++) dense[r * columns + colIdx[k]!] = values[k]!;
  return dense;
}

/** The matrix that the entries of a plan describe, by the reference interpreter. */
export function expectedMatrix(b: Builder, f: FunctionPlan, matrix: SparsePlan, environment: Environment): Float64Array {
  // blocks of a matrix that the module colours
  if (matrix.seeded !== undefined) {
    const blocks = (f.rebuilt ?? []).filter((o) => o.quantity === matrix.quantity);
    const values = evaluate(b.graph, blocks.map((o) => o.node), environment);
    return denseOf(matrix, { ...f, outputs: blocks.map((o) => ({ ...o, kind: 'filled', name: `${o.of}|${o.by.join('|')}`, doc: '' })) }, Object.fromEntries(blocks.map((o, k) => [`${o.of}|${o.by.join('|')}`, values[k]!.data])), Object.fromEntries(environment.sizes));
  }
  const parts = f.outputs.map((o): FunctionPlan['outputs'][number] => (o.placement === undefined ? o : { ...o, node: b.scat(o.node, o.placement), name: 'whole' }));
  const length = (segments: readonly Segment[]): number => segments.reduce((n, s) => n + s.shape.reduce((m, d) => m * evaluateDim(d, environment.sizes), 1), 0);
  const [height, width] = [length(matrix.rows), length(matrix.columns)];
  const sum = new Float64Array(height * width);
  for (const e of matrix.entries) {
    const part = parts[e.output]!;
    const [value] = evaluate(b.graph, [part.node], environment);
    const starts = (segments: readonly Segment[], which: number): number => length(segments.slice(0, which));
    for (const place of (part.places ?? []).flat()) {
      const x = value!.data[place.element]!;
      const [r, c] = [starts(matrix.rows, e.row) + place.row, starts(matrix.columns, e.column) + place.column];
      sum[r * width + c]! += x;
      if (e.mirrored) sum[c * width + r]! += x;
    }
    if (part.places !== undefined) continue;
    const at = denseOf({ ...matrix, quantity: 'jacobian', rows: matrix.rows.map((s, k) => ({ ...s, name: k === e.row ? part.of : '' })) }, { ...f, outputs: [part] }, { whole: value!.data }, Object.fromEntries(environment.sizes));
    at.forEach((x, k) => {
      sum[k]! += x;
      if (e.mirrored) sum[(k % width) * width + Math.floor(k / width)]! += x;
    });
  }
  return sum;
}

export function denseOf(matrix: SparsePlan, plan: FunctionPlan, out: Arrays, sizes: Readonly<Record<string, number>>): Float64Array {
  const at = new Map(Object.entries(sizes));
  const length = (shape: readonly Dim[]): number => shape.reduce((n, d) => n * evaluateDim(d, at), 1);
  const offsets = (segments: readonly Segment[]): number[] => segments.map((_, k) => segments.slice(0, k).reduce((n, s) => n + length(s.shape), 0));
  const total = (segments: readonly Segment[]): number => segments.reduce((n, s) => n + length(s.shape), 0);
  const [rowStart, columnStart, columns] = [offsets(matrix.rows), offsets(matrix.columns), total(matrix.columns)];
  const dense = new Float64Array(total(matrix.rows) * columns);
  for (const output of plan.outputs) {
    const values = out[output.name] ?? [];
    const row = matrix.rows.findIndex((s) => s.name === (matrix.quantity === 'jacobian' ? output.of : output.by[0]));
    const column = matrix.columns.findIndex((s) => s.name === output.by[output.by.length - 1]);
    const [height, width] = [length(matrix.rows[row]?.shape ?? []), length(matrix.columns[column]?.shape ?? [])];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const value = values[i * width + j] ?? Number.NaN;
        dense[((rowStart[row] ?? 0) + i) * columns + (columnStart[column] ?? 0) + j] = value;
        if (matrix.quantity !== 'jacobian' && row !== column) dense[((rowStart[column] ?? 0) + j) * columns + (columnStart[row] ?? 0) + i] = value;
      }
    }
  }
  return dense;
}
