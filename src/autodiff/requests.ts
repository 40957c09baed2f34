/** `derive` statements as nodes: what each emitted function returns and fills. */
import type { DeriveKind, DeriveRequest, Wrt } from '../elaborate/model.ts';
import { Builder, type Operand } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { fixAxes } from './fix.ts';
import { pushforward, type Tangents } from './forward.ts';
import { allEntries, alongEach, alongOne, type Sweeping } from './higher.ts';
import { pruneLoops } from './prune.ts';
import { gradient, jacobian, pullback, type Adjoints, type Refuse } from './reverse.ts';

/** `derivative` of order n: all entries; `directional`: its value along directions. */
export type DerivedKind = DeriveKind | 'directional';

/** Lists of entries and the elements that hold them; no element twice in one list. */
export type Places = readonly (readonly { readonly row: number; readonly column: number; readonly element: number }[])[];

export interface DerivedOutput {
  readonly kind: DerivedKind;
  /** the differentiated name */
  readonly of: string;
  /** none for a value, one for first derivatives and products, two for a block of a matrix, n for a derivative of order n */
  readonly by: readonly string[];
  /** of a directional derivative */
  readonly order?: number;
  readonly node: NodeId;
  /** the node is a part of the whole, which is this scatter of it */
  readonly placement?: ViewSpec;
  /** the node holds entries of the whole: which element is which, numbered row by row; one that holds two is listed again */
  readonly places?: Places;
  /** the whole of several such parts, with the first of them */
  readonly whole?: NodeId;
  /** a part of diag(d) + Uᵀ diag(w) U over all variables; factors and weights belong together by their number */
  readonly part?: LowRankPart;
}

export type LowRankPart = { readonly kind: 'diagonal' } | { readonly kind: 'factors' | 'weights'; readonly term: number };

/** A direction (hvp, jvp) or an output adjoint (vjp) that the caller passes: a leaf of the graph. */
export interface Direction {
  readonly name: string;
  /** the variable it belongs to, or the output for a vjp */
  readonly for: string;
  readonly node: NodeId;
}

export interface Derived {
  readonly outputs: readonly DerivedOutput[];
  readonly directions: readonly Direction[];
  /** blocks that parts among the outputs make up together */
  readonly rebuilt?: readonly DerivedOutput[];
}

export interface Roots {
  readonly values: readonly NodeId[];
  readonly derivatives: readonly NodeId[];
}

/** Brings a gradient into normal form before it is differentiated again, and with it what shares its nodes: a shorter gradient has shorter tangents. */
export type Settle = (b: Builder, roots: Roots, primal: readonly NodeId[]) => Roots;
const asTheyAre: Settle = (_b, roots) => roots;

export function deriveRequest(graph: Graph, request: DeriveRequest, refuse: Refuse, settle: Settle = asTheyAre): Derived {
  const derivation = new Derivation(graph, request, refuse, settle);
  // what a product shares is made before it
  const first: readonly DeriveKind[] = request.what.filter((kind) => kind === 'value' || kind === 'gradient');
  for (const what of [...first, ...request.what.filter((kind) => !first.includes(kind))]) for (const of of request.of) derivation.derive(what, of);
  return derivation.result();
}

type Put = (by: readonly string[], node: NodeId) => void;

class Derivation {
  readonly #b: Builder;
  readonly #request: DeriveRequest;
  readonly #refuse: Refuse;
  readonly #settle: Settle;
  readonly #outputs: DerivedOutput[] = [];
  readonly #directions = new Map<string, Direction>();
  /** per sweep the primal nodes that it wants replaced, so that all results share one pass through each loop */
  readonly #replacements: ReadonlyMap<NodeId, NodeId>[] = [];

  constructor(graph: Graph, request: DeriveRequest, refuse: Refuse, settle: Settle) {
    this.#settle = settle;
    this.#b = new Builder(graph);
    this.#request = request;
    this.#refuse = refuse;
  }

  result(): Derived {
    let nodes = this.#replaced(this.#outputs.map((o) => o.node));
    if (this.#replacements.length > 0) nodes = pruneLoops(this.#b, nodes);
    const { what, of } = this.#request;
    const place = (o: DerivedOutput): number => what.indexOf(o.kind === 'directional' ? 'derivative' : o.kind) * of.length + of.findIndex(({ name }) => name === o.of);
    const outputs = this.#outputs.map((o, k) => ({ ...o, node: nodes[k] ?? o.node })).sort((x, y) => place(x) - place(y));
    return { outputs, directions: [...this.#directions.values()] };
  }

  #replaced(roots: readonly NodeId[]): readonly NodeId[] {
    let nodes = roots;
    for (const replacement of this.#replacements) nodes = substitute(this.#b, nodes, replacement);
    return nodes;
  }

  derive(kind: DeriveKind, of: Wrt): void {
    const { wrt } = this.#request;
    const sources = wrt.map((w) => w.node);
    const put: Put = (by, node) => void this.#outputs.push({ kind, of: of.name, by, node });
    switch (kind) {
      case 'value': put([], of.node); return;
      case 'gradient': this.#gradient(of.node, sources).forEach((g, k) => put([wrt[k]?.name ?? ''], g)); return;
      case 'jacobian': this.#jacobian(of.node, sources).forEach((j, k) => put([wrt[k]?.name ?? ''], j)); return;
      case 'hessian': this.#hessian(of.node, put); return;
      case 'hvp': this.#hvp(of.node, sources).forEach((h, k) => put([wrt[k]?.name ?? ''], h)); return;
      case 'jvp': put(wrt.map((w) => w.name), this.#along([of.node])[0] ?? -1); return;
      case 'vjp': this.#vjp(of, sources).forEach((g, k) => put([wrt[k]?.name ?? ''], g)); return;
      case 'gauss_newton': this.#gaussNewton(of.node, sources, put); return;
      case 'gauss_newton_product': this.#gaussNewtonProduct(of.node, sources).forEach((h, k) => put([wrt[k]?.name ?? ''], h)); return;
      case 'derivative':
        for (const order of this.#request.orders ?? [1]) this.#derivative(of, order);
        return;
    }
  }

  #gradient(of: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
    return this.#swept(gradient(this.#b, of, sources, this.#refuse)).adjoints;
  }

  #jacobian(of: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
    return this.#swept(jacobian(this.#b, of, sources, this.#refuse)).adjoints;
  }

  /** The derivatives of some roots along the directions of all variables. */
  #along(roots: readonly NodeId[]): readonly NodeId[] {
    const given = this.#directionsOf(0);
    // states of a loop that an earlier sweep replaced are found among the results of the new one
    const moved = this.#replaced([...given.keys()]);
    const directions = new Map([...given, ...[...given.values()].map((direction, k): [NodeId, NodeId] => [moved[k] ?? -1, direction])]);
    return this.#swept(pushforward(this.#b, roots, directions, this.#refuse)).tangents;
  }

  #swept<T extends Adjoints | Tangents>(sweep: T): T {
    if (sweep.replacements.size > 0) this.#replacements.push(sweep.replacements);
    return sweep;
  }

  /** Blocks on and above the diagonal; the others are their transposes. */
  #hessian(of: NodeId, put: Put): void {
    const { wrt } = this.#request;
    this.#gradient(of, wrt.map((w) => w.node)).forEach((g, row) => {
      const columns = wrt.slice(row);
      this.#jacobian(g, columns.map((w) => w.node)).forEach((h, k) => put([wrt[row]?.name ?? '', columns[k]?.name ?? ''], h));
    });
  }

  /** The derivative of the gradient along v: forward over reverse, which no loop runs twice for. */
  #hvp(of: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
    return this.#along(this.#settled(this.#gradient(of, sources), of));
  }

  /** A gradient and the results so far in normal form, together so that they share. */
  #settled(gradient: readonly NodeId[], of: NodeId): readonly NodeId[] {
    // a value defined on the way that varies by itself must stay the node that it is
    if (this.#request.wrt.some((w) => this.#b.graph.attr(w.node).kind !== 'leaf')) return gradient;
    const count = this.#outputs.length;
    const all = this.#replaced([...this.#outputs.map((o) => o.node), ...gradient]);
    const values = this.#outputs.flatMap((o, k) => (o.kind === 'value' ? [k] : []));
    const others = all.flatMap((_, k) => (values.includes(k) ? [] : [k]));
    const nodesAt = (places: readonly number[]): NodeId[] => places.map((k) => all[k] ?? -1);
    const settled = this.#settle(this.#b, { values: nodesAt(values), derivatives: nodesAt(others) }, [of]);
    const next = [...all];
    values.forEach((k, n) => { next[k] = settled.values[n] ?? -1; });
    others.forEach((k, n) => { next[k] = settled.derivatives[n] ?? -1; });
    this.#outputs.forEach((o, k) => { this.#outputs[k] = { ...o, node: next[k] ?? o.node }; });
    return next.slice(count);
  }

  /** Jᵀ J for each pair of variables, J with all axes of the residuals first. */
  #gaussNewton(of: NodeId, sources: readonly NodeId[], put: Put): void {
    const b = this.#b;
    const components = writtenComponents(b, of);
    if (components !== undefined) {
      this.#gaussNewtonOf(components, sources, put);
      return;
    }
    const axes = b.graph.shape(of);
    const blocks = this.#jacobian(of, sources);
    blocks.forEach((left, row) => {
      blocks.slice(row).forEach((right, k) => {
        const [x, y] = [left, right].map((j) => b.graph.shape(j).slice(axes.length));
        const shape = [...(x ?? []), ...(y ?? [])];
        const residual = axes.map((_, label) => shape.length + label);
        const operand = (id: NodeId, from: number, rank: number): Operand => ({ id, sub: [...residual, ...Array.from({ length: rank }, (_, label) => from + label)] });
        const product = b.ein(Q.ONE, [operand(left, 0, x?.length ?? 0), operand(right, x?.length ?? 0, y?.length ?? 0)], shape, axes);
        const name = (n: number): string => this.#request.wrt[n]?.name ?? '';
        put([name(row), name(row + k)], product);
      });
    });
  }

  /** The sum over residuals that are written one by one, each of the gradients' outer product. */
  #gaussNewtonOf(components: readonly NodeId[], sources: readonly NodeId[], put: Put): void {
    const b = this.#b;
    const gradients = components.map((component) => this.#gradient(component, sources));
    const names = this.#request.wrt.map((w) => w.name);
    names.forEach((row, x) => names.slice(x).forEach((column, k) => {
      const blocks = gradients.map((own) => outer(b, own[x] ?? -1, own[x + k] ?? -1));
      put([row, column], b.sum(blocks, b.graph.shape(blocks[0] ?? -1)));
    }));
  }

  /** Jᵀ (J v): forward, then back through the same loops. */
  #gaussNewtonProduct(of: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
    const b = this.#b;
    const adjoint = b.placeholder(b.graph.shape(of));
    const pulled = this.#swept(pullback(b, [{ root: of, adjoint }], sources, [], this.#refuse));
    const tangents = this.#along(substitute(b, [of], pulled.replacements));
    return substitute(b, pulled.adjoints, new Map([[adjoint, tangents[0] ?? -1]]));
  }

  /** Order n: along the caller's directions, or all entries. */
  #derivative(of: Wrt, order: number): void {
    const { wrt } = this.#request;
    const names = wrt.map((w) => w.name);
    const sweeping: Sweeping = { b: this.#b, refuse: this.#refuse, swept: (sweep) => this.#swept(sweep) };
    const rounds = this.#rounds();
    if (rounds === 0) {
      const entries = allEntries(sweeping, of.node, wrt.map((w) => w.node), order);
      for (const { by, node } of entries) this.#outputs.push({ kind: 'derivative', of: of.name, by: by.map((k) => names[k] ?? ''), node });
      return;
    }
    const node = rounds === 1
      ? alongOne(sweeping, of.node, this.#directionsOf(0), order)
      : alongEach(sweeping, of.node, Array.from({ length: rounds }, (_, round) => this.#directionsOf(round)));
    this.#outputs.push({ kind: 'directional', of: of.name, by: names, order, node });
  }

  #vjp(of: Wrt, sources: readonly NodeId[]): readonly NodeId[] {
    const seed = this.#adjointOf(of);
    return this.#swept(pullback(this.#b, [{ root: of.node, adjoint: seed }], sources, [], this.#refuse)).adjoints;
  }

  /** How many directions in the variables the caller gives. */
  #rounds(): number {
    const { along, wrt, what, of } = this.#request;
    return Math.floor((along.length - (what.includes('vjp') ? of.length : 0)) / Math.max(wrt.length, 1));
  }

  #directionsOf(round: number): ReadonlyMap<NodeId, NodeId> {
    return new Map(this.#request.wrt.map((w, k) => [w.node, this.#direction(w, this.#rounds() === 0 ? undefined : this.#request.along[round * this.#request.wrt.length + k])]));
  }

  /** The adjoint of a value that the caller passes; they follow the directions. */
  #adjointOf(of: Wrt): NodeId {
    const at = this.#request.of.findIndex((o) => o.name === of.name);
    return this.#direction(of, this.#request.along[this.#rounds() * this.#request.wrt.length + at]);
  }

  /** What the caller passes for a variable: declared with `along`, else a leaf named after it. */
  #direction(variable: Wrt, along: Wrt | undefined): NodeId {
    const name = along?.name ?? `v_${variable.name}`;
    const known = this.#directions.get(name);
    if (known !== undefined) return known.node;
    const node = along?.node ?? this.#b.leaf({ name, role: 'variable', element: 'real', shape: this.#b.graph.shape(variable.node) });
    this.#directions.set(name, { name, for: variable.name, node });
    return node;
  }
}

function outer(b: Builder, left: NodeId, right: NodeId): NodeId {
  const [x, y] = [b.graph.shape(left), b.graph.shape(right)];
  return b.ein(Q.ONE, [b.whole(left), { id: right, sub: y.map((_, label) => x.length + label) }], [...x, ...y]);
}

/** More residuals than that no one writes one by one. */
const MOST_WRITTEN = 64;

/** The components of residuals that are written one by one, `[x^2, x*y]`; undefined of others, and where a loop makes them. */
function writtenComponents(b: Builder, of: NodeId): readonly NodeId[] | undefined {
  const sizes = b.graph.shape(of).map(constantDim);
  if (!sizes.every((n) => n !== undefined) || sizes.reduce((n, size) => n * size, 1) > MOST_WRITTEN || !isStacked(b, of)) return undefined;
  let places: Map<number, number>[] = [new Map()];
  sizes.forEach((size, axis) => { places = places.flatMap((at) => Array.from({ length: size }, (_, k) => new Map([...at, [axis, k]]))); });
  return places.map((at) => fixAxes(b, of, at));
}

/** Whether what elements are made of stands side by side in the formula, and no loop is in it. */
function isStacked(b: Builder, of: NodeId): boolean {
  const { graph } = b;
  if (reachable(graph, [of]).some((id) => graph.attr(id).kind === 'scan')) return false;
  const pending = [of];
  const seen = new Set(pending);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const attr = graph.attr(id);
    if (attr.kind === 'stack') return true;
    if (attr.kind !== 'map' && attr.kind !== 'add' && !(attr.kind === 'ein' && attr.sums.length === 0)) continue;
    for (const arg of graph.args(id)) if (graph.shape(arg).length === attr.shape.length && !seen.has(arg)) { seen.add(arg); pending.push(arg); }
  }
  return false;
}
