/**
 * Which elements of a variable each element of a value can depend on, at given sizes: sets of bits propagated
 * through the graph, loops step by step. It never misses a dependence; where data decide, it assumes the worst.
 */
import type { Builder } from '../ir/build.ts';
import { evaluateDim, type Dim } from '../ir/dim.ts';
import { evaluate } from '../ir/evaluate.ts';
import type { AxisIndex, NodeId, ScanAttr, Sub } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import type { OpName } from '../ops/table.ts';
import { core } from '../ops/core.ts';
import type { Pattern } from './colouring.ts';

/** What numbers enter through. */
const OPEN: ReadonlySet<string> = new Set(['leaf', 'param', 'scan', 'proj', 'call', 'linalg']);

/** Sets of one tensor, `words` numbers for each element; undefined: depends on nothing. */
type Sets = Uint32Array | undefined;

/** More visits of elements than this are not worth a compiler's time. */
const MOST_VISITS = 3e7;

class TooMuch extends Error {}

/** Elements of the source that each element of the root can depend on; undefined when finding out takes too long. */
export function elementPattern(b: Builder, root: NodeId, source: NodeId, sizes: ReadonlyMap<string, number>): Pattern | undefined {
  const propagation = new Propagation(b, source, sizes);
  try {
    return propagation.rows(root);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

class Propagation {
  readonly #b: Builder;
  readonly #source: NodeId;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #words: number;
  #visits = 0;
  readonly #constants = new Map<NodeId, Float64Array | undefined>();
  /** what the loop that is being run captures */
  #captured: ReadonlyMap<NodeId, Float64Array | undefined> = new Map();

  constructor(b: Builder, source: NodeId, sizes: ReadonlyMap<string, number>) {
    this.#b = b;
    this.#source = source;
    this.#sizes = sizes;
    this.#words = Math.ceil(this.#count(b.graph.shape(source)) / 32);
  }

  rows(root: NodeId): Pattern {
    const sets = this.#run([root], new Map()).get(root);
    return Array.from({ length: this.#count(this.#b.graph.shape(root)) }, (_, e) => (sets === undefined ? [] : this.#members(sets, e)));
  }

  #members(sets: Uint32Array, element: number): number[] {
    const found: number[] = [];
    for (let w = 0; w < this.#words; w++) {
      const bits = sets[element * this.#words + w] ?? 0;
      for (let k = 0; k < 32; k++) if ((bits >>> k) & 1) found.push(32 * w + k);
    }
    return found;
  }

  #count(shape: readonly Dim[]): number {
    return shape.reduce((n, d) => n * evaluateDim(d, this.#sizes), 1);
  }
  #extent(shape: readonly Dim[]): number[] {
    return shape.map((d) => evaluateDim(d, this.#sizes));
  }
  #empty(shape: readonly Dim[]): Uint32Array {
    const length = this.#count(shape) * this.#words;
    this.#spend(length);
    return new Uint32Array(length);
  }
  #spend(visits: number): void {
    this.#visits += visits;
    if (this.#visits > MOST_VISITS) throw new TooMuch();
  }

  /** Sets of the nodes below some roots; `given` are those of the arguments of a loop body. */
  #run(roots: readonly NodeId[], given: ReadonlyMap<NodeId, Sets>): Map<NodeId, Sets> {
    const { graph } = this.#b;
    const sets = new Map<NodeId, Sets>();
    const loops = new Map<NodeId, LoopSets>();
    for (const id of reachable(graph, roots)) {
      const attr = graph.attr(id);
      if (id === this.#source) sets.set(id, this.#identity());
      else if (attr.kind === 'param') sets.set(id, given.get(id));
      else if (attr.kind === 'scan') loops.set(id, this.#loop(attr, [...graph.args(id)].map((a) => sets.get(a)), [...graph.args(id)]));
      else if (attr.kind === 'proj') sets.set(id, loops.get(graph.arg(id, 0))?.[attr.which][attr.index]);
      else sets.set(id, this.#node(id, [...graph.args(id)], sets));
    }
    return sets;
  }

  #identity(): Uint32Array {
    const shape = this.#b.graph.shape(this.#source);
    const own = this.#empty(shape);
    for (let e = 0; e < this.#count(shape); e++) own[e * this.#words + (e >>> 5)] = (1 << (e & 31)) >>> 0;
    return own;
  }

  #node(id: NodeId, args: readonly NodeId[], sets: ReadonlyMap<NodeId, Sets>): Sets {
    const attr = this.#b.graph.attr(id);
    const active = args.map((a) => sets.get(a));
    if (!active.some((s) => s !== undefined)) return undefined;
    switch (attr.kind) {
      case 'map': return this.#joined(attr.shape, [], args, attr.subs, active.map((s, k) => (ignores(attr.op, k) ? undefined : s)), (k) => (attr.op === core.where && k === 0 ? 'condition' : 'nothing'));
      case 'call': case 'add': return this.#joined(attr.shape, [], args, attr.subs, active);
      case 'ein': return this.#joined(attr.shape, attr.sums, args, attr.subs, active, () => 'factor');
      case 'red': {
        const shape = this.#b.graph.shape(args[0] ?? -1);
        const kept = shape.map((_, k) => k).filter((k) => !attr.axes.includes(k));
        const sub = shape.map((_, k) => (kept.includes(k) ? kept.indexOf(k) : kept.length + attr.axes.indexOf(k)));
        return this.#joined(attr.shape, attr.axes.map((k) => shape[k] ?? '1'), args, [sub], active);
      }
      case 'view': case 'scat': return this.#moved(attr.kind, attr.kind === 'view' ? attr.shape : this.#b.graph.shape(args[0] ?? -1), attr.kind === 'view' ? this.#b.graph.shape(args[0] ?? -1) : attr.shape, attr.index, active[0]);
      case 'stack': {
        const made = this.#empty(attr.shape);
        active.forEach((s, k) => { if (s !== undefined) made.set(s, k * (made.length / args.length)); });
        return made;
      }
      default: return this.#everywhere(attr.shape, active);
    }
  }

  /** Numbers that no input enters: masks, Kronecker deltas. */
  #constant(id: NodeId): Float64Array | undefined {
    const { graph } = this.#b;
    if (graph.attr(id).kind === 'param') return this.#captured.get(id);
    if (this.#constants.has(id)) return this.#constants.get(id);
    const open = reachable(graph, [id]).some((n) => OPEN.has(graph.attr(n).kind));
    if (!open) this.#spend(this.#count(graph.shape(id)));
    const value = open ? undefined : evaluate(graph, [id], { sizes: this.#sizes, inputs: new Map() })[0]?.data;
    this.#constants.set(id, value);
    return value;
  }

  /** Every element depends on all that any argument depends on. */
  #everywhere(shape: readonly Dim[], args: readonly Sets[]): Uint32Array {
    const all = new Uint32Array(this.#words);
    for (const s of args) s?.forEach((bits, at) => { all[at % this.#words] = (all[at % this.#words] ?? 0) | bits; });
    const made = this.#empty(shape);
    for (let at = 0; at < made.length; at++) made[at] = all[at % this.#words] ?? 0;
    return made;
  }

  /** out[L] ∪= each argument read at its labels, over all labels; where a constant factor is 0 or a constant condition decides, only what counts. */
  #joined(shape: readonly Dim[], sums: readonly Dim[], args: readonly NodeId[], subs: readonly Sub[], sets: readonly Sets[], counts: (k: number) => 'factor' | 'condition' | 'nothing' = () => 'nothing'): Uint32Array {
    const made = this.#empty(shape);
    const extents = this.#extent([...shape, ...sums]);
    const strides = args.map((a, k) => labelStrides(this.#extent(this.#b.graph.shape(a)), subs[k] ?? [], extents.length));
    const own = labelStrides(this.#extent(shape), shape.map((_, k) => k), extents.length);
    const constants = args.map((a, k) => (sets[k] === undefined && counts(k) !== 'nothing' ? this.#constant(a) : undefined));
    this.#each(extents, args.length, (at) => {
      const value = (k: number): number | undefined => constants[k]?.[dot(strides[k] ?? [], at)];
      if (args.some((_, k) => counts(k) === 'factor' && value(k) === 0)) return;
      const to = dot(own, at);
      sets.forEach((s, k) => {
        const chosen = counts(0) !== 'condition' || value(0) === undefined || (value(0) === 0) === (k === 2);
        if (s !== undefined && chosen) this.#unite(made, to, s, dot(strides[k] ?? [], at));
      });
    });
    return made;
  }

  #moved(kind: 'view' | 'scat', labels: readonly Dim[], indexed: readonly Dim[], index: readonly AxisIndex[], set: Sets): Sets {
    if (set === undefined) return undefined;
    // positions that only data know
    if (index.some((axis) => axis.kind === 'gather')) return this.#everywhere(kind === 'view' ? labels : indexed, [set]);
    const extents = this.#extent(labels);
    const sizes = this.#extent(indexed);
    const made = this.#empty(kind === 'view' ? labels : indexed);
    const own = labelStrides(extents, extents.map((_, k) => k), extents.length);
    this.#each(extents, 1, (at) => {
      let place = 0;
      for (const [k, axis] of index.entries()) {
        if (axis.kind === 'gather') return;
        const position = axis.terms.reduce((sum, t) => sum + t.coef * (at[t.label] ?? 0), evaluateDim(axis.offset, this.#sizes));
        const size = sizes[k] ?? 1;
        if (position < 0 || position >= size) return;
        place = place * size + position;
      }
      if (kind === 'view') this.#unite(made, dot(own, at), set, place);
      else this.#unite(made, place, set, dot(own, at));
    });
    return made;
  }

  #each(extents: readonly number[], width: number, visit: (at: readonly number[]) => void): void {
    const total = extents.reduce((n, e) => n * e, 1);
    this.#spend(total * width * this.#words);
    const at = extents.map(() => 0);
    for (let n = 0; n < total; n++) {
      visit(at);
      for (let l = at.length - 1; l >= 0; l--) {
        const next = (at[l] ?? 0) + 1;
        at[l] = next < (extents[l] ?? 1) ? next : 0;
        if (at[l] !== 0) break;
      }
    }
  }

  #unite(to: Uint32Array, element: number, from: Uint32Array, read: number): void {
    for (let w = 0; w < this.#words; w++) {
      const at = element * this.#words + w;
      to[at] = (to[at] ?? 0) | (from[read * this.#words + w] ?? 0);
    }
  }

  #loop(attr: ScanAttr, args: readonly Sets[], nodes: readonly NodeId[]): LoopSets {
    const { graph } = this.#b;
    const steps = evaluateDim(attr.length, this.#sizes);
    const params = reachable(graph, [...attr.next, ...attr.ys]).flatMap((id) => { const p = graph.attr(id); return p.kind === 'param' ? [{ id, p }] : []; });
    const outside = this.#captured;
    const captured = new Map(params.map(({ id, p }) => [id, p.role === 'capture' ? this.#constant(nodes[attr.carries + attr.sequences + p.index] ?? -1) : undefined]));
    let carried = args.slice(0, attr.carries);
    const result: LoopSets = { final: [], ys: attr.ys.map(() => undefined), in: attr.next.map(() => undefined) };
    const record = (list: Sets[], k: number, step: number, set: Sets, shape: readonly Dim[]): void => {
      if (set === undefined) return;
      const all = (list[k] ??= this.#empty([attr.length, ...shape]));
      all.set(set, step * set.length);
    };
    for (let n = 0; n < steps; n++) {
      const step = attr.direction === 'forward' ? n : steps - 1 - n;
      const given = new Map(params.map(({ id, p }): [NodeId, Sets] => {
        if (p.role === 'carry') return [id, carried[p.index]];
        if (p.role === 'capture') return [id, args[attr.carries + attr.sequences + p.index]];
        if (p.role === 'step') return [id, undefined];
        const whole = args[attr.carries + p.index];
        const length = whole === undefined ? 0 : whole.length / this.#count(graph.shape(nodes[attr.carries + p.index] ?? -1).slice(0, 1));
        return [id, whole?.subarray(step * length, (step + 1) * length)];
      }));
      carried.forEach((set, k) => record(result.in, k, step, set, graph.shape(attr.next[k] ?? -1)));
      this.#captured = captured;
      const body = this.#run([...attr.next, ...attr.ys], given);
      this.#captured = outside;
      attr.ys.forEach((y, k) => record(result.ys, k, step, body.get(y), graph.shape(y)));
      carried = attr.next.map((next) => body.get(next));
    }
    result.final.push(...carried);
    return result;
  }
}

interface LoopSets {
  readonly final: Sets[];
  readonly ys: Sets[];
  readonly in: Sets[];
}

/** How far one step of each label moves. */
function labelStrides(extents: readonly number[], sub: Sub, labels: number): number[] {
  const strides = new Array<number>(labels).fill(0);
  let stride = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const label = sub[axis] ?? 0;
    strides[label] = (strides[label] ?? 0) + stride;
    stride *= extents[axis] ?? 1;
  }
  return strides;
}

const dot = (strides: readonly number[], at: readonly number[]): number => strides.reduce((sum, s, l) => sum + s * (at[l] ?? 0), 0);

/** A condition, and what is constant between its jumps, has no derivative. */
function ignores(op: OpName, argument: number): boolean {
  if (op === core.where) return argument === 0;
  return CONDITIONS.has(op);
}
const CONDITIONS: ReadonlySet<OpName> = new Set([core.eq, core.gt, core.lt, core.ge, core.le, core.and]);
