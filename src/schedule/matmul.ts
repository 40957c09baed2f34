/** Sums of products of two large matrices: one kernel call, transpositions and slices read in place. */
import { invariant } from '../diagnostics/internal.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr } from '../ir/types.ts';
import { allocate, type Lowering } from './lower.ts';
import { addPoly, dimPoly, multiplyPoly, sizePoly, ZERO, type Poly } from './poly.ts';
import type { SizeHint } from './prepare.ts';
import { axisPosition, plainAxis, type Body, type Factor, type MatrixRead, type Position, type Stage } from './stage.ts';
import type { MatrixOperand } from './types.ts';

/** Below this size, in any direction or in multiplications, loops that stay with their producers and users are as good. */
const LEAST_EXTENT = 8;
const LEAST_VOLUME = 16_384;

/** Has the form and the size of a product that is one call. */
export function isMatrixProduct(attr: EinAttr, hint: SizeHint): boolean {
  return attr.shape.length === 2 && attr.sums.length === 1 && attr.subs.length === 2 && isRowsByColumns(attr) && isLarge([...attr.shape, ...attr.sums], hint);
}

/** One factor runs over rows, the other over columns, both over what is summed; a product for each row is no such thing. */
function isRowsByColumns({ subs }: EinAttr): boolean {
  const labels = subs.map((sub) => [...sub].sort().join('.'));
  return labels.includes('0.2') && labels.includes('1.2');
}

/** The product as one call; undefined where it is none, or too small. */
export function matmulBody(attr: EinAttr, coef: Q.Rational, factors: readonly Factor[], hint: SizeHint): Body | undefined {
  const [first, second] = factors;
  if (!isMatrixProduct(attr, hint) || first === undefined || second === undefined) return undefined;
  const [rows = '1', columns = '1'] = attr.shape;
  const [inner = '1'] = attr.sums;
  const straight = { left: matrixRead(first, [0, 2]), right: matrixRead(second, [2, 1]) };
  const { left, right } = straight.left && straight.right ? straight : { left: matrixRead(second, [0, 2]), right: matrixRead(first, [2, 1]) };
  if (left === undefined || right === undefined) return undefined;
  const scale = Q.multiply(coef, Q.multiply(first.access.scale, second.access.scale));
  return { kind: 'matmul', scale: Q.toNumber(scale), left, right, rows, columns, inner };
}

function isLarge(sizes: readonly Dim[], hint: SizeHint): boolean {
  const extents = sizes.map((size) => constantDim(size) ?? hint(readDim(size).base ?? ''));
  return extents.every((n) => n >= LEAST_EXTENT) && extents.reduce((a, b) => a * b, 1) >= LEAST_VOLUME;
}

/** What a factor reads, with the labels of its rows and columns as axes 0 and 1. */
function matrixRead({ access, exponent }: Factor, [row, column]: readonly [number, number]): MatrixRead | undefined {
  const { item } = access;
  if (!Q.isOne(exponent) || access.guards.length > 0 || item.kind !== 'read' || item.read.source.kind === 'value') return undefined;
  const at: Position[] = [];
  for (const position of item.read.at) {
    const label = plainAxis(position);
    if (label === row || label === column) at.push(axisPosition(label === row ? 0 : 1));
    else if (position.kind === 'affine' && position.terms.length === 0 && item.read.source.kind === 'buffer') at.push(position);
    else return undefined;
  }
  const walked = at.flatMap((p) => plainAxis(p) ?? []);
  return walked.length === 2 && walked[0] !== walked[1] ? { source: item.read.source, at } : undefined;
}

export function lowerMatmul(low: Lowering, stage: Stage, body: Extract<Body, { kind: 'matmul' }>): void {
  const place = low.places.get(stage);
  invariant(place, 'schedule', 'a product was not placed');
  const left = operandOf(low, body.left);
  const right = operandOf(low, body.right);
  const array = allocate(low, stage, place);
  low.homes.set(stage, { array });
  low.emit.push({
    kind: 'matmul', left, right, result: array.buffer, at: ZERO, scale: body.scale,
    rows: dimPoly(body.rows), columns: dimPoly(body.columns), inner: dimPoly(body.inner),
  });
}

function operandOf(low: Lowering, { source, at }: MatrixRead): MatrixOperand {
  invariant(source.kind !== 'value', 'schedule', 'a scalar is no matrix');
  const from = source.kind === 'stage' ? low.byNode.get(source.node) : undefined;
  const home = from === undefined ? undefined : low.homes.get(from)?.array;
  const buffer = source.kind === 'buffer' ? source.buffer : home?.buffer;
  invariant(buffer !== undefined, 'schedule', 'a factor that is no array');
  const shape = low.emit.draft.shape(buffer);
  const lead = home?.lead ?? [];
  let offset: Poly = ZERO;
  const steps: [Poly, Poly] = [ZERO, ZERO];
  [...lead.map((p): Position => ({ kind: 'affine', terms: [], offset: p })), ...at].forEach((position, k) => {
    const step = sizePoly(shape.slice(k + 1));
    const axis = plainAxis(position);
    if (axis === 0 || axis === 1) steps[axis] = step;
    else if (position.kind === 'affine') offset = addPoly(offset, multiplyPoly(position.offset, step));
  });
  return { buffer, offset, row: steps[0], column: steps[1] };
}
