/** Stages that run as a whole: scans become a loop over steps with carried state, dense algebra a kernel call. */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import type { Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { plainRead, type Binding } from './access.ts';
import { accessExpr, allocate, hintOf, type Home, type Lowering } from './lower.ts';
import { dimPoly, flatOffset, localPoly, sizePoly, ZERO, type LocalId, type Poly } from './poly.ts';
import type { Region, RegionRequest } from './region.ts';
import type { Access, Body, ScanResult, Stage } from './stage.ts';
import type { RegionOutput } from './stages.ts';
import type { BufferId, Expr, LinalgKernel, MatrixGuard } from './types.ts';

type ScanBody = Extract<Body, { kind: 'scan' }>;
type LinalgBody = Extract<Body, { kind: 'linalg' }>;
type RegionLowering = (request: RegionRequest) => Region;

export function lowerWhole(low: Lowering, stage: Stage, context: { readonly graph: RegionRequest['b']; readonly lowerRegion: RegionLowering }): void {
  const { body } = stage;
  switch (body.kind) {
    case 'linalg': lowerLinalg(low, stage, body, context.graph); return;
    case 'scan': new ScanLowering(low, stage, body, context.graph, context.lowerRegion).run(); return;
    // the scan has filled it
    case 'result': return;
    default: throw new InternalError('schedule', `${body.kind} does not run as a whole`);
  }
}

// ---- whole arrays ------------------------------------------------------------------------------------

interface Slice {
  readonly buffer: BufferId;
  readonly lead: readonly Poly[];
}

/** The array that an argument is. */
function sliceOf(low: Lowering, found: Access, rank: number): Slice {
  const read = plainRead(found, rank);
  invariant(read && read.source.kind !== 'value', 'schedule', 'an argument that is no array');
  if (read.source.kind === 'buffer') {
    const lead = read.at.slice(0, read.at.length - rank).map((p) => (p.kind === 'affine' ? p.offset : ZERO));
    return { buffer: read.source.buffer, lead };
  }
  const from = low.byNode.get(read.source.node);
  const array = from === undefined ? undefined : low.homes.get(from)?.array;
  invariant(array, 'schedule', `%${read.source.node} is not an array`);
  return array;
}

function offsetOf(low: Lowering, slice: Slice): Poly {
  const shape = low.emit.draft.shape(slice.buffer);
  return flatOffset(shape, [...slice.lead, ...shape.slice(slice.lead.length).map(() => ZERO)]);
}

function copySlice(low: Lowering, to: Slice, from: Slice): void {
  const shape = low.emit.draft.shape(to.buffer).slice(to.lead.length);
  low.emit.push({ kind: 'copy', to: to.buffer, toOffset: offsetOf(low, to), from: from.buffer, fromOffset: offsetOf(low, from), length: sizePoly(shape) });
}

/** Kernels take whole buffers: a slice is copied out first. */
function asBuffer(low: Lowering, slice: Slice, name: string): BufferId {
  if (slice.lead.length === 0) return slice.buffer;
  const { draft } = low.emit;
  const buffer = draft.buffer('scratch', name, draft.shape(slice.buffer).slice(slice.lead.length));
  copySlice(low, { buffer, lead: [] }, slice);
  return buffer;
}

// ---- dense algebra -------------------------------------------------------------------------------------

function kernelOf(body: LinalgBody): LinalgKernel {
  switch (body.op) {
    case 'chol': return 'cholesky';
    case 'chol-adjoint': return 'choleskyAdjoint';
    case 'chol-inv': return 'choleskyInverse';
    case 'tsolve': return body.transposed ? 'solveLowerTransposed' : 'solveLower';
    case 'lu': return 'lu';
    case 'lu-solve': return body.transposed ? 'luSolveTransposed' : 'luSolve';
    case 'lu-inv': return 'luInverse';
    case 'lu-logdet': return 'luLogDeterminant';
    case 'lu-det': return 'luDeterminant';
    default: throw new InternalError('schedule', `${body.op} was not factorised`);
  }
}

/** The scratch array of a kernel besides its result, if it needs one. */
function scratchShape(kernel: LinalgKernel, n: Dim, result: readonly Dim[]): readonly Dim[] | undefined {
  switch (kernel) {
    case 'choleskyInverse': return [n, n];
    case 'luSolveTransposed': return result;
    case 'luLogDeterminant': case 'luDeterminant': return [n];
    default: return undefined;
  }
}

/** What a kernel may find wrong with its matrix; a factor made here has been looked at already. */
function guardOf(low: Lowering, stage: Stage, body: LinalgBody, b: RegionRequest['b']): number | undefined {
  const argument = b.graph.arg(stage.node, 0);
  const made = b.graph.attr(argument);
  const original = made.kind === 'linalg' && made.op === 'lu' ? b.graph.arg(argument, 0) : argument;
  const guard = (kind: MatrixGuard['kind']): number => low.emit.draft.guard({ kind, matrix: original, name: low.nameOf(original) });
  switch (body.op) {
    case 'chol': return guard('cholesky');
    case 'tsolve': return made.kind === 'linalg' && made.op === 'chol' ? undefined : guard('diagonal');
    case 'lu-solve': case 'lu-inv': return guard('pivot');
    case 'lu-logdet': return guard('determinant');
    default: return undefined;
  }
}

function lowerLinalg(low: Lowering, stage: Stage, body: LinalgBody, b: RegionRequest['b']): void {
  const { emit } = low;
  const kernel = kernelOf(body);
  const [first, second] = body.args;
  invariant(first, 'schedule', `${kernel} without argument`);
  const matrix = asBuffer(low, sliceOf(low, first, 2), 'matrix');
  // factors have a row more than the matrix, for the exchanges
  const [, n = '0'] = emit.draft.shape(matrix);
  const room = scratchShape(kernel, n, stage.shape);
  const scratch = room === undefined ? [] : [emit.draft.buffer('scratch', 'work', room)];
  const args = [matrix];
  const sizes: Poly[] = [dimPoly(n)];
  if (second !== undefined) {
    const rank = kernel === 'choleskyAdjoint' ? 2 : stage.shape.length;
    args.push(asBuffer(low, sliceOf(low, second, rank), 'right'));
    if (kernel !== 'choleskyAdjoint') sizes.push(rank === 1 ? dimPoly('1') : dimPoly(stage.shape[1] ?? '1'));
  }
  const guard = guardOf(low, stage, body, b);
  const guarded = guard === undefined ? {} : { guard };
  if (stage.shape.length === 0) {
    const local = emit.draft.local(low.nameOf(stage.node) ?? hintOf(low, stage), emit.depth, low.nameOf(stage.node) !== undefined);
    emit.push({ kind: 'linalg', kernel, args, result: { kind: 'local', local }, scratch, sizes, ...guarded });
    low.homes.set(stage, { value: { expr: { kind: 'local', id: local }, loops: 0 } });
    return;
  }
  const place = low.places.get(stage);
  invariant(place, 'schedule', 'a stage was not placed');
  const array = allocate(low, stage, place);
  low.homes.set(stage, { array });
  emit.push({ kind: 'linalg', kernel, args, result: { kind: 'buffer', buffer: array.buffer }, scratch, sizes, ...guarded });
}

// ---- scans ----------------------------------------------------------------------------------------------

/** The state carried from step to step: a local, or an array with the room for its next value. */
type Carry =
  | { readonly kind: 'local'; readonly local: LocalId }
  | { readonly kind: 'array'; readonly buffer: BufferId; readonly next: BufferId };

class ScanLowering {
  readonly low: Lowering;
  readonly stage: Stage;
  readonly body: ScanBody;
  readonly b: RegionRequest['b'];
  readonly lowerRegion: RegionLowering;

  constructor(low: Lowering, stage: Stage, body: ScanBody, b: RegionRequest['b'], lowerRegion: RegionLowering) {
    this.low = low;
    this.stage = stage;
    this.body = body;
    this.b = b;
    this.lowerRegion = lowerRegion;
  }

  run(): void {
    const { low, body } = this;
    const { emit } = low;
    const carries = body.attr.next.map((next, k) => this.startCarry(next, k));
    const captures = this.captureScalars();
    const step = emit.draft.local('t', emit.depth + 1);
    emit.open();
    this.record(carries, 'in', step);
    const outputs = this.outputs(carries, step);
    const region = this.lowerRegion({
      b: this.b, draft: emit.draft, outputs, bindings: this.bindings(carries, captures, step),
      nameOf: low.nameOf, base: emit.depth,
    });
    for (const statement of region.statements) emit.push(statement);
    this.advance(carries, region.values);
    const statements = emit.close();
    emit.push({ kind: 'for', local: step, from: ZERO, to: dimPoly(body.attr.length), direction: body.attr.direction, body: statements });
    this.finish(carries);
  }

  startCarry(next: NodeId, k: number): Carry {
    const { emit } = this.low;
    const init = this.body.args[k];
    invariant(init, 'schedule', 'a carry without start');
    const shape = this.b.graph.shape(next);
    if (shape.length === 0) {
      const local = emit.draft.local('state', emit.depth);
      emit.push({ kind: 'var', local, value: accessExpr(this.low, this.stage, init) });
      return { kind: 'local', local };
    }
    const buffer = emit.draft.buffer('scratch', 'state', shape);
    copySlice(this.low, { buffer, lead: [] }, sliceOf(this.low, init, shape.length));
    return { kind: 'array', buffer, next: emit.draft.buffer('scratch', 'next', shape) };
  }

  /** Captured scalars as locals outside the loop, by argument number. */
  captureScalars(): Map<number, Expr> {
    const { attr, args } = this.body;
    const values = new Map<number, Expr>();
    for (const [k, arg] of args.entries()) {
      if (k < attr.carries + attr.sequences || !this.isScalar(k)) continue;
      values.set(k, this.low.emit.bind(accessExpr(this.low, this.stage, arg), 'captured', this.low.emit.depth));
    }
    return values;
  }
  isScalar(k: number): boolean {
    return this.b.graph.shape(this.argument(k)).length === 0;
  }
  argument(k: number): NodeId {
    return this.b.graph.arg(this.stage.node, k);
  }

  bindings(carries: readonly Carry[], captures: ReadonlyMap<number, Expr>, step: LocalId): Map<NodeId, Binding> {
    const { attr } = this.body;
    const bindings = new Map<NodeId, Binding>();
    for (const id of reachable(this.b.graph, [...attr.next, ...attr.ys])) {
      const param = this.b.graph.attr(id);
      if (param.kind === 'param') bindings.set(id, this.binding(param.role, param.index, carries, captures, step));
    }
    return bindings;
  }
  binding(role: 'carry' | 'sequence' | 'capture' | 'step', index: number, carries: readonly Carry[], captures: ReadonlyMap<number, Expr>, step: LocalId): Binding {
    const { attr } = this.body;
    if (role === 'step') return { kind: 'position', poly: localPoly(step) };
    if (role === 'carry') {
      const carry = carries[index];
      invariant(carry, 'schedule', `no carry ${index}`);
      if (carry.kind === 'local') return { kind: 'value', value: { kind: 'local', id: carry.local } };
      return { kind: 'buffer', buffer: carry.buffer, lead: [] };
    }
    const k = role === 'sequence' ? attr.carries + index : attr.carries + attr.sequences + index;
    const captured = captures.get(k);
    if (captured !== undefined) return { kind: 'value', value: captured };
    const slice = this.arraySlice(k);
    return { kind: 'buffer', buffer: slice.buffer, lead: role === 'sequence' ? [...slice.lead, localPoly(step)] : slice.lead };
  }
  arraySlice(k: number): Slice {
    const arg = this.body.args[k];
    invariant(arg, 'schedule', `a scan without argument ${k}`);
    return sliceOf(this.low, arg, this.b.graph.shape(this.argument(k)).length);
  }

  results(which: ScanResult['which']): readonly ScanResult[] {
    return this.body.results.filter((r) => r.which === which);
  }
  /** The array a result is kept in, made when first asked for. */
  arrayOf(result: ScanResult): Slice {
    const stage = this.low.byNode.get(result.node);
    invariant(stage, 'schedule', 'a result nobody reads');
    let array = this.low.homes.get(stage)?.array;
    if (array === undefined) {
      const { draft } = this.low.emit;
      const buffer = draft.buffer('scratch', this.low.nameOf(result.node) ?? 'history', stage.shape);
      array = { buffer, lead: [], positions: stage.shape.map((_, k) => k) };
      this.low.homes.set(stage, { array });
    }
    return array;
  }

  record(carries: readonly Carry[], which: 'in', step: LocalId): void {
    for (const result of this.results(which)) {
      const carry = carries[result.index];
      invariant(carry, 'schedule', `no carry ${result.index}`);
      const array = this.arrayOf(result);
      if (carry.kind === 'array') copySlice(this.low, { buffer: array.buffer, lead: [localPoly(step)] }, { buffer: carry.buffer, lead: [] });
      else this.low.emit.push({ kind: 'store', buffer: array.buffer, index: localPoly(step), combine: 'set', value: { kind: 'local', id: carry.local } });
    }
  }

  outputs(carries: readonly Carry[], step: LocalId): RegionOutput[] {
    const { attr } = this.body;
    const next = carries.map((carry, k): RegionOutput => {
      const node = attr.next[k] ?? -1;
      return carry.kind === 'local' ? { node, overwrites: false } : { node, overwrites: false, target: { buffer: carry.next, lead: [] } };
    });
    const ys = this.results('ys').map((result) => ({
      node: attr.ys[result.index] ?? -1,
      overwrites: false,
      target: { buffer: this.arrayOf(result).buffer, lead: [localPoly(step)] },
    }));
    return [...next, ...ys];
  }

  /** All carries take their next values at once. */
  advance(carries: readonly Carry[], values: readonly (Expr | undefined)[]): void {
    const { emit } = this.low;
    const next = carries.map((carry, k): Expr | undefined => {
      const value = values[k];
      if (carry.kind !== 'local' || value === undefined) return undefined;
      // a copy even of a plain local: it may be another carry, about to change
      const local = emit.draft.local('next', emit.depth);
      emit.push({ kind: 'let', local, value });
      return { kind: 'local', id: local };
    });
    for (const [k, carry] of carries.entries()) {
      const value = next[k];
      if (carry.kind === 'array') copySlice(this.low, { buffer: carry.buffer, lead: [] }, { buffer: carry.next, lead: [] });
      else if (value !== undefined) emit.push({ kind: 'assign', local: carry.local, combine: 'set', value });
    }
  }

  finish(carries: readonly Carry[]): void {
    for (const result of this.results('final')) {
      const stage = this.low.byNode.get(result.node);
      const carry = carries[result.index];
      if (stage === undefined || carry === undefined) continue;
      const home: Home = carry.kind === 'local'
        ? { value: { expr: { kind: 'local', id: carry.local }, loops: 0 } }
        : { array: { buffer: carry.buffer, lead: [], positions: stage.shape.map((_, k) => k) } };
      this.low.homes.set(stage, home);
    }
  }
}

