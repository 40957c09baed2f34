/** State of one forward sweep: the tangent of every node that varies, and what took the place of its loops. */
import type { Builder, Operand } from '../ir/build.ts';
import type { NodeId, Sub } from '../ir/types.ts';
import { rebuild } from '../ir/walk.ts';
import type { Refusal } from './sweep.ts';

export class Push {
  readonly b: Builder;
  readonly refuse: (refusal: Refusal) => void;
  /** where the tangents of a loop's carries and outputs are among those of the joint loop */
  readonly loops = new Map<NodeId, { readonly carries: ReadonlyMap<number, number>; readonly ys: ReadonlyMap<number, number> }>();
  readonly #tangents = new Map<NodeId, NodeId>();
  readonly #primal = new Map<NodeId, NodeId>();

  constructor(b: Builder, refuse: (refusal: Refusal) => void) {
    this.b = b;
    this.refuse = refuse;
  }

  /** ȧ, of the shape of a; undefined where nothing varies: a structural zero. */
  tangent(id: NodeId): NodeId | undefined {
    return this.#tangents.get(id);
  }
  setTangent(id: NodeId, tangent: NodeId | undefined): void {
    if (tangent !== undefined && !this.b.isZero(tangent)) this.#tangents.set(id, tangent);
  }

  /** The node itself, over the loops that compute tangents along with values. */
  primal(id: NodeId): NodeId {
    return this.#primal.get(id) ?? id;
  }
  replace(id: NodeId, by: NodeId): void {
    if (id !== by) this.#primal.set(id, by);
  }
  /** Rebuilds a node whose arguments were replaced. */
  renew(id: NodeId): void {
    if (this.#primal.size === 0 || this.#primal.has(id)) return;
    const old = [...this.b.graph.args(id)];
    const args = old.map((arg) => this.primal(arg));
    if (args.some((arg, k) => arg !== old[k])) this.replace(id, rebuild(this.b, this.b.graph.attr(id), args));
  }

  /** Argument k of a node, with its index string. */
  operand(id: NodeId, k: number, sub: Sub): Operand {
    return { id: this.primal(this.b.graph.arg(id, k)), sub };
  }
  /** The tangent of argument k, with its index string. */
  tangentOperand(id: NodeId, k: number, sub: Sub): Operand | undefined {
    const tangent = this.tangent(this.b.graph.arg(id, k));
    return tangent === undefined ? undefined : { id: tangent, sub };
  }
  replacements(): ReadonlyMap<NodeId, NodeId> {
    return this.#primal;
  }
}
