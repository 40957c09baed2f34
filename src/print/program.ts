/**
 * Texts of more than one statement: shared nodes and loops are defined before what uses them. The body of a
 * loop is such a text of its own.
 */
import type { Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, useCounts } from '../ir/walk.ts';
import type { Counting } from './counting.ts';
import { namedFunction } from './named.ts';
import { INDEXED, mirrored, shifted } from './elements.ts';
import { symbol, type Binder, type Formula } from './formula.ts';
import type { ReadingOrder } from './order.ts';
import { Reader, type BodyNames, type LoopNames } from './reader.ts';
import { sharedNodes, type WorthAName } from './sharing.ts';
import { spell, type Spelling } from './spell.ts';

export interface Heading {
  name(name: string): string;
  /** an index and how far it runs */
  axis(binder: Binder): string;
}

export interface ProgramOptions {
  readonly spelling: Spelling;
  /** a left side in this notation */
  readonly heading: Heading;
  readonly typed: ReadonlySet<NodeId> | undefined;
  readonly order: ReadingOrder;
  readonly counting: Counting;
  /** shared nodes are named when the whole would be longer than about so many characters … */
  readonly longest: number;
  /** … and it is worth it */
  readonly worth: WorthAName;
  /** nodes that have a name of their own, defined where it occurs */
  readonly defined: ReadonlyMap<NodeId, string>;
}

/** One thing to write: a value, and what it is called when it has to be indexed. */
interface Target {
  readonly id: NodeId;
  readonly name: string;
  /** indices in front of its own axes: the step of a loop */
  readonly prefix: string;
}

interface Outer {
  readonly names: ReadonlyMap<NodeId, string>;
  readonly loops: ReadonlyMap<NodeId, LoopNames>;
  readonly body?: BodyNames;
}
interface Scope extends Outer {
  readonly shared: ReadonlySet<NodeId>;
}

export interface Written {
  /** definitions in order */
  readonly definitions: readonly string[];
  readonly result: string;
}

export class Program {
  readonly #graph: Graph;
  readonly #options: ProgramOptions;
  readonly #taken: Set<string>;
  readonly #counters = new Map<string, number>();
  /** what has been referred to by name */
  readonly #mentioned = new Set<NodeId>();

  constructor(graph: Graph, options: ProgramOptions, taken: ReadonlySet<string>) {
    this.#graph = graph;
    this.#options = options;
    this.#taken = new Set(taken);
  }

  /** The value of a node, after the definitions it needs. A tensor without closed form becomes the last definition. */
  write(root: NodeId, names: ReadonlyMap<NodeId, string>): Written {
    const { scope, defined } = this.#scope([root], { names, loops: new Map() });
    const whole = this.#whole(root, scope);
    if (whole !== undefined) return { definitions: this.#definitions(defined, scope), result: whole };
    const name = this.#fresh('t');
    const last = this.#statement({ id: root, name, prefix: '' }, scope);
    return { definitions: [...this.#definitions(defined, scope), last], result: this.#options.heading.name(name) };
  }

  /** Names everything that has to have one: loops, shared nodes, tensors that stand where indices cannot. */
  #scope(roots: readonly NodeId[], outer: Outer): { scope: Scope; defined: Set<NodeId> } {
    const graph = this.#graph;
    const { worth, longest } = this.#options;
    const names = new Map(outer.names);
    const loops = new Map(outer.loops);
    const defined = new Set<NodeId>();
    const order = reachable(graph, roots);
    const started = carriesRead(graph, order);
    const define = (id: NodeId): void => {
      if (names.has(id) || loops.has(id)) return;
      const attr = graph.attr(id);
      if (attr.kind === 'scan') {
        const starts = new Map([...(started.get(id) ?? [])].sort((x, y) => x - y).map((k): [number, string] => [k, this.#fresh('s')]));
        loops.set(id, { carries: attr.next.map(() => this.#fresh('h')), ys: attr.ys.map(() => this.#fresh('y')), starts });
      }
      else names.set(id, this.#options.defined.get(id) ?? this.#nameFor(id));
      defined.add(id);
    };
    for (const id of order) if (graph.attr(id).kind === 'scan' || (this.#options.defined.has(id) && !roots.includes(id))) define(id);
    for (const id of order) {
      const attr = graph.attr(id);
      if (attr.kind === 'scan') [...graph.args(id)].forEach((arg, k) => k >= attr.carries && graph.attr(arg).kind !== 'leaf' && define(arg));
    }
    const { total, shared } = sharedNodes(graph, roots, names, worth);
    if (total > longest) shared.forEach(define);
    const scope: Scope = { ...outer, names, loops, shared: usedTwice(graph, roots) };
    for (let again = order.some((id) => NEEDS_WHOLE.has(graph.attr(id).kind)); again; ) {
      again = false;
      for (const id of [...defined, ...roots]) {
        if (graph.attr(id).kind === 'scan') continue;
        const reader = this.#reader(id, scope, new Set());
        this.#read(reader, id);
        for (const missing of reader.unnamed) {
          again ||= !names.has(missing) && !loops.has(missing);
          define(missing);
        }
      }
    }
    return { scope, defined };
  }

  #read(reader: Reader, id: NodeId): Formula {
    const shape = this.#graph.shape(id);
    const whole = shape.length === 0 ? INDEXED : reader.wholeRoot(id);
    return whole === INDEXED ? reader.root(id, reader.binders.free(shape).positions) : whole;
  }

  /** What the text written so far refers to, and what that refers to: from the last to the first, each only if it is needed. */
  #definitions(defined: ReadonlySet<NodeId>, scope: Scope): string[] {
    const texts: string[] = [];
    for (const id of [...defined].sort((x, y) => y - x)) {
      if (!this.#mentioned.has(id)) continue;
      const attr = this.#graph.attr(id);
      texts.push(attr.kind === 'scan' ? this.#loop(id, attr, scope) : this.#statement({ id, name: scope.names.get(id) ?? 't', prefix: '' }, scope));
    }
    return texts.reverse();
  }

  #reader(id: NodeId, scope: Scope, mentioned = this.#mentioned): Reader {
    const { typed, order, counting } = this.#options;
    return new Reader(this.#graph, id, { ...scope, typed, order, counting, taken: this.#taken, mentioned });
  }

  /** The text of a scalar or of a tensor with a closed form. */
  #whole(id: NodeId, scope: Scope): string | undefined {
    const reader = this.#reader(id, scope);
    const formula = this.#graph.shape(id).length === 0 ? reader.root(id, []) : reader.wholeRoot(id);
    return formula === INDEXED ? undefined : spell(formula, this.#options.spelling);
  }

  /** `name = …` or `name[i in 1..N] = …`. */
  #statement(target: Target, scope: Scope): string {
    const { heading, spelling } = this.#options;
    const whole = this.#whole(target.id, scope);
    if (whole !== undefined) return `${heading.name(target.name)}${target.prefix === '' ? '' : `[${target.prefix}]`} = ${whole}`;
    const reader = this.#reader(target.id, scope);
    const { binders, positions } = reader.binders.free(this.#graph.shape(target.id));
    const axes = [...(target.prefix === '' ? [] : [target.prefix]), ...binders.map((binder) => heading.axis(binder))];
    return `${heading.name(target.name)}[${axes.join(', ')}] = ${spell(reader.root(target.id, positions), spelling)}`;
  }

  /** `recur t in 1..T { init h[0] = …; h[t] = … }` */
  #loop(id: NodeId, attr: ScanAttr, scope: Scope): string {
    const graph = this.#graph;
    const loop = scope.loops.get(id) ?? { carries: [], ys: [], starts: new Map<number, string>() };
    const args = [...graph.args(id)];
    const step = this.#freshStep();
    const asName = (arg: NodeId): Formula => {
      const leaf = graph.attr(arg);
      this.#mentioned.add(arg);
      return symbol(scope.names.get(arg) ?? (leaf.kind === 'leaf' ? leaf.name : '?'));
    };
    const body: BodyNames = {
      ...loop, step: symbol(step), position: attr.direction === 'forward' ? symbol(step) : mirrored(symbol(step), attr.length, 1),
      sequences: args.slice(attr.carries, attr.carries + attr.sequences).map(asName),
      captures: args.slice(attr.carries + attr.sequences).map(asName),
    };
    const inits = args.slice(0, attr.carries).map((arg, k) => this.#statement({ id: arg, name: loop.carries[k] ?? 'h', prefix: '0' }, scope));
    // whatever a recurrence keeps has a value before the first step
    for (const [k, name] of loop.starts) inits.push(`${name}[0] = ${nothing(graph.shape(attr.next[k] ?? -1))}`);
    attr.ys.forEach((ys, k) => inits.push(`${loop.ys[k] ?? 'y'}[0] = ${nothing(graph.shape(ys))}`));
    // the nodes of a body are parameters of it: names of outer nodes mean nothing there
    const inner = this.#scope([...attr.next, ...attr.ys], { names: new Map(), loops: new Map(), body });
    const targets: Target[] = [
      ...attr.next.map((next, k) => ({ id: next, name: loop.carries[k] ?? 'h', prefix: step })),
      ...attr.ys.map((ys, k) => ({ id: ys, name: loop.ys[k] ?? 'y', prefix: step })),
    ];
    const last = targets.map((target) => this.#statement(target, inner.scope));
    const lines = [
      ...(inits.length > 0 ? [`init ${inits.join(', ')}`] : []),
      ...[...loop.starts].map(([k, name]) => `${name}[${step}] = ${loop.carries[k] ?? 'h'}[${spell(shifted(symbol(step), -1), this.#options.spelling)}]`),
      ...this.#definitions(inner.defined, inner.scope),
      ...last,
    ];
    return `recur ${step} in 1..${attr.length} { ${lines.join('; ')} }`;
  }

  #freshStep(): string {
    const step = ['t', 's', 'r'].find((letter) => !this.#taken.has(letter)) ?? this.#fresh('step');
    this.#taken.add(step);
    return step;
  }

  /** What a mathematician would call it: `s` for a sigmoid or softmax, `t` for a tanh; else numbered. */
  #nameFor(id: NodeId): string {
    const letter = letterFor(this.#graph, id);
    if (letter === undefined || this.#taken.has(letter)) return this.#fresh(letter ?? 't');
    this.#taken.add(letter);
    return letter;
  }

  #fresh(stem: string): string {
    let n = this.#counters.get(stem) ?? 0;
    do n++;
    while (this.#taken.has(`${stem}${n}`));
    this.#counters.set(stem, n);
    return `${stem}${n}`;
  }
}

function letterFor(graph: Graph, id: NodeId): string | undefined {
  const attr = graph.attr(id);
  if (namedFunction(graph, id)?.name === 'softmax') return 's';
  if (attr.kind !== 'map') return undefined;
  return attr.op === 'sigmoid' ? 's' : attr.op === 'tanh' ? 't' : undefined;
}

/** Kinds whose arguments have to be written without indices. */
const NEEDS_WHOLE: ReadonlySet<string> = new Set(['linalg', 'stack', 'proj']);

/** The carries of each loop whose values at the start of the steps are asked for. */
function carriesRead(graph: Graph, order: readonly NodeId[]): Map<NodeId, Set<number>> {
  const read = new Map<NodeId, Set<number>>();
  for (const id of order) {
    const attr = graph.attr(id);
    if (attr.kind !== 'proj' || attr.which !== 'in') continue;
    const scan = graph.arg(id, 0);
    read.set(scan, (read.get(scan) ?? new Set<number>()).add(attr.index));
  }
  return read;
}

function usedTwice(graph: Graph, roots: readonly NodeId[]): Set<NodeId> {
  const shared = new Set<NodeId>();
  for (const [id, count] of useCounts(graph, roots)) if (count > 1) shared.add(id);
  return shared;
}

const nothing = (shape: readonly Dim[]): string => (shape.length === 0 ? '0' : `zeros(${shape.join(', ')})`);

/** Names that bound indices and temporaries must keep clear of. */
export function takenNames(graph: Graph, roots: readonly NodeId[], names: readonly string[]): Set<string> {
  const taken = new Set<string>(['e', 'pi', 'd', ...names]);
  const dims = new Set<Dim>();
  for (const id of reachable(graph, roots)) {
    const attr = graph.attr(id);
    if (attr.kind === 'leaf' || attr.kind === 'call') taken.add(attr.name);
    for (const dim of attr.shape) dims.add(dim);
  }
  for (const dim of dims) taken.add(dim);
  return taken;
}

