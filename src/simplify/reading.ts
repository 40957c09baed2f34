/**
 * The form of a derivative that is printed. Sharing does not matter on paper, so products are opened wherever
 * they stand, and each sum takes the cheapest to read of: as it is, one common factor taken out, over one
 * denominator, that numerator multiplied out. What the user typed stays as typed. Never emitted as code.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, Attr, NodeId } from '../ir/types.ts';
import { reachable, rebuild } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { commonFactorForms } from './common-factor.ts';
import { ReadingCost } from './cost.ts';
import { joinPowers } from './join.ts';
import { normalise } from './normalise.ts';
import { applyRules, rulesFor, type Facts } from './recognise.ts';
import { READING_RULES } from './rules.ts';
import { contentOf, inverse, monomialOf, productNode, times, type Monomial } from './monomial.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from './operands.ts';

/** Beyond this many nodes nobody reads, and sharing does matter. */
const MOST_NODES = 2000;
const MOST_TERMS = 8;

/**
 * Nodes that mean the same as the roots where the primal is defined, made for reading. `primal` are the nodes
 * that were differentiated and those that have names: they stay as they are.
 */
export function readingForms(b: Builder, roots: readonly NodeId[], primal: readonly NodeId[]): NodeId[] {
  const typed = new Set(reachable(b.graph, primal));
  return roots.map((root) => {
    if (typed.has(root) || reachable(b.graph, [root]).length > MOST_NODES) return root;
    // on its own a root has fewer shared nodes; what is named or typed stays a node
    const alone = normalise(b, [root, ...primal])[0] ?? root;
    const form = readingForm(b, alone, reachable(b.graph, [alone]), typed);
    return normalise(b, [form, ...primal])[0] ?? form;
  });
}

/** A derivative is read where the primal is defined and smooth. */
const WHERE_DEFINED: Facts = { holds: () => true };

function readingForm(b: Builder, root: NodeId, order: readonly NodeId[], typed: ReadonlySet<NodeId>): NodeId {
  const made = new Map<NodeId, NodeId>();
  const before = b.graph.size;
  const reading = new Reading(b, typed);
  const rules = rulesFor(b, order, READING_RULES);
  for (const id of order) {
    if (typed.has(id)) continue;
    const attr = b.graph.attr(id);
    const old = [...b.graph.args(id)];
    const args = old.map((arg) => made.get(arg) ?? arg);
    const rebuilt = args.every((arg, k) => arg === old[k]) ? id : rebuild(b, attr, args);
    const form = reading.node(rebuilt, b.graph.attr(rebuilt));
    made.set(id, applyRules(b, form, rules, WHERE_DEFINED) ?? form);
  }
  b.graph.noteRule(before, 'reading');
  return made.get(root) ?? root;
}

class Reading {
  readonly #b: Builder;
  readonly #typed: ReadonlySet<NodeId>;
  readonly #cost: ReadingCost;

  constructor(b: Builder, typed: ReadonlySet<NodeId>) {
    this.#b = b;
    this.#typed = typed;
    this.#cost = new ReadingCost(b);
  }

  node(id: NodeId, attr: Attr): NodeId {
    const b = this.#b;
    if (this.#typed.has(id)) return id;
    if (attr.kind === 'ein' && attr.sums.length === 0 && attr.subs.length > 0) return productNode(b, this.#monomial(Q.ONE, b.whole(id)), attr.shape);
    if (attr.kind === 'map' && attr.op === core.pow) return productNode(b, this.#monomial(Q.ONE, b.whole(id)), attr.shape);
    return attr.kind === 'add' ? this.#sum(id, attr) : id;
  }

  #monomial(coef: Q.Rational, operand: Operand): Monomial {
    return joinPowers(this.#b, monomialOf(this.#b, coef, operand));
  }

  /** The cheapest of the candidates; the first of equals. */
  #sum(id: NodeId, attr: AddAttr): NodeId {
    const b = this.#b;
    const terms = displayOperands(b.graph, id, attr).map(({ operand, position }) => this.#monomial(attr.coefs[position] ?? Q.ONE, operand));
    if (terms.length > MOST_TERMS) return id;
    const asIs = this.#sumNode(terms, attr);
    const candidates = [asIs];
    const expanded = expand(b, terms, this.#typed);
    if (expanded !== undefined) candidates.push(this.#sumNode(expanded, attr));
    const content = contentOf(terms, attr.shape.length);
    // a plain polynomial is read term by term, and a number alone is not worth brackets
    if (content.powers.size > 0 && !this.#isPolynomial(terms)) {
      const rest = terms.map((term) => times(term, inverse(content)));
      candidates.push(this.#factored(content, this.#sumNode(rest, attr), attr));
      const numerator = expand(b, rest, new Set());
      if (numerator !== undefined) candidates.push(this.#factoredAgain(content, numerator, attr));
    }
    const sum = b.graph.attr(asIs);
    if (sum.kind === 'add') candidates.push(...commonFactorForms(b, asIs, sum));
    return candidates.reduce((best, candidate) => (this.#cost.of(candidate) < this.#cost.of(best) ? candidate : best), asIs);
  }

  #sumNode(terms: readonly Monomial[], attr: AddAttr): NodeId {
    const b = this.#b;
    return b.add(terms.map((term) => ({ coef: Q.ONE, ...b.whole(productNode(b, term, attr.shape)) })), attr.shape);
  }

  #factored(content: Monomial, rest: NodeId, attr: AddAttr): NodeId {
    return productNode(this.#b, times(content, monomialOf(this.#b, Q.ONE, this.#b.whole(rest))), attr.shape);
  }

  /** Like terms of the numerator may have left a common factor of their own. */
  #factoredAgain(content: Monomial, numerator: readonly Monomial[], attr: AddAttr): NodeId {
    const merged = this.#sumNode(numerator, attr);
    const sum = this.#b.graph.attr(merged);
    if (sum.kind !== 'add') return this.#factored(content, merged, attr);
    const terms = displayOperands(this.#b.graph, merged, sum).map(({ operand, position }) => this.#monomial(sum.coefs[position] ?? Q.ONE, operand));
    const second = contentOf(terms, attr.shape.length);
    return this.#factored(times(content, second), this.#sumNode(terms.map((term) => times(term, inverse(second))), attr), attr);
  }

  #isPolynomial(terms: readonly Monomial[]): boolean {
    return terms.every((term) => [...term.powers.values()].every((p) => !Q.isNegative(p.exponent) && this.#b.graph.attr(p.id).kind === 'leaf'));
  }
}

/** The terms with sums multiplied out, as long as they are few; undefined when there is nothing to do. */
function expand(b: Builder, terms: readonly Monomial[], kept: ReadonlySet<NodeId>): Monomial[] | undefined {
  let current = [...terms];
  let changed = false;
  for (let k = 0; k < current.length; ) {
    const term = current[k];
    const found = term === undefined ? undefined : [...term.powers].find(([, p]) => isExpandable(b, p.id, p.exponent) && !kept.has(p.id));
    if (term === undefined || found === undefined) {
      k++;
      continue;
    }
    const [key, power] = found;
    const sum = b.graph.attr(power.id);
    if (sum.kind !== 'add') return undefined;
    const rest: Monomial = { coef: term.coef, powers: new Map(term.powers) };
    rest.powers.delete(key);
    const again = Q.subtract(power.exponent, Q.ONE);
    if (!Q.isZero(again)) rest.powers.set(key, { ...power, exponent: again });
    const products = displayOperands(b.graph, power.id, sum).map(({ operand, position }) =>
      times(rest, monomialOf(b, sum.coefs[position] ?? Q.ONE, { id: operand.id, sub: compose(operand.sub, power.sub) })));
    current = [...current.slice(0, k), ...products, ...current.slice(k + 1)];
    changed = true;
    if (current.length > 2 * MOST_TERMS) return undefined;
  }
  return changed ? current : undefined;
}

const isExpandable = (b: Builder, id: NodeId, exponent: Q.Rational): boolean =>
  Q.isInteger(exponent) && exponent.num >= 1n && exponent.num <= 2n && b.graph.attr(id).kind === 'add';
