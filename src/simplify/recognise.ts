/**
 * Applies rules bottom-up, once: stable primitives are recognised in the primal before it is differentiated, and
 * again in the derivatives. Scan bodies are formulas too.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { Attr, NodeId, ScanAttr } from '../ir/types.ts';
import { DenseSet, Renaming } from '../ir/dense.ts';
import { reachable, renamedInOrder, rewrite, withBodies, type Change } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import type { Graph } from '../ir/graph.ts';
import * as T from '../ir/traits.ts';
import { matchRule, replaced } from './match.ts';
import { RuleIndex } from './rule-index.ts';
import { branchesOf, factsWithin, type Branch } from './branch-facts.ts';
import type { Facts } from './facts.ts';
import { compileRule, ingredientsOf, replacementIngredients, type CompiledRule, type Ingredient, type Rule } from './rule.ts';

/** A recogniser that no pattern can state: over any number of terms, of factors, of elements. */
export interface Recogniser {
  readonly name: string;
  /** what it does, for the page of rules */
  readonly doc: string;
  /** the operations one of which a formula must contain */
  readonly about: readonly OpName[];
  /** the node in another form, or undefined */
  readonly apply: (b: Builder, id: NodeId, attr: Attr, facts: Facts) => NodeId | undefined;
}

/** A replacement may be the pattern of a later rule, but never for long: each makes the formula smaller. */
const REPEATS = 8;

/** Tried at every node in this order. */
export interface Catalogue {
  readonly rules: readonly Rule[];
  readonly recognisers: readonly Recogniser[];
  /** what is left when nothing better fits */
  readonly last: readonly Rule[];
}

/** The roots with everything recognised that fits; the first of a list wins. `then` changes what is left, outside of loops. */
export function recognise(b: Builder, roots: readonly NodeId[], catalogue: Catalogue, facts: Facts, then?: Change): NodeId[] {
  const present = ingredientsPresent(b, roots);
  // a branch may say what its condition is about
  const anyFacts = !facts.isEmpty || present.has(core.where);
  const rules = rulesAmong(b.graph, present, anyFacts ? catalogue.rules : catalogue.rules.filter((rule) => rule.conditions === undefined));
  const last = rulesAmong(b.graph, present, catalogue.last);
  const recognisers = catalogue.recognisers.filter((r) => r.about.some((op) => present.has(op)));
  if (rules.size + last.size + recognisers.length === 0) return then === undefined ? [...roots] : rewrite(b, roots, then);
  return new Recognition(b, { rules, recognisers, last }, facts).run(roots, then);
}

interface CompiledCatalogue {
  readonly rules: RuleIndex;
  readonly recognisers: readonly Recogniser[];
  readonly last: RuleIndex;
}

class Recognition {
  readonly #b: Builder;
  readonly #catalogue: CompiledCatalogue;
  readonly #known: Facts;
  /** what is known at the node in hand */
  #facts: Facts;
  readonly #made: Renaming;
  readonly #visited: DenseSet;

  constructor(b: Builder, catalogue: CompiledCatalogue, facts: Facts) {
    this.#b = b;
    this.#catalogue = catalogue;
    this.#known = facts;
    this.#facts = facts;
    // nodes made on the way are in their final form
    this.#made = new Renaming(b.graph.size);
    this.#visited = new DenseSet(b.graph.size);
  }

  run(roots: readonly NodeId[], then?: Change): NodeId[] {
    const { graph } = this.#b;
    const order = reachable(graph, roots);
    const branches = branchesOf(this.#b, order, roots);
    const known = new Map<Branch, Facts>();
    for (const id of order) {
      if (this.#visited.has(id)) continue;
      this.#visited.add(id);
      this.#facts = this.#factsAt(branches?.(id), known);
      const before = graph.size;
      const settled = this.#settled(this.#renamed(id));
      const next = then?.(settled, id) ?? settled;
      if (next === id) continue;
      graph.inheritRule(before, id);
      this.#made.set(id, next);
    }
    return roots.map((root) => this.#made.get(root));
  }

  #factsAt(branch: Branch | undefined, known: Map<Branch, Facts>): Facts {
    if (branch === undefined) return this.#known;
    let facts = known.get(branch);
    if (facts === undefined) {
      facts = this.#known.and(factsWithin(branch).map(({ node, is }) => ({ node: this.#made.get(node), is })));
      known.set(branch, facts);
    }
    return facts;
  }

  #renamed(id: NodeId): NodeId {
    const b = this.#b;
    const attr = (b.graph.traits(id) & T.LOOP) === 0 ? undefined : b.graph.attr(id);
    if (attr?.kind === 'scan') return b.graph.intern(this.#body(attr), Array.from(b.graph.args(id), (arg) => this.#made.get(arg)));
    return renamedInOrder(b, id, this.#made);
  }

  #body(attr: ScanAttr): ScanAttr {
    const body = this.run([...attr.next, ...attr.ys]);
    return { ...attr, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) };
  }

  #settled(id: NodeId): NodeId {
    let current = id;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const { rules, last } = this.#catalogue;
      if ((this.#b.graph.traits(current) & (T.MAP | T.SUM | T.PRODUCT)) === 0) break;
      const next = applyRules(this.#b, current, rules, this.#facts) ?? this.#recognised(current) ?? this.#ofElements(current) ?? applyRules(this.#b, current, last, this.#facts);
      if (next === undefined || next === current) break;
      current = next;
    }
    return current;
  }

  /** ln(softmax(z)[k]): what simplifies for all elements simplifies for those that are picked. */
  #ofElements(id: NodeId): NodeId | undefined {
    const b = this.#b;
    const picked = (b.graph.traits(id) & T.MAP) !== 0 && b.graph.arity(id) === 1 ? b.graph.arg(id, 0) : undefined;
    if (picked === undefined || (b.graph.traits(picked) & T.VIEW) === 0) return undefined;
    const attr = b.graph.attr(id);
    const view = b.graph.attr(picked);
    if (attr.kind !== 'map' || view.kind !== 'view' || view.masked) return undefined;
    const [base = -1, ...gathers] = b.graph.args(picked);
    const whole = b.map(attr.op, [b.whole(base)], b.graph.shape(base));
    const settled = this.#settled(whole);
    return settled === whole ? undefined : b.ein(Q.ONE, [{ id: b.view(settled, { ...view, gathers }), sub: attr.subs[0] ?? [] }], attr.shape);
  }

  #recognised(id: NodeId): NodeId | undefined {
    if (this.#catalogue.recognisers.length === 0) return undefined;
    const attr = this.#b.graph.attr(id);
    for (const { apply } of this.#catalogue.recognisers) {
      const next = apply(this.#b, id, attr, this.#facts);
      if (next !== undefined && next !== id) return next;
    }
    return undefined;
  }
}

function ingredientsPresent(b: Builder, roots: readonly NodeId[]): Set<Ingredient> {
  const { graph } = b;
  const present = new Set<Ingredient>();
  const seen: boolean[] = [];
  for (const id of reachable(graph, withBodies(graph, roots))) {
    const traits = graph.traits(id);
    if ((traits & T.MAP) === 0) continue;
    if ((traits & T.POWER) !== 0 && !present.has('/')) {
      const exponent = b.constantOf(graph.arg(id, 1));
      if (exponent !== undefined && Q.isNegative(exponent)) present.add('/');
    }
    const number = graph.attrOf(id);
    if (seen[number] === true) continue;
    seen[number] = true;
    const attr = graph.attr(id);
    if (attr.kind === 'map') present.add(attr.op);
  }
  return present;
}

/** The rules whose operations occur at all, compiled: most formulas need none of them. */
export function rulesFor(b: Builder, roots: readonly NodeId[], rules: readonly Rule[]): RuleIndex {
  return rulesAmong(b.graph, ingredientsPresent(b, roots), rules);
}

function rulesAmong(graph: Graph, occurring: ReadonlySet<Ingredient>, rules: readonly Rule[]): RuleIndex {
  const present = new Set(occurring);
  // a rule may fit what an earlier one made
  for (let grown = true; grown; ) {
    const before = present.size;
    for (const rule of rules) if (fits(rule, present)) replacementIngredients(rule).forEach((op) => present.add(op));
    grown = present.size > before;
  }
  return new RuleIndex(graph, rules.filter((rule) => fits(rule, present)).map(compileRule));
}

const fits = (rule: Rule, present: ReadonlySet<Ingredient>): boolean => ingredientsOf(rule).every((op) => present.has(op));

/** The node by the first rule that fits it. */
export function applyRules(b: Builder, id: NodeId, rules: RuleIndex, facts: Facts): NodeId | undefined {
  const candidates = rules.candidates(id);
  if (candidates.length === 0) return undefined;
  const inside = rules.outermost(id);
  for (const { rule, anchors } of candidates) {
    if ((anchors & ~inside) !== 0 || !hasTerms(b.graph, id, rule)) continue;
    const match = matchRule(b, rule, id);
    if (match === undefined || match.operands.some(isDiagonal) || !fulfilled(rule, match.operands, facts)) continue;
    const node = replaced(b, rule, match, id);
    if (node !== id) return node;
  }
  return undefined;
}

/** Whether a sum has the terms without which the pattern cannot fit. */
function hasTerms(graph: Graph, id: NodeId, { constantTerm, echo }: CompiledRule): boolean {
  if (constantTerm && !someArgument(graph, id, (arg) => (graph.traits(arg) & T.CONSTANT) !== 0)) return false;
  return echo === undefined || someArgument(graph, id, (arg) => {
    const attr = graph.attr(arg);
    if (attr.kind !== 'map' || attr.op !== echo) return false;
    const argument = graph.arg(arg, 0);
    const traits = graph.traits(argument);
    // a multiple is there with its coefficient in the sum, a sum may be there term by term
    if ((traits & (T.SCALED | T.CONSTANT)) !== 0) return true;
    const isTerm = (node: NodeId): boolean => someArgument(graph, id, (other) => other === node);
    return isTerm(argument) || ((traits & T.SUM) !== 0 && someArgument(graph, argument, isTerm));
  });
}

function someArgument(graph: Graph, id: NodeId, holds: (arg: NodeId) => boolean): boolean {
  for (let k = graph.arity(id) - 1; k >= 0; k--) if (holds(graph.arg(id, k))) return true;
  return false;
}

/** Along a diagonal: no argument of an elementwise operation stands there. */
const isDiagonal = ({ sub }: Operand): boolean => new Set(sub).size < sub.length;

const fulfilled = (rule: CompiledRule, operands: readonly Operand[], facts: Facts): boolean =>
  (rule.rule.conditions ?? []).every((c) => facts.holds(c.is, operands[rule.variables.indexOf(c.variable)] ?? { id: -1, sub: [] }));
