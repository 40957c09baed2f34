/**
 * A factor that all terms of a sum share is taken out: a·x + b·x = (a + b)·x, one multiplication for many, unless
 * the terms are needed elsewhere as they are. Of numbers and of the elements of vectors only: in a matrix the terms of a
 * sum may have structure (a diagonal, a product) that is worth more.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { setOf, type NodeSet } from '../ir/dense.ts';
import type { Graph } from '../ir/graph.ts';
import { labelsOf, narrowProduct } from '../ir/narrow.ts';
import { ONE } from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { Term } from '../ir/term.ts';
import * as T from '../ir/traits.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { reachable, type Change } from '../ir/walk.ts';
import { singleUses } from './uses.ts';

/** `values` are computed beside the roots: their sums are there as they are, and in another form they and all above them would be computed twice. */
export function factoringSums(b: Builder, roots: readonly NodeId[], values: readonly NodeId[] = []): Change {
  const isSingle = usedOnce(b, roots);
  const isComputed = below(b, values);
  const once = new Set<NodeId>();
  return (id, original) => {
    const attr = isSumOfProducts(b, id) && !isComputed(original) ? b.graph.attr(id) : undefined;
    const next = (attr?.kind === 'add' ? factorSum(b, id, attr, (term) => once.has(term) || isSingle(term)) : undefined) ?? id;
    // asked of terms only
    if (next !== original && (b.graph.traits(next) & T.PRODUCT) !== 0 && isSingle(original)) once.add(next);
    return next;
  };
}

/** What the values contain; looked up when first asked, which most graphs never do. */
function below({ graph }: Builder, values: readonly NodeId[]): (id: NodeId) => boolean {
  let found: NodeSet | undefined;
  return (id) => (found ??= setOf(reachable(graph, values))).has(id);
}

/** Of nodes below the roots; counted when first asked, which most graphs never do. */
function usedOnce({ graph }: Builder, roots: readonly NodeId[]): (id: NodeId) => boolean {
  let isSingle: ((id: NodeId) => boolean) | undefined;
  return (id) => (isSingle ??= singleUses(graph, reachable(graph, roots), roots).isSingle)(id);
}

/** A sum all of whose terms have factors: most sums have one that has none. */
function isSumOfProducts({ graph }: Builder, id: NodeId): boolean {
  if ((graph.traits(id) & T.SUM) === 0 || ((graph.traits(id) & T.SCALAR) === 0 && graph.shape(id).length > 1)) return false;
  for (let k = graph.arity(id) - 1; k >= 0; k--) {
    const term = graph.arg(id, k);
    if ((graph.traits(term) & (T.PRODUCT | T.CONTRACTION | T.CONSTANT | T.SCALED)) !== T.PRODUCT) return false;
  }
  return true;
}

function factorSum(b: Builder, id: NodeId, attr: AddAttr, isSingle: (term: NodeId) => boolean): NodeId | undefined {
  const common = commonFactor(b, id, attr);
  if (common === undefined) return undefined;
  const terms = attr.coefs.map((coef, k) => ({ coef, id: b.graph.arg(id, k), factors: factorsOf(b, id, attr, k) }));
  // a term that nobody else needs loses a multiplication, another one is there still and its other factors are multiplied anew
  const saved = terms.reduce((sum, t) => sum + (isSingle(t.id) ? 1 : 2 - t.factors.length), -1);
  if (saved < 0) return undefined;
  const rest = terms.map(({ coef, factors }): Term => {
    const at = factors.findIndex((f) => sameOperand(f, common));
    return { coef, ...narrowProduct(b, ONE, factors.filter((_, k) => k !== at), attr.shape) };
  });
  const labels = labelsOf(rest);
  const sum = b.add(rest.map((r) => ({ ...r, sub: r.sub.map((label) => labels.indexOf(label)) })), labels.map((label) => attr.shape[label] ?? '1'));
  return b.ein(ONE, [common, { id: sum, sub: labels }], attr.shape);
}

/** The factors of one term, at the labels of the sum. */
function factorsOf({ graph }: Builder, sum: NodeId, attr: AddAttr, k: number): Operand[] {
  const term = graph.arg(sum, k);
  const product = graph.attr(term);
  return product.kind === 'ein' ? product.subs.map((own, n) => ({ id: graph.arg(term, n), sub: compose(own, attr.subs[k] ?? []) })) : [];
}

const sameOperand = (x: Operand, y: Operand): boolean => x.id === y.id && x.sub.join() === y.sub.join();

/** The first factor of the first term that is one of every term; of elements, one that is an element too: a scalar reads best where it stands. */
function commonFactor(b: Builder, sum: NodeId, attr: AddAttr): Operand | undefined {
  const { graph } = b;
  const first = graph.arg(sum, 0);
  for (let k = 0; k < graph.arity(first); k++) {
    const factor = graph.arg(first, k);
    let terms = graph.arity(sum) - 1;
    while (terms > 0 && isArgument(graph, graph.arg(sum, terms), factor)) terms--;
    if (terms > 0) continue;
    // an argument of all: at the same labels, too?
    const candidate = factorsOf(b, sum, attr, 0)[k];
    if (candidate !== undefined && candidate.sub.length === attr.shape.length && attr.coefs.every((_, n) => factorsOf(b, sum, attr, n).some((f) => sameOperand(f, candidate)))) return candidate;
  }
  return undefined;
}

function isArgument(graph: Graph, id: NodeId, arg: NodeId): boolean {
  for (let k = graph.arity(id) - 1; k >= 0; k--) if (graph.arg(id, k) === arg) return true;
  return false;
}
