/**
 * Matches a rule's pattern against a node: elementwise, up to the order of factors and terms. At the root a product
 * or a sum may be matched in part (a power too: `1/cosh(u)` is a part of `x/cosh(u)^3`), a sum up to a common factor;
 * what is left over is given back. Inside, a variable stands for any formula, for the rest of a sum or of a product.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { displayOperands } from '../ir/display.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import { instantiate } from '../ir/template.ts';
import type { AddAttr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';
import { monomialOf } from './monomial.ts';
import { factorsOf, termsOf, type Factor, type SumTerm } from './parts.ts';
import type { CompiledRule } from './rule.ts';
import { sameMonomial, squareRoot, squared } from './square-root.ts';

/** What each variable of the pattern stands for, by its leaf. */
type Bindings = ReadonlyMap<NodeId, Operand>;
type Solutions<T = Bindings> = Generator<T, void>;

export interface Match {
  /** in the order of the rule's variables */
  readonly operands: readonly Operand[];
  /** makes the whole node from what takes the place of the matched part */
  readonly rest: Rest;
}

export type Rest =
  | { readonly kind: 'product'; readonly coef: Q.Rational; readonly factors: readonly Operand[]; readonly at: number }
  | { readonly kind: 'sum'; readonly scale: Q.Rational; readonly terms: readonly SumTerm[]; readonly at: number };

const NOTHING: Rest = { kind: 'product', coef: Q.ONE, factors: [], at: 0 };

/** Where the first of the parts that were taken out stood. */
const firstTaken = <T>(all: readonly T[], left: readonly T[]): number => all.findIndex((part, k) => left[k] !== part);

/** Beyond this many parts a pattern with two of them is not searched for. */
const MOST_PARTS = 64;

/** The first way in which the pattern is the node, or a part of it. */
export function matchRule(b: Builder, compiled: CompiledRule, id: NodeId): Match | undefined {
  const matcher = new Matcher(b, compiled, labelsOf(b, id));
  for (const { bindings, rest } of matcher.root(id)) {
    const operands = compiled.pattern.parameters.map((leaf) => bindings.get(leaf));
    if (operands.every((o) => o !== undefined)) return { operands, rest };
  }
  return undefined;
}

/** The sizes of all labels that arguments of the node may speak of. */
export function labelsOf(b: Builder, id: NodeId): readonly Dim[] {
  const attr = b.graph.attr(id);
  return attr.kind === 'ein' ? [...attr.shape, ...attr.sums] : attr.shape;
}

class Matcher {
  readonly #b: Builder;
  readonly #rule: CompiledRule;
  readonly #labels: readonly Dim[];

  constructor(b: Builder, rule: CompiledRule, labels: readonly Dim[]) {
    this.#b = b;
    this.#rule = rule;
    this.#labels = labels;
  }

  *root(id: NodeId): Solutions<{ bindings: Bindings; rest: Rest }> {
    const { graph, root } = this.#rule.pattern;
    const wanted = graph.attr(root);
    const found = this.#b.graph.attr(id);
    if (wanted.kind === 'add') {
      if (found.kind === 'add') yield* this.#partOfSum(wanted, id, found);
    } else if (wanted.kind === 'ein' || (wanted.kind === 'map' && wanted.op === core.pow)) {
      if (found.kind === 'ein' || found.kind === 'map') yield* this.#partOfProduct(id);
    } else {
      const whole = { id, sub: this.#labels.map((_, label) => label) };
      for (const bindings of this.#node(root, whole, new Map())) yield { bindings, rest: NOTHING };
    }
  }

  // ---- the root ------------------------------------------------------------------------------

  *#partOfProduct(id: NodeId): Solutions<{ bindings: Bindings; rest: Rest }> {
    const pattern = factorsOf(this.#rule.pattern.graph, this.#rule.pattern.root);
    const target = factorsOf(this.#b.graph, id);
    if (pattern.factors.length > 1 && target.factors.length > MOST_PARTS) return;
    for (const { bindings, left } of this.#powers(this.#leavesLast(pattern.factors), target.factors, new Map())) {
      const factors = left.map((f) => this.#power(f));
      yield { bindings, rest: { kind: 'product', coef: Q.multiply(target.coef, Q.invert(pattern.coef)), factors, at: firstTaken(target.factors, left) } };
    }
  }

  #leavesLast(factors: readonly Factor[]): readonly Factor[] {
    const isLeaf = (f: Factor): boolean => this.#rule.pattern.graph.attr(f.base.id).kind === 'leaf';
    return [...factors.filter((f) => !isLeaf(f)), ...factors.filter(isLeaf)];
  }

  /** Every pattern factor takes its power out of one of the target's. */
  *#powers(wanted: readonly Factor[], target: readonly Factor[], bindings: Bindings): Solutions<{ bindings: Bindings; left: readonly Factor[] }> {
    const [first, ...others] = wanted;
    if (first === undefined) {
      yield { bindings, left: target };
      return;
    }
    for (const [k, factor] of target.entries()) {
      const left = factor.exponent - first.exponent;
      const sameSign = factor.exponent > 0n === first.exponent > 0n;
      if (!sameSign || (first.exponent > 0n ? left < 0n : left > 0n)) continue;
      for (const next of this.#node(first.base.id, factor.base, bindings)) {
        yield* this.#powers(others, target.toSpliced(k, 1, ...(left === 0n ? [] : [{ ...factor, exponent: left }])), next);
      }
    }
  }

  #power({ base, exponent }: Factor): Operand {
    return exponent === 1n ? base : { id: this.#b.power(base.id, Q.integer(exponent)), sub: base.sub };
  }

  *#partOfSum(pattern: AddAttr, id: NodeId, found: AddAttr): Solutions<{ bindings: Bindings; rest: Rest }> {
    const wanted = termsOf(this.#rule.pattern.graph, this.#rule.pattern.root, pattern);
    const target = termsOf(this.#b.graph, id, found);
    if (target.length > MOST_PARTS && wanted.length > 1) return;
    const [first, ...others] = this.#structuredFirst(wanted);
    if (first === undefined) return;
    for (const [k, term] of target.entries()) {
      const scale = Q.multiply(term.coef, Q.invert(first.coef));
      for (const bindings of this.#node(first.id, term, new Map())) {
        for (const end of this.#terms(others, target.toSpliced(k, 1), scale, bindings)) {
          yield { bindings: end.bindings, rest: { kind: 'sum', scale, terms: end.left, at: firstTaken(target, end.left) } };
        }
      }
    }
  }

  *#terms(wanted: readonly SumTerm[], target: readonly SumTerm[], scale: Q.Rational, bindings: Bindings): Solutions<{ bindings: Bindings; left: readonly SumTerm[] }> {
    const [first, ...others] = wanted;
    if (first === undefined) {
      yield { bindings, left: target };
      return;
    }
    const bound = this.#rule.pattern.graph.attr(first.id).kind === 'leaf' ? bindings.get(first.id) : undefined;
    const coef = Q.multiply(scale, first.coef);
    if (bound !== undefined) {
      const left = this.#without(target, coef, bound);
      if (left !== undefined) yield* this.#terms(others, left, scale, bindings);
      return;
    }
    for (const [k, term] of target.entries()) {
      if (!Q.equal(term.coef, coef)) {
        const rest = this.#shrunk(first, term, coef);
        if (rest !== undefined) yield* this.#terms(others, target.map((t, n) => (n === k ? rest : t)), scale, bindings);
        continue;
      }
      for (const next of this.#node(first.id, term, bindings)) yield* this.#terms(others, target.toSpliced(k, 1), scale, next);
    }
  }

  /** What a constant term leaves when a part of it is taken out, if that is smaller. */
  #shrunk(wanted: SumTerm, term: SumTerm, coef: Q.Rational): SumTerm | undefined {
    if (this.#rule.rule.constant !== 'shrinks' || this.#rule.pattern.graph.attr(wanted.id).kind !== 'const' || term.id !== this.#b.integer(1)) return undefined;
    const rest = Q.subtract(term.coef, coef);
    return Q.compare(Q.multiply(rest, rest), Q.multiply(term.coef, term.coef)) < 0 ? { ...term, coef: rest } : undefined;
  }

  /** The terms without coef·operand, which is one of them or several. */
  #without(target: readonly SumTerm[], coef: Q.Rational, operand: Operand): readonly SumTerm[] | undefined {
    const b = this.#b;
    const inner = b.graph.attr(operand.id);
    const parts: SumTerm[] = inner.kind === 'add'
      ? termsOf(b.graph, operand.id, inner).map((t) => ({ ...t, sub: compose(t.sub, operand.sub) }))
      : [{ ...coefficientOf(b, operand) }];
    let left = target;
    for (const part of parts) {
      const at = left.findIndex((t) => sameOperand(t, part) && Q.equal(t.coef, Q.multiply(coef, part.coef)));
      if (at < 0) return undefined;
      left = left.filter((_, k) => k !== at);
    }
    return left;
  }

  /** Variables last: what they stand for is then known. */
  #structuredFirst(terms: readonly SumTerm[]): SumTerm[] {
    const rank = (t: SumTerm): number => {
      const { kind } = this.#rule.pattern.graph.attr(t.id);
      return kind === 'leaf' ? 2 : kind === 'const' ? 1 : 0;
    };
    return terms.toSorted((x, y) => rank(x) - rank(y));
  }

  // ---- inside --------------------------------------------------------------------------------

  /** Patterns are a few nodes deep: plain recursion. */
  *#node(pattern: NodeId, target: Operand, bindings: Bindings): Solutions {
    const b = this.#b;
    const attr = this.#rule.pattern.graph.attr(pattern);
    const node = b.graph.attr(target.id);
    switch (attr.kind) {
      case 'leaf': yield* this.#bind(pattern, Q.ONE, target, bindings); break;
      case 'const': if (node.kind === 'const' && b.graph.intern(attr, []) === target.id) yield bindings; break;
      case 'map':
        if (this.#isSquare(pattern, attr)) yield* this.#square(pattern, Q.ONE, target, bindings);
        else if (node.kind === 'map' && node.op === attr.op) yield* this.#arguments(pattern, attr, node, target, bindings);
        break;
      case 'ein': yield* this.#product(pattern, attr, target, bindings); break;
      case 'add': if (node.kind === 'add') yield* this.#sum(pattern, attr, node, target, bindings); break;
      default: break;
    }
  }

  /** variable = target/coef, if it stands for nothing else yet. */
  *#bind(leaf: NodeId, coef: Q.Rational, target: Operand, bindings: Bindings): Solutions {
    const b = this.#b;
    const operand = Q.isOne(coef) ? target : { id: b.scale(Q.invert(coef), target.id), sub: target.sub };
    const present = bindings.get(leaf);
    if (present === undefined) yield new Map(bindings).set(leaf, operand);
    else if (sameOperand(present, operand) || sameMonomial(monomialOf(b, Q.ONE, present), monomialOf(b, Q.ONE, operand))) yield bindings;
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

  // ---- squares of variables ------------------------------------------------------------------

  #isSquare(pattern: NodeId, attr: MapAttr): boolean {
    const { graph } = this.#rule.pattern;
    if (attr.op !== core.pow) return false;
    const exponent = graph.attr(graph.arg(pattern, 1));
    return graph.attr(graph.arg(pattern, 0)).kind === 'leaf' && exponent.kind === 'const' && exponent.value.kind === 'rational' && Q.equal(exponent.value.value, Q.integer(2));
  }

  /** coef·u²: u is bound already, or is the root of a product of even powers. */
  *#square(pattern: NodeId, coef: Q.Rational, target: Operand, bindings: Bindings): Solutions {
    const b = this.#b;
    const leaf = this.#rule.pattern.graph.arg(pattern, 0);
    const bound = bindings.get(leaf);
    if (bound !== undefined) {
      const wanted = squared(b, bound);
      wanted.coef = Q.multiply(coef, wanted.coef);
      if (sameMonomial(wanted, monomialOf(b, Q.ONE, target))) yield bindings;
      return;
    }
    const root = squareRoot(b, Q.invert(coef), target, this.#labels);
    if (root !== undefined) yield new Map(bindings).set(leaf, root);
  }

  // ---- sums and products inside --------------------------------------------------------------

  *#product(pattern: NodeId, attr: EinAttr, target: Operand, bindings: Bindings): Solutions {
    const { graph } = this.#rule.pattern;
    const [only = -1, second] = graph.args(pattern);
    if (second === undefined) {
      const inner = graph.attr(only);
      if (inner.kind === 'leaf') yield* this.#bind(only, attr.coef, target, bindings);
      else if (inner.kind === 'map' && this.#isSquare(only, inner)) yield* this.#square(only, attr.coef, target, bindings);
      else {
        const { coef, ...body } = coefficientOf(this.#b, target);
        if (Q.equal(coef, attr.coef)) yield* this.#node(only, body, bindings);
      }
      return;
    }
    const node = this.#b.graph.attr(target.id);
    if (node.kind !== 'ein' || node.sums.length > 0) return;
    const factors = displayOperands(this.#b.graph, target.id, node).map(({ operand }) => ({ id: operand.id, sub: compose(operand.sub, target.sub) }));
    const wanted = displayOperands(graph, pattern, attr).map(({ operand }) => operand.id);
    const collecting = wanted.findLast((id) => graph.attr(id).kind === 'leaf');
    const structured = wanted.filter((id) => id !== collecting);
    if (collecting === undefined && (structured.length !== factors.length || !Q.equal(node.coef, attr.coef))) return;
    for (const { bindings: next, left } of this.#each(structured, factors, bindings)) {
      if (collecting === undefined) {
        if (left.length === 0) yield next;
        continue;
      }
      if (left.length === 0) continue;
      const rest = this.#b.ein(Q.multiply(node.coef, Q.invert(attr.coef)), left, this.#labels);
      yield* this.#bind(collecting, Q.ONE, this.#narrow(rest, left), next);
    }
  }

  *#each(wanted: readonly NodeId[], target: readonly Operand[], bindings: Bindings): Solutions<{ bindings: Bindings; left: readonly Operand[] }> {
    const [first, ...others] = wanted;
    if (first === undefined) {
      yield { bindings, left: target };
      return;
    }
    for (const [k, factor] of target.entries()) {
      for (const next of this.#node(first, factor, bindings)) yield* this.#each(others, target.toSpliced(k, 1), next);
    }
  }

  *#sum(pattern: NodeId, attr: AddAttr, node: AddAttr, target: Operand, bindings: Bindings): Solutions {
    const { graph } = this.#rule.pattern;
    const wanted = this.#structuredFirst(termsOf(graph, pattern, attr));
    const terms = termsOf(this.#b.graph, target.id, node).map((t) => ({ ...t, sub: compose(t.sub, target.sub) }));
    if (wanted.length > 2 && terms.length > MOST_PARTS) return;
    const last = wanted[wanted.length - 1];
    const collecting = last !== undefined && graph.attr(last.id).kind === 'leaf' ? last : undefined;
    const structured = collecting === undefined ? wanted : wanted.slice(0, -1);
    for (const { bindings: next, left } of this.#terms(structured, terms, Q.ONE, bindings)) {
      if (collecting === undefined) {
        if (left.length === 0) yield next;
        continue;
      }
      if (left.length === 0) continue;
      const rest = this.#b.add(left, this.#labels);
      yield* this.#bind(collecting.id, collecting.coef, this.#narrow(rest, left), next);
    }
  }

  /** A node made over all labels, as an operand that speaks only of those its parts use. */
  #narrow(id: NodeId, parts: readonly Operand[]): Operand {
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && only.id === id) return only;
    return { id, sub: this.#labels.map((_, label) => label) };
  }
}

const sameOperand = (x: Operand, y: Operand): boolean => x.id === y.id && x.sub.join() === y.sub.join();

function coefficientOf(b: Builder, operand: Operand): SumTerm {
  const attr = b.graph.attr(operand.id);
  if (attr.kind === 'const' && attr.value.kind === 'rational') return { coef: attr.value.value, id: b.integer(1), sub: [] };
  if (attr.kind !== 'ein' || Q.isOne(attr.coef) || Q.isZero(attr.coef)) return { coef: Q.ONE, ...operand };
  return { coef: attr.coef, id: b.scale(Q.invert(attr.coef), operand.id), sub: operand.sub };
}

/** The rule's right side in place of what matched. */
export function replaced(b: Builder, rule: CompiledRule, { operands, rest }: Match, id: NodeId): NodeId {
  const attr = b.graph.attr(id);
  const labels = labelsOf(b, id);
  const replacement = instantiate(b, rule.replacement, operands, labels);
  // where the first of the matched parts stood: the user's order stays
  if (rest.kind === 'sum') return b.add(rest.terms.toSpliced(rest.at, 0, { coef: rest.scale, ...replacement }), attr.shape);
  return b.ein(rest.coef, rest.factors.toSpliced(rest.at, 0, replacement), attr.shape, attr.kind === 'ein' ? attr.sums : []);
}
