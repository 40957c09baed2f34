/**
 * For emission: sums that are there already are used again. The tangent of u = s·x + c·y by an angle holds c·t·x - s·t·y,
 * which is t·v for the other coordinate v = c·x - s·y of the same rotation; written out term by term, as differentiation
 * leaves it, it takes three operations more. A sum of products is divided by what its terms have in common, and where
 * the quotient is a sum that is computed anyway, or the greater part of one, it is that sum. Along axes the same holds of
 * each element. Values keep their terms; only how derivatives are associated changes.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { boundOf, Renaming } from '../ir/dense.ts';
import type { Dim } from '../ir/dim.ts';
import { narrowProduct } from '../ir/narrow.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import * as T from '../ir/traits.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, renamedInOrder } from '../ir/walk.ts';

/** A node read at labels of the sum, by its number in `Factors`; or a part split off a sum: -1 - its number. */
type Factor = number;

interface Term {
  readonly coef: Rational;
  /** ascending */
  readonly factors: readonly Factor[];
  /** the argument of the sum that this is, as long as nothing was taken out of it */
  readonly argument?: { readonly coef: Rational } & Operand;
}

/** Nodes at labels, numbered: what terms are compared by. */
class Factors {
  readonly #numbers = new Map<string, Factor>();
  readonly operands: Operand[] = [];

  number(operand: Operand): Factor {
    const key = `${operand.id}|${operand.sub.join('.')}`;
    const known = this.#numbers.get(key) ?? this.operands.length;
    if (known === this.operands.length) {
      this.#numbers.set(key, known);
      this.operands.push(operand);
    }
    return known;
  }
}

/** Longer sums are left alone: comparing terms in pairs would take longer than they are worth. */
const MOST_TERMS = 24;

/** The roots with shared sums; `values` are computed from the terms that they have. */
export function shareSums(b: Builder, roots: readonly NodeId[], values: readonly NodeId[]): NodeId[] {
  const order = reachable(b.graph, roots);
  const primal = new Set(reachable(b.graph, values));
  const sharing = new Sharing(b);
  for (const id of order) {
    const terms = termsOf(b, sharing.factors, id);
    if (terms !== undefined) sharing.visit(id, terms, primal.has(id) ? 'value' : 'derivative');
  }
  return sharing.changed.size === 0 ? [...roots] : sharing.rebuilt(order, roots);
}

/** Of a sum with products in it; products of products are opened. */
function termsOf(b: Builder, factors: Factors, id: NodeId): Term[] | undefined {
  const { graph } = b;
  if ((graph.traits(id) & T.SUM) === 0 || graph.arity(id) > MOST_TERMS) return undefined;
  const attr = graph.attr(id);
  if (attr.kind !== 'add') return undefined;
  const terms = attr.coefs.map((coef, k): Term => {
    const argument = { coef, id: graph.arg(id, k), sub: attr.subs[k] ?? [] };
    return { ...openProducts(b, factors, argument), argument };
  });
  return terms.some((t) => t.factors.length > 1) ? terms : undefined;
}

function openProducts(b: Builder, factors: Factors, argument: Operand & { readonly coef: Rational }): Term {
  const opened: Factor[] = [];
  const pending: Operand[] = [argument];
  let scale = argument.coef;
  for (let operand = pending.pop(); operand !== undefined; operand = pending.pop()) {
    const { id, sub } = operand;
    const attr = isPlainProduct(b, id) ? b.graph.attr(id) : undefined;
    if (attr?.kind !== 'ein') opened.push(factors.number({ id, sub }));
    else {
      scale = Q.multiply(scale, attr.coef);
      attr.subs.forEach((own, k) => pending.push({ id: b.graph.arg(id, k), sub: compose(own, sub) }));
    }
  }
  return { coef: scale, factors: opened.sort((x, y) => x - y) };
}

const isPlainProduct = ({ graph }: Builder, id: NodeId): boolean => (graph.traits(id) & (T.PRODUCT | T.CONTRACTION)) === T.PRODUCT;

/** Two terms of a sum, up to a common factor and coefficient. */
const pairKey = (x: Term, y: Term): string => `${x.factors.join()}|${y.factors.join()}|${Q.formatRational(Q.multiply(y.coef, Q.invert(x.coef)))}`;

const compareFactors = (x: readonly Factor[], y: readonly Factor[]): number => {
  for (let k = 0; k < Math.min(x.length, y.length); k++) if (x[k] !== y[k]) return (x[k] ?? 0) - (y[k] ?? 0);
  return x.length - y.length;
};

/** A sum, whole or in part, that terms of another one are a multiple of. */
interface Match {
  readonly sum: Factor;
  /** places of its own terms */
  readonly own: readonly number[];
  /** places in the sum that is looked at */
  readonly places: readonly number[];
  readonly coef: Rational;
  readonly factors: readonly Factor[];
}

class Sharing {
  readonly b: Builder;
  readonly factors = new Factors();
  /** what each sum, read at its own axes, is made of, nodes and parts */
  readonly #terms = new Map<Factor, readonly Term[]>();
  /** sums that hold a pair of terms, in the order they were met */
  readonly #holders = new Map<string, Factor[]>();
  /** sums whose terms are no longer those of their node */
  readonly changed = new Map<NodeId, Factor>();
  /** the axes of each part */
  readonly #shapes: (readonly Dim[])[] = [];

  constructor(b: Builder) {
    this.b = b;
  }

  visit(id: NodeId, terms: readonly Term[], kind: 'value' | 'derivative'): void {
    const sum = this.factors.number(this.b.whole(id));
    const found = kind === 'derivative' ? this.#shared(terms, this.b.graph.shape(id)) : undefined;
    if (found !== undefined) this.changed.set(id, sum);
    this.#define(sum, found ?? terms);
  }

  #shapeOf(sum: Factor): readonly Dim[] {
    return sum < 0 ? this.#shapes[-1 - sum] ?? [] : this.b.graph.shape(this.factors.operands[sum]?.id ?? -1);
  }

  #define(sum: Factor, terms: readonly Term[]): void {
    this.#terms.set(sum, terms);
    const sorted = terms.filter((t) => t.factors.length > 0).sort((x, y) => compareFactors(x.factors, y.factors));
    sorted.forEach((x, k) => {
      for (const y of sorted.slice(k + 1)) {
        const key = pairKey(x, y);
        const holders = this.#holders.get(key);
        if (holders === undefined) this.#holders.set(key, [sum]);
        else if (!holders.includes(sum)) holders.push(sum);
      }
    });
  }

  /** The terms with known sums in them, as they stand or with the sums among their factors multiplied out; undefined when there are none. */
  #shared(terms: readonly Term[], shape: readonly Dim[]): readonly Term[] | undefined {
    const direct = this.#reduced(terms, [], shape);
    const opened = this.#opened(terms);
    const indirect = opened && this.#reduced(opened.terms, opened.sums, shape);
    // what is multiplied out must be gathered again: no more work than before, and none for the sums that were opened
    if (indirect !== undefined && work(indirect) <= Math.min(work(terms), direct === undefined ? Infinity : work(direct))) return indirect;
    return direct;
  }

  /** Each term that has just one sum among its factors multiplied out, and those sums. */
  #opened(terms: readonly Term[]): { readonly terms: readonly Term[]; readonly sums: readonly Factor[] } | undefined {
    const gone: Factor[] = [];
    const opened = terms.flatMap((term): readonly Term[] => {
      const sums = term.factors.filter((f) => this.#terms.has(f));
      const [sum] = sums;
      const inner = sums.length === 1 && sum !== undefined ? this.#terms.get(sum) : undefined;
      if (sum === undefined || inner === undefined) return [term];
      gone.push(sum);
      const rest = without(term.factors, [sum]);
      return inner.map((t) => ({ coef: Q.multiply(term.coef, t.coef), factors: merged(rest, t.factors) }));
    });
    return opened.length > terms.length && opened.length <= MOST_TERMS ? { terms: opened, sums: gone } : undefined;
  }

  /** The terms with sums in place of those that they are made of, other than the `excluded`. */
  #reduced(terms: readonly Term[], excluded: readonly Factor[], shape: readonly Dim[]): readonly Term[] | undefined {
    let current = terms;
    for (let match = this.#bestMatch(current, excluded, shape); match !== undefined; match = this.#bestMatch(current, excluded, shape)) {
      const { places, coef, factors } = match;
      const sum = this.#partOf(match);
      const kept = current.filter((_, k) => !places.includes(k));
      const at = current.slice(0, places[0]).filter((_, k) => !places.includes(k)).length;
      current = [...kept.slice(0, at), { coef, factors: merged(factors, [sum]) }, ...kept.slice(at)];
    }
    return current === terms ? undefined : current;
  }

  #bestMatch(terms: readonly Term[], excluded: readonly Factor[], shape: readonly Dim[]): Match | undefined {
    let best: Match | undefined;
    for (const [i, x] of terms.entries()) {
      for (const y of terms.slice(i + 1)) {
        const factors = common(x.factors, y.factors);
        if (factors.length === 0) continue;
        const [p, q] = [divided(x, factors), divided(y, factors)].sort((s, t) => compareFactors(s.factors, t.factors));
        if (p === undefined || q === undefined || p.factors.length === 0) continue;
        for (const sum of this.#holders.get(pairKey(p, q)) ?? []) {
          const match = excluded.includes(sum) || !isPrefix(this.#shapeOf(sum), shape) ? undefined : this.#match(sum, terms, p, factors);
          if (match !== undefined && match.places.length > (best?.places.length ?? 1)) best = match;
        }
      }
    }
    return best;
  }

  /** All terms of the sum that the terms hold a multiple of, given one of them. */
  #match(sum: Factor, terms: readonly Term[], first: Term, factors: readonly Factor[]): Match | undefined {
    const own = this.#terms.get(sum) ?? [];
    const same = own.find((t) => compareFactors(t.factors, first.factors) === 0);
    if (same === undefined) return undefined;
    const coef = Q.multiply(first.coef, Q.invert(same.coef));
    const pairs = own.flatMap((t, n) => {
      const wanted = merged(t.factors, factors);
      const at = terms.findIndex((s) => compareFactors(s.factors, wanted) === 0 && Q.equal(s.coef, Q.multiply(coef, t.coef)));
      return at < 0 ? [] : [{ n, at }];
    });
    if (pairs.length < 2) return undefined;
    return { sum, own: pairs.map((p) => p.n), places: pairs.map((p) => p.at).sort((x, y) => x - y), coef, factors };
  }

  /** The sum that was matched: where it is part of a longer one, that one is made of it from now on. */
  #partOf({ sum, own }: Match): Factor {
    const terms = this.#terms.get(sum) ?? [];
    if (own.length === terms.length) return sum;
    const part = -1 - this.#shapes.length;
    this.#shapes.push(this.#shapeOf(sum));
    this.#define(part, own.map((n) => terms[n]).filter((t) => t !== undefined));
    const [at = 0] = own;
    this.#define(sum, terms.flatMap((t, n) => (n === at ? [{ coef: Q.ONE, factors: [part] }] : own.includes(n) ? [] : [t])));
    if (sum >= 0) this.changed.set(this.factors.operands[sum]?.id ?? -1, sum);
    return part;
  }

  rebuilt(order: readonly NodeId[], roots: readonly NodeId[]): NodeId[] {
    const made = new Renaming(boundOf(order));
    const parts = new Map<Factor, NodeId>();
    const operandOf = (f: Factor): Operand => {
      const known = this.factors.operands[f];
      return known === undefined ? this.b.whole(partAt(f)) : { id: made.get(known.id), sub: known.sub };
    };
    const sumOf = (sum: Factor): NodeId => {
      const shape = this.#shapeOf(sum);
      const terms = this.#terms.get(sum) ?? [];
      const [only] = terms;
      if (only !== undefined && terms.length === 1) return this.b.ein(only.coef, only.factors.map(operandOf), shape);
      const operands = terms.map(({ coef, factors, argument }) => (argument === undefined
        ? { coef, ...narrowProduct(this.b, Q.ONE, factors.map(operandOf), shape) }
        : { coef: argument.coef, id: made.get(argument.id), sub: argument.sub }));
      return this.b.add(operands, shape);
    };
    // parts are made of terms of sums below: at most as deep as sums were split again
    const partAt = (part: Factor): NodeId => {
      const known = parts.get(part);
      if (known !== undefined) return known;
      const id = sumOf(part);
      parts.set(part, id);
      return id;
    };
    for (const id of order) {
      const sum = this.changed.get(id);
      const next = sum === undefined ? renamedInOrder(this.b, id, made) : sumOf(sum);
      if (next !== id) made.set(id, next);
    }
    return roots.map((root) => made.get(root));
  }
}

const isPrefix = (own: readonly Dim[], shape: readonly Dim[]): boolean => own.length <= shape.length && own.every((d, k) => d === shape[k]);

/** Operations that the terms of a sum take beside their factors; a product that is there already takes none but its own. */
function work(terms: readonly Term[]): number {
  return terms.reduce((n, t) => n + Math.max(0, t.factors.length - 1), terms.length - 1);
}

function common(x: readonly Factor[], y: readonly Factor[]): Factor[] {
  const left = [...y];
  return x.filter((f) => {
    const at = left.indexOf(f);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function without(x: readonly Factor[], gone: readonly Factor[]): Factor[] {
  const left = [...x];
  for (const f of gone) {
    const at = left.indexOf(f);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

const merged = (x: readonly Factor[], y: readonly Factor[]): Factor[] => [...x, ...y].sort((p, q) => p - q);
const divided = (term: Term, by: readonly Factor[]): Term => ({ coef: term.coef, factors: without(term.factors, by) });
