/** Rules by what a node must be for them: at most nodes of a large graph none is tried. */
import type { Graph } from '../ir/graph.ts';
import * as T from '../ir/traits.ts';
import type { Attr, NodeId } from '../ir/types.ts';
import type { OpName } from '../ops/table.ts';
import type { CompiledRule } from './rule.ts';

export interface IndexedRule {
  readonly rule: CompiledRule;
  /** the bits of its anchors */
  readonly anchors: number;
}

const NONE: readonly IndexedRule[] = [];
const BITS = 31;

export class RuleIndex {
  readonly size: number;
  readonly #sums: IndexedRule[] = [];
  /** a power is a product of one factor */
  readonly #products: IndexedRule[] = [];
  readonly #byOp = new Map<OpName, IndexedRule[]>();
  /** of the operations that rules are anchored at; more than there are bits share them, which costs only time */
  readonly #bits = new Map<OpName, number>();
  /** the same by the number of the attribute, plus 1; 0 has not been asked for */
  #bitOfAttr: Int32Array;

  readonly #graph: Graph;

  /** For nodes of one graph. */
  constructor(graph: Graph, rules: readonly CompiledRule[]) {
    this.#graph = graph;
    this.#bitOfAttr = new Int32Array(graph.attributes);
    this.size = rules.length;
    for (const { anchors } of rules) for (const op of anchors) if (!this.#bits.has(op)) this.#bits.set(op, 1 << this.#bits.size % BITS);
    const products = new Set<CompiledRule>();
    for (const rule of rules) {
      const indexed = { rule, anchors: rule.anchors.reduce((all, op) => all | (this.#bits.get(op) ?? 0), 0) };
      if (rule.shape === 'sum') this.#sums.push(indexed);
      else if (rule.shape === 'product') {
        products.add(rule);
        this.#products.push(indexed);
      } else if (!this.#byOp.has(rule.shape.op)) this.#byOp.set(rule.shape.op, []);
    }
    // an operation may be a factor by itself: in the order of the catalogue
    for (const [op, list] of this.#byOp) {
      for (const rule of rules) {
        const anchors = this.#products.find((p) => p.rule === rule)?.anchors ?? 0;
        if (products.has(rule) || (typeof rule.shape === 'object' && rule.shape.op === op)) list.push({ rule, anchors });
      }
    }
  }

  /** The rules whose root fits the node, in the order of the catalogue. */
  candidates(id: NodeId): readonly IndexedRule[] {
    if (this.size === 0) return NONE;
    const graph = this.#graph;
    const traits = graph.traits(id);
    if ((traits & T.SUM) !== 0) return this.#sums;
    if ((traits & T.PRODUCT) !== 0) return this.#products;
    if ((traits & T.MAP) === 0) return NONE;
    const attr = graph.attr(id);
    return (attr.kind === 'map' ? this.#byOp.get(attr.op) : undefined) ?? this.#products;
  }

  /** The operations of a node, of its arguments, and of what those are powers of, as bits: a cheap look before matching. */
  outermost(id: NodeId): number {
    const graph = this.#graph;
    const isProduct = (graph.traits(id) & T.PRODUCT) !== 0;
    let found = this.#bit(id);
    for (let k = graph.arity(id) - 1; k >= 0; k--) {
      const arg = graph.arg(id, k);
      found |= this.#bit(arg);
      const traits = graph.traits(arg);
      const opens = (traits & T.POWER) !== 0 || (!isProduct && (traits & T.PRODUCT) !== 0);
      if (opens) for (let n = graph.arity(arg) - 1; n >= 0; n--) found |= this.#bit(graph.arg(arg, n));
    }
    return found;
  }

  #bit(id: NodeId): number {
    const graph = this.#graph;
    if ((graph.traits(id) & T.MAP) === 0) return 0;
    const number = graph.attrOf(id);
    if (number >= this.#bitOfAttr.length) this.#bitOfAttr = lengthened(this.#bitOfAttr, 2 * graph.attributes);
    const known = this.#bitOfAttr[number] ?? 0;
    if (known > 0) return known - 1;
    const bit = this.#bitOf(graph.attr(id));
    this.#bitOfAttr[number] = bit + 1;
    return bit;
  }

  #bitOf(attr: Attr): number {
    return attr.kind === 'map' ? (this.#bits.get(attr.op) ?? 0) : 0;
  }
}

function lengthened(old: Int32Array, length: number): Int32Array {
  const longer = new Int32Array(length);
  longer.set(old);
  return longer;
}
