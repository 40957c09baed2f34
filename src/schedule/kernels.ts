/** Dense kernels for the interpreter: the reference algorithms of the graph interpreter on flat arrays. */
import { evaluateLinalg } from '../ir/evaluate-linalg.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { LinearOp } from '../ir/types.ts';
import type { LinalgKernel } from './types.ts';

const OPERATION: Readonly<Record<LinalgKernel, readonly [LinearOp, transposed: boolean]>> = {
  cholesky: ['chol', false], choleskyAdjoint: ['chol-adjoint', false], choleskyInverse: ['chol-inv', false],
  solveLower: ['tsolve', false], solveLowerTransposed: ['tsolve', true],
  lu: ['lu', false], luSolve: ['lu-solve', false], luSolveTransposed: ['lu-solve', true],
  luInverse: ['lu-inv', false], luLogDeterminant: ['lu-logdet', false], luDeterminant: ['lu-det', false],
  gram: ['gram', false], weightedGram: ['gram', false],
};

/** Writes the result array, or returns the scalar result. */
export function runKernel(kernel: LinalgKernel, args: readonly Float64Array[], scratch: readonly Float64Array[], result: Float64Array | undefined, sizes: readonly number[]): number {
  const [n = 0, columns = n] = sizes;
  const [op, transposed] = OPERATION[kernel];
  const first = op.startsWith('lu-') ? [n + 1, n] : [n, n];
  const tensors = op === 'gram'
    ? args.map((data, k): Tensor => ({ shape: k === 0 ? [columns, n] : [columns], data }))
    : args.map((data, k): Tensor => ({ shape: k === 0 ? first : [n, columns], data }));
  // real kernels overwrite their scratch
  for (const work of scratch) work.fill(Number.NaN);
  const { data } = evaluateLinalg(op, transposed, tensors);
  result?.set(data);
  return data[0] ?? Number.NaN;
}

/** A matrix in an array: element (i, j) is at offset + i·row + j·column. */
export interface Strided {
  readonly data: Float64Array;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** result = scale·left·right, row-major. */
export function multiplyStrided(left: Strided, right: Strided, result: Float64Array, scale: number, { rows, columns, inner }: { readonly rows: number; readonly columns: number; readonly inner: number }): void {
  const at = (m: Strided, i: number, j: number): number => m.data[m.offset + i * m.row + j * m.column] ?? Number.NaN;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += at(left, i, k) * at(right, k, j);
      result[i * columns + j] = scale * sum;
    }
  }
}
