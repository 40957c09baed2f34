/**
 * Which elements of a value can depend on which elements of a variable, as a graph of its own: from marks on the variable
 * (1: this element varies) to marks on the value. It reads nothing but sizes and positions (data declared as `index`), never
 * misses a dependence, and where other data decide it assumes the worst. Whoever evaluates it, the compiler or an emitted
 * module, finds the pattern of a derivative.
 */
import { activeCarries, openBody } from '../autodiff/recurrence.ts';
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { closeScan } from '../ir/scan.ts';
import type { Attr, EinAttr, MapAttr, NodeId, RedAttr, ScanAttr, ScatAttr, ViewAttr } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';

/** Marks of the roots, 0 or 1 in each element, for marks of the sources. */
export function dependence(b: Builder, roots: readonly NodeId[], sources: ReadonlyMap<NodeId, NodeId>): NodeId[] {
  const marking = new Marking(b, sources);
  marking.walk(roots);
  return roots.map((root) => marking.mark(root) ?? b.zero(b.graph.shape(root)));
}

/** The positions that marks are followed through: a pattern made with others is wrong. */
export function positionLeaves({ graph }: Builder, marks: readonly NodeId[]): NodeId[] {
  return reachable(graph, marks).filter((id) => isPosition(graph.attr(id)));
}

const isPosition = (attr: Attr): boolean => attr.kind === 'leaf' && attr.role === 'data' && attr.element === 'index';

class Marking {
  readonly #b: Builder;
  /** undefined: depends on nothing */
  readonly #marks: Map<NodeId, NodeId | undefined>;
  /** the values of these follow from sizes and positions alone */
  readonly #known = new Map<NodeId, boolean>();
  readonly #supports = new Map<NodeId, NodeId | undefined>();
  readonly #loops = new Map<NodeId, LoopMarks>();

  constructor(b: Builder, sources: ReadonlyMap<NodeId, NodeId>) {
    this.#b = b;
    this.#marks = new Map(sources);
  }

  mark(id: NodeId): NodeId | undefined {
    return this.#marks.get(id);
  }

  /** Marks everything below some roots that has none yet. */
  walk(roots: readonly NodeId[]): void {
    for (const id of reachable(this.#b.graph, roots)) if (!this.#marks.has(id)) this.#marks.set(id, this.#made(id));
  }

  #made(id: NodeId): NodeId | undefined {
    const { graph } = this.#b;
    const attr = graph.attr(id);
    const args = [...graph.args(id)];
    if (attr.kind === 'proj') return this.#result(args[0] ?? -1, attr.which, attr.index);
    if (!args.some((arg) => this.mark(arg) !== undefined)) return undefined;
    switch (attr.kind) {
      case 'map': return this.#map(attr, args);
      case 'call': case 'add': return this.#any(args.flatMap((arg, k) => this.#marked(arg, attr.subs[k])), attr.shape);
      case 'ein': return this.#product(attr, args);
      case 'red': return this.#reduction(attr, args[0] ?? -1);
      case 'view': case 'scat': return this.#moved(attr, args);
      case 'stack': return this.#b.stack(args.map((arg) => this.mark(arg) ?? this.#b.zero(attr.shape.slice(1))));
      case 'scan': this.#loop(id, attr, args); return undefined;
      default: return this.#everywhere(args, attr.shape);
    }
  }

  #marked(arg: NodeId, sub: readonly number[] | undefined): Operand[] {
    const mark = this.mark(arg);
    return mark === undefined ? [] : [{ id: mark, sub: sub ?? [] }];
  }

  /** 1 where any of the marks is. */
  #any(marks: readonly Operand[], shape: readonly Dim[]): NodeId | undefined {
    const b = this.#b;
    if (marks.length === 0) return undefined;
    const total = b.add(marks.map((m) => ({ coef: Q.ONE, ...m })), shape);
    return marks.length === 1 ? total : this.#positive(total);
  }

  #positive(total: NodeId): NodeId {
    const b = this.#b;
    return b.map(core.gt, [b.whole(total), { id: b.integer(0), sub: [] }], b.graph.shape(total));
  }

  /** What is constant between its jumps has no derivative; of a selection whose condition is known, only what is selected counts. */
  #map({ op, subs, shape }: MapAttr, args: readonly NodeId[]): NodeId | undefined {
    if (CONDITIONS.has(op)) return undefined;
    const marks = args.map((arg, k) => this.#marked(arg, subs[k]));
    if (op !== core.where) return this.#any(marks.flat(), shape);
    const [condition = -1] = args;
    const [, chosen = [], otherwise = []] = marks;
    if (!this.#isKnown(condition)) return this.#any([...chosen, ...otherwise], shape);
    const none: Operand = { id: this.#b.integer(0), sub: [] };
    if (chosen.length + otherwise.length === 0) return undefined;
    return this.#b.map(core.where, [{ id: condition, sub: subs[0] ?? [] }, chosen[0] ?? none, otherwise[0] ?? none], shape);
  }

  /** Each factor that is marked, where no other factor is known to be 0. */
  #product({ subs, sums, shape }: EinAttr, args: readonly NodeId[]): NodeId | undefined {
    const b = this.#b;
    const factors = args.flatMap((arg, k) => {
      const support = this.mark(arg) === undefined ? this.#support(arg) : undefined;
      return support === undefined ? [] : [{ id: support, sub: subs[k] ?? [] }];
    });
    const terms = args.flatMap((arg, k) => this.#marked(arg, subs[k]).map((m) => b.ein(Q.ONE, [m, ...factors], shape, sums)));
    return terms.length === 0 ? undefined : this.#positive(b.sum(terms, shape));
  }

  /** 0 where sizes and positions say that a value is 0, whatever the rest of the data holds; undefined: nowhere. */
  #support(id: NodeId): NodeId | undefined {
    for (const node of reachable(this.#b.graph, [id])) if (!this.#supports.has(node)) this.#supports.set(node, this.#isKnown(node) ? this.#nonzero(node) : this.#supportOf(node));
    return this.#supports.get(id);
  }

  #supportOf(id: NodeId): NodeId | undefined {
    const b = this.#b;
    const attr = b.graph.attr(id);
    const args = [...b.graph.args(id)];
    const supports = args.map((arg) => this.#supports.get(arg));
    if (supports.every((s) => s === undefined)) return undefined;
    if (attr.kind === 'map' && attr.op === core.where && this.#isKnown(args[0] ?? -1)) {
      const [condition, ...branches] = args.map((arg, k): Operand => ({ id: k === 0 ? arg : supports[k] ?? b.integer(1), sub: k > 0 && supports[k] === undefined ? [] : attr.subs[k] ?? [] }));
      return condition === undefined ? undefined : b.map(core.where, [condition, ...branches], attr.shape);
    }
    if (attr.kind === 'ein') {
      const factors = supports.flatMap((s, k): Operand[] => (s === undefined ? [] : [{ id: s, sub: attr.subs[k] ?? [] }]));
      return this.#positive(b.ein(Q.ONE, factors, attr.shape, attr.sums));
    }
    const [of] = supports;
    const gathers = args.slice(1);
    return attr.kind === 'view' && of !== undefined && gathers.every((arg) => this.#isKnown(arg)) ? b.view(of, { index: attr.index, shape: attr.shape, gathers, masked: attr.masked }) : undefined;
  }

  #nonzero(known: NodeId): NodeId {
    const b = this.#b;
    const zero = { id: b.integer(0), sub: [] };
    const shape = b.graph.shape(known);
    return b.map(core.eq, [b.whole(b.map(core.eq, [b.whole(known), zero], shape)), zero], shape);
  }

  #reduction({ axes }: RedAttr, arg: NodeId): NodeId | undefined {
    const mark = this.mark(arg);
    return mark === undefined ? undefined : this.#positive(this.#b.sumOver(mark, axes));
  }

  #moved(attr: ViewAttr | ScatAttr, args: readonly NodeId[]): NodeId | undefined {
    const b = this.#b;
    const [mark] = args.map((arg) => this.mark(arg));
    if (mark === undefined) return undefined;
    const gathers = args.slice(1);
    // positions that are computed from what is not known
    if (!gathers.every((arg) => this.#isKnown(arg))) return this.#everywhere(args, attr.shape);
    const spec = { index: attr.index, shape: attr.shape, gathers, masked: attr.masked };
    return attr.kind === 'view' ? b.view(mark, spec) : this.#positive(b.scat(mark, spec));
  }

  /** Every element depends on all that any argument depends on. */
  #everywhere(args: readonly NodeId[], shape: readonly Dim[]): NodeId | undefined {
    const b = this.#b;
    const totals = args.flatMap((arg): NodeId[] => { const mark = this.mark(arg); return mark === undefined ? [] : [b.sumOver(mark, b.graph.shape(mark).map((_, axis) => axis))]; });
    return totals.length === 0 ? undefined : b.ein(Q.ONE, [{ id: this.#positive(b.sum(totals, [])), sub: [] }], shape);
  }

  /** Whether sizes and positions say what the value is: masks, Kronecker deltas, numbers of steps. */
  #isKnown(id: NodeId): boolean {
    for (const node of reachable(this.#b.graph, [id])) {
      if (this.#known.has(node)) continue;
      const args = [...this.#b.graph.args(node)];
      const attr = this.#b.graph.attr(node);
      this.#known.set(node, isPosition(attr) || (!OPEN.has(attr.kind) && args.every((arg) => this.#known.get(arg) === true)));
    }
    return this.#known.get(id) === true;
  }

  // ---- loops -----------------------------------------------------------------------------------------------

  /** A loop of marks: its states are the marks of the states that can vary. */
  #loop(id: NodeId, attr: ScanAttr, args: readonly NodeId[]): void {
    const b = this.#b;
    const inits = args.slice(0, attr.carries);
    const sequences = args.slice(attr.carries, attr.carries + attr.sequences);
    const captures = args.slice(attr.carries + attr.sequences);
    const body = openBody(b, id, attr, sequences, captures);
    const varies = (arg: NodeId): boolean => this.mark(arg) !== undefined;
    const live = activeCarries(b, body, inits.map(varies), sequences.map(varies), captures.map(varies));
    const like = (node: NodeId): NodeId => b.placeholder(b.graph.shape(node));
    this.#known.set(body.step, true);
    body.captures.forEach((own, k) => {
      this.#marks.set(own, this.mark(captures[k] ?? -1));
      this.#known.set(own, this.#isKnown(captures[k] ?? -1));
      this.#supports.set(own, this.mark(captures[k] ?? -1) === undefined ? this.#support(captures[k] ?? -1) : undefined);
    });
    const elements = body.sequences.flatMap((own, k): { placeholder: NodeId; value: NodeId }[] => {
      const value = sequences[k] ?? -1;
      this.#known.set(own, this.#isKnown(value));
      const mark = this.mark(value);
      if (mark === undefined) return this.#isKnown(value) ? [{ placeholder: own, value }] : [];
      const placeholder = like(own);
      this.#marks.set(own, placeholder);
      return [{ placeholder, value: mark }];
    });
    const states = body.carries.flatMap((own, k) => (live[k] === true ? [{ own, k, placeholder: like(own) }] : []));
    for (const { own, placeholder } of states) this.#marks.set(own, placeholder);
    this.walk([...body.next, ...body.ys]);

    // what is captured and known takes the place of its stand-in
    const closed = (roots: readonly NodeId[]): NodeId[] => substitute(b, roots, new Map(body.captures.map((own, k) => [own, captures[k] ?? -1])));
    const nexts = closed(states.map(({ own, k }) => this.mark(body.next[k] ?? -1) ?? b.zero(b.graph.shape(own))));
    const outputs = body.ys.flatMap((y, k) => { const mark = this.mark(y); return mark === undefined ? [] : [{ k, mark }]; });
    const scan = closeScan(b, {
      length: attr.length, direction: attr.direction, step: body.step,
      carries: states.map(({ own, k, placeholder }, n) => ({ placeholder, init: this.mark(inits[k] ?? -1) ?? b.zero(b.graph.shape(own)), next: nexts[n] ?? -1 })),
      sequences: elements, ys: closed(outputs.map((o) => o.mark)),
    });
    this.#loops.set(id, { scan, carries: new Map(states.map(({ k }, n) => [k, n])), ys: new Map(outputs.map(({ k }, n) => [k, n])) });
  }

  #result(loop: NodeId, which: 'final' | 'ys' | 'in', index: number): NodeId | undefined {
    const marks = this.#loops.get(loop);
    const at = which === 'ys' ? marks?.ys.get(index) : marks?.carries.get(index);
    return marks === undefined || at === undefined ? undefined : this.#b.proj(marks.scan, which, at);
  }
}

interface LoopMarks {
  readonly scan: NodeId;
  /** by number of the carry or output, its number in the loop of marks */
  readonly carries: ReadonlyMap<number, number>;
  readonly ys: ReadonlyMap<number, number>;
}

/** What numbers enter through. */
const OPEN: ReadonlySet<string> = new Set(['leaf', 'param', 'scan', 'proj', 'call', 'linalg']);
const CONDITIONS: ReadonlySet<OpName> = new Set([core.eq, core.gt, core.lt, core.ge, core.le, core.and, core.not]);
