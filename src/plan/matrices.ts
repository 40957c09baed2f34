/** Derivatives in parts: blocks as fields of their own, or as the entries of one compressed matrix. */
import type { DerivedOutput } from '../autodiff/requests.ts';
import type { DeriveRequest, Wrt } from '../elaborate/model.ts';
import type { Builder } from '../ir/build.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { axisKey } from '../ir/graph.ts';
import type { EntriesPlan, OutputPlan, Segment, SparsePlan } from '../schedule/plan.ts';
import { labelLetters, placementText } from '../structure/describe.ts';
import { structureWords } from '../structure/name.ts';
import type { KnownForms } from '../structure/placed.ts';
import { matrixRows, type InRows } from './matrix-rows.ts';
import { isMatrixKind, MATRIX_KINDS } from '../elaborate/kinds.ts';
import { asArray, type SeededMatrix } from '../structure/seeded.ts';
import { seededPlan, type InnerFunctions } from './seeded.ts';

/** `∂res/∂rot[i, j, cam[i], k]`: where the elements of a block stand. */
export function blockText(b: Builder, { node, placement }: DerivedOutput, quantity: string): string {
  if (placement === undefined) return quantity;
  const letters = labelLetters(b.graph.shape(node).length);
  const element = letters.slice(0, b.graph.shape(node).length).join(', ');
  return `element [${element}] is ${quantity} at [${placementText(b.graph, placement, letters)}]; block`;
}

/** What is known of a matrix that is stored as a table, or which part of one this is. */
export function partOf(b: Builder, request: DeriveRequest, output: DerivedOutput, node: NodeId, forms: KnownForms): Pick<OutputPlan, 'structure' | 'placement' | 'places' | 'whole' | 'part'> {
  const { placement, places, whole, part } = output;
  if (part !== undefined) return { part: part.kind };
  if (placement === undefined && places === undefined) return { structure: structureOf(b, request, output, node, forms) };
  return { ...(placement && { placement }), ...(places && { places }), ...(whole !== undefined && { whole }) };
}

function structureOf(b: Builder, request: DeriveRequest, output: DerivedOutput, node: NodeId, forms: KnownForms): readonly string[] {
  if (!isMatrixKind(output.kind)) return [];
  const rows = output.kind === 'jacobian' ? request.of.find((of) => of.name === output.of) : request.wrt.find((w) => w.name === output.by[0]);
  const words = rows === undefined ? [] : structureWords(b, node, b.graph.shape(rows.node).length, forms);
  const known = words.includes('symmetric') || words.includes('diagonal') || words.includes('zero');
  // second derivatives commute
  return output.kind === 'jacobian' || output.by[0] !== output.by[1] || known || b.graph.shape(node).length === 0 ? words : [...words, 'symmetric'];
}

/** Fields of the same name are numbered. */
export function distinctFields(outputs: readonly OutputPlan[]): OutputPlan[] {
  const seen = new Map<string, number>();
  const count = new Map<string, number>();
  for (const o of outputs) count.set(o.name, (count.get(o.name) ?? 0) + 1);
  return outputs.map((o) => {
    if ((o.placement === undefined && o.places === undefined) || (count.get(o.name) ?? 0) < 2) return o;
    const k = (seen.get(o.name) ?? 0) + 1;
    seen.set(o.name, k);
    return { ...o, name: `${o.name}_${k}` };
  });
}

export interface Compressed {
  readonly outputs: readonly OutputPlan[];
  readonly matrices: readonly SparsePlan[];
}

/** With `using sparse` the parts of all blocks are the entries of one matrix; mirrored parts are kept once. */
export function compressed(b: Builder, request: DeriveRequest, outputs: readonly OutputPlan[], seeded: readonly SeededMatrix[], inner: InnerFunctions): Compressed {
  if (!request.using.includes('sparse')) return { outputs, matrices: [] };
  const matrices: SparsePlan[] = [];
  const kinds = MATRIX_KINDS.filter((kind) => request.what.includes(kind));
  let rest = [...outputs];
  for (const kind of kinds) {
    const parts = rest.filter((o) => o.quantity === kind && (o.placement !== undefined || o.places !== undefined));
    const others = rest.filter((o) => !parts.includes(o));
    const symmetric = kind !== 'jacobian';
    const tables = symmetric
      ? request.of.map((of) => ({ name: request.of.length > 1 ? `${of.name}_${kind}` : kind, of: [of], parts: parts.filter((p) => p.of === of.name), rows: request.wrt }))
      : [{ name: kind as string, of: request.of, parts, rows: request.of }];
    const kept: OutputPlan[] = [];
    for (const table of tables) {
      const rows = segments(b, table.rows);
      const columns = segments(b, request.wrt);
      const own = seeded.find((m) => m.kind === kind && m.of.join() === table.of.map((of) => of.name).join());
      if (own !== undefined) {
        matrices.push({ name: table.name, quantity: kind, rows, columns, entries: [], seeded: seededPlan(own, kinds.length * tables.length === 1 ? inner : { ...inner, name: `${inner.name}_${table.name}` }) });
        continue;
      }
      const start = others.length + kept.length;
      const paired = symmetric ? oneTriangle(b, table.parts) : table.parts.map((part) => ({ part, mirrored: false }));
      const entries = paired.map(({ part, mirrored }, k): EntriesPlan => ({
        output: start + k, mirrored, lists: part.places?.length ?? 1, row: rowSegment(rows, part), column: columns.findIndex((c) => c.name === part.by[part.by.length - 1]),
      }));
      const filling = paired.map(({ part }): OutputPlan => ({ ...part, node: asArray(b, part.node), kind: 'entries', name: `${table.name}_${part.name}` }));
      const inRows = matrixRows(b, { name: table.name, rows, entries: entries.map((e, k) => ({ ...e, output: k })) }, filling);
      kept.push(...filling.map((part, k) => ({ ...part, ...rowsOf(inRows, k) })));
      matrices.push({ name: table.name, quantity: kind, rows, columns, entries, ...(inRows && { filled: inRows.filled }) });
    }
    rest = [...others, ...kept];
  }
  return { outputs: rest, matrices };
}

function rowsOf(inRows: InRows | undefined, output: number): Pick<OutputPlan, 'inRows'> {
  const found = inRows?.places.get(output);
  const array = found === undefined ? undefined : inRows?.filled[found.rows];
  if (found === undefined || array === undefined) return {};
  return { inRows: { array: array.array, shape: array.shape, place: found.place } };
}

const segments = (b: Builder, names: readonly Wrt[]): Segment[] => names.map(({ name, node }) => ({ name, shape: b.graph.shape(node) }));

function rowSegment(rows: readonly Segment[], part: OutputPlan): number {
  return rows.findIndex((r) => r.name === (part.quantity === 'jacobian' ? part.of : part.by[0]));
}

/** Parts whose transposes are parts too appear once; a block off the diagonal stands for its transpose. */
function oneTriangle(b: Builder, parts: readonly OutputPlan[]): { part: OutputPlan; mirrored: boolean }[] {
  const kept: { part: OutputPlan; mirrored: boolean }[] = [];
  const gone = new Set<OutputPlan>();
  for (const part of parts) {
    if (gone.has(part)) continue;
    const [x, y] = part.by;
    const twin = x === y ? parts.find((p) => p !== part && !gone.has(p) && isTranspose(b, part, p)) : undefined;
    if (twin !== undefined) gone.add(twin);
    kept.push({ part, mirrored: x !== y || twin !== undefined });
  }
  return kept;
}

/**
 * Rows and columns exchanged, the labels as they then occur: the same places. The values are then the same too:
 * each part holds second derivatives by what is read at its two places, and these commute.
 */
function isTranspose(b: Builder, part: OutputPlan, other: OutputPlan): boolean {
  if (part.placement === undefined || other.placement === undefined || part.by.join() !== other.by.join()) return false;
  const half = part.placement.index.length / 2;
  const swapped = [...part.placement.index.slice(half), ...part.placement.index.slice(0, half)];
  const rank = b.graph.shape(part.node).length;
  const order = [...new Set(swapped.flatMap(labelsIn))];
  if (order.length !== rank) return false;
  const renamed = swapped.map((axis) => relabelled(axis, (l) => order.indexOf(l)));
  const shape = b.graph.shape(part.node);
  return order.map((l) => shape[l]).join() === b.graph.shape(other.node).join()
    && placeText(renamed, part.placement) === placeText(other.placement.index, other.placement);
}

const labelsIn = (axis: AxisIndex): readonly number[] => (axis.kind === 'gather' ? axis.sub : axis.terms.map((t) => t.label));
const relabelled = (axis: AxisIndex, rename: (l: number) => number): AxisIndex =>
  (axis.kind === 'gather' ? { ...axis, sub: axis.sub.map(rename) } : { ...axis, terms: axis.terms.map((t) => ({ ...t, label: rename(t.label) })) });
const placeText = (index: readonly AxisIndex[], { gathers }: ViewSpec): string =>
  index.map((axis) => (axis.kind === 'gather' ? `%${gathers[axis.arg - 1] ?? -1}[${axis.sub.join('.')}]` : axisKey(axis))).join(';');
