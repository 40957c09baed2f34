/**
 * Reads a graph as formulas. A tensor is read element by element: `formula(id, at)` is the element of node
 * `id` at the index formulas `at` (none for a scalar). Generators under a trampoline: depth is bounded by memory.
 */
import { run, type Visit } from '../ast/trampoline.ts';
import type { Graph } from '../ir/graph.ts';
import type { Attr, CallAttr, MapAttr, NodeId, RedAttr, Sub, ViewAttr } from '../ir/types.ts';
import { BinderLevels } from './binders.ts';
import { ONE, ZERO, affineIndex, applied, constant, dimFormula, indexed, isReciprocal, maskConditions, minusOne, opaqueName, select, type Indices } from './elements.ts';
import { symbol, type Formula } from './formula.ts';
import { readProduct } from './product.ts';
import { readSum } from './sum.ts';

export interface ReaderOptions {
  /** nodes that are printed as a name instead of what they are */
  readonly names: ReadonlyMap<NodeId, string>;
  /** nodes that stand in the user's own order; all when absent */
  readonly typed: ReadonlySet<NodeId> | undefined;
  /** names that bound indices and temporaries must keep clear of */
  readonly taken: ReadonlySet<string>;
}

export class Reader {
  readonly graph: Graph;
  readonly options: ReaderOptions;
  readonly binders: BinderLevels;
  readonly #read = new Map<NodeId | string, Formula>();
  readonly #indexIds = new Map<Formula, number>();

  constructor(graph: Graph, root: NodeId, options: ReaderOptions) {
    this.graph = graph;
    this.options = options;
    this.binders = new BinderLevels(graph, root, options.names, options.taken);
  }

  /** The root itself, by what it is even when it carries a name. */
  root(id: NodeId, at: Indices): Formula {
    return run(this.#node(id, at));
  }

  /** An element as it is used inside something else: by name when it has one. */
  *element(id: NodeId, at: Indices): Visit<Formula> {
    const name = this.options.names.get(id);
    if (name !== undefined) return indexed(symbol(name), at);
    const key = at.length === 0 ? id : this.#key(id, at);
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const formula = yield this.#node(id, at);
    this.#read.set(key, formula);
    return formula;
  }

  #key(id: NodeId, at: Indices): string {
    let key = String(id);
    for (const index of at) {
      let n = this.#indexIds.get(index);
      if (n === undefined) this.#indexIds.set(index, (n = this.#indexIds.size));
      key += `,${n}`;
    }
    return key;
  }

  *#node(id: NodeId, at: Indices): Visit<Formula> {
    const attr = this.graph.attr(id);
    switch (attr.kind) {
      case 'leaf': return indexed(symbol(attr.name), at);
      case 'const': return constant(attr.value);
      case 'dim': return dimFormula(attr.dim);
      case 'iota': return minusOne(at[0] ?? symbol('?'));
      case 'delta': return { kind: 'conditional', condition: { kind: 'compare', op: 'eq', left: at[0] ?? symbol('?'), right: at[1] ?? symbol('?') }, whenTrue: ONE, whenFalse: ZERO };
      case 'map': return yield this.#map(id, attr, at);
      case 'ein': return yield readProduct(this, id, attr, at);
      case 'add': return yield readSum(this, id, attr, at);
      case 'red': return yield this.#reduction(id, attr, at);
      case 'view': return yield this.#view(id, attr, at);
      case 'call': return yield this.#call(id, attr, at);
      case 'param': return indexed(symbol(`${attr.role}${attr.index + 1}`), at);
      default: return yield this.#opaque(id, attr, at);
    }
  }

  *operands(id: NodeId, subs: readonly Sub[], at: Indices): Visit<Formula> {
    const args: Formula[] = [];
    for (let k = 0; k < subs.length; k++) args.push(yield this.element(this.graph.arg(id, k), select(subs[k] ?? [], at)));
    return { kind: 'vector', items: args };
  }

  *#map(id: NodeId, attr: MapAttr, at: Indices): Visit<Formula> {
    if (attr.op === 'pow' && isReciprocal(this.graph, id)) return yield readProduct(this, id, attr, at);
    const operands = yield this.operands(id, attr.subs, at);
    return applied(attr.op, operands.kind === 'vector' ? operands.items : []);
  }

  *#call(id: NodeId, attr: CallAttr, at: Indices): Visit<Formula> {
    const operands = yield this.operands(id, attr.subs, at);
    const primes = attr.orders.length === 1 ? "'".repeat(attr.orders[0] ?? 0) : '';
    const suffix = attr.orders.length > 1 && attr.orders.some((n) => n > 0) ? `_${attr.orders.join('')}` : primes;
    return { kind: 'call', op: undefined, name: attr.name + suffix, args: operands.kind === 'vector' ? operands.items : [] };
  }

  *#reduction(id: NodeId, attr: RedAttr, at: Indices): Visit<Formula> {
    const argument = this.graph.arg(id, 0);
    const shape = this.graph.shape(argument);
    const bound = this.binders.bind(id, attr.axes.map((axis) => shape[axis] ?? '?'));
    let free = 0;
    const indices = shape.map((_, axis) => {
      const position = attr.axes.indexOf(axis);
      return (position >= 0 ? bound.indices[position] : at[free++]) ?? symbol('?');
    });
    const body = yield this.element(argument, indices);
    return { kind: 'big', op: attr.op, binders: bound.binders, body };
  }

  *#view(id: NodeId, attr: ViewAttr, at: Indices): Visit<Formula> {
    const indices: Formula[] = [];
    for (const axis of attr.index) {
      if (axis.kind === 'gather') indices.push(yield this.element(this.graph.arg(id, axis.arg), select(axis.sub, at)));
      else indices.push(affineIndex(axis, at));
    }
    const value = yield this.element(this.graph.arg(id, 0), indices);
    if (!attr.masked) return value;
    const conditions = maskConditions(this.graph.shape(this.graph.arg(id, 0)), indices);
    if (conditions === undefined) return value;
    return { kind: 'conditional', condition: conditions, whenTrue: value, whenFalse: ZERO };
  }

  /** Nodes without an elementwise reading: the operation applied to its arguments, then indexed. */
  *#opaque(id: NodeId, attr: Attr, at: Indices): Visit<Formula> {
    const args: Formula[] = [];
    for (const arg of [...this.graph.args(id)]) args.push(yield this.whole(arg));
    if (attr.kind === 'stack') {
      const literal: Formula = { kind: 'vector', items: args };
      return indexed(literal, at);
    }
    return indexed({ kind: 'call', op: undefined, name: opaqueName(attr), args }, at);
  }

  /** A tensor without indices. */
  *whole(id: NodeId): Visit<Formula> {
    return yield this.element(id, []);
  }

  /** The user's order of the arguments of a commutative node, as stored positions. */
  displayPositions(id: NodeId): readonly number[] {
    const count = this.graph.arity(id);
    const order = this.graph.displayOrder(id);
    return order?.length === count ? order : Array.from({ length: count }, (_, k) => k);
  }

  isTyped(id: NodeId): boolean {
    return this.options.typed?.has(id) ?? true;
  }
}
