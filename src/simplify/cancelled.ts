/**
 * What cancels is not computed. Where a derivative as one quotient of polynomials lacks a function that it has as
 * differentiated, the terms with that function add up to 0, and their rounding would be what is left of them.
 */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, reachableWithin, rewrite } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { monomialOf, productNode } from './monomial.ts';
import { rationalForm } from './rational.ts';
import { someCancel } from './residues.ts';

/** A longer formula is not multiplied out. */
const MOST_NODES = 64;

export function withoutCancelled(b: Builder, derivatives: readonly NodeId[]): NodeId[] {
  return derivatives.map((id) => {
    const { kind, shape } = b.graph.attr(id);
    if ((kind !== 'add' && kind !== 'ein') || shape.length > 0) return id;
    const nodes = reachableWithin(b.graph, id, MOST_NODES);
    if (nodes === undefined) return id;
    const functions = outermostFunctions(b, nodes);
    const quotient = someCancel(b, nodes, functions) ? rationalForm(b, rootsSplit(b, id)) : undefined;
    if (quotient === undefined) return id;
    const left = reachable(b.graph, [quotient]);
    return left.length < nodes.length && outermostFunctions(b, left).length < functions.length ? quotient : id;
  });
}

/** The functions that a formula is made of by sums, products and powers: those inside of others are not looked at. */
function outermostFunctions(b: Builder, nodes: readonly NodeId[]): NodeId[] {
  const inside = new Set<NodeId>(nodes.slice(-1));
  const functions: NodeId[] = [];
  for (const id of nodes.toReversed()) {
    if (!inside.has(id)) continue;
    const attr = b.graph.attr(id);
    if (attr.kind === 'map' && !isPower(b, id)) functions.push(id);
    else for (const arg of b.graph.args(id)) inside.add(arg);
  }
  return functions;
}

/** A power with a constant exponent. */
function isPower(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'map' && attr.op === core.pow && b.constantOf(b.graph.arg(id, 1)) !== undefined;
}

/** (x·y)^(7/2) as x³·y³·(x·y)^½: only the whole part meets other powers of x and y. */
function rootsSplit(b: Builder, id: NodeId): NodeId {
  const [split = id] = rewrite(b, [id], (node) => {
    const attr = b.graph.attr(node);
    const exponent = attr.kind === 'map' && attr.op === core.pow && attr.shape.length === 0 ? b.constantOf(b.graph.arg(node, 1)) : undefined;
    if (exponent === undefined || Q.isInteger(exponent)) return node;
    const base = b.graph.arg(node, 0);
    const whole = Q.integer(exponent.num / exponent.den);
    if (b.graph.attr(base).kind !== 'ein' || Q.isZero(whole)) return node;
    const root = b.power(base, Q.subtract(exponent, whole));
    return b.times(Q.ONE, productNode(b, monomialOf(b, Q.ONE, b.whole(b.power(base, whole))), []), root);
  });
  return split;
}
