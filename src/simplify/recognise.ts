/** Applies rules bottom-up, once: the place of the recognisers before differentiation. */
import type { Builder, Operand } from '../ir/build.ts';
import { instantiate } from '../ir/template.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, rebuild } from '../ir/walk.ts';
import { matchRule } from './match.ts';
import type { OpName } from '../ops/table.ts';
import { compileRule, operationsOf, replacementOperations, type CompiledRule, type Condition, type Rule } from './rule.ts';

/** What is known of the values: declared, assumed or implied by the primal. */
export interface Facts {
  holds(condition: Condition['is'], operand: Operand): boolean;
}
export const NO_FACTS: Facts = { holds: () => false };

/** A replacement may be the pattern of a later rule, but never for long: each makes the formula smaller. */
const REPEATS = 4;

/** The roots with every rule applied that fits; the first of the list wins. */
export function recognise(b: Builder, roots: readonly NodeId[], rules: readonly Rule[], facts: Facts): NodeId[] {
  const order = reachable(b.graph, roots);
  const compiled = rulesFor(b, order, rules);
  const made = new Map<NodeId, NodeId>();
  for (const id of order) {
    const old = [...b.graph.args(id)];
    const args = old.map((arg) => made.get(arg) ?? arg);
    let next = args.every((arg, k) => arg === old[k]) ? id : rebuild(b, b.graph.attr(id), args);
    const before = b.graph.size;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const rewritten = applyRules(b, next, compiled, facts);
      if (rewritten === undefined) break;
      next = rewritten;
    }
    const rule = b.graph.ruleOf(id);
    if (rule !== undefined) b.graph.noteRule(before, rule);
    if (next !== id) made.set(id, next);
  }
  return roots.map((root) => made.get(root) ?? root);
}

/** The rules whose operations occur at all, compiled: most formulas need none of them. */
export function rulesFor(b: Builder, order: readonly NodeId[], rules: readonly Rule[]): CompiledRule[] {
  const present = new Set<OpName>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'map') present.add(attr.op);
  }
  // a rule may fit what an earlier one made
  for (let grown = true; grown; ) {
    const before = present.size;
    for (const rule of rules) if (fits(rule, present)) replacementOperations(rule).forEach((op) => present.add(op));
    grown = present.size > before;
  }
  return rules.filter((rule) => fits(rule, present)).map(compileRule);
}

const fits = (rule: Rule, present: ReadonlySet<OpName>): boolean => operationsOf(rule).every((op) => present.has(op));

/** The node by the first rule that fits it. */
export function applyRules(b: Builder, id: NodeId, rules: readonly CompiledRule[], facts: Facts): NodeId | undefined {
  const shape = b.graph.shape(id);
  for (const rule of rules) {
    if (!couldMatch(b, rule, id)) continue;
    const match = matchRule(b, rule, id);
    if (match === undefined || !fulfilled(rule, match.operands, facts)) continue;
    const replacement = instantiate(b, rule.replacement, match.operands, shape);
    const node = b.ein(match.rest.coef, [...match.rest.factors, replacement], shape);
    if (node !== id) return node;
  }
  return undefined;
}

/** A cheap look at the outermost operation. */
function couldMatch(b: Builder, { pattern }: CompiledRule, id: NodeId): boolean {
  const wanted = pattern.graph.attr(pattern.root);
  const found = b.graph.attr(id);
  if (wanted.kind === 'map') return found.kind === 'map' && found.op === wanted.op;
  return wanted.kind === found.kind && !(found.kind === 'ein' && found.sums.length > 0);
}

const fulfilled = (rule: CompiledRule, operands: readonly Operand[], facts: Facts): boolean =>
  (rule.rule.conditions ?? []).every((c) => facts.holds(c.is, operands[rule.variables.indexOf(c.variable)] ?? { id: -1, sub: [] }));
