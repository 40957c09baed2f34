/** Recognises c·Σ r² with c > 0 known at the data: what least squares can do more with than with its value. */
import type { Graph } from '../ir/graph.ts';
import { toNumber } from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { reachable } from '../ir/walk.ts';

/** The residuals r of a node that is such a sum; undefined when it is none. `varying` are the leaves that c must not have. */
export function residualsOf(graph: Graph, root: NodeId, varying: ReadonlySet<NodeId>): NodeId | undefined {
  let node = root;
  // factors in front: numbers, sizes and their powers
  for (;;) {
    const attr = graph.attr(node);
    if (attr.kind !== 'ein' || attr.shape.length > 0 || !(toNumber(attr.coef) > 0)) return undefined;
    const args = [...graph.args(node)];
    const moving = args.filter((a) => reachable(graph, [a]).some((id) => varying.has(id)));
    const [next] = moving;
    if (next === undefined || moving.length > 1) return undefined;
    if (args.some((a) => a !== next && !positive(graph, a))) return undefined;
    if (graph.shape(next).length > 0) {
      // each element once: a sum along a diagonal leaves some out
      const labels = attr.subs[args.indexOf(next)] ?? [];
      return args.length === 1 && new Set(labels).size === labels.length ? squared(graph, next) : undefined;
    }
    node = next;
  }
}

/** r of r², element by element. */
function squared(graph: Graph, node: NodeId): NodeId | undefined {
  const attr = graph.attr(node);
  if (attr.kind !== 'map' || attr.op !== core.pow) return undefined;
  const [base, exponent] = [...graph.args(node)];
  if (base === undefined || exponent === undefined) return undefined;
  const two = graph.attr(exponent);
  const isTwo = two.kind === 'const' && two.value.kind === 'rational' && toNumber(two.value.value) === 2;
  return isTwo && graph.shape(base).join() === graph.shape(node).join() ? base : undefined;
}

/** Sizes are, and their powers. */
function positive(graph: Graph, id: NodeId): boolean {
  return reachable(graph, [id]).every((n) => {
    const attr = graph.attr(n);
    return attr.kind === 'dim' || attr.kind === 'const' || (attr.kind === 'map' && attr.op === core.pow);
  });
}
