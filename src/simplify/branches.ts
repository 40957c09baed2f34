/**
 * Conditionals as people write them: a factor goes into the branches, terms over one condition are one conditional.
 * For reading only: what is not selected contributes nothing, so a factor may stand in one branch alone.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { compose } from '../ir/sub.ts';
import { core } from '../ops/core.ts';
import { monomialOf, productNode, times, type Monomial } from './monomial.ts';

interface Conditional {
  readonly condition: Operand;
  readonly whenTrue: Monomial;
  readonly whenFalse: Monomial;
}

/** The product with its other factors inside the branches; undefined when it has no conditional factor, or several. */
function conditionalOf(b: Builder, product: Monomial): Conditional | undefined {
  const found = [...product.powers].filter(([, p]) => {
    const attr = b.graph.attr(p.id);
    return attr.kind === 'map' && attr.op === core.where && Q.isOne(p.exponent);
  });
  const [key, power] = found[0] ?? [];
  const attr = power === undefined ? undefined : b.graph.attr(power.id);
  if (found.length !== 1 || key === undefined || power === undefined || attr?.kind !== 'map') return undefined;
  const rest: Monomial = { coef: product.coef, powers: new Map(product.powers) };
  rest.powers.delete(key);
  const argument = (k: number): Operand => ({ id: b.graph.arg(power.id, k), sub: compose(attr.subs[k] ?? [], power.sub) });
  const condition = argument(0);
  // a condition cannot be read along a diagonal
  if (new Set(condition.sub).size < condition.sub.length) return undefined;
  return {
    condition,
    whenTrue: times(rest, monomialOf(b, Q.ONE, argument(1))),
    whenFalse: times(rest, monomialOf(b, Q.ONE, argument(2))),
  };
}

function conditionalNode(b: Builder, condition: Operand, branches: readonly [NodeId, NodeId], shape: readonly Dim[]): NodeId {
  const [whenTrue, whenFalse] = branches;
  return whenTrue === whenFalse ? whenTrue : b.map(core.where, [condition, b.whole(whenTrue), b.whole(whenFalse)], shape);
}

const vanishes = (m: Monomial): boolean => Q.isZero(m.coef);

/** `x·(if c then 1 else 0)` as `if c then x else 0`: where one branch is 0 nothing is written twice. */
export function factorsInBranches(b: Builder, product: Monomial, shape: readonly Dim[]): NodeId | undefined {
  if (product.powers.size < 2 && Q.isOne(product.coef)) return undefined;
  const conditional = conditionalOf(b, product);
  if (conditional === undefined || !(vanishes(conditional.whenTrue) || vanishes(conditional.whenFalse))) return undefined;
  return conditionalNode(b, conditional.condition, [productNode(b, conditional.whenTrue, shape), productNode(b, conditional.whenFalse, shape)], shape);
}

/**
 * The terms with those over one condition merged into one conditional; undefined when no two share a condition.
 * `sum` writes a branch.
 */
export function mergeBranches(b: Builder, terms: readonly Monomial[], shape: readonly Dim[], sum: (terms: readonly Monomial[]) => NodeId): Monomial[] | undefined {
  const conditionals = terms.map((term) => conditionalOf(b, term));
  const groups = new Map<string, number[]>();
  conditionals.forEach((c, k) => {
    if (c === undefined) return;
    const key = `${c.condition.id}|${c.condition.sub.join('.')}`;
    groups.set(key, [...(groups.get(key) ?? []), k]);
  });
  if (![...groups.values()].some((g) => g.length > 1)) return undefined;
  const merged: Monomial[] = [];
  terms.forEach((term, k) => {
    const group = [...groups.values()].find((g) => g.length > 1 && g.includes(k));
    if (group === undefined) merged.push(term);
    else if (group[0] === k) {
      const parts = group.map((n) => conditionals[n]).filter((c) => c !== undefined);
      const [first] = parts;
      if (first === undefined) return;
      const branches = [sum(parts.map((p) => p.whenTrue)), sum(parts.map((p) => p.whenFalse))] as const;
      merged.push(monomialOf(b, Q.ONE, b.whole(conditionalNode(b, first.condition, branches, shape))));
    }
  });
  return merged;
}
