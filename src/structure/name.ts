/** What a matrix is besides a table of numbers: zero, constant, diagonal, banded, blocks, low rank, symmetric. */
import type { Builder } from '../ir/build.ts';
import { constantDim, dimDifference, readDim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { asItStands, isDiagonal, placedForms, type KnownForms, type Placed } from './placed.ts';

/** Larger derivatives are not looked into: the words are for people. */
const LARGEST = 4000;

/** Words for the structure of a derivative whose first `rows` axes are its rows; empty when nothing is known. */
export function structureWords(b: Builder, node: NodeId, rows: number, known: KnownForms): readonly string[] {
  const shape = b.graph.shape(node);
  if (shape.length === 0 || rows === 0 || rows === shape.length) return [];
  const below = reachable(b.graph, [node]);
  if (below.length > LARGEST) return [];
  const terms = placedForms(b, [node], known)[0] ?? [asItStands(b, node)];
  if (terms.length === 0) return ['zero'];
  const shapes = shapeWords(b, terms, rows, shape.length);
  const words = [...shapes, ...(!shapes.includes('diagonal') && isSymmetric(b, node, rows) ? ['symmetric'] : [])];
  const varies = below.some((id) => { const { kind } = b.graph.attr(id); return kind === 'leaf' || kind === 'param' || kind === 'call'; });
  return varies ? words : [...words, 'constant'];
}

function shapeWords(b: Builder, terms: readonly Placed[], rows: number, rank: number): string[] {
  const diagonal = terms.filter((t) => 2 * rows === rank && isDiagonal(t));
  const rest = terms.filter((t) => !diagonal.includes(t));
  if (rest.length === 0) return [rows > 1 && diagonal.length > 1 ? 'sum of diagonals' : 'diagonal'];
  const bands = rank === 2 && rows === 1 ? terms.map((t) => bandOf(t)) : [];
  if (bands.length > 0 && bands.every((k) => k !== undefined)) {
    const offsets = bands.map((k) => k ?? 0);
    const [low, high] = [Math.min(...offsets), Math.max(...offsets)];
    return [low >= -1 && high <= 1 ? (low === high ? `one band, ${text(low)}` : 'tridiagonal') : `banded, from ${text(low)} to ${text(high)}`];
  }
  const ranks = rest.map((t) => rankOf(b, t, rows));
  if (ranks.every((r) => r !== undefined)) {
    const total = ranks.reduce<number>((sum, r) => sum + (r ?? 0), 0);
    return [diagonal.length > 0 ? `diagonal plus rank ${total}` : `rank ${total}`];
  }
  if (rest.every((t) => sharesLoop(b, t, rows))) return ['blocks'];
  return diagonal.length > 0 ? ['diagonal plus dense'] : [];
}

const text = (offset: number): string => (offset > 0 ? `+${offset}` : String(offset));

/** Column minus row, when that is one number. */
function bandOf({ index: [row, column] }: Placed): number | undefined {
  if (row?.kind !== 'affine' || column?.kind !== 'affine' || row.terms.length !== 1 || column.terms.length !== 1) return undefined;
  const [r, c] = [row.terms[0], column.terms[0]];
  return r?.label === c?.label && r?.coef === 1 && c?.coef === 1 ? dimDifference(column.offset, row.offset) : undefined;
}

/** Elements stand only where a loop that rows and columns share puts them. */
function sharesLoop(b: Builder, { index, value }: Placed, rows: number): boolean {
  const labels = (axes: readonly AxisIndex[]): Set<number> => new Set(axes.flatMap((axis) => (axis.kind === 'gather' ? axis.sub : axis.terms.map((t) => t.label))));
  const [left, right] = [labels(index.slice(0, rows)), labels(index.slice(rows))];
  return b.graph.shape(value).some((size, l) => left.has(l) && right.has(l) && (constantDim(size) ?? Infinity) > 1);
}

/** Σ over k of r products u·vᵀ, where u has the row labels and v those of the columns. */
function rankOf(b: Builder, { index, value }: Placed, rows: number): number | undefined {
  const attr = b.graph.attr(withoutScale(b, value));
  if (attr.kind !== 'ein' || !index.every((axis, k) => axis.kind === 'affine' && axis.terms.length === 1 && axis.terms[0]?.label === k)) return undefined;
  const sums = attr.sums.map((dim) => (readDim(dim).base === undefined ? (constantDim(dim) ?? Infinity) : Infinity));
  const split = attr.subs.every((sub) => sub.every((l) => l >= attr.shape.length || l < rows) || sub.every((l) => l >= rows));
  const rank = sums.reduce((n, size) => n * size, 1);
  return split && rank <= 16 ? rank : undefined;
}

/** What a tensor is a multiple of. */
function withoutScale(b: Builder, value: NodeId): NodeId {
  const attr = b.graph.attr(value);
  const whole = attr.kind === 'ein' && attr.subs.length === 1 && attr.sums.length === 0 && attr.subs[0]?.length === attr.shape.length && attr.subs[0].every((l, k) => l === k);
  return whole ? b.graph.arg(value, 0) : value;
}

/** Rows and columns exchanged give the same node. */
function isSymmetric(b: Builder, node: NodeId, rows: number): boolean {
  const shape = b.graph.shape(node);
  if (2 * rows !== shape.length || !shape.slice(0, rows).every((d, k) => d === shape[rows + k])) return false;
  const order = shape.map((_, k) => (k < rows ? rows + k : k - rows));
  const swapped = b.permute(node, order);
  if (swapped === node) return true;
  const attr = b.graph.attr(node);
  if (attr.kind !== 'add') return false;
  // a sum is symmetric when each term is, or has its mirror image beside it
  const whole = attr.subs.flatMap((sub, k) => {
    const id = b.graph.arg(node, k);
    return b.graph.attr(id).kind === 'delta' ? [] : [b.ein(attr.coefs[k] ?? Q.ONE, [{ id, sub }], shape)];
  });
  const mirrored = whole.map((t) => b.permute(t, order)).sort((p, q) => p - q);
  return [...whole].sort((p, q) => p - q).every((t, k) => t === mirrored[k]);
}
