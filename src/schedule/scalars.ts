/** Factors leave sums: Σ x·(s·y) is s·Σ x·y, and x·y + x·z is x·(y + z). */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import { labelsOf, narrowProduct } from '../ir/narrow.ts';
import type { Term } from '../ir/term.ts';
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

interface ProductTerm {
  /** of the linear combination */
  readonly coef: Q.Rational;
  readonly scale: Q.Rational;
  readonly factors: readonly Operand[];
}

/** Of a linear combination: a factor that several terms have multiplies their sum. */
export function commonFactors(b: Builder, id: NodeId, attr: AddAttr, uses: Uses): NodeId | undefined {
  const terms = attr.subs.map((sub, k): ProductTerm => {
    const operand = { id: b.graph.arg(id, k), sub };
    const coef = attr.coefs[k] ?? Q.ONE;
    const product = (uses.get(operand.id) ?? 0) > 1 ? undefined : b.graph.attr(operand.id);
    if (product?.kind !== 'ein' || product.sums.length > 0) return { coef, scale: Q.ONE, factors: [operand] };
    return { coef, scale: product.coef, factors: product.subs.map((own, n): Operand => ({ id: b.graph.arg(operand.id, n), sub: compose(own, sub) })) };
  });
  const shared = mostCommon(terms);
  if (shared === undefined) return undefined;
  const key = operandKey(shared);
  const [inside, beside] = [terms.filter((t) => hasFactor(t, key)), terms.filter((t) => !hasFactor(t, key))];
  const rests = inside.map((t) => ({ coef: t.coef, ...narrowProduct(b, t.scale, without(t.factors, key), attr.shape) }));
  const labels = labelsOf(rests);
  const local = (sub: readonly number[]): number[] => sub.map((label) => labels.indexOf(label));
  const sum = b.add(rests.map((r) => ({ ...r, sub: local(r.sub) })), labels.map((label) => attr.shape[label] ?? '1'));
  const product = narrowProduct(b, Q.ONE, [shared, { id: sum, sub: labels }], attr.shape);
  return b.add([...beside.map((t) => ({ coef: t.coef, ...narrowProduct(b, t.scale, t.factors, attr.shape) })), { coef: Q.ONE, ...product }], attr.shape);
}

/** A sum with a common factor taken out. */
export function factoredSum(b: Builder, terms: readonly Term[], shape: readonly Dim[], uses: Uses): NodeId {
  const sum = b.add(terms, shape);
  const attr = b.graph.attr(sum);
  return attr.kind === 'add' ? commonFactors(b, sum, attr, uses) ?? sum : sum;
}

export const operandKey = (o: Operand): string => `${o.id}|${o.sub.join('.')}`;
const hasFactor = (t: ProductTerm, key: string): boolean => t.factors.length > 1 && t.factors.some((o) => operandKey(o) === key);

function without(factors: readonly Operand[], key: string): readonly Operand[] {
  const at = factors.findIndex((o) => operandKey(o) === key);
  return factors.filter((_, n) => n !== at);
}

/** The factor that most terms have, if several do; of those that as many have, the one of most axes: the sum left is then the shortest. */
function mostCommon(terms: readonly ProductTerm[]): Operand | undefined {
  const found = new Map<string, { readonly factor: Operand; count: number }>();
  for (const t of terms) {
    if (t.factors.length < 2) continue;
    for (const [key, factor] of new Map(t.factors.map((o) => [operandKey(o), o]))) {
      const before = found.get(key);
      if (before === undefined) found.set(key, { factor, count: 1 });
      else before.count++;
    }
  }
  const [best] = [...found.values()].filter((f) => f.count > 1).sort((x, y) => y.count - x.count || y.factor.sub.length - x.factor.sub.length);
  return best?.factor;
}
