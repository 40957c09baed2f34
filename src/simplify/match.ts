/** Matches a rule's pattern against a node: elementwise, up to the order of factors and terms. */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { rowOf } from '../ops/table.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from './operands.ts';
import type { CompiledRule } from './rule.ts';

/** What each variable of the pattern stands for, by its leaf. */
type Bindings = ReadonlyMap<NodeId, Operand>;
type Solutions = Generator<Bindings, void>;

export interface Match {
  /** in the order of the rule's variables */
  readonly operands: readonly Operand[];
  /** factors of the product that the pattern leaves over */
  readonly rest: { readonly coef: Q.Rational; readonly factors: readonly Operand[] };
}

/** The first way in which the pattern is the node, or a part of it when the node is a product. */
export function matchRule(b: Builder, compiled: CompiledRule, id: NodeId): Match | undefined {
  const { pattern } = compiled;
  const matcher = new Matcher(b, compiled);
  const root = pattern.graph.attr(pattern.root);
  const found = root.kind === 'ein' ? matcher.part(root, b.whole(id)) : matcher.whole(b.whole(id));
  if (found === undefined) return undefined;
  const operands = pattern.parameters.map((leaf) => found.bindings.get(leaf));
  return operands.every((o) => o !== undefined) ? { operands, rest: found.rest } : undefined;
}

class Matcher {
  readonly #b: Builder;
  readonly #rule: CompiledRule;

  constructor(b: Builder, rule: CompiledRule) {
    this.#b = b;
    this.#rule = rule;
  }

  whole(target: Operand): { bindings: Bindings; rest: Match['rest'] } | undefined {
    for (const bindings of this.#node(this.#rule.pattern.root, target, new Map())) return { bindings, rest: { coef: Q.ONE, factors: [] } };
    return undefined;
  }

  /** The pattern is a product: it may be some of the factors of the target. */
  part(pattern: EinAttr, target: Operand): { bindings: Bindings; rest: Match['rest'] } | undefined {
    const { coef, factors } = this.#product(target);
    for (const { bindings, left } of this.#factors(this.#rule.pattern.root, pattern, factors, new Map())) {
      return { bindings, rest: { coef: Q.multiply(coef, Q.invert(pattern.coef)), factors: left } };
    }
    return undefined;
  }

  /** Patterns are a few nodes deep: plain recursion. */
  *#node(pattern: NodeId, target: Operand, bindings: Bindings): Solutions {
    const b = this.#b;
    const attr = this.#rule.pattern.graph.attr(pattern);
    const node = b.graph.attr(target.id);
    switch (attr.kind) {
      case 'leaf': yield* this.#bind(pattern, Q.ONE, target, bindings); break;
      case 'const': if (node.kind === 'const' && b.graph.intern(attr, []) === target.id) yield bindings; break;
      case 'map': if (node.kind === 'map' && node.op === attr.op) yield* this.#arguments(pattern, attr, node, target, bindings); break;
      case 'ein': yield* this.#wholeProduct(pattern, attr, target, bindings); break;
      case 'add': if (node.kind === 'add' && node.subs.length === attr.subs.length) yield* this.#terms(pattern, attr, node, target, bindings); break;
      default: break;
    }
  }

  /** variable = target/coef, if it stands for nothing else yet. */
  *#bind(leaf: NodeId, coef: Q.Rational, target: Operand, bindings: Bindings): Solutions {
    const b = this.#b;
    const operand = Q.isOne(coef) ? target : { id: b.scale(Q.invert(coef), target.id), sub: target.sub };
    const present = bindings.get(leaf);
    if (present === undefined) yield new Map(bindings).set(leaf, operand);
    else if (present.id === operand.id && present.sub.join() === operand.sub.join()) yield bindings;
  }

  *#arguments(pattern: NodeId, attr: MapAttr, node: MapAttr, target: Operand, bindings: Bindings): Solutions {
    const count = attr.subs.length;
    const operand = (k: number): Operand => ({ id: this.#b.graph.arg(target.id, k), sub: compose(node.subs[k] ?? [], target.sub) });
    const orders = count === 2 && rowOf(attr.op).facts?.includes('commutative') ? [[0, 1], [1, 0]] : [Array.from({ length: count }, (_, k) => k)];
    for (const order of orders) yield* this.#inOrder(order.map((k, position) => ({ pattern: this.#rule.pattern.graph.arg(pattern, position), target: operand(k) })), bindings);
  }

  *#inOrder(pairs: readonly { pattern: NodeId; target: Operand }[], bindings: Bindings): Solutions {
    const [first, ...others] = pairs;
    if (first === undefined) {
      yield bindings;
      return;
    }
    for (const next of this.#node(first.pattern, first.target, bindings)) yield* this.#inOrder(others, next);
  }

  /** A product inside a pattern is met as a whole; `-u` stands for anything, with the sign changed. */
  *#wholeProduct(pattern: NodeId, attr: EinAttr, target: Operand, bindings: Bindings): Solutions {
    const only = this.#rule.pattern.graph.arg(pattern, 0);
    if (attr.subs.length === 1 && this.#rule.pattern.graph.attr(only).kind === 'leaf') {
      yield* this.#bind(only, attr.coef, target, bindings);
      return;
    }
    const { coef, factors } = this.#product(target);
    if (!Q.equal(coef, attr.coef) || factors.length !== attr.subs.length) return;
    for (const { bindings: next } of this.#factors(pattern, attr, factors, bindings)) yield next;
  }

  #product(target: Operand): { coef: Q.Rational; factors: Operand[] } {
    const attr = this.#b.graph.attr(target.id);
    if (attr.kind !== 'ein' || attr.sums.length > 0 || attr.subs.length === 0) return { coef: Q.ONE, factors: [target] };
    return { coef: attr.coef, factors: displayOperands(this.#b.graph, target.id, attr).map(({ operand }) => ({ id: operand.id, sub: compose(operand.sub, target.sub) })) };
  }

  *#factors(pattern: NodeId, attr: EinAttr, factors: readonly Operand[], bindings: Bindings, from = 0): Generator<{ bindings: Bindings; left: readonly Operand[] }, void> {
    if (from === attr.subs.length) {
      yield { bindings, left: factors };
      return;
    }
    for (let k = 0; k < factors.length; k++) {
      const factor = factors[k];
      if (factor === undefined) continue;
      const left = factors.filter((_, n) => n !== k);
      for (const next of this.#node(this.#rule.pattern.graph.arg(pattern, from), factor, bindings)) yield* this.#factors(pattern, attr, left, next, from + 1);
    }
  }

  *#terms(pattern: NodeId, attr: AddAttr, node: AddAttr, target: Operand, bindings: Bindings, from = 0, taken: readonly number[] = []): Solutions {
    if (from === attr.subs.length) {
      yield bindings;
      return;
    }
    const { graph } = this.#rule.pattern;
    const term = graph.arg(pattern, from);
    const wanted = attr.coefs[from] ?? Q.ONE;
    for (let k = 0; k < node.subs.length; k++) {
      if (taken.includes(k)) continue;
      const coef = node.coefs[k] ?? Q.ONE;
      const operand = { id: this.#b.graph.arg(target.id, k), sub: compose(node.subs[k] ?? [], target.sub) };
      const variable = graph.attr(term).kind === 'leaf';
      if (!variable && !Q.equal(coef, wanted)) continue;
      const found = variable ? this.#bind(term, Q.multiply(wanted, Q.invert(coef)), operand, bindings) : this.#node(term, operand, bindings);
      for (const next of found) yield* this.#terms(pattern, attr, node, target, next, from + 1, [...taken, k]);
    }
  }
}
