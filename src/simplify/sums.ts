/** Sums with the sums inside them: `x - (y - z)` is `x - y + z`. */
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, NodeId, Sub } from '../ir/types.ts';
import type { Rewriting } from './normalise.ts';
import { compose } from '../ir/sub.ts';
import { displayPositions } from '../ir/display.ts';

export function normalSum(rewriting: Rewriting, id: NodeId, attr: AddAttr): NodeId {
  const { b, uses } = rewriting;
  const terms: Term[] = [];
  let changed = false;
  const stack: Term[] = [];
  const open = (node: NodeId, sum: AddAttr, coef: Q.Rational, labels: Sub): void => {
    const positions = displayPositions(b.graph, node);
    for (let k = positions.length - 1; k >= 0; k--) {
      const at = positions[k] ?? k;
      stack.push({ coef: Q.multiply(coef, sum.coefs[at] ?? Q.ONE), id: b.graph.arg(node, at), sub: compose(sum.subs[at] ?? [], labels) });
    }
  };
  open(id, attr, Q.ONE, attr.shape.map((_, label) => label));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const inner = b.graph.attr(top.id);
    if (inner.kind === 'add' && uses.isAbsorbed(top.id)) {
      changed = true;
      open(top.id, inner, top.coef, top.sub);
      continue;
    }
    const next = rewriting.made(top.id);
    changed ||= next !== top.id;
    terms.push(next === top.id ? top : { ...top, id: next });
  }
  return changed ? b.add(terms, attr.shape) : id;
}
