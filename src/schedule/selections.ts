/**
 * Selections are made once: Σᵢ (if c then xᵢ else 0) is if c then Σᵢ xᵢ else 0 when c has nothing to do with
 * i, and terms that share a condition share the selection. A branch that is not taken contributes nothing.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, EinAttr, NodeId } from '../ir/types.ts';
import type { Term } from '../ir/term.ts';
import { core } from '../ops/core.ts';
import { factoredSum, operandKey } from './scalars.ts';

/** if condition then whenTrue else whenFalse, in the labels of the node that uses it. */
interface Selection {
  readonly condition: Operand;
  readonly whenTrue: Operand;
  readonly whenFalse: Operand;
}

export type Uses = ReadonlyMap<NodeId, number>;

const usedOnce = (operand: Operand, uses: Uses): boolean => (uses.get(operand.id) ?? 0) <= 1;

function selectionOf(b: Builder, operand: Operand): Selection | undefined {
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'map' || attr.op !== core.where) return undefined;
  const [condition, whenTrue, whenFalse] = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(operand.id, k), sub: compose(sub, operand.sub) }));
  return condition && whenTrue && whenFalse ? { condition, whenTrue, whenFalse } : undefined;
}

/** Of a selection: those inside its arms that ask the same are decided. */
export function selectOnce(b: Builder, id: NodeId, uses: Uses): NodeId | undefined {
  const own = selectionOf(b, b.whole(id));
  if (own === undefined) return undefined;
  const shape = b.graph.shape(id);
  const [whenTrue, whenFalse] = [decidedArm(b, own, 'whenTrue', shape, uses), decidedArm(b, own, 'whenFalse', shape, uses)];
  return whenTrue.id === own.whenTrue.id && whenFalse.id === own.whenFalse.id ? undefined : b.map(core.where, [own.condition, whenTrue, whenFalse], shape);
}

/** An arm, and the terms of a sum that it is, without selections that ask what the arm answers. */
function decidedArm(b: Builder, own: Selection, arm: 'whenTrue' | 'whenFalse', shape: readonly Dim[], uses: Uses): Operand {
  const key = operandKey(own.condition);
  const decided = <T extends Operand>(operand: T): T => {
    const inner = usedOnce(operand, uses) ? selectionOf(b, operand) : undefined;
    return inner !== undefined && operandKey(inner.condition) === key ? { ...operand, ...inner[arm] } : operand;
  };
  const operand = decided(own[arm]);
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'add' || !usedOnce(operand, uses) || operand.sub.length < shape.length) return operand;
  const terms = attr.subs.map((sub, k): Term => ({ coef: attr.coefs[k] ?? Q.ONE, id: b.graph.arg(operand.id, k), sub: compose(sub, operand.sub) }));
  const after = terms.map(decided);
  if (after.every((t, k) => t.id === terms[k]?.id)) return operand;
  return b.whole(factoredSum(b, after, shape, uses));
}

/** A sum of products with one selected factor, when the condition is the same for all that is summed. */
export function selectOutsideSum(b: Builder, id: NodeId, attr: EinAttr, uses: Uses): NodeId | undefined {
  const rank = attr.shape.length;
  if (attr.sums.length === 0) return undefined;
  const factors = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  for (const [k, factor] of factors.entries()) {
    const s = usedOnce(factor, uses) ? selectionOf(b, factor) : undefined;
    if (s === undefined || s.condition.sub.some((label) => label >= rank)) continue;
    const others = factors.filter((_, n) => n !== k);
    const branch = (value: Operand): NodeId => b.ein(attr.coef, [...others, value], attr.shape, attr.sums);
    const [zeroElse, zeroThen] = [s.whenFalse, s.whenTrue].map((o) => b.isZero(o.id));
    if (zeroElse === zeroThen) continue;
    const sum = branch(zeroElse ? s.whenTrue : s.whenFalse);
    const zero: Operand = { id: b.integer(0), sub: [] };
    const arms = zeroElse ? [b.whole(sum), zero] : [zero, b.whole(sum)];
    return b.map(core.where, [s.condition, ...arms], attr.shape);
  }
  return undefined;
}

interface SelectedTerm {
  readonly term: Term;
  readonly s: Selection;
}

/** Terms of a sum that hang on one condition become one term. */
export function mergeSelections(b: Builder, id: NodeId, attr: AddAttr, uses: Uses): NodeId | undefined {
  const groups = new Map<string, SelectedTerm[]>();
  const kept: Term[] = [];
  attr.subs.forEach((sub, k) => {
    const term: Term = { coef: attr.coefs[k] ?? Q.ONE, id: b.graph.arg(id, k), sub };
    const s = selectionOf(b, term);
    if (s === undefined) {
      kept.push(term);
      return;
    }
    const key = operandKey(s.condition);
    groups.set(key, [...(groups.get(key) ?? []), { term, s }]);
  });
  let changed = false;
  for (const group of groups.values()) {
    const merged = mergeable(b, group, uses);
    kept.push(...group.filter((g) => !merged.includes(g)).map((g) => g.term));
    const [first] = merged;
    if (first === undefined) continue;
    const arm = (pick: (s: Selection) => Operand): Operand => b.whole(factoredSum(b, merged.map(({ term, s }) => ({ coef: term.coef, ...pick(s) })), attr.shape, uses));
    const made = b.map(core.where, [first.s.condition, arm((s) => s.whenTrue), arm((s) => s.whenFalse)], attr.shape);
    kept.push({ coef: Q.ONE, ...b.whole(made) });
    changed = true;
  }
  return changed ? b.add(kept, attr.shape) : undefined;
}

/** Those used once; and one used elsewhere too, where it fills arms that are zero otherwise: that costs nothing. */
function mergeable(b: Builder, group: readonly SelectedTerm[], uses: Uses): readonly SelectedTerm[] {
  const merged = group.filter((g) => usedOnce(g.term, uses));
  const zeroArms = (s: Selection): boolean[] => [s.whenTrue, s.whenFalse].map((o) => b.isZero(o.id));
  for (const g of group) {
    if (merged.includes(g) || merged.length === 0) continue;
    const own = zeroArms(g.s);
    const free = merged.every((other) => zeroArms(other.s).every((zero, arm) => zero || own[arm]));
    if (free) merged.push(g);
  }
  return merged.length > 1 ? merged : [];
}
