/**
 * Conditionals as people write them: a factor goes into the branches, terms over one condition are one conditional.
 * For reading only: what is not selected contributes nothing, so a factor may stand in one branch alone.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { MapAttr, NodeId, Sub } from '../ir/types.ts';
import { compose } from '../ir/sub.ts';
import { core } from '../ops/core.ts';
import { monomialOf, productNode, times, type Monomial } from './monomial.ts';

interface Conditional {
  readonly condition: Operand;
  readonly whenTrue: Monomial;
  readonly whenFalse: Monomial;
}

/** A conditional and the factors that stay outside of it. */
interface Parted extends Conditional {
  readonly outside: Monomial;
  /** the axes of the product that the conditional has */
  readonly axes: Sub;
  /** how many factors have gone into the branches */
  readonly moved: number;
}

/**
 * The product with its other factors inside the branches; undefined when it has no conditional factor, or several.
 * `goes` says which factors go there; by default all of them.
 */
function conditionalOf(b: Builder, product: Monomial, goes: (factor: Sub, conditional: Sub) => boolean = () => true): Parted | undefined {
  const found = [...product.powers].filter(([, p]) => {
    const attr = b.graph.attr(p.id);
    return attr.kind === 'map' && attr.op === core.where && Q.isOne(p.exponent);
  });
  const [key, power] = found[0] ?? [];
  const attr = power === undefined ? undefined : b.graph.attr(power.id);
  if (found.length !== 1 || key === undefined || power === undefined || attr?.kind !== 'map') return undefined;
  const others = [...product.powers].filter(([other]) => other !== key);
  const rest: Monomial = { coef: product.coef, powers: new Map(others.filter(([, p]) => goes(p.sub, power.sub))) };
  const outside: Monomial = { coef: Q.ONE, powers: new Map(others.filter(([other]) => !rest.powers.has(other))) };
  const argument = (k: number): Operand => ({ id: b.graph.arg(power.id, k), sub: compose(attr.subs[k] ?? [], power.sub) });
  const condition = argument(0);
  // a condition cannot be read along a diagonal
  if (new Set(condition.sub).size < condition.sub.length) return undefined;
  return {
    condition,
    whenTrue: times(rest, monomialOf(b, Q.ONE, argument(1))),
    whenFalse: times(rest, monomialOf(b, Q.ONE, argument(2))),
    outside, axes: [...new Set(power.sub)].sort((x, y) => x - y), moved: rest.powers.size + (Q.isOne(rest.coef) ? 0 : 1),
  };
}

function conditionalNode(b: Builder, condition: Operand, branches: readonly [NodeId, NodeId], shape: readonly Dim[]): NodeId {
  const [whenTrue, whenFalse] = branches;
  return whenTrue === whenFalse ? whenTrue : b.map(core.where, [condition, b.whole(whenTrue), b.whole(whenFalse)], shape);
}

const vanishes = (m: Monomial): boolean => Q.isZero(m.coef);

/**
 * `x·(if c then 1 else 0)` as `if c then x else 0`: where one branch is 0 nothing is written twice. A factor along
 * another axis stays: `(if c[i] then x[i] else 0)·w[j]` is an outer product.
 */
export function factorsInBranches(b: Builder, product: Monomial, shape: readonly Dim[]): NodeId | undefined {
  if (product.powers.size < 2 && Q.isOne(product.coef)) return undefined;
  const found = conditionalOf(b, product, (factor, conditional) => factor.every((label) => conditional.includes(label)));
  if (found === undefined || !(vanishes(found.whenTrue) || vanishes(found.whenFalse))) return undefined;
  if (found.outside.powers.size === 0) return conditionalNode(b, found.condition, [productNode(b, found.whenTrue, shape), productNode(b, found.whenFalse, shape)], shape);
  if (found.moved === 0) return undefined;
  // the conditional by itself, over the axes that it has
  const { axes } = found;
  const along = (m: Monomial): Monomial => ({ coef: m.coef, powers: new Map([...m.powers].map(([key, p]) => [key, { ...p, sub: onAxes(p.sub, axes) }])) });
  const own = axes.map((axis) => shape[axis] ?? '1');
  const branch = (m: Monomial): NodeId => productNode(b, along(m), own);
  const inner = conditionalNode(b, { id: found.condition.id, sub: onAxes(found.condition.sub, axes) }, [branch(found.whenTrue), branch(found.whenFalse)], own);
  return productNode(b, times(found.outside, monomialOf(b, Q.ONE, { id: inner, sub: axes })), shape);
}

const onAxes = (sub: Sub, axes: Sub): Sub => sub.map((label) => axes.indexOf(label));

/** `if p then (if q then x else z) else z` as `if p and q then x else z`. */
export function joinedConditions(b: Builder, id: NodeId, attr: MapAttr): NodeId | undefined {
  const [condition, whenTrue, whenFalse] = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return undefined;
  const inner = b.graph.attr(whenTrue.id);
  if (inner.kind !== 'map' || inner.op !== core.where) return undefined;
  const [second, value, otherwise] = inner.subs.map((sub, k): Operand => ({ id: b.graph.arg(whenTrue.id, k), sub: compose(sub, whenTrue.sub) }));
  if (second === undefined || value === undefined || otherwise === undefined || !isSame(b, otherwise, whenFalse)) return undefined;
  return b.map(core.where, [b.whole(b.map(core.and, [condition, second], attr.shape)), value, whenFalse], attr.shape);
}

const isSame = (b: Builder, x: Operand, y: Operand): boolean =>
  (b.isZero(x.id) && b.isZero(y.id)) || (x.id === y.id && x.sub.join() === y.sub.join());

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
