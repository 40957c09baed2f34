/** How hard a formula is to read: operations, divisions inside sums, leading minus signs. */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, EinAttr, NodeId, Sub } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { core } from '../ops/core.ts';

const DIVISION_IN_SUM = 1;
const NESTED_DIVISION = 2;
/** from here on parts of a formula have names */
const LONG = 40;
const LEADING_MINUS = 1;
/** x + (x - y) asks its reader for an addition */
const LIKE_TERMS_APART = 2;

/** Costs of nodes as trees, each node once. */
export class ReadingCost {
  readonly #b: Builder;
  readonly #known = new Map<NodeId, number>();

  constructor(b: Builder) {
    this.#b = b;
  }

  /** With what occurs more than once counted once, as where it is long it has a name. */
  ofWhole(id: NodeId): number {
    const tree = this.of(id);
    if (tree < LONG) return tree;
    let total = 0;
    for (const node of reachable(this.#b.graph, [id])) {
      total += this.of(node);
      for (const arg of this.#b.graph.args(node)) total -= this.of(arg) - 1;
    }
    return total;
  }

  /** Formulas that are read are small: the recursion is as deep as what a person would read. */
  of(id: NodeId): number {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const cost = this.#node(id);
    this.#known.set(id, cost);
    return cost;
  }

  #node(id: NodeId): number {
    const { graph } = this.#b;
    const attr = graph.attr(id);
    if (attr.kind === 'ein') return this.#product(id, attr);
    if (attr.kind === 'add') return this.#sum(id, attr);
    let cost = 1;
    for (const arg of graph.args(id)) cost += this.of(arg);
    if (attr.kind !== 'map' || attr.op !== core.pow) return cost;
    const exponent = this.#b.constantOf(graph.arg(id, 1));
    // 1/x is one sign and no exponent
    return exponent !== undefined && Q.equal(exponent, Q.MINUS_ONE) ? cost - 1 : cost;
  }

  #product(id: NodeId, attr: EinAttr): number {
    const { graph } = this.#b;
    let cost = attr.subs.length - 1 + (Q.isOne(attr.coef) ? 0 : Q.equal(attr.coef, Q.MINUS_ONE) ? LEADING_MINUS : 2) + attr.sums.length;
    for (const arg of graph.args(id)) cost += this.of(arg);
    // x·y⁻¹ is x/y: the reciprocal is no sign of its own
    let divides = false;
    let nested = false;
    for (const arg of graph.args(id)) {
      const divisor = isDivisor(this.#b, arg);
      if (divisor) cost -= 1;
      divides ||= divisor;
      nested ||= this.#dividesInside(divisor ? graph.arg(arg, 0) : arg);
    }
    if (divides && nested) cost += NESTED_DIVISION;
    return cost;
  }

  #sum(id: NodeId, attr: AddAttr): number {
    const { graph } = this.#b;
    let cost = attr.subs.length - 1 + (attr.coefs.every(Q.isNegative) ? LEADING_MINUS : 0) + (this.#hasLikeTermsApart(id, attr) ? LIKE_TERMS_APART : 0);
    attr.coefs.forEach((coef, k) => {
      const arg = graph.arg(id, k);
      const constant = this.#b.constantOf(arg) !== undefined;
      cost += this.of(arg) + (constant || Q.isOne(coef) || Q.equal(coef, Q.MINUS_ONE) ? 0 : 2) + (this.#divides(arg) ? DIVISION_IN_SUM : 0);
    });
    return cost;
  }

  /** Whether a term of a sum stands in brackets beside it once more. */
  #hasLikeTermsApart(id: NodeId, attr: AddAttr): boolean {
    const { graph } = this.#b;
    const met = new Set<string>();
    const isSecond = (term: NodeId, sub: Sub): boolean => met.size === met.add(`${term}:${sub.join(',')}`).size;
    return attr.subs.some((sub, k) => {
      const term = graph.arg(id, k);
      const inner = graph.attr(term);
      return inner.kind === 'add' ? inner.subs.some((own, j) => isSecond(graph.arg(term, j), compose(own, sub))) : isSecond(term, sub);
    });
  }

  #divides(id: NodeId): boolean {
    return isDivisor(this.#b, id) || (this.#b.graph.attr(id).kind === 'ein' && [...this.#b.graph.args(id)].some((f) => isDivisor(this.#b, f)));
  }

  /** A sum with a quotient in it. */
  #dividesInside(id: NodeId): boolean {
    return this.#b.graph.attr(id).kind === 'add' && [...this.#b.graph.args(id)].some((term) => this.#divides(term));
  }
}

function isDivisor(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.pow) return false;
  const exponent = b.constantOf(b.graph.arg(id, 1));
  return exponent !== undefined && Q.isNegative(exponent) && b.graph.attr(b.graph.arg(id, 0)).kind !== 'dim';
}
