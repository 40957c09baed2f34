/** Sums as terms and products as powers, in the user's order: what rules are matched with. */
import type { Operand } from '../ir/build.ts';
import { displayOperands } from '../ir/display.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

export interface SumTerm extends Operand {
  readonly coef: Q.Rational;
}

/** base^exponent with a whole exponent */
export interface Factor {
  readonly base: Operand;
  readonly exponent: bigint;
}

export function termsOf(graph: Graph, id: NodeId, attr: AddAttr): SumTerm[] {
  return displayOperands(graph, id, attr).map(({ operand, position }) => ({ coef: attr.coefs[position] ?? Q.ONE, ...operand }));
}

/** A node as coefficient · Π baseᵉ over its own labels (a contraction's summed ones included). */
export function factorsOf(graph: Graph, id: NodeId): { readonly coef: Q.Rational; readonly factors: readonly Factor[] } {
  const attr = graph.attr(id);
  if (attr.kind !== 'ein') return { coef: Q.ONE, factors: [factorOf(graph, { id, sub: attr.shape.map((_, label) => label) })] };
  return { coef: attr.coef, factors: displayOperands(graph, id, attr).map(({ operand }) => factorOf(graph, operand)) };
}

function factorOf(graph: Graph, operand: Operand): Factor {
  const attr = graph.attr(operand.id);
  if (attr.kind === 'map' && attr.op === core.pow) {
    const exponent = graph.attr(graph.arg(operand.id, 1));
    if (exponent.kind === 'const' && exponent.value.kind === 'rational' && Q.isInteger(exponent.value.value)) {
      return { base: { id: graph.arg(operand.id, 0), sub: compose(attr.subs[0] ?? [], operand.sub) }, exponent: exponent.value.value.num };
    }
  }
  return { base: operand, exponent: 1n };
}
