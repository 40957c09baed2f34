/** Stages that run as a whole: scans (`scans.ts`), and dense algebra as a kernel call. */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import type { Dim } from '../ir/dim.ts';
import { allocate, hintOf, type Lowering } from './lower.ts';
import { lowerMatmul } from './matmul.ts';
import { dimPoly, type Poly } from './poly.ts';
import { ScanLowering, type ScanContext } from './scans.ts';
import { asBuffer, sliceOf } from './slices.ts';
import type { Body, Stage } from './stage.ts';
import type { LinalgKernel, MatrixGuard } from './types.ts';

type LinalgBody = Extract<Body, { kind: 'linalg' }>;

export function lowerWhole(low: Lowering, stage: Stage, context: ScanContext): void {
  const { body } = stage;
  switch (body.kind) {
    case 'linalg': lowerLinalg(low, stage, body, context); return;
    case 'matmul': lowerMatmul(low, stage, body); return;
    case 'scan': new ScanLowering(low, stage, context).run(); return;
    // the scan has filled it
    case 'result': return;
    default: throw new InternalError('schedule', `${body.kind} does not run as a whole`);
  }
}

function kernelOf(body: LinalgBody): LinalgKernel {
  switch (body.op) {
    case 'chol': return 'cholesky';
    case 'chol-adjoint': return 'choleskyAdjoint';
    case 'chol-inv': return 'choleskyInverse';
    case 'tsolve': return body.transposed ? 'solveLowerTransposed' : 'solveLower';
    case 'lu': return 'lu';
    case 'lu-solve': return body.transposed ? 'luSolveTransposed' : 'luSolve';
    case 'lu-inv': return 'luInverse';
    case 'lu-logdet': return 'luLogDeterminant';
    case 'lu-det': return 'luDeterminant';
    case 'gram': return body.args.length > 1 ? 'weightedGram' : 'gram';
    default: throw new InternalError('schedule', `${body.op} was not factorised`);
  }
}

/** The scratch array of a kernel besides its result, if it needs one. */
function scratchShape(kernel: LinalgKernel, n: Dim, result: readonly Dim[]): readonly Dim[] | undefined {
  switch (kernel) {
    case 'choleskyInverse': return [n, n];
    case 'luSolveTransposed': return result;
    case 'luInverse': case 'luLogDeterminant': case 'luDeterminant': return [n];
    case 'weightedGram': return ['32', n];
    default: return undefined;
  }
}

/** What a kernel may find wrong with its matrix; a factor made here has been looked at already. */
function guardOf(low: Lowering, stage: Stage, body: LinalgBody, { graph: b, factors }: ScanContext): number | undefined {
  const argument = b.graph.arg(stage.node, 0);
  const attr = b.graph.attr(argument);
  const made = factors.get(argument) ?? (attr.kind === 'linalg' ? { kind: attr.op, matrix: b.graph.arg(argument, 0) } : undefined);
  const original = made?.kind === 'lu' ? made.matrix : argument;
  const guard = (kind: MatrixGuard['kind']): number => low.emit.draft.guard({ kind, matrix: original, name: low.nameOf(original) });
  switch (body.op) {
    case 'chol': return guard('cholesky');
    case 'tsolve': return made?.kind === 'chol' ? undefined : guard('diagonal');
    case 'lu-solve': case 'lu-inv': return guard('pivot');
    case 'lu-logdet': return guard('determinant');
    default: return undefined;
  }
}

function lowerLinalg(low: Lowering, stage: Stage, body: LinalgBody, context: ScanContext): void {
  const { emit } = low;
  const kernel = kernelOf(body);
  const [first, second] = body.args;
  invariant(first, 'schedule', `${kernel} without argument`);
  const matrix = asBuffer(low, sliceOf(low, first, 2), 'matrix');
  // factors have a row more than the matrix, for the exchanges
  const [height = '0', n = '0'] = emit.draft.shape(matrix);
  const room = scratchShape(kernel, n, stage.shape);
  const scratch = room === undefined ? [] : [emit.draft.buffer('scratch', 'work', room)];
  const args = [matrix];
  const sizes: Poly[] = [dimPoly(n)];
  if (second !== undefined) {
    const rank = kernel === 'choleskyAdjoint' ? 2 : kernel === 'weightedGram' ? 1 : stage.shape.length;
    args.push(asBuffer(low, sliceOf(low, second, rank), 'right'));
    if (kernel !== 'choleskyAdjoint' && kernel !== 'weightedGram') sizes.push(rank === 1 ? dimPoly('1') : dimPoly(stage.shape[1] ?? '1'));
  }
  if (body.op === 'gram') sizes.push(dimPoly(height));
  const guard = guardOf(low, stage, body, context);
  const guarded = guard === undefined ? {} : { guard };
  if (stage.shape.length === 0) {
    const local = emit.draft.local(low.nameOf(stage.node) ?? hintOf(low, stage), emit.depth, low.nameOf(stage.node) !== undefined);
    emit.push({ kind: 'linalg', kernel, args, result: { kind: 'local', local }, scratch, sizes, ...guarded });
    low.homes.set(stage, { value: { expr: { kind: 'local', id: local }, loops: 0 } });
    return;
  }
  const place = low.places.get(stage);
  invariant(place, 'schedule', 'a stage was not placed');
  const array = allocate(low, stage, place);
  low.homes.set(stage, { array });
  emit.push({ kind: 'linalg', kernel, args, result: { kind: 'buffer', buffer: array.buffer }, scratch, sizes, ...guarded });
}
