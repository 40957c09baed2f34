/**
 * Adjoint rules of sums, products and functions of scalars in a sweep without seed axes: what most nodes of a large graph
 * are. Coefficients are carried beside the adjoints (sweep.ts), and nothing is spelt out in labels.
 */
import type { Operand } from '../ir/build.ts';
import { multipleOf } from '../ir/normal-ein.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { AddAttr, Attr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { pullThrough } from './elementwise.ts';
import { partialOperand } from './partials.ts';
import { asNode, asSelection, guardedParts, type Multiple, type Sweep } from './sweep.ts';

/** Pulls the adjoint of such a node; false where the rules for tensors and selections are needed. */
export function pullScalar(sweep: Sweep, id: NodeId, attr: Attr): boolean {
  const { b } = sweep;
  const traits = b.graph.traits(id);
  if (sweep.rank > 0 || (traits & T.SCALAR) === 0 || (traits & (T.SUM | T.PRODUCT | T.MAP)) === 0) return false;
  const g = sweep.multiple(id);
  if (g === undefined) return true;
  if (asSelection(b, g.of) !== undefined || guardedParts(b, g.of).length > 1) return false;
  switch (attr.kind) {
    case 'add': return pullSum(sweep, id, attr, g);
    case 'ein': return pullPlainProduct(sweep, id, attr, g);
    case 'map': return (traits & T.SELECTION) === 0 && pullFunction(sweep, id, attr, g);
    default: return false;
  }
}

function pullSum(sweep: Sweep, id: NodeId, attr: AddAttr, { coef, of }: Multiple): boolean {
  for (let k = 0; k < attr.coefs.length; k++) sweep.contribute(sweep.b.graph.arg(id, k), of, Q.multiply(coef, attr.coefs[k] ?? Q.ONE));
  return true;
}

/** A product of two, neither a power: those may be quotients. */
function pullPlainProduct(sweep: Sweep, id: NodeId, attr: EinAttr, g: Multiple): boolean {
  const { b } = sweep;
  if (attr.subs.length !== 2 || attr.sums.length > 0) return false;
  const [x, y] = [b.graph.arg(id, 0), b.graph.arg(id, 1)];
  const [s, t] = [b.graph.traits(x), b.graph.traits(y)];
  if ((s & t & T.SCALAR) === 0 || ((s | t) & T.POWER) !== 0) return false;
  const coef = Q.multiply(attr.coef, g.coef);
  contributeProduct(sweep, x, coef, y, g.of);
  contributeProduct(sweep, y, coef, x, g.of);
  return true;
}

/** ā += g·∂f/∂a */
function pullFunction(sweep: Sweep, id: NodeId, attr: MapAttr, g: Multiple): boolean {
  const { b } = sweep;
  const operands = b.graph.argList(id).map((arg): Operand => ({ id: arg, sub: NO_LABELS }));
  for (const [k, operand] of operands.entries()) {
    if (!sweep.active.has(operand.id)) continue;
    const partial = partialOperand(b, attr, operands, k, { id, sub: NO_LABELS });
    if ('reason' in partial) sweep.refuse(partial);
    else if (asSelection(b, partial.id) === undefined) contributeProduct(sweep, operand.id, g.coef, g.of, partial.id);
    else sweep.contribute(operand.id, pullThrough(sweep, asNode(b, g), partial, operand, []));
  }
  return true;
}

/** Adds coef·x·y to an adjoint, with the coefficients of both beside it. */
function contributeProduct(sweep: Sweep, to: NodeId, coef: Rational, x: NodeId, y: NodeId): void {
  if (!sweep.active.has(to)) return;
  const { b } = sweep;
  const [p, q] = [multipleOf(b, x), multipleOf(b, y)];
  const of = p.of === undefined ? (q.of ?? b.integer(1)) : q.of === undefined ? p.of : b.times(Q.ONE, p.of, q.of);
  sweep.contribute(to, of, Q.multiply(coef, Q.multiply(p.coef, q.coef)));
}

const NO_LABELS: readonly never[] = [];
