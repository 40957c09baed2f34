/** Powers of products and of exponentials, where the power is the only user. */
import * as Q from '../ir/rational.ts';
import type { Builder } from '../ir/build.ts';
import type { Attr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Rewriting } from './normalise.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

/** (c·x·y)ⁿ is cⁿ·xⁿ·yⁿ for whole n, (e^u)ⁿ is e^(n·u): defined at the same points. */
export function powerOfProduct(rewriting: Rewriting, id: NodeId, attr: MapAttr): NodeId | undefined {
  if (attr.op !== core.pow) return undefined;
  const { b, uses } = rewriting;
  const old = b.graph.arg(id, 0);
  const n = b.constantOf(rewriting.made(b.graph.arg(id, 1)));
  if (n === undefined) return undefined;
  const base = rewriting.made(old);
  const inner = b.graph.attr(base);
  if (!uses.isSingle(old) && !isReciprocal(b, base, inner)) return undefined;
  const sub = attr.subs[0] ?? [];
  if (inner.kind === 'map' && inner.op === core.exp) {
    const exponent = b.ein(n, [{ id: b.graph.arg(base, 0), sub: inner.subs[0] ?? [] }], inner.shape);
    return b.ein(Q.ONE, [{ id: b.map(core.exp, [b.whole(exponent)], inner.shape), sub }], attr.shape);
  }
  if (inner.kind !== 'ein' || inner.sums.length > 0 || inner.subs.length < 2 || !Q.isInteger(n)) return undefined;
  // the power of a whole matrix for its diagonal would be more work, not less
  if (inner.subs.some((s) => new Set(s).size !== s.length)) return undefined;
  const coef = Q.power(inner.coef, n.num);
  if (coef === undefined) return undefined;
  const powers = displayOperands(b.graph, base, inner).map(({ operand: f }) => ({ id: b.power(f.id, n), sub: compose(f.sub, sub) }));
  return b.ein(coef, powers, attr.shape);
}

/** 1/(x·y): its square would overflow where dividing twice does not. */
function isReciprocal(b: Builder, id: NodeId, attr: Attr): boolean {
  return attr.kind === 'ein' && attr.sums.length === 0 && attr.subs.length > 1 && [...b.graph.args(id)].every((arg) => {
    const factor = b.graph.attr(arg);
    const exponent = factor.kind === 'map' && factor.op === core.pow ? b.constantOf(b.graph.arg(arg, 1)) : undefined;
    return exponent !== undefined && Q.isNegative(exponent);
  });
}
