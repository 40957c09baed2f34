/** Scalar factors leave what is computed per element: Σ x·(s·y) is s·Σ x·y, and s·x + s·y is s·(x + y). */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, EinAttr, NodeId } from '../ir/types.ts';
import type { Uses } from './selections.ts';

interface Scaled {
  readonly coef: Q.Rational;
  readonly scalars: readonly Operand[];
  readonly rest: readonly Operand[];
}

/** A product without sum as scalars and the others; undefined without both. */
function scaledBy(b: Builder, operand: Operand): Scaled | undefined {
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'ein' || attr.sums.length > 0) return undefined;
  const operands = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(operand.id, k), sub: compose(sub, operand.sub) }));
  const [scalars, rest] = [operands.filter((o) => o.sub.length === 0), operands.filter((o) => o.sub.length > 0)];
  return scalars.length === 0 || rest.length === 0 ? undefined : { coef: attr.coef, scalars, rest };
}

/** Of a sum of products: the scalars inside its factors become factors of the whole. */
export function scalarsOutside(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  if (attr.sums.length === 0) return undefined;
  let coef = attr.coef;
  let changed = false;
  const operands = attr.subs.flatMap((sub, k): Operand[] => {
    const operand = { id: b.graph.arg(id, k), sub };
    const found = scaledBy(b, operand);
    // what is left of a longer product would have to be made for this sum
    if (found === undefined || found.rest.length > 1) return [operand];
    changed = true;
    coef = Q.multiply(coef, found.coef);
    return [...found.scalars, ...found.rest];
  });
  return changed ? b.ein(coef, operands, attr.shape, attr.sums) : undefined;
}

/** Of a linear combination: a scalar factor that all terms have multiplies their sum. */
export function commonScalars(b: Builder, id: NodeId, attr: AddAttr, uses: Uses): NodeId | undefined {
  if (attr.shape.length === 0) return undefined;
  const terms = attr.subs.map((sub, k) => {
    const operand = { id: b.graph.arg(id, k), sub };
    return (uses.get(operand.id) ?? 0) > 1 ? undefined : scaledBy(b, operand);
  });
  const [first] = terms;
  const common = first?.scalars.filter((s) => terms.every((t) => t?.scalars.some((o) => o.id === s.id))) ?? [];
  const [shared] = common;
  if (shared === undefined || terms.length < 2) return undefined;
  const rests = terms.flatMap((t, k) => {
    if (t === undefined) return [];
    const at = t.scalars.findIndex((o) => o.id === shared.id);
    const labels = [...new Set(t.rest.flatMap((o) => o.sub))].sort((x, y) => x - y);
    const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => labels.indexOf(label)) });
    const product = b.ein(t.coef, [...t.scalars.filter((_, n) => n !== at), ...t.rest].map(local), labels.map((label) => attr.shape[label] ?? '1'));
    return [{ coef: attr.coefs[k] ?? Q.ONE, id: product, sub: labels }];
  });
  return b.ein(Q.ONE, [shared, b.whole(b.add(rests, attr.shape))], attr.shape);
}
