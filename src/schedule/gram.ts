/** Xᵀ diag(w) X of data as one kernel: one triangle, in tiles that stay in registers, mirrored at the end. */
import type { Builder, Operand } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';

/** Narrower matrices are better written out. */
const LEAST_WIDTH = 8;

/** The node with its kernel; undefined when it is no such product. */
export function gramForm(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  if (attr.shape.length !== 2 || attr.sums.length !== 1 || narrow(attr.shape[0] ?? '') || narrow(attr.sums[0] ?? '')) return undefined;
  const { coef, factors } = writtenOut(b, id, attr);
  const [left, right] = [0, 1].map((label) => factors.find((f) => f.sub.length === 2 && f.sub[0] === 2 && f.sub[1] === label));
  if (left === undefined || right === undefined || left.id !== right.id || b.graph.attr(left.id).kind !== 'leaf') return undefined;
  const weights = factors.filter((f) => f !== left && f !== right);
  // factors of the whole are cheapest in the weights
  if (weights.some((f) => f.sub.some((label) => label !== 2))) return undefined;
  const rows = attr.sums[0] ?? '1';
  if (!weights.some((f) => f.sub.length > 0)) {
    const outside = weights.map((f) => ({ id: f.id, sub: [] }));
    return b.ein(coef, [...outside, b.whole(b.linalg('gram', [left.id]))], attr.shape);
  }
  const weight = b.ein(coef, weights.map((f) => ({ id: f.id, sub: f.sub.map(() => 0) })), [rows]);
  // a constant, or a tensor seen in another order, is not an array
  const { kind } = b.graph.attr(weight);
  if (kind === 'view' || (kind === 'ein' && b.graph.arity(weight) < 2)) {
    return b.ein(coef, [b.whole(b.linalg('gram', [left.id, weights[0]?.id ?? -1]))], attr.shape);
  }
  return b.linalg('gram', [left.id, weight]);
}

/** The factors, a row of data that was scaled before as what it is made of: the kernel scales rows itself. */
function writtenOut(b: Builder, id: NodeId, attr: EinAttr): { readonly coef: Q.Rational; readonly factors: readonly Operand[] } {
  let { coef } = attr;
  const factors = attr.subs.flatMap((sub, k): Operand[] => {
    const arg = b.graph.arg(id, k);
    const inner = b.graph.attr(arg);
    if (inner.kind !== 'ein' || inner.sums.length > 0 || inner.subs.length < 2) return [{ id: arg, sub }];
    coef = Q.multiply(coef, inner.coef);
    return inner.subs.map((own, n): Operand => ({ id: b.graph.arg(arg, n), sub: compose(own, sub) }));
  });
  return { coef, factors };
}

const narrow = (dim: string): boolean => (constantDim(dim) ?? LEAST_WIDTH) < LEAST_WIDTH;
