/** Values at a point, and what is said when a matrix in them cannot be used. */
import type { Bag } from '../diagnostics/bag.ts';
import { foldConstants } from '../ir/constants.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { printNode } from '../print/print.ts';

/** Reports each matrix that is not positive definite or not invertible: what depends on it is NaN. */
export function evaluateReporting(graph: Graph, roots: readonly NodeId[], point: Environment, bag: Bag): Tensor[] {
  const reasons = new Map<NodeId, string>();
  const constants = foldConstants(graph, reachable(graph, roots)).values;
  const values = evaluate(graph, roots, {
    ...point,
    failed: (kernel, order) => {
      const matrix = graph.arg(kernel, 0);
      if (!reasons.has(matrix)) reasons.set(matrix, reasonOf(graph, kernel, order));
    },
  });
  for (const [matrix, reason] of reasons) bag.report('unusable-matrix', undefined, { matrix: printNode(graph, matrix, { notation: 'ascii' }), reason });
  return values.map((value, k) => withConstant(value, constants.get(roots[k] ?? -1)));
}

/** What depends on nothing is rounded once. */
const withConstant = (value: Tensor, constant: number | undefined): Tensor => (constant === undefined ? value : { ...value, data: Float64Array.of(constant) });

function reasonOf(graph: Graph, kernel: NodeId, order: number): string {
  const attr = graph.attr(kernel);
  const op = attr.kind === 'linalg' ? attr.op : undefined;
  switch (op) {
    case 'chol': case 'spd-solve': case 'spd-inv': case 'spd-logdet': return `its leading minor of order ${order} is not positive definite`;
    case 'logdet': return 'its determinant is negative and has no logarithm';
    case 'tsolve': return `element ${order} of its diagonal is zero`;
    default: return `it is singular: pivot ${order} of its elimination is zero`;
  }
}
