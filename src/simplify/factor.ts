/**
 * A factor that all terms of a scalar sum share is taken out: a·x + b·x = (a + b)·x, one multiplication for many.
 * Scalars only: in a tensor the terms of a sum may have structure (a diagonal, a product) that is worth more.
 */
import type { Builder } from '../ir/build.ts';
import type { Term } from '../ir/normal-add.ts';
import { ONE } from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { rewrite } from '../ir/walk.ts';

export function factorSums(b: Builder, roots: readonly NodeId[]): NodeId[] {
  return rewrite(b, roots, (id) => {
    if (!isSumOfProducts(b, id)) return id;
    const attr = b.graph.attr(id);
    return (attr.kind === 'add' ? factorSum(b, id, attr) : undefined) ?? id;
  });
}

/** A scalar sum all of whose terms have factors: most sums have one that has none. */
function isSumOfProducts({ graph }: Builder, id: NodeId): boolean {
  if ((graph.traits(id) & (T.SUM | T.SCALAR)) !== (T.SUM | T.SCALAR)) return false;
  for (let k = graph.arity(id) - 1; k >= 0; k--) {
    const term = graph.arg(id, k);
    if ((graph.traits(term) & (T.PRODUCT | T.CONTRACTION | T.CONSTANT | T.SCALED)) !== T.PRODUCT) return false;
  }
  return true;
}

function factorSum(b: Builder, id: NodeId, attr: AddAttr): NodeId | undefined {
  const terms = attr.coefs.map((coef, k) => ({ coef, factors: b.graph.argList(b.graph.arg(id, k)) }));
  const [first, ...others] = terms;
  const common = first?.factors.find((f) => others.every((t) => t.factors.includes(f)));
  if (common === undefined) return undefined;
  const rest = terms.map(({ coef, factors }): Term => {
    const at = factors.indexOf(common);
    const left = factors.filter((_, k) => k !== at).map((f) => ({ id: f, sub: [] }));
    return { coef, id: b.ein(ONE, left, []), sub: [] };
  });
  return b.multiply(common, b.add(rest, []));
}
