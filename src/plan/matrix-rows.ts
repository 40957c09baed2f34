/**
 * Matrices whose rows are all alike: each name among the rows gives rows of one length, and what each output puts
 * into them stands side by side. Where an element goes is then known without looking at the data, and the values of
 * the matrix are filled as the arrays of rows that they are.
 */
import type { Builder } from '../ir/build.ts';
import { readDim, writeDim, type Dim } from '../ir/dim.ts';
import type { AxisIndex } from '../ir/types.ts';
import type { EntriesPlan, MatrixRows, OutputPlan, RowPlace, SparsePlan } from '../schedule/plan.ts';

export interface InRows {
  readonly filled: readonly MatrixRows[];
  /** by output: the number of its rows among `filled`, and its place there */
  readonly places: ReadonlyMap<number, { readonly rows: number; readonly place: RowPlace }>;
}

/** Undefined: some entries meet, or stand where data say. */
export function matrixRows(b: Builder, matrix: Pick<SparsePlan, 'name' | 'rows' | 'entries'>, outputs: readonly OutputPlan[]): InRows | undefined {
  const filled: MatrixRows[] = [];
  const places = new Map<number, { rows: number; place: RowPlace }>();
  for (const [segment, { name, shape }] of matrix.rows.entries()) {
    const entries = matrix.entries.filter((e) => e.row === segment).sort((x, y) => x.column - y.column);
    if (new Set(entries.map((e) => e.column)).size < entries.length) return undefined;
    let length: Dim = '0';
    for (const entry of entries) {
      const axes = rowAxes(b, shape, entry, outputs[entry.output]);
      const size = axes === undefined ? undefined : product(axes.columns.map((l) => axes.shape[l] ?? '1'));
      const after = size === undefined ? undefined : sum(length, size);
      if (axes === undefined || after === undefined) return undefined;
      places.set(entry.output, { rows: filled.length, place: { rows: axes.rows, columns: axes.columns, start: length } });
      length = after;
    }
    if (entries.length > 0) filled.push({ segment, array: `${matrix.name}_${name}`, shape: length === '1' && shape.length > 0 ? shape : [...shape, length] });
  }
  return { filled, places };
}

interface Axes extends Pick<RowPlace, 'rows' | 'columns'> {
  /** of the output */
  readonly shape: readonly Dim[];
}

/** The axes of an output that walks every row and then, within the row, one column after the other. */
function rowAxes(b: Builder, rows: readonly Dim[], entry: EntriesPlan, output: OutputPlan | undefined): Axes | undefined {
  const { placement } = output ?? {};
  if (output === undefined || placement === undefined || placement.masked || entry.mirrored) return undefined;
  const shape = b.graph.shape(output.node);
  const rowLabels = placement.index.slice(0, rows.length).map((axis, k) => {
    const label = walked(axis, shape.map((_, l) => l));
    return label !== undefined && shape[label] === rows[k] && axis.kind === 'affine' && axis.offset === '0' && axis.terms.length === 1 ? label : undefined;
  });
  const known = rowLabels.filter((l) => l !== undefined);
  if (known.length < rows.length || new Set(known).size < rows.length) return undefined;
  const others = shape.map((_, l) => l).filter((l) => !known.includes(l));
  const order: number[] = [];
  for (const axis of placement.index.slice(rows.length)) {
    const used = labelsIn(axis).filter((l) => others.includes(l));
    const label = walked(axis, others);
    if (used.length > 0 && (label === undefined || order.includes(label))) return undefined;
    if (label !== undefined) order.push(label);
  }
  const fixed = others.filter((l) => !order.includes(l));
  return fixed.every((l) => shape[l] === '1') ? { rows: known, columns: [...fixed, ...order], shape } : undefined;
}

const labelsIn = (axis: AxisIndex): readonly number[] => (axis.kind === 'gather' ? axis.sub : axis.terms.map((t) => t.label));

/** The one label among these with which the position goes up by one. */
function walked(axis: AxisIndex, among: readonly number[]): number | undefined {
  if (axis.kind === 'gather') return undefined;
  const [term, ...more] = axis.terms.filter((t) => among.includes(t.label));
  return term?.coef === 1 && more.length === 0 ? term.label : undefined;
}

/** A size that is no longer a name plus a number is undefined. */
function product(dims: readonly Dim[]): Dim | undefined {
  const sizes = dims.map(readDim);
  const open = sizes.filter((d) => d.base !== undefined);
  const factor = sizes.reduce((n, d) => (d.base === undefined ? n * d.offset : n), 1);
  const [only] = open;
  if (only === undefined) return String(factor);
  return open.length === 1 && factor === 1 ? writeDim(only) : undefined;
}

function sum(a: Dim, b: Dim): Dim | undefined {
  const [x, y] = [readDim(a), readDim(b)];
  if (x.base !== undefined && y.base !== undefined) return undefined;
  return writeDim({ base: x.base ?? y.base, offset: x.offset + y.offset });
}
