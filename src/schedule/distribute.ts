/**
 * A linear map leaves the sum it stands in: Σₙ wₙ·(Q·xₙ + bₙ) is Q·Σₙ wₙ·xₙ + Σₙ wₙ·bₙ, and Q is applied once instead
 * of once per n. A sum of a linear combination is taken term by term where the terms are then cheaper.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import type { SizeHint } from './prepare.ts';
import type { Uses } from './selections.ts';

/** Work per term of a sum over data, and what of it the data is walked for. */
interface Term {
  readonly coef: Q.Rational;
  readonly operands: readonly Operand[];
  readonly sums: readonly Dim[];
}

/** The sum as a combination of sums; undefined where that does not take a contraction out of the loop over data. */
export function distributed(b: Builder, id: NodeId, attr: EinAttr, uses: Uses, hint: SizeHint): NodeId | undefined {
  if (attr.sums.length === 0) return undefined;
  const operands = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  const at = operands.findIndex((o) => isCombination(b, o, uses));
  const combination = operands[at];
  const inner = combination === undefined ? undefined : b.graph.attr(combination.id);
  const terms = combination === undefined ? [opened(b, { coef: attr.coef, operands, sums: attr.sums }, attr.shape.length, uses)] : [];
  if (inner?.kind === 'add' && combination !== undefined) {
    inner.subs.forEach((sub, k) => {
      const term: Operand = { id: b.graph.arg(combination.id, k), sub: compose(sub, combination.sub) };
      const whole: Term = { coef: Q.multiply(attr.coef, inner.coefs[k] ?? Q.ONE), operands: [...operands.slice(0, at), term, ...operands.slice(at + 1)], sums: attr.sums };
      terms.push(opened(b, whole, attr.shape.length, uses));
    });
  }
  if (!terms.some((t) => t !== undefined)) return undefined;
  const sizes = (sums: readonly Dim[]): readonly Dim[] => [...attr.shape, ...sums];
  const weight = (dim: Dim): number => constantDim(dim) ?? hint(readDim(dim).base ?? '');
  // a term is worth opening where what does not walk the heaviest label is a map of its own
  const made = terms.map((t) => (t === undefined ? undefined : mapOutside(b, t, attr, sizes(t.sums), weight)));
  if (combination === undefined) return made[0];
  if (!made.some((m) => m !== undefined) || inner?.kind !== 'add') return undefined;
  const parts = made.map((m, k): NodeId => {
    if (m !== undefined) return m;
    const term: Operand = { id: b.graph.arg(combination.id, k), sub: compose(inner.subs[k] ?? [], combination.sub) };
    return b.ein(Q.multiply(attr.coef, inner.coefs[k] ?? Q.ONE), [...operands.slice(0, at), term, ...operands.slice(at + 1)], attr.shape, attr.sums);
  });
  return b.sum(parts, attr.shape);
}

const isCombination = (b: Builder, o: Operand, uses: Uses): boolean => b.graph.attr(o.id).kind === 'add' && (uses.get(o.id) ?? 0) === 1;

/** The term with its single-use sums of products written out; undefined when it has none. */
function opened(b: Builder, term: Term, rank: number, uses: Uses): Term | undefined {
  const sums = [...term.sums];
  let { coef } = term;
  let changed = false;
  const operands = term.operands.flatMap((o): readonly Operand[] => {
    const attr = b.graph.attr(o.id);
    if (attr.kind !== 'ein' || attr.subs.length < 2 || (uses.get(o.id) ?? 0) !== 1) return [o];
    changed = true;
    coef = Q.multiply(coef, attr.coef);
    const first = rank + sums.length;
    sums.push(...attr.sums);
    const place = [...o.sub, ...attr.sums.map((_, k) => first + k)];
    return attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(o.id, k), sub: sub.map((label) => place[label] ?? -1) }));
  });
  return changed ? { coef, operands, sums } : undefined;
}

/** The factors without the heaviest summed label, applied after it is summed over; undefined where all have it. */
function mapOutside(b: Builder, term: Term, attr: EinAttr, sizes: readonly Dim[], weight: (dim: Dim) => number): NodeId | undefined {
  const rank = attr.shape.length;
  const labels = term.sums.map((_, k) => rank + k);
  const heaviest = Math.max(...labels.map((l) => weight(sizes[l] ?? '1')));
  const big = labels.filter((l) => weight(sizes[l] ?? '1') === heaviest);
  const [n] = big;
  if (n === undefined || big.length > 1 || heaviest < HEAVY) return undefined;
  const inside = term.operands.filter((o) => o.sub.includes(n));
  const outside = term.operands.filter((o) => !o.sub.includes(n));
  if (inside.length === 0 || !outside.some((o) => o.sub.length > 1)) return undefined;
  const needed = new Set([...outside.flatMap((o) => o.sub), ...attr.shape.map((_, k) => k)]);
  const all = [...new Set(inside.flatMap((o) => o.sub))].sort((x, y) => x - y);
  const kept = all.filter((l) => needed.has(l));
  // what is kept must not be larger than what the map makes
  const size = (list: readonly number[]): number => list.reduce((p, l) => p * weight(sizes[l] ?? '1'), 1);
  if (size(kept) * heaviest > size(all) || size(kept) > 2 * size(attr.shape.map((_, k) => k))) return undefined;
  const summed = all.filter((l) => !needed.has(l));
  const order = [...kept, ...summed];
  const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((l) => order.indexOf(l)) });
  const total = b.ein(Q.ONE, inside.map(local), kept.map((l) => sizes[l] ?? '1'), summed.map((l) => sizes[l] ?? '1'));
  const left = labels.filter((l) => !summed.includes(l));
  const final = (l: number): number => (l < rank ? l : rank + left.indexOf(l));
  const operands = [...outside, { id: total, sub: kept }].map((o) => ({ id: o.id, sub: o.sub.map(final) }));
  return b.ein(term.coef, operands, attr.shape, left.map((l) => sizes[l] ?? '1'));
}

/** Shorter sums are not worth another pass. */
const HEAVY = 100;
