/**
 * A factor that all terms of a scalar sum share is taken out: a·x + b·x = (a + b)·x, one multiplication for many.
 * Scalars only: in a tensor the terms of a sum may have structure (a diagonal, a product) that is worth more.
 */
import type { Builder } from '../ir/build.ts';
import type { Term } from '../ir/normal-add.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { rewrite } from '../ir/walk.ts';

export function factorSums(b: Builder, roots: readonly NodeId[]): NodeId[] {
  return rewrite(b, roots, (id) => {
    const attr = b.graph.attr(id);
    return (attr.kind === 'add' && attr.shape.length === 0 ? factorSum(b, id, attr) : undefined) ?? id;
  });
}

function factorSum(b: Builder, id: NodeId, attr: AddAttr): NodeId | undefined {
  const terms = attr.coefs.map((coef, k) => ({ coef, factors: factorsOf(b, b.graph.arg(id, k)) }));
  const [first, ...others] = terms;
  const common = first?.factors.find((f) => b.constantOf(f) === undefined && others.every((t) => t.factors.includes(f)));
  if (first === undefined || common === undefined || terms.some((t) => t.factors.length < 2)) return undefined;
  const rest = terms.map(({ coef, factors }): Term => {
    const at = factors.indexOf(common);
    const left = factors.filter((_, k) => k !== at).map((f) => ({ id: f, sub: [] }));
    return { coef, id: b.ein(Q.ONE, left, []), sub: [] };
  });
  return b.multiply(common, b.add(rest, []));
}

/** The factors of a scalar product; a sum collects coefficients, so products in it have none. */
function factorsOf(b: Builder, id: NodeId): NodeId[] {
  const attr = b.graph.attr(id);
  return attr.kind === 'ein' && attr.sums.length === 0 && Q.isOne(attr.coef) && attr.subs.every((s) => s.length === 0) ? [...b.graph.args(id)] : [id];
}
