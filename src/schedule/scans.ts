/**
 * Scans as loops over steps with carried state. A backward loop under a bound on memory replays the forward loop:
 * it makes the states at the start of its steps again instead of reading a history of them.
 */
import { invariant } from '../diagnostics/internal.ts';
import type { Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { isOne, ZERO as ZERO_COEFFICIENT } from '../ir/rational.ts';
import { isWhole, reachable, useCounts } from '../ir/walk.ts';
import type { Binding } from './access.ts';
import { accessExpr, type Home, type Lowering } from './lower.ts';
import type { MatrixFactor } from './plan.ts';
import { dimPoly, localPoly, sizePoly, ZERO, type LocalId } from './poly.ts';
import type { Region, RegionRequest } from './region.ts';
import { copySlice, sliceOf, type Slice } from './slices.ts';
import type { Body, ScanResult, Stage } from './stage.ts';
import type { RegionOutput } from './stages.ts';
import type { BufferId, Expr, Replay, ReplayState, Stmt } from './types.ts';

type ScanBody = Extract<Body, { kind: 'scan' }>;

export interface ScanContext {
  readonly graph: RegionRequest['b'];
  readonly lowerRegion: (request: RegionRequest) => Region;
  /** backward loops with the forward loop that they replay */
  readonly replays: ReadonlyMap<NodeId, NodeId>;
  /** states kept while replaying */
  readonly slots: number;
  /** leaves that are factors of a matrix */
  readonly factors: ReadonlyMap<NodeId, MatrixFactor>;
}

/** The state carried from step to step: a local, or an array with the room for its next value. */
type Carry =
  | { readonly kind: 'local'; readonly local: LocalId }
  | { readonly kind: 'array'; readonly buffer: BufferId; readonly next: BufferId };

export class ScanLowering {
  readonly low: Lowering;
  readonly stage: Stage;
  readonly body: ScanBody;
  readonly b: RegionRequest['b'];
  readonly context: ScanContext;
  /** states of the loop that this one replays, at the start of the step */
  #replayed: { readonly loop: NodeId; readonly states: readonly Carry[] } | undefined;

  constructor(low: Lowering, stage: Stage, context: ScanContext) {
    const { body } = stage;
    invariant(body.kind === 'scan', 'schedule', 'not a scan');
    this.low = low;
    this.stage = stage;
    this.body = body;
    this.context = context;
    this.b = context.graph;
  }

  run(): void {
    const { low, body } = this;
    const { emit } = low;
    const carries = body.attr.next.map((next, k) => this.startCarry(next, k));
    const captures = this.captureScalars();
    const forward = this.replayedLoop();
    const states = forward?.body.attr.next.map((next, k) => forward.startCarry(next, k)) ?? [];
    const again = forward?.captureScalars();
    const step = emit.draft.local('t', emit.depth + 1);
    emit.open();
    const replay = forward === undefined || again === undefined ? {} : { replay: this.replay(forward, states, again, step) };
    this.record(carries, 'in', step);
    this.runBody(this.outputs(carries, step), carries, captures, step);
    const statements = emit.close();
    emit.push({ kind: 'for', local: step, from: ZERO, to: dimPoly(body.attr.length), direction: body.attr.direction, body: statements, ...replay });
    this.finish(carries);
  }

  runBody(outputs: readonly RegionOutput[], carries: readonly Carry[], captures: ReadonlyMap<number, Expr>, step: LocalId): void {
    const { low } = this;
    const region = this.context.lowerRegion({
      b: this.b, draft: low.emit.draft, outputs, bindings: this.bindings(carries, captures, step), nameOf: (node) => this.parameterName(node) ?? low.nameOf(node), base: low.emit.depth,
    });
    for (const statement of region.statements) low.emit.push(statement);
    this.advance(carries, region.values);
  }

  /** What is called S outside is S[·] inside, one element of it per step. */
  parameterName(node: NodeId): string | undefined {
    const param = this.b.graph.attr(node);
    if (param.kind !== 'param' || (param.role !== 'sequence' && param.role !== 'capture')) return undefined;
    const { attr } = this.body;
    const name = this.low.nameOf(this.argument(param.role === 'sequence' ? attr.carries + param.index : attr.carries + attr.sequences + param.index));
    return name === undefined || param.role === 'capture' ? name : `${name}[·]`;
  }

  // ---- replaying -----------------------------------------------------------------------------------------

  replayedLoop(): ScanLowering | undefined {
    const loop = this.context.replays.get(this.stage.node);
    const stage = loop === undefined ? undefined : this.low.byNode.get(loop);
    return stage === undefined ? undefined : new ScanLowering(this.low, stage, this.context);
  }

  /** Puts the state at the start of `step` where the body finds it: from the first state through all steps before. */
  replay(forward: ScanLowering, states: readonly Carry[], captures: ReadonlyMap<number, Expr>, step: LocalId): Replay {
    const { emit } = this.low;
    const { slots } = this.context;
    states.forEach((state, k) => forward.resetCarry(state, k));
    const inner = emit.draft.local('step', emit.depth + 1);
    emit.open();
    forward.runBody(forward.nextOutputs(states), states, captures, inner);
    const statements = emit.close();
    emit.push({ kind: 'for', local: inner, from: ZERO, to: localPoly(step), direction: 'forward', body: statements });
    this.#replayed = { loop: forward.stage.node, states };
    const kept = (shape: readonly Dim[]): BufferId => {
      const buffer = emit.draft.buffer('scratch', 'kept', [String(slots), ...shape]);
      emit.draft.histories.push(buffer);
      return buffer;
    };
    return {
      slots, step: inner, positions: emit.draft.buffer('scratch', 'position', [String(slots)]),
      states: states.map((state): ReplayState => {
        if (state.kind === 'local') return { kind: 'local', local: state.local, kept: kept([]) };
        const shape = emit.draft.shape(state.buffer);
        return { kind: 'array', buffer: state.buffer, kept: kept(shape), length: sizePoly(shape) };
      }),
    };
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
    const carry: Carry = { kind: 'array', buffer, next: this.accumulates(next, k) ? buffer : emit.draft.buffer('scratch', 'next', shape) };
    this.resetCarry(carry, k);
    return carry;
  }
  /** A sum that grows element by element, and that nothing else of the step reads, is added to where it stands. */
  accumulates(next: NodeId, k: number): boolean {
    const { graph } = this.b;
    const { attr } = this.body;
    const sum = graph.attr(next);
    const self = this.b.param('carry', k, graph.shape(next));
    const at = sum.kind === 'add' ? [...graph.args(next)].indexOf(self) : -1;
    if (sum.kind !== 'add' || at < 0 || !isOne(sum.coefs[at] ?? ZERO_COEFFICIENT) || !isWhole(sum.subs[at] ?? [], sum.shape.length)) return false;
    return useCounts(graph, [...attr.next, ...attr.ys]).get(self) === 1 && attr.next.filter((n) => n === next).length === 1;
  }
  /** The state before the first step. */
  resetCarry(carry: Carry, k: number): void {
    const init = this.body.args[k];
    invariant(init, 'schedule', 'a carry without start');
    if (carry.kind === 'local') this.low.emit.push({ kind: 'assign', local: carry.local, combine: 'set', value: accessExpr(this.low, this.stage, init) });
    else copySlice(this.low, { buffer: carry.buffer, lead: [] }, sliceOf(this.low, init, this.low.emit.draft.shape(carry.buffer).length));
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
      return carryBinding(carry);
    }
    const state = role === 'sequence' ? this.stateOf(attr.carries + index) : undefined;
    if (state !== undefined) return carryBinding(state);
    const k = role === 'sequence' ? attr.carries + index : attr.carries + attr.sequences + index;
    const captured = captures.get(k);
    if (captured !== undefined) return { kind: 'value', value: captured };
    const slice = this.arraySlice(k);
    return { kind: 'buffer', buffer: slice.buffer, lead: role === 'sequence' ? [...slice.lead, localPoly(step)] : slice.lead };
  }
  /** The replayed state that an argument is the history of. */
  stateOf(k: number): Carry | undefined {
    const proj = this.b.graph.attr(this.argument(k));
    if (this.#replayed === undefined || proj.kind !== 'proj' || proj.which !== 'in' || this.b.graph.arg(this.argument(k), 0) !== this.#replayed.loop) return undefined;
    return this.#replayed.states[proj.index];
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
      draft.histories.push(buffer);
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

  nextOutputs(carries: readonly Carry[]): RegionOutput[] {
    return carries.map((carry, k): RegionOutput => {
      const node = this.body.attr.next[k] ?? -1;
      return carry.kind === 'local' ? { node, overwrites: false } : { node, overwrites: carry.next === carry.buffer, target: { buffer: carry.next, lead: [] } };
    });
  }
  outputs(carries: readonly Carry[], step: LocalId): RegionOutput[] {
    const { attr } = this.body;
    const ys = this.results('ys').map((result) => ({
      node: attr.ys[result.index] ?? -1,
      overwrites: false,
      target: { buffer: this.arrayOf(result).buffer, lead: [localPoly(step)] },
    }));
    return [...this.nextOutputs(carries), ...ys];
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
      if (carry.kind === 'local' && value !== undefined) emit.push({ kind: 'assign', local: carry.local, combine: 'set', value });
    }
    // what is added to in place has its next value
    this.moveNext(carries.flatMap((carry) => (carry.kind === 'array' && carry.next !== carry.buffer ? [carry] : [])));
  }

  /** Vectors of one length in one loop: they are mostly too short for the platform's copy to pay, which matrices get. */
  moveNext(carries: readonly Extract<Carry, { kind: 'array' }>[]): void {
    const { emit } = this.low;
    const vectors = new Map<Dim, Extract<Carry, { kind: 'array' }>[]>();
    for (const carry of carries) {
      const [length = '', ...more] = emit.draft.shape(carry.buffer);
      if (more.length > 0) copySlice(this.low, { buffer: carry.buffer, lead: [] }, { buffer: carry.next, lead: [] });
      else vectors.set(length, [...(vectors.get(length) ?? []), carry]);
    }
    for (const [length, alike] of vectors) {
      const local = emit.draft.local('i', emit.depth + 1);
      const index = localPoly(local);
      const body = alike.map(({ buffer, next }): Stmt => ({ kind: 'store', buffer, index, combine: 'set', value: { kind: 'load', buffer: next, index } }));
      emit.push({ kind: 'for', local, from: ZERO, to: dimPoly(length), direction: 'forward', body });
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

function carryBinding(carry: Carry): Binding {
  return carry.kind === 'local' ? { kind: 'value', value: { kind: 'local', id: carry.local } } : { kind: 'buffer', buffer: carry.buffer, lead: [] };
}
