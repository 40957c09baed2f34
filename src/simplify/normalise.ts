/**
 * Normal form across nodes, with use counts: products used once join the product or contraction that uses them,
 * sums used once join their sum, like terms and powers merge in the constructors. Nothing is distributed and no
 * node with two users is repeated, so the work never grows.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, EinAttr, NodeId } from '../ir/types.ts';
import { reachable, rebuild, useCounts } from '../ir/walk.ts';
import { compose, displayOperands } from './operands.ts';

/** The roots in normal form, rebuilt together so that they share. */
export function normalise(b: Builder, roots: readonly NodeId[]): NodeId[] {
  const uses = useCounts(b.graph, roots);
  const made = new Map<NodeId, NodeId>();
  for (const id of reachable(b.graph, roots)) made.set(id, normaliseNode(b, id, made, uses));
  return roots.map((root) => made.get(root) ?? root);
}

type Made = ReadonlyMap<NodeId, NodeId>;
type Uses = ReadonlyMap<NodeId, number>;

function normaliseNode(b: Builder, id: NodeId, made: Made, uses: Uses): NodeId {
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein' && attr.subs.length > 0) return product(b, id, attr, made, uses);
  if (attr.kind === 'add') return sum(b, id, attr, made, uses);
  const old = [...b.graph.args(id)];
  const args = old.map((a) => made.get(a) ?? a);
  return args.every((a, k) => a === old[k]) ? id : rebuild(b, attr, args);
}

function product(b: Builder, id: NodeId, attr: EinAttr, made: Made, uses: Uses): NodeId {
  let coef = attr.coef;
  const factors: Operand[] = [];
  for (const { operand } of displayOperands(b.graph, id, attr)) {
    const factor = made.get(operand.id) ?? operand.id;
    const inner = b.graph.attr(factor);
    if (inner.kind === 'ein' && inner.sums.length === 0 && uses.get(operand.id) === 1) {
      coef = Q.multiply(coef, inner.coef);
      for (const part of displayOperands(b.graph, factor, inner)) factors.push({ id: part.operand.id, sub: compose(part.operand.sub, operand.sub) });
    } else {
      factors.push({ id: factor, sub: operand.sub });
    }
  }
  return b.ein(coef, factors, attr.shape, attr.sums);
}

function sum(b: Builder, id: NodeId, attr: AddAttr, made: Made, uses: Uses): NodeId {
  const terms: (Operand & { readonly coef: Q.Rational })[] = [];
  for (const { operand, position } of displayOperands(b.graph, id, attr)) {
    const coef = attr.coefs[position] ?? Q.ONE;
    const term = made.get(operand.id) ?? operand.id;
    const inner = b.graph.attr(term);
    // 2·(x − y) stays as typed: taking it in would distribute the 2
    if (inner.kind === 'add' && uses.get(operand.id) === 1 && (Q.isOne(coef) || Q.equal(coef, Q.MINUS_ONE))) {
      for (const part of displayOperands(b.graph, term, inner)) {
        const scaled = Q.multiply(coef, inner.coefs[part.position] ?? Q.ONE);
        terms.push({ coef: scaled, id: part.operand.id, sub: compose(part.operand.sub, operand.sub) });
      }
    } else {
      terms.push({ coef, id: term, sub: operand.sub });
    }
  }
  return b.add(terms, attr.shape);
}
