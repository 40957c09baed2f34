/** `derive` statements as nodes: what each emitted function returns and fills. */
import type { DeriveKind, DeriveRequest, Wrt } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { Graph } from '../ir/graph.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import type { NodeId } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import { pushforward, type Tangents } from './forward.ts';
import { pruneLoops } from './prune.ts';
import { gradient, jacobian, pullback, type Adjoints, type Refuse } from './reverse.ts';

export interface DerivedOutput {
  readonly kind: DeriveKind;
  /** the differentiated name */
  readonly of: string;
  /** none for a value, one for first derivatives and products, two for a Hessian block */
  readonly by: readonly string[];
  readonly node: NodeId;
  /** the node is a part of the whole, which is this scatter of it */
  readonly placement?: ViewSpec;
}

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
}

export function deriveRequest(graph: Graph, request: DeriveRequest, refuse: Refuse): Derived {
  const derivation = new Derivation(graph, request, refuse);
  for (const what of request.what) for (const of of request.of) derivation.derive(what, of);
  return derivation.result();
}

class Derivation {
  readonly #b: Builder;
  readonly #request: DeriveRequest;
  readonly #refuse: Refuse;
  readonly #outputs: DerivedOutput[] = [];
  readonly #directions = new Map<string, Direction>();
  /** per sweep the primal nodes that it wants replaced, so that all results share one pass through each loop */
  readonly #replacements: ReadonlyMap<NodeId, NodeId>[] = [];

  constructor(graph: Graph, request: DeriveRequest, refuse: Refuse) {
    this.#b = new Builder(graph);
    this.#request = request;
    this.#refuse = refuse;
  }

  result(): Derived {
    let nodes: readonly NodeId[] = this.#outputs.map((o) => o.node);
    for (const replacement of this.#replacements) nodes = substitute(this.#b, nodes, replacement);
    if (this.#replacements.length > 0) nodes = pruneLoops(this.#b, nodes);
    return { outputs: this.#outputs.map((o, k) => ({ ...o, node: nodes[k] ?? o.node })), directions: [...this.#directions.values()] };
  }

  derive(kind: DeriveKind, of: Wrt): void {
    const { wrt } = this.#request;
    const sources = wrt.map((w) => w.node);
    const put = (by: readonly string[], node: NodeId): void => void this.#outputs.push({ kind, of: of.name, by, node });
    switch (kind) {
      case 'value': put([], of.node); return;
      case 'gradient': this.#gradient(of.node, sources).forEach((g, k) => put([wrt[k]?.name ?? ''], g)); return;
      case 'jacobian': this.#jacobian(of.node, sources).forEach((j, k) => put([wrt[k]?.name ?? ''], j)); return;
      case 'hessian': this.#hessian(of.node, put); return;
      case 'hvp': this.#hvp(of.node, sources).forEach((h, k) => put([wrt[k]?.name ?? ''], h)); return;
      case 'jvp': put(wrt.map((w) => w.name), this.#along([of.node])[0] ?? -1); return;
      case 'vjp': this.#vjp(of, sources).forEach((g, k) => put([wrt[k]?.name ?? ''], g)); return;
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
    const directions = new Map(this.#request.wrt.map((w) => [w.node, this.#direction(w)]));
    return this.#swept(pushforward(this.#b, roots, directions, this.#refuse)).tangents;
  }

  #swept<T extends Adjoints | Tangents>(sweep: T): T {
    if (sweep.replacements.size > 0) this.#replacements.push(sweep.replacements);
    return sweep;
  }

  /** Blocks on and above the diagonal; the others are their transposes. */
  #hessian(of: NodeId, put: (by: readonly string[], node: NodeId) => void): void {
    const { wrt } = this.#request;
    this.#gradient(of, wrt.map((w) => w.node)).forEach((g, row) => {
      const columns = wrt.slice(row);
      this.#jacobian(g, columns.map((w) => w.node)).forEach((h, k) => put([wrt[row]?.name ?? '', columns[k]?.name ?? ''], h));
    });
  }

  /** The derivative of the gradient along v: forward over reverse, which no loop runs twice for. */
  #hvp(of: NodeId, sources: readonly NodeId[]): readonly NodeId[] {
    return this.#along(this.#gradient(of, sources));
  }

  #vjp(of: Wrt, sources: readonly NodeId[]): readonly NodeId[] {
    const seed = this.#direction(of);
    return this.#swept(pullback(this.#b, [{ root: of.node, adjoint: seed }], sources, [], this.#refuse)).adjoints;
  }

  /** The caller's direction for a variable: declared with `along`, else a leaf named after it. */
  #direction(variable: Wrt | undefined): NodeId {
    if (variable === undefined) return -1;
    const known = this.#directions.get(variable.name);
    if (known !== undefined) return known.node;
    const along = this.#request.along[this.#directions.size];
    const name = along?.name ?? `v_${variable.name}`;
    const node = along?.node ?? this.#b.leaf({ name, role: 'variable', element: 'real', shape: this.#b.graph.shape(variable.node) });
    this.#directions.set(variable.name, { name, for: variable.name, node });
    return node;
  }
}
