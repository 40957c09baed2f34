/** Kernels of a symmetric positive definite matrix in terms of its Cholesky factor, which they then share. */
import { core } from '../ops/core.ts';
import type { Builder } from './build.ts';
import * as Q from './rational.ts';
import type { LinearOp, NodeId } from './types.ts';
import { rewrite } from './walk.ts';

/** `spd-solve`, `spd-inv`, `spd-logdet` of these arguments; undefined for other kernels. */
export function choleskyForm(b: Builder, op: LinearOp, [matrix = -1, right = -1]: readonly NodeId[]): NodeId | undefined {
  switch (op) {
    case 'spd-solve': {
      const L = b.linalg('chol', [matrix]);
      return b.linalg('tsolve', [L, b.linalg('tsolve', [L, right])], 'transposed');
    }
    case 'spd-inv': return b.linalg('chol-inv', [b.linalg('chol', [matrix])]);
    case 'spd-logdet': return b.scale(Q.integer(2), sumOfLogs(b, b.linalg('chol', [matrix])));
    default: return undefined;
  }
}

/** The roots with all of these kernels in terms of factors. */
export function inCholeskyForm(b: Builder, roots: readonly NodeId[]): NodeId[] {
  return rewrite(b, roots, (id) => {
    const attr = b.graph.attr(id);
    return attr.kind === 'linalg' ? choleskyForm(b, attr.op, [...b.graph.args(id)]) ?? id : id;
  });
}

/** Σ ln Lᵢᵢ */
function sumOfLogs(b: Builder, L: NodeId): NodeId {
  const n = b.graph.shape(L)[0] ?? '1';
  const logs = b.map(core.ln, [b.whole(b.ein(Q.ONE, [{ id: L, sub: [0, 0] }], [n]))], [n]);
  return b.ein(Q.ONE, [{ id: logs, sub: [0] }], [], [n]);
}
