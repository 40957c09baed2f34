/** Values at a point, and what is said when a matrix in them cannot be used. */
import type { Bag } from '../diagnostics/bag.ts';
import { foldConstants } from '../ir/constants.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { printNode } from '../print/print.ts';

/** Reports each matrix that is not positive definite or not invertible: what depends on it is NaN. A function without a formula has no value. */
export function evaluateReporting(graph: Graph, roots: readonly NodeId[], point: Environment, bag: Bag): Tensor[] {
  if (reportUnknownFunctions(graph, roots, point, bag)) return [];
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

/** Whether some function that is called has no formula; each is reported. */
export function reportUnknownFunctions(graph: Graph, roots: readonly NodeId[], { opaques }: Pick<Environment, 'opaques'>, bag: Bag): boolean {
  const called = reachable(graph, roots).flatMap((id) => { const attr = graph.attr(id); return attr.kind === 'call' && opaques?.has(attr.name) !== true ? [attr.name] : []; });
  for (const name of new Set(called)) bag.report('missing-value', undefined, { name }, { hint: `give its formula: \`${name}(x) = …\` in front of the line` });
  return called.length > 0;
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
