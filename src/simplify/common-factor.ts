/** `B*x + B'*x` as `(B + B')*x`: one tensor that every term of a sum is contracted with, taken out. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, EinAttr, NodeId } from '../ir/types.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

interface Contraction {
  readonly coef: Q.Rational;
  readonly factors: readonly Operand[];
  /** sizes of the labels: those of the sum's axes first, then the summed ones */
  readonly sizes: readonly Dim[];
}

/** Every way to take one tensor out of all terms. */
export function commonFactorForms(b: Builder, id: NodeId, attr: AddAttr): NodeId[] {
  const terms: Contraction[] = [];
  for (const { operand, position } of displayOperands(b.graph, id, attr)) {
    const term = b.graph.attr(operand.id);
    if (term.kind !== 'ein') return [];
    const labels = [...operand.sub, ...term.sums.map((_, k) => attr.shape.length + k)];
    const { coef, factors } = factorsOf(b, operand.id, term, labels);
    if (factors.length < 2) return [];
    terms.push({ coef: Q.multiply(attr.coefs[position] ?? Q.ONE, coef), sizes: [...attr.shape, ...term.sums], factors });
  }
  const [first] = terms;
  if (first === undefined || terms.length < 2) return [];
  const shared = new Set(first.factors.map((f) => f.id).filter((f) => b.graph.shape(f).length > 0 && terms.every((t) => t.factors.some((o) => o.id === f))));
  return [...shared].map((factor) => takenOut(b, factor, terms, attr.shape)).filter((form) => form !== undefined);
}

/** The factors of a contraction and of the plain products among them. */
function factorsOf(b: Builder, id: NodeId, attr: EinAttr, labels: readonly number[]): { coef: Q.Rational; factors: Operand[] } {
  let { coef } = attr;
  const factors = displayOperands(b.graph, id, attr).flatMap(({ operand }): Operand[] => {
    const sub = compose(operand.sub, labels);
    const inner = b.graph.attr(operand.id);
    if (inner.kind !== 'ein' || inner.sums.length > 0 || inner.subs.length < 2) return [{ id: operand.id, sub }];
    coef = Q.multiply(coef, inner.coef);
    return displayOperands(b.graph, operand.id, inner).map((f) => ({ id: f.operand.id, sub: compose(f.operand.sub, sub) }));
  });
  return { coef, factors };
}

/** factor · Σ rests, when the factor stands on the same output axes in every term. */
function takenOut(b: Builder, factor: NodeId, terms: readonly Contraction[], shape: readonly Dim[]): NodeId | undefined {
  const rank = shape.length;
  const places = terms.map((t) => t.factors.findIndex((f) => f.id === factor));
  const subs = terms.map((t, k) => t.factors[places[k] ?? -1]?.sub ?? []);
  const [pattern = []] = subs;
  // output labels as they are, summed ones by the axis of the factor that they run along
  const token = (label: number, axis: number): number => (label < rank ? label : rank + axis);
  const own = pattern.map(token);
  if (!subs.every((sub) => new Set(sub).size === sub.length && sub.map(token).join() === own.join())) return undefined;
  const rests = terms.map((t, k) => restOf(b, t, places[k] ?? -1, rank));
  const [axes = []] = rests.map((r) => r.axes);
  if (!rests.every((r) => r.axes.join() === axes.join())) return undefined;
  const factorShape = b.graph.shape(factor);
  const size = (label: number): Dim => shape[label] ?? factorShape[label - rank] ?? '1';
  const whole = axes.map((_, k) => k);
  const remaining = b.add(rests.map((r) => ({ coef: Q.ONE, id: r.id, sub: whole })), axes.map(size));
  const inner = b.graph.attr(remaining);
  // what is left may have a common factor of its own; each time the terms lose one
  const [sum = remaining] = inner.kind === 'add' ? commonFactorForms(b, remaining, inner) : [];
  // the summed labels count from `rank` on: axes of the factor that are outputs leave gaps
  const summed = own.filter((label) => label >= rank);
  const compact = (label: number): number => (label < rank ? label : rank + summed.indexOf(label));
  return b.ein(Q.ONE, [{ id: sum, sub: axes.map(compact) }, { id: factor, sub: own.map(compact) }], shape, summed.map(size));
}

/** What stands beside the factor, over output labels and axes of the factor; other summed labels are summed here. */
function restOf(b: Builder, term: Contraction, place: number, rank: number): { id: NodeId; axes: readonly number[] } {
  const along = term.factors[place]?.sub ?? [];
  const others = term.factors.filter((_, k) => k !== place);
  const outer = (label: number): number | undefined => {
    if (label < rank) return label;
    const axis = along.indexOf(label);
    return axis < 0 ? undefined : rank + axis;
  };
  const used = [...new Set(others.flatMap((f) => f.sub))];
  const axes = used.map(outer).filter((a) => a !== undefined).sort((x, y) => x - y);
  // a summed label that stands at no factor counts its terms
  const inner = term.sizes.map((_, label) => label).filter((label) => outer(label) === undefined);
  const local = (label: number): number => {
    const axis = outer(label);
    return axis === undefined ? axes.length + inner.indexOf(label) : axes.indexOf(axis);
  };
  const size = (label: number): Dim => term.sizes[label] ?? '1';
  const labelOf = new Map([...used, ...inner].map((label) => [local(label), label]));
  const id = b.ein(term.coef, others.map((f) => ({ id: f.id, sub: f.sub.map(local) })), axes.map((_, k) => size(labelOf.get(k) ?? -1)), inner.map(size));
  return { id, axes };
}
