/** `using blocks`, `sparse` and `diagonal`: a derivative as its elements that can differ from zero, and where they stand. */
import { jacobian } from '../autodiff/reverse.ts';
import type { Derived, DerivedOutput, LowRankPart, Settle } from '../autodiff/requests.ts';
import { invariant } from '../diagnostics/internal.ts';
import { isMatrixKind } from '../elaborate/kinds.ts';
import type { DeriveKind, DeriveRequest, DimDecl, Wrt } from '../elaborate/model.ts';
import type { Builder, Operand } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import { axisAt } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { colouredParts } from './coloured.ts';
import { joinBlocks } from './blocks.ts';
import { fixAxes } from '../autodiff/fix.ts';
import { lowRankForm, rebuilt, type LowRankForm, type Variable } from './low-rank.ts';
import { asItStands, isDiagonal, placedForms, type Placed } from './placed.ts';
import { seededMatrix, type SeededMatrix } from './seeded.ts';

/** Residuals of at most so many components are differentiated one component at a time. */
const MOST_COMPONENTS = 8;

/** Something to tell the user about the form that was asked for. */
export interface FormRemark {
  readonly code: 'nothing-sparse' | 'not-diagonal' | 'not-low-rank';
  readonly request: DeriveRequest;
  readonly output: DerivedOutput;
}

/** What forms are looked for with. */
export interface FormOptions {
  readonly dims: readonly DimDecl[];
  readonly settle: Settle;
  readonly remark: (remark: FormRemark) => void;
}

/** What a request asks for, in the form that it asks for. */
export interface Formed extends Derived {
  readonly seeded: readonly SeededMatrix[];
}

/** Each matrix as its placed terms, when the request asks for that; terms that are zero are gone. */
export function placedOutputs(b: Builder, request: DeriveRequest, derived: Derived, options: FormOptions): Formed {
  const { remark } = options;
  if (request.using.includes('low_rank')) return { ...lowRankOutputs(b, request, derived, remark), seeded: [] };
  const form = (['sparse', 'blocks', 'diagonal'] as const).find((f) => request.using.includes(f));
  if (form === undefined) return { ...derived, seeded: [] };
  const terms = new Map(derived.outputs.filter((o) => isMatrixKind(o.kind)).map((o) => [o, matrixTerms(b, request, o)]));
  const coloured = form === 'sparse' ? colouredOutputs(b, request, terms, fixedSizes(options.dims)) : new Map<DerivedOutput, readonly DerivedOutput[]>();
  const { seeded, blocks } = form === 'sparse' && coloured.size === 0 ? seededOutputs(b, request, terms, options) : NOTHING_SEEDED;
  const [first] = terms.keys();
  if (first !== undefined && form !== 'diagonal' && seeded.length === 0 && [...terms].every(([o, placed]) => !coloured.has(o) && isFull(b, o, placed))) remark({ code: 'nothing-sparse', request, output: first });
  if (form === 'diagonal') {
    const off = [...terms].find(([o, placed]) => placed.length > (o.by[0] === o.by[1] ? 1 : 0) || !placed.every(isDiagonal));
    if (off !== undefined) remark({ code: 'not-diagonal', request, output: off[0] });
  }
  const outputs = derived.outputs.filter((o) => !blocks.includes(o)).flatMap((o) => coloured.get(o) ?? inPlace(b, o, terms.get(o)));
  return { ...derived, outputs, seeded, ...(blocks.length > 0 && { rebuilt: blocks }) };
}

const fixedSizes = (dims: readonly DimDecl[]): ReadonlyMap<string, number> => new Map(dims.flatMap((d) => (d.value === undefined ? [] : [[d.name, d.value] as const])));

interface SeededOutputs {
  readonly seeded: readonly SeededMatrix[];
  /** what they hold */
  readonly blocks: readonly DerivedOutput[];
}
const NOTHING_SEEDED: SeededOutputs = { seeded: [], blocks: [] };

/** Matrices of which the formula says nothing, by colouring in the module: a whole matrix at a time, so that its blocks share seeds. */
function seededOutputs(b: Builder, request: DeriveRequest, terms: ReadonlyMap<DerivedOutput, readonly Placed[]>, options: FormOptions): SeededOutputs {
  const seeded: SeededMatrix[] = [];
  const blocks: DerivedOutput[] = [];
  // values share the rows of a Jacobian; each has a Hessian of its own
  const tables = request.what.flatMap((kind): { kind: DeriveKind; of: readonly Wrt[] }[] => (kind === 'jacobian' ? [{ kind, of: request.of }] : request.of.map((of) => ({ kind, of: [of] }))));
  for (const { kind, of } of tables) {
    const own = [...terms.keys()].filter((o) => o.kind === kind && of.some(({ name }) => name === o.of));
    if (!own.some((o) => isMixed(b, request, o, terms.get(o) ?? []))) continue;
    const matrix = seededMatrix(b, request, kind, of, options);
    if (matrix === undefined) continue;
    seeded.push(matrix);
    blocks.push(...own);
  }
  return { seeded, blocks };
}

/** Each matrix as its diagonal, its factors and their weights, over all variables. */
function lowRankOutputs(b: Builder, request: DeriveRequest, derived: Derived, remark: (remark: FormRemark) => void): Derived {
  const variables = request.wrt.map(({ name, node }): Variable => ({ name, shape: b.graph.shape(node) }));
  const parts: DerivedOutput[] = [];
  const whole: DerivedOutput[] = [];
  for (const first of derived.outputs.filter((o) => isMatrixKind(o.kind) && o.by.every((name) => name === request.wrt[0]?.name))) {
    const blocks = derived.outputs.filter((o) => o.kind === first.kind && o.of === first.of);
    const form = lowRankForm(b, variables, blocks.map(({ by: [row = '', column = ''], node }) => ({ row, column, node })));
    if (form === undefined) {
      remark({ code: 'not-low-rank', request, output: first });
      parts.push(...blocks);
    } else {
      parts.push(...partsOf(form, first));
      whole.push(...blocks.map((o): DerivedOutput => ({ ...o, node: rebuilt(b, form, variableOf(variables, o.by[0]), variableOf(variables, o.by[1])) })));
    }
  }
  return { ...derived, outputs: [...derived.outputs.filter((o) => !isMatrixKind(o.kind)), ...parts], rebuilt: whole };
}

function partsOf({ diagonals, terms }: LowRankForm, { kind, of }: DerivedOutput): DerivedOutput[] {
  const output = (node: NodeId, by: readonly string[], part: LowRankPart): DerivedOutput => ({ kind, of, by, node, part });
  return [
    ...[...diagonals].map(([name, node]) => output(node, [name], { kind: 'diagonal' })),
    ...terms.flatMap(({ weights, factors }, k) => [
      output(weights, [], { kind: 'weights', term: k + 1 }),
      ...[...factors].map(([name, node]) => output(node, [name], { kind: 'factors', term: k + 1 })),
    ]),
  ];
}

function variableOf(variables: readonly Variable[], name: string | undefined): Variable {
  const found = variables.find((v) => v.name === name);
  invariant(found, 'structure', `no variable ${name ?? ''}`);
  return found;
}

/** Matrices of which the formula says nothing, by colouring. */
function colouredOutputs(b: Builder, request: DeriveRequest, terms: ReadonlyMap<DerivedOutput, readonly Placed[]>, sizes: ReadonlyMap<string, number>): Map<DerivedOutput, readonly DerivedOutput[]> {
  const found = new Map<DerivedOutput, readonly DerivedOutput[]>();
  const variable = (name: string | undefined): NodeId => request.wrt.find((w) => w.name === name)?.node ?? -1;
  for (const [output, placed] of terms) {
    const of = request.of.find((target) => target.name === output.of)?.node;
    if (of === undefined || !isFull(b, output, placed)) continue;
    const parts = colouredParts(b, { output, of, rows: variable(output.by[0]), columns: variable(output.by[output.by.length - 1]), sizes });
    if (parts !== undefined) found.set(output, parts);
  }
  return found;
}

const isFull = (b: Builder, o: DerivedOutput, placed: readonly Placed[]): boolean => b.graph.shape(o.node).length > 0 && placed.some((t) => isWhole(b, t, o));

/** The same of rows and columns that are many: a row or a column alone is stored as it is. */
function isMixed(b: Builder, request: DeriveRequest, o: DerivedOutput, placed: readonly Placed[]): boolean {
  const isArray = (of: readonly Wrt[], name: string | undefined): boolean => b.graph.shape(of.find((w) => w.name === name)?.node ?? o.node).length > 0;
  const rows = o.kind === 'jacobian' ? isArray(request.of, o.of) : isArray(request.wrt, o.by[0]);
  return rows && isArray(request.wrt, o.by.at(-1)) && isFull(b, o, placed);
}

/** All elements of the whole, nothing known of them. */
function isWhole(b: Builder, term: Placed, o: DerivedOutput): boolean {
  return term.value === o.node || (b.graph.shape(term.value).join() === b.graph.shape(o.node).join() && term.index.every((axis, k) => axis.kind === 'affine' && axis.offset === '0' && axis.terms.length === 1 && axis.terms[0]?.label === k));
}

function matrixTerms(b: Builder, request: DeriveRequest, o: DerivedOutput): readonly Placed[] {
  const shape = b.graph.shape(o.node);
  const of = request.of.find((target) => target.name === o.of)?.node ?? o.node;
  const wrt = (name: string | undefined): NodeId => request.wrt.find((w) => w.name === name)?.node ?? -1;
  const found = o.kind === 'jacobian' ? byComponents(b, of, wrt(o.by[0]))
    : o.kind === 'gauss_newton' ? normalTerms(b, of, wrt(o.by[0]), wrt(o.by[1])) : undefined;
  const terms = found ?? placedForms(b, [o.node])[0] ?? [];
  return joinBlocks(b, terms.every((t) => isReadable(b, t)) ? terms : [asItStands(b, o.node)], shape);
}

/** Jᵀ J of two variables from the blocks of their Jacobians. */
function normalTerms(b: Builder, of: NodeId, x: NodeId, y: NodeId): readonly Placed[] | undefined {
  const axes = b.graph.shape(of);
  const operand = (source: NodeId, from: number): Operand | undefined => {
    const rank = b.graph.shape(source).length;
    const shape = [...axes, ...b.graph.shape(source)];
    const placed = byComponents(b, of, source);
    if (placed === undefined) return undefined;
    const parts = joinBlocks(b, placed, shape).map(({ value, ...place }) => b.scat(value, { ...place, shape }));
    const labels = b.graph.shape(x).length + b.graph.shape(y).length;
    return { id: b.sum(parts, shape), sub: [...axes.map((_, l) => labels + l), ...Array.from({ length: rank }, (_, l) => from + l)] };
  };
  const [left, right] = [operand(x, 0), operand(y, b.graph.shape(x).length)];
  if (left === undefined || right === undefined) return undefined;
  return placedForms(b, [b.ein(Q.ONE, [left, right], [...b.graph.shape(x), ...b.graph.shape(y)], axes)])[0];
}

function inPlace(b: Builder, o: DerivedOutput, terms: readonly Placed[] | undefined): DerivedOutput[] {
  if (terms === undefined) return [o];
  const shape = b.graph.shape(o.node);
  return terms.map(({ value, index, gathers, masked }) => ({ ...o, node: value, placement: { index, gathers, masked, shape } }));
}

/** Positions must be known before anything is computed: read from data, by way of data. */
function isReadable(b: Builder, term: Placed): boolean {
  const pending = [...term.gathers];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'view' && !attr.masked) pending.push(...b.graph.args(id));
    else if (attr.kind !== 'leaf' || attr.role !== 'data') return false;
  }
  return true;
}

/**
 * The Jacobian of residuals r[o, c] with a few components c: one pull for each component, stopped where the
 * variables are read, in place of one pull whose adjoints carry c. What the components share is shared by the
 * graph. Undefined when there are no such components.
 */
function byComponents(b: Builder, root: NodeId, source: NodeId): readonly Placed[] | undefined {
  const shape = b.graph.shape(root);
  const axes = shape.flatMap((dim, axis) => (constantDim(dim) === undefined ? [] : [axis]));
  const count = axes.reduce((n, axis) => n * (constantDim(shape[axis] ?? '') ?? 1), 1);
  if (axes.length === 0 || axes.length === shape.length || count > MOST_COMPONENTS) return undefined;
  let components: Map<number, number>[] = [new Map()];
  for (const axis of axes) components = components.flatMap((at) => Array.from({ length: constantDim(shape[axis] ?? '') ?? 0 }, (_, k) => new Map([...at, [axis, k]])));
  const terms: Placed[] = [];
  for (const at of components) {
    // what has no derivative has been reported with the whole
    const { adjoints, replacements } = jacobian(b, fixAxes(b, root, at), [source], () => undefined);
    if (replacements.size > 0) return undefined;
    for (const p of placedForms(b, adjoints)[0] ?? []) terms.push({ ...p, index: withComponents(p.index, shape.length, at) });
  }
  return terms;
}

/** The index of a component's derivative with the component's own axes put back. */
function withComponents(index: readonly AxisIndex[], rank: number, at: ReadonlyMap<number, number>): AxisIndex[] {
  const whole: AxisIndex[] = [];
  let next = 0;
  for (let axis = 0; axis < rank; axis++) {
    const k = at.get(axis);
    const own = k === undefined ? index[next++] : axisAt(String(k));
    if (own !== undefined) whole.push(own);
  }
  return [...whole, ...index.slice(next)];
}
