/**
 * A factor that all terms of a scalar sum share is taken out: a·x + b·x = (a + b)·x, one multiplication for many, unless
 * the terms are needed elsewhere as they are. Scalars only: in a tensor the terms of a sum may have structure (a
 * diagonal, a product) that is worth more.
 */
import type { Builder } from '../ir/build.ts';
import type { Graph } from '../ir/graph.ts';
import type { Term } from '../ir/normal-add.ts';
import { ONE } from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { reachable, type Change } from '../ir/walk.ts';
import { singleUses } from './uses.ts';

export function factoringSums(b: Builder, roots: readonly NodeId[]): Change {
  const isSingle = usedOnce(b, roots);
  const once = new Set<NodeId>();
  return (id, original) => {
    const attr = isSumOfProducts(b, id) ? b.graph.attr(id) : undefined;
    const next = (attr?.kind === 'add' ? factorSum(b, id, attr, (term) => once.has(term) || isSingle(term)) : undefined) ?? id;
    if (next !== original && isSingle(original)) once.add(next);
    return next;
  };
}

/** Of nodes below the roots; counted when first asked, which most graphs never do. */
function usedOnce({ graph }: Builder, roots: readonly NodeId[]): (id: NodeId) => boolean {
  let isSingle: ((id: NodeId) => boolean) | undefined;
  return (id) => (isSingle ??= singleUses(graph, reachable(graph, roots), roots).isSingle)(id);
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

function factorSum(b: Builder, id: NodeId, attr: AddAttr, isSingle: (term: NodeId) => boolean): NodeId | undefined {
  const common = commonFactor(b, id);
  if (common === undefined) return undefined;
  const terms = attr.coefs.map((coef, k) => ({ coef, id: b.graph.arg(id, k), factors: b.graph.argList(b.graph.arg(id, k)) }));
  // a term that nobody else needs loses a multiplication, another one is there still and its other factors are multiplied anew
  const saved = terms.reduce((sum, t) => sum + (isSingle(t.id) ? 1 : 2 - t.factors.length), -1);
  if (saved < 0) return undefined;
  const rest = terms.map(({ coef, factors }): Term => {
    const at = factors.indexOf(common);
    const left = factors.filter((_, k) => k !== at).map((f) => ({ id: f, sub: [] }));
    return { coef, id: b.ein(ONE, left, []), sub: [] };
  });
  return b.multiply(common, b.add(rest, []));
}

/** The first factor of the first term that is one of every term. */
function commonFactor({ graph }: Builder, sum: NodeId): NodeId | undefined {
  const first = graph.arg(sum, 0);
  const factors = graph.arity(first);
  for (let k = 0; k < factors; k++) {
    const factor = graph.arg(first, k);
    let terms = graph.arity(sum) - 1;
    while (terms > 0 && isArgument(graph, graph.arg(sum, terms), factor)) terms--;
    if (terms === 0) return factor;
  }
  return undefined;
}

function isArgument(graph: Graph, id: NodeId, arg: NodeId): boolean {
  for (let k = graph.arity(id) - 1; k >= 0; k--) if (graph.arg(id, k) === arg) return true;
  return false;
}
