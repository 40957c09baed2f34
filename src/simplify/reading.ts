/**
 * The form of a derivative that is printed. Sharing does not matter on paper, so products are opened wherever
 * they stand, and each sum takes the cheapest to read of: as it is, one common factor taken out, over one
 * denominator, that numerator multiplied out. What the user typed stays as typed. Never emitted as code.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, Attr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { isWhole, reachable, rewrite } from '../ir/walk.ts';
import { charactersOf } from '../print/sharing.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import { Beside } from './beside.ts';
import { factorsInBranches, joinedConditions, mergeBranches } from './branches.ts';
import { commonFactorForms } from './common-factor.ts';
import { ReadingCost } from './cost.ts';
import { joinPowers } from './join.ts';
import { listsOpened } from './listed.ts';
import { writtenOut, type WrittenForms } from './written.ts';
import { rationalForm } from './rational.ts';
import { Facts } from './facts.ts';
import { applyRules, rulesFor } from './recognise.ts';
import { EARLY_READING_RULES, READING_RULES } from './rules/reading.ts';
import { contentOf, inverse, monomialOf, multiplyPower, productNode, times, type Monomial } from './monomial.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

/** Beyond this many nodes nobody reads, and sharing does matter. */
const MOST_NODES = 2000;
/** Nor does anybody read so much in one answer: nodes and their arguments of all formulas. */
const MOST_TOGETHER = 100_000;
/** Where what is typed is not in normal form, each formula is brought into it beside all of that: so many typed nodes, counted for each formula again. */
const MOST_BESIDE = 4_000_000;
const MOST_TERMS = 8;
/** From this reading cost on a factor is not written twice in a sum. */
const WORTH_A_GROUP = 6;

/**
 * Nodes that mean the same as the roots where the primal is defined, made for reading. `primal` are the nodes
 * that were differentiated and those that have names: they stay as they are. What is too long is given to `tooLong`
 * and stays in normal form.
 */
export function readingForms(b: Builder, roots: readonly NodeId[], primal: readonly NodeId[], forms: WrittenForms = new Map(), tooLong: (root: NodeId) => void = () => undefined): NodeId[] {
  const typed = new Set(reachable(b.graph, primal));
  const known: Known = { typed, norms: normsAmong(b, typed), sigmoids: operationsAmong(b, typed, core.sigmoid), tanhs: operationsAmong(b, typed, core.tanh), contents: new Map() };
  let together = 0;
  // on its own a root has fewer shared nodes; what is named or typed stays a node
  const beside = new Beside(b, primal);
  return listsOpened(b, writtenOut(b, roots, primal, forms), typed).map((root) => {
    if (typed.has(root)) return root;
    const nodes = reachable(b.graph, [root]);
    together += nodes.reduce((sum, id) => sum + 1 + b.graph.arity(id), 0);
    if (nodes.length > MOST_NODES || together > MOST_TOGETHER || beside.visited > MOST_BESIDE) {
      tooLong(root);
      return root;
    }
    return beside.normal(readingForm(b, namedShorter(b, beside.normal(root), typed), known));
  });
}

/** A derivative is read where the primal is defined and smooth. */
const whereDefined = (b: Builder): Facts => new Facts(b, [], 'nonzero');

/** The reading rules, before anything is factored: (1 - u)·(1 + u) is found while u is one quotient. */
function namedShorter(b: Builder, root: NodeId, typed: ReadonlySet<NodeId>): NodeId {
  const before = b.graph.size;
  const rules = rulesFor(b, [root], EARLY_READING_RULES);
  const facts = whereDefined(b);
  const [form = root] = rules.size === 0 ? [root] : rewrite(b, [root], (id) => (typed.has(id) ? id : (applyRules(b, id, rules, facts) ?? id)));
  b.graph.noteRule(before, 'reading');
  return form;
}

function readingForm(b: Builder, root: NodeId, known: Known): NodeId {
  const order = reachable(b.graph, [root]);
  const before = b.graph.size;
  const { typed } = known;
  const reading = new Reading(b, order, known);
  const rules = rulesFor(b, order, [...EARLY_READING_RULES, ...READING_RULES]);
  const facts = whereDefined(b);
  const [read = root] = rewrite(b, [root], (id, original) => {
    if (typed.has(original)) return original;
    const form = reading.node(id, b.graph.attr(id));
    return applyRules(b, form, rules, facts) ?? form;
  });
  b.graph.noteRule(before, 'reading');
  return reading.asQuotient(read);
}

/** What the forms of all roots share. */
interface Known {
  readonly typed: ReadonlySet<NodeId>;
  /** norms among the typed nodes, by what they are the root of */
  readonly norms: ReadonlyMap<NodeId, NodeId>;
  /** typed ones, by their arguments */
  readonly sigmoids: ReadonlyMap<NodeId, NodeId>;
  readonly tanhs: ReadonlyMap<NodeId, NodeId>;
  /** what the terms of sums have in common, with what is left of the sums: the same sum is a factor of many products */
  readonly contents: Map<NodeId, { readonly content: Monomial; readonly rest: () => NodeId }>;
}

class Reading {
  readonly #b: Builder;
  readonly #known: Known;
  readonly #typed: ReadonlySet<NodeId>;
  readonly #cost: ReadingCost;
  /** sigmoids of the formula, by their arguments */
  readonly #sigmoids: ReadonlyMap<NodeId, NodeId>;

  constructor(b: Builder, order: readonly NodeId[], known: Known) {
    this.#b = b;
    this.#known = known;
    this.#typed = known.typed;
    this.#cost = new ReadingCost(b);
    this.#sigmoids = operationsAmong(b, order, core.sigmoid);
  }

  node(id: NodeId, attr: Attr): NodeId {
    const b = this.#b;
    if (this.#typed.has(id)) return id;
    if (attr.kind === 'ein' && attr.sums.length === 0 && attr.subs.length > 0) return this.#product(id, attr);
    if (attr.kind === 'map' && attr.op === core.pow) return productNode(b, this.#monomial(Q.ONE, b.whole(id)), attr.shape);
    if (attr.kind === 'map' && attr.op === core.exp) return this.#exponential(id, attr);
    if (attr.kind === 'map' && attr.op === core.sigmoid) return this.#sigmoid(id, attr);
    if (attr.kind === 'map' && attr.op === core.where) return joinedConditions(b, id, attr) ?? id;
    return attr.kind === 'add' ? this.#sum(id, attr) : id;
  }

  /** The whole as one quotient of polynomials where that is shorter. */
  asQuotient(id: NodeId): NodeId {
    const b = this.#b;
    const { kind, shape } = b.graph.attr(id);
    if ((kind !== 'add' && kind !== 'ein') || shape.length > 0 || this.#typed.has(id) || this.#isPolynomial(this.#termsOf(id))) return id;
    // one sum is in this form already
    if (reachable(b.graph, [id]).filter((node) => b.graph.attr(node).kind === 'add').length < 2) return id;
    const candidate = rationalForm(b, id);
    return candidate !== undefined && this.#cost.ofWhole(candidate) + 1 < this.#cost.ofWhole(id) && charactersOf(b.graph, candidate) <= charactersOf(b.graph, id) ? candidate : id;
  }

  /** exp(u - 2·ln(v)) is exp(u)/v². */
  #exponential(id: NodeId, attr: MapAttr): NodeId {
    const b = this.#b;
    const argument = b.graph.arg(id, 0);
    const split = logarithmsIn(b, argument);
    if (split === undefined) return id;
    const sub = attr.subs[0] ?? [];
    const shape = b.graph.shape(argument);
    const product: Monomial = { coef: Q.ONE, powers: new Map() };
    for (const { exponent, operand } of split.logarithms) multiplyPower(product, { id: operand.id, sub: compose(operand.sub, sub) }, exponent);
    const rest = b.add(split.others, shape);
    if (!b.isZero(rest)) multiplyPower(product, { id: b.map(core.exp, [b.whole(rest)], shape), sub }, Q.ONE);
    // products among the bases come apart
    return productNode(b, this.#monomial(Q.ONE, b.whole(productNode(b, product, attr.shape))), attr.shape);
  }

  /** sigmoid(-u) beside sigmoid(u) is 1 - sigmoid(u), so that the two meet; beside tanh(u) sigmoid(2·u) is (1 + tanh(u))/2. */
  #sigmoid(id: NodeId, attr: MapAttr): NodeId {
    const b = this.#b;
    const u = b.graph.arg(id, 0);
    const one = { coef: Q.ONE, ...b.whole(b.fill(Q.ONE, attr.shape)) };
    for (const half of [Q.HALF, Q.negate(Q.HALF)]) {
      const tanh = this.#known.tanhs.get(b.scale(half, u));
      if (tanh !== undefined) return b.scale(Q.HALF, b.add([one, { coef: Q.isNegative(half) ? Q.MINUS_ONE : Q.ONE, ...b.whole(tanh) }], attr.shape));
    }
    const minus = b.negate(u);
    const other = this.#known.sigmoids.get(minus) ?? this.#sigmoids.get(minus);
    if (other === undefined || !(this.#typed.has(other) || startsWithMinus(b, u))) return id;
    return b.add([one, { coef: Q.MINUS_ONE, ...b.whole(other) }], attr.shape);
  }

  /** Σ over a sum as a sum of Σs: Σⱼ (xᵢ - xⱼ) = n·xᵢ - Σ x. */
  #termByTerm(id: NodeId): NodeId | undefined {
    const b = this.#b;
    const attr = b.graph.attr(id);
    if (attr.kind !== 'ein' || attr.sums.length === 0) return undefined;
    const [only] = b.graph.args(id);
    const sum = only === undefined || attr.subs.length > 1 ? undefined : b.graph.attr(only);
    if (only === undefined || sum?.kind !== 'add' || sum.subs.length > MOST_TERMS) return undefined;
    const terms = displayOperands(b.graph, only, sum).map(({ operand, position }) => ({
      coef: sum.coefs[position] ?? Q.ONE,
      ...b.whole(b.ein(attr.coef, [{ id: operand.id, sub: compose(operand.sub, attr.subs[0] ?? []) }], attr.shape, attr.sums)),
    }));
    return b.add(terms, attr.shape);
  }

  #sumsOpened(term: Monomial): Monomial {
    const opened: Monomial = { coef: term.coef, powers: new Map() };
    for (const { id, sub, exponent } of term.powers.values()) multiplyPower(opened, { id: (Q.isOne(exponent) ? this.#termByTerm(id) : undefined) ?? id, sub }, exponent);
    return opened;
  }

  /** A product, with what the terms of a factor have in common among its own factors where that is shorter. */
  #product(id: NodeId, attr: EinAttr): NodeId {
    const b = this.#b;
    const product = this.#monomial(Q.ONE, b.whole(id));
    const branches = factorsInBranches(b, product, attr.shape);
    if (branches !== undefined) return branches;
    const asIs = productNode(b, product, attr.shape);
    const opened = this.#contentsOpened(product);
    const candidate = opened === undefined ? asIs : productNode(b, joinPowers(b, opened), attr.shape);
    return this.#cost.of(candidate) < this.#cost.of(asIs) ? candidate : asIs;
  }

  #contentsOpened(product: Monomial): Monomial | undefined {
    const b = this.#b;
    let result: Monomial | undefined;
    for (const key of product.powers.keys()) {
      // an earlier factor may have brought more of this one
      const power = (result ?? product).powers.get(key);
      const sum = power === undefined ? undefined : b.graph.attr(power.id);
      if (power === undefined || sum?.kind !== 'add' || !Q.isInteger(power.exponent)) continue;
      const { content, rest } = this.#contentOf(power.id, sum);
      const coef = Q.power(content.coef, power.exponent.num);
      if (coef === undefined || (content.powers.size === 0 && Q.isOne(coef))) continue;
      // what was typed stays, but for fractions in it: 1/(v·(1 + t²/v)) is 1/(v + t²)
      if (this.#typed.has(power.id) && ![...content.powers.values()].some((p) => Q.isNegative(p.exponent))) continue;
      const others: Monomial = { coef: Q.multiply((result ?? product).coef, coef), powers: new Map((result ?? product).powers) };
      others.powers.delete(key);
      for (const f of [...content.powers.values(), { ...b.whole(rest()), exponent: Q.ONE }]) {
        multiplyPower(others, { id: f.id, sub: compose(f.sub, power.sub) }, Q.multiply(f.exponent, power.exponent));
      }
      result = others;
    }
    return result;
  }

  #contentOf(id: NodeId, sum: AddAttr): { readonly content: Monomial; readonly rest: () => NodeId } {
    let known = this.#known.contents.get(id);
    if (known === undefined) {
      const terms = this.#termsOf(id);
      const content = contentOf(terms, sum.shape.length);
      this.#known.contents.set(id, (known = { content, rest: () => this.#sumNode(terms.map((term) => times(term, inverse(content))), sum) }));
    }
    return known;
  }

  #monomial(coef: Q.Rational, operand: Operand): Monomial {
    return this.#inNorms(joinPowers(this.#b, monomialOf(this.#b, coef, operand)));
  }

  /** (Σ x²)^(-3/2) is norm2(x)⁻³ where the norm was typed. */
  #inNorms(monomial: Monomial): Monomial {
    if (this.#known.norms.size === 0) return monomial;
    const result: Monomial = { coef: monomial.coef, powers: new Map() };
    for (const { id, sub, exponent } of monomial.powers.values()) {
      const norm = this.#known.norms.get(id);
      multiplyPower(result, { id: norm ?? id, sub }, norm === undefined ? exponent : Q.multiply(exponent, Q.integer(2)));
    }
    return result;
  }

  /** The cheapest of the candidates; the first of equals. */
  #sum(id: NodeId, attr: AddAttr): NodeId {
    const b = this.#b;
    const separate = this.#termsOf(id);
    if (separate.length > MOST_TERMS) return id;
    const terms = mergeBranches(b, separate, attr.shape, (branch) => this.#branch(branch, attr)) ?? separate;
    if (terms.length === 1) return this.#sumNode(terms, attr);
    const asIs = this.#sumNode(terms, attr);
    const candidates = [asIs, ...this.#factoredForms(terms, attr)];
    const grouped = this.#grouped(terms, attr);
    if (grouped !== undefined) candidates.push(grouped);
    const expanded = expand(b, terms.map((term) => this.#sumsOpened(term)), this.#typed);
    if (expanded !== undefined) {
      const node = this.#sumNode(expanded, attr);
      candidates.push(node, ...this.#factoredForms(this.#termsOf(node), attr));
    }
    const distributed = expand(b, terms, new Set(), isScaledSum);
    // a number goes into brackets only to meet its like
    if (distributed !== undefined && this.#termsOf(this.#sumNode(distributed, attr)).length < distributed.length) candidates.push(this.#sumNode(distributed, attr));
    candidates.push(...this.#tensorsOut(asIs));
    return candidates.reduce((best, candidate) => (this.#cost.of(candidate) < this.#cost.of(best) ? candidate : best), asIs);
  }

  /** A*x + A'*x as (A + A')*x. */
  #tensorsOut(id: NodeId): NodeId[] {
    const attr = this.#b.graph.attr(id);
    return attr.kind === 'add' ? commonFactorForms(this.#b, id, attr) : [];
  }

  /** u·a + u·b + c as u·(a + b) + c, for the longest u that some of the terms share. */
  #grouped(terms: readonly Monomial[], attr: AddAttr): NodeId | undefined {
    const counts = new Map<string, number>();
    for (const term of terms) for (const key of term.powers.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
    let longest: { key: string; cost: number } | undefined;
    for (const [key, count] of counts) {
      const power = terms.find((t) => t.powers.has(key))?.powers.get(key);
      const cost = count < 2 || count === terms.length || power === undefined ? 0 : this.#cost.of(power.id);
      if (cost >= WORTH_A_GROUP && cost > (longest?.cost ?? 0)) longest = { key, cost };
    }
    if (longest === undefined) return undefined;
    const { key } = longest;
    const members = terms.filter((t) => t.powers.has(key));
    const [group] = this.#factoredForms(members, attr);
    if (group === undefined) return undefined;
    const others = terms.filter((t) => !members.includes(t));
    return this.#sumNode([...others, this.#monomial(Q.ONE, this.#b.whole(group))], attr);
  }

  /** What the terms have in common before the rest, and the same with that rest multiplied out. */
  #factoredForms(terms: readonly Monomial[], attr: AddAttr): NodeId[] {
    if (terms.length < 2) return [];
    const content = contentOf(terms, attr.shape.length);
    // a plain polynomial, also in 1/x, is read term by term; a number alone is worth brackets when nothing but signs is left of it
    const polynomial = this.#isPolynomial(terms);
    const signsLeft = terms.every((t) => isUnit(Q.multiply(t.coef, Q.invert(content.coef))));
    if (content.powers.size > 0 ? polynomial : !signsLeft || (polynomial && attr.shape.length === 0)) return [];
    const rest = terms.map((term) => times(term, inverse(content)));
    const numerator = expand(this.#b, rest, new Set());
    const sum = this.#sumNode(rest, attr);
    return [sum, ...this.#tensorsOut(sum)].map((form) => this.#factored(content, form, attr)).concat(numerator === undefined ? [] : [this.#factoredAgain(content, numerator, attr)]);
  }

  /** The terms of a sum as products; no terms for anything else. */
  #termsOf(id: NodeId): Monomial[] {
    const attr = this.#b.graph.attr(id);
    if (attr.kind !== 'add') return [];
    return displayOperands(this.#b.graph, id, attr).map(({ operand, position }) => this.#monomial(attr.coefs[position] ?? Q.ONE, operand));
  }

  #branch(terms: readonly Monomial[], attr: AddAttr): NodeId {
    const id = this.#sumNode(terms, attr);
    return this.node(id, this.#b.graph.attr(id));
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
    const terms = this.#termsOf(merged);
    if (terms.length === 0) return this.#factored(content, merged, attr);
    const second = contentOf(terms, attr.shape.length);
    return this.#factored(times(content, second), this.#sumNode(terms.map((term) => times(term, inverse(second))), attr), attr);
  }

  #isPolynomial(terms: readonly Monomial[]): boolean {
    return terms.length > 0 && terms.every((term) => [...term.powers.values()].every((p) => this.#b.graph.attr(p.id).kind === 'leaf'));
  }
}

function normsAmong(b: Builder, typed: ReadonlySet<NodeId>): Map<NodeId, NodeId> {
  const norms = new Map<NodeId, NodeId>();
  for (const id of typed) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map' || attr.op !== core.sqrt || attr.shape.length > 0) continue;
    const square = b.graph.attr(b.graph.arg(id, 0));
    if (square.kind === 'ein' && square.sums.length > 0) norms.set(b.graph.arg(id, 0), id);
  }
  return norms;
}

/** The terms n·ln(v) of a sum, and the others; undefined when there are none. */
function logarithmsIn(b: Builder, id: NodeId): { logarithms: { exponent: Q.Rational; operand: Operand }[]; others: Term[] } | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'add') return undefined;
  const logarithms: { exponent: Q.Rational; operand: Operand }[] = [];
  const others: Term[] = [];
  for (const { operand, position } of displayOperands(b.graph, id, attr)) {
    const exponent = attr.coefs[position] ?? Q.ONE;
    const term = b.graph.attr(operand.id);
    if (term.kind === 'map' && term.op === core.ln && Q.isInteger(exponent)) {
      logarithms.push({ exponent, operand: { id: b.graph.arg(operand.id, 0), sub: compose(term.subs[0] ?? [], operand.sub) } });
    } else others.push({ coef: exponent, ...operand });
  }
  return logarithms.length === 0 ? undefined : { logarithms, others };
}

function operationsAmong(b: Builder, nodes: Iterable<NodeId>, op: OpName): Map<NodeId, NodeId> {
  const found = new Map<NodeId, NodeId>();
  for (const id of nodes) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'map' && attr.op === op && isWhole(attr.subs[0] ?? [], attr.shape.length)) found.set(b.graph.arg(id, 0), id);
  }
  return found;
}

function startsWithMinus(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'ein' ? Q.isNegative(attr.coef) : attr.kind === 'add' && attr.coefs.every(Q.isNegative);
}

const isUnit = (q: Q.Rational): boolean => Q.isOne(q) || Q.equal(q, Q.MINUS_ONE);

/** The terms with sums multiplied out, as long as they are few; undefined when there is nothing to do. */
function expand(b: Builder, terms: readonly Monomial[], kept: ReadonlySet<NodeId>, which: (term: Monomial) => boolean = () => true): Monomial[] | undefined {
  let current = [...terms];
  let changed = false;
  for (let k = 0; k < current.length; ) {
    const term = current[k];
    const found = term === undefined || !which(term) ? undefined : [...term.powers].find(([, p]) => isExpandable(b, p.id, p.exponent) && !kept.has(p.id));
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

/** -2·(1 - x): a number before brackets. */
const isScaledSum = (term: Monomial): boolean => term.powers.size === 1 && [...term.powers.values()].every((p) => Q.isOne(p.exponent));

const isExpandable = (b: Builder, id: NodeId, exponent: Q.Rational): boolean =>
  Q.isInteger(exponent) && exponent.num >= 1n && exponent.num <= 2n && b.graph.attr(id).kind === 'add';
