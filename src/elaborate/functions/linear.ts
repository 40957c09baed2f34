/** Linear algebra and tensors made from sizes. */
import { axisLabel } from '../../ir/normal-view.ts';
import type { AxisIndex, LinearOp } from '../../ir/types.ts';
import { constantDim, type Dim } from '../../ir/dim.ts';
import * as Q from '../../ir/rational.ts';
import type { Placed } from '../broadcast.ts';
import type { Pass } from '../pass.ts';
import { describe, plainValue, readableDim, type Result, type Value } from '../value.ts';
import { atEveryPosition } from './batched.ts';
import { SIZE_FUNCTIONS } from '../affine.ts';
import { argument, expectRank, expectSquare, type Builtin, type Call } from './builtin.ts';

function dot(call: Call): Result {
  const x = expectRank(call, argument(call, 0), 1);
  const y = expectRank(call, argument(call, 1), 1);
  if (x === undefined || y === undefined) return undefined;
  return fits(call, x.axes, y.axes) ? call.pass.algebra.contract(x, 'i', y, 'i', '') : undefined;
}

/** Equal shapes, or a report with both. */
function fits(call: Call, left: readonly Dim[], right: readonly Dim[]): boolean {
  if (call.pass.sizes.sameShape(left, right)) return true;
  const show = (axes: readonly Dim[]): string => `[${axes.map(readableDim).join(', ')}]`;
  call.pass.report('shape-mismatch', call.span, { operation: `take \`${call.name}\` of`, left: show(left), right: show(right) });
  return false;
}

/** (u₂v₃ - u₃v₂, u₃v₁ - u₁v₃, u₁v₂ - u₂v₁) */
function cross(call: Call): Result {
  const u = expectRank(call, argument(call, 0), 1);
  const v = expectRank(call, argument(call, 1), 1);
  if (u === undefined || v === undefined || !fits(call, u.axes, ['3']) || !fits(call, v.axes, ['3'])) return undefined;
  const { algebra } = call.pass;
  const component = (i: number, j: number): Value => {
    const forwards = algebra.multiply([algebra.element(u, i), algebra.element(v, j)], []);
    const backwards = algebra.multiply([algebra.element(u, j), algebra.element(v, i)], []);
    return algebra.add([{ coef: Q.ONE, value: forwards }, { coef: Q.MINUS_ONE, value: backwards }], []);
  };
  return algebra.stack([component(1, 2), component(2, 0), component(0, 1)], []);
}

function outer(call: Call): Result {
  const x = expectRank(call, argument(call, 0), 1);
  const y = expectRank(call, argument(call, 1), 1);
  return x && y && call.pass.algebra.contract(x, 'i', y, 'j', 'ij');
}

function trace(call: Call): Result {
  const matrix = expectSquare(call, argument(call, 0));
  return matrix && call.pass.algebra.relabel(matrix, 'ii', '');
}

function diag(call: Call): Result {
  const placed = argument(call, 0);
  const { algebra, b } = call.pass;
  if (placed.value.axes.length === 1) {
    const [size = '1'] = placed.value.axes;
    return algebra.contract(placed.value, 'i', plainValue(b.delta(size), [size, size]), 'ij', 'ij');
  }
  const matrix = expectSquare(call, placed);
  return matrix && algebra.relabel(matrix, 'ii', 'i');
}

/** A kernel of one square matrix. */
function ofMatrix(op: LinearOp, scalar: 'scalar' | 'matrix'): (call: Call) => Result {
  return (call) => {
    const matrix = expectSquare(call, argument(call, 0));
    return matrix && atEveryPosition(call.pass, [matrix], scalar === 'scalar' ? [] : matrix.axes, (nodes) => call.pass.b.linalg(op, nodes));
  };
}

const inv = ofMatrix('inv', 'matrix');

/** `A⁻¹` */
export const inverse = (pass: Pass, base: Placed): Result => inv({ pass, name: 'inv', span: base.span, args: [base], sizes: [], axis: undefined });

/** What derivatives through a factor print as, so that it can be read back. */
function choleskyAdjoint(call: Call): Result {
  const factor = expectSquare(call, argument(call, 0));
  const adjoint = expectSquare(call, argument(call, 1));
  if (factor === undefined || adjoint === undefined || !fits(call, factor.axes, adjoint.axes)) return undefined;
  return atEveryPosition(call.pass, [factor, adjoint], factor.axes, (nodes) => call.pass.b.linalg('chol-adjoint', nodes));
}

function solving(op: 'solve' | 'tsolve', side: 'lower' | 'upper' | 'full'): (call: Call) => Result {
  return (call) => {
    const { b, algebra, sizes } = call.pass;
    const matrix = expectSquare(call, argument(call, 0));
    const right = argument(call, 1).value;
    if (matrix === undefined) return undefined;
    if (right.axes.length !== 1 && right.axes.length !== 2) return expectRank(call, argument(call, 1), 1);
    if (!sizes.same(matrix.axes[1] ?? '', right.axes[0] ?? '')) {
      fits(call, matrix.axes, right.axes);
      return undefined;
    }
    // right sides that share a matrix are columns of one
    const column = right.axes.length === 1 ? right.labels.find((l) => !matrix.labels.includes(l)) : undefined;
    if (column !== undefined) {
      const columns = algebra.transpose(algebra.close(right, [column]));
      const solved = solving(op, side)({ ...call, args: [argument(call, 0), { ...argument(call, 1), value: columns }] });
      return solved && algebra.open(algebra.transpose(solved), [column]);
    }
    // an upper triangle is the transpose of a lower one
    const factor = side === 'upper' ? algebra.transpose(matrix) : matrix;
    return atEveryPosition(call.pass, [factor, right], right.axes, (nodes) => b.linalg(op, nodes, side === 'upper' ? 'transposed' : 'plain'));
  };
}

/** Sizes as numbers: products of size symbols are no sizes. */
function knownSizes(call: Call, k: number): readonly number[] | undefined {
  const { value, span } = argument(call, k);
  if (expectRank(call, argument(call, k), 2) === undefined) return undefined;
  const sizes = value.axes.map(constantDim);
  if (sizes.every((n) => n !== undefined)) return sizes;
  return call.pass.report('expected-shape', span, { what: `the argument of \`${call.name}\``, expected: 'a matrix with sizes known as numbers, such as R[3, 2]', found: describe(value) });
}

/** Elements of `value` put at computed places of a tensor with these axes, the free indices first. */
function placed(call: Call, value: Value, axes: readonly Dim[], at: (axis: (k: number) => number) => readonly (readonly { readonly label: number; readonly coef: number }[])[]): Value {
  const count = value.labels.length;
  const shape = call.pass.b.graph.shape(value.node);
  const index = [
    ...value.labels.map((_, label) => axisLabel(label)),
    ...at((k) => count + k).map((terms): AxisIndex => ({ kind: 'affine', terms, offset: '0' })),
  ];
  return plainValue(call.pass.b.scat(value.node, { index, shape: [...shape.slice(0, count), ...axes], gathers: [], masked: false }), axes, value.labels);
}

/** A ⊗ B: block (i, j) is Aᵢⱼ·B. */
function kronecker(call: Call): Result {
  const [left, right] = [knownSizes(call, 0), knownSizes(call, 1)];
  if (left === undefined || right === undefined) return undefined;
  const [[m = 1, n = 1], [p = 1, q = 1]] = [left, right];
  const products = call.pass.algebra.contract(argument(call, 0).value, 'ij', argument(call, 1).value, 'kl', 'ikjl');
  return placed(call, products, [String(m * p), String(n * q)], (axis) => [
    [{ label: axis(0), coef: p }, { label: axis(1), coef: 1 }], [{ label: axis(2), coef: q }, { label: axis(3), coef: 1 }],
  ]);
}

/** The columns one below the other. */
function vectorised(call: Call): Result {
  const sizes = knownSizes(call, 0);
  if (sizes === undefined) return undefined;
  const [m = 1, n = 1] = sizes;
  return placed(call, argument(call, 0).value, [String(m * n)], (axis) => [[{ label: axis(0), coef: 1 }, { label: axis(1), coef: m }]]);
}

function transpose(call: Call): Result {
  return call.pass.algebra.transpose(argument(call, 0).value);
}

function filled(coef: Q.Rational): (call: Call) => Result {
  return (call) => plainValue(call.pass.b.fill(coef, call.sizes), call.sizes);
}

function eye(call: Call): Result {
  const size = call.sizes[0] ?? call.pass.sizes.fresh(`eye${call.span.start}`);
  return plainValue(call.pass.b.delta(size), [size, size]);
}

function onehot(call: Call): Result {
  const { b } = call.pass;
  const { value, span } = argument(call, 0);
  const [size = '1'] = call.sizes;
  if (value.element !== 'index') return call.pass.report('bad-argument', span, { name: call.name, expected: 'a position, such as an element of `index[N] of K`' });
  const rank = value.labels.length + value.axes.length;
  const axes = [...value.axes, size];
  const shape = [...value.labels.map((l) => l.size ?? '1'), ...axes];
  const node = b.map('eq', [b.whole(value.node), { id: b.iota(size), sub: [rank] }], shape);
  return plainValue(node, axes, value.labels);
}

/** A constant of whatever size its place needs. */
function inferred(rank: 1 | 2): (call: Call) => Result {
  return (call) => {
    const value = expectRank(call, argument(call, 0), 0);
    if (value === undefined) return undefined;
    const axes = Array.from({ length: rank }, (_, k) => call.pass.sizes.fresh(`${call.name}${call.span.start}.${k}`));
    return call.pass.algebra.broadcast(value, axes);
  };
}

function lengthOf(axis: 0 | 1): (call: Call) => Result {
  return (call) => {
    const { value, span } = argument(call, 0);
    const dim = value.axes[call.axis ?? axis];
    if (dim === undefined) return call.pass.report('expected-shape', span, { what: `the argument of \`${call.name}\``, expected: axis === 0 ? 'a vector or a matrix' : 'a matrix', found: 'a scalar' });
    return plainValue(call.pass.b.dim(dim), []);
  };
}

function triangle(relation: 'ge' | 'le'): (call: Call) => Result {
  return (call) => {
    const matrix = expectRank(call, argument(call, 0), 2);
    if (matrix === undefined) return undefined;
    const { b, algebra } = call.pass;
    const [rows = '1', columns = '1'] = matrix.axes;
    const mask = b.map(relation, [{ id: b.iota(rows), sub: [0] }, { id: b.iota(columns), sub: [1] }], matrix.axes);
    return algebra.multiply([matrix, plainValue(mask, matrix.axes)], matrix.axes);
  };
}

export const linear: Readonly<Record<string, Builtin>> = {
  dot: { parameters: ['value', 'value'], doc: 'Inner product of two vectors.', build: dot },
  cross: { parameters: ['value', 'value'], doc: 'Vector product in three dimensions.', build: cross },
  outer: { parameters: ['value', 'value'], doc: 'Outer product of two vectors.', build: outer },
  tr: { parameters: ['value'], doc: 'Trace of a square matrix.', build: trace },
  trace: { parameters: ['value'], doc: 'Trace of a square matrix.', build: trace },
  det: { parameters: ['value'], doc: 'Determinant.', build: ofMatrix('det', 'scalar') },
  logdet: { parameters: ['value'], doc: 'Logarithm of the determinant, without overflow.', build: ofMatrix('logdet', 'scalar') },
  inv: { parameters: ['value'], doc: 'Inverse of a square matrix.', build: inv },
  cholesky: { parameters: ['value'], doc: 'Lower triangular C with C*C\' equal to a symmetric positive definite matrix.', build: ofMatrix('chol', 'matrix') },
  cholesky_adjoint: { parameters: ['value', 'value'], doc: 'The adjoint of a symmetric matrix from its Cholesky factor and the adjoint of that.', build: choleskyAdjoint },
  solve: { parameters: ['value', 'value'], doc: 'The x with A*x = b.', build: solving('solve', 'full') },
  solve_lower: { parameters: ['value', 'value'], doc: 'The x with C*x = b, C lower triangular.', build: solving('tsolve', 'lower') },
  solve_upper: { parameters: ['value', 'value'], doc: 'The x with C*x = b, C upper triangular.', build: solving('tsolve', 'upper') },
  kron: { parameters: ['value', 'value'], doc: 'Kronecker product of two matrices with sizes known as numbers.', build: kronecker },
  vec: { parameters: ['value'], doc: 'The columns of a matrix with sizes known as numbers, one below the other.', build: vectorised },
  transpose: { parameters: ['value'], doc: 'Transpose of a matrix, row form of a vector; also `A\'`.', build: transpose },
  diag: { parameters: ['value'], doc: 'The diagonal matrix of a vector, or the diagonal of a matrix.', build: diag },
  tril: { parameters: ['value'], doc: 'Lower triangle of a matrix.', build: triangle('ge') },
  triu: { parameters: ['value'], doc: 'Upper triangle of a matrix.', build: triangle('le') },
  eye: { parameters: ['size*'], doc: 'Identity matrix of the given size, or of the size its place needs.', build: eye },
  zeros: { parameters: ['size', 'size*'], doc: 'A tensor of zeros.', build: filled(Q.ZERO) },
  ones: { parameters: ['size', 'size*'], doc: 'A tensor of ones.', build: filled(Q.ONE) },
  onehot: { parameters: ['value', 'size'], doc: 'The unit vector of a position: `onehot(c[n], K)`.', build: onehot },
  vector: { parameters: ['value'], doc: 'A constant vector of the size its place needs: `vector(1)` (GENO).', build: inferred(1) },
  matrix: { parameters: ['value'], doc: 'A constant matrix of the size its place needs (GENO).', build: inferred(2) },
  length: { parameters: ['value'], doc: 'Number of entries of a vector, of rows of a matrix.', build: lengthOf(SIZE_FUNCTIONS.length) },
  rows: { parameters: ['value'], doc: 'Number of rows.', build: lengthOf(SIZE_FUNCTIONS.rows) },
  cols: { parameters: ['value'], doc: 'Number of columns.', build: lengthOf(SIZE_FUNCTIONS.cols) },
  size: { parameters: ['value'], takesAxis: true, doc: 'Size of an axis: `size(A, axis = 2)`.', build: lengthOf(0) },
  squeeze: { parameters: ['value'], doc: 'Its argument: no axis of size 1 ever arises.', build: (call) => argument(call, 0).value },
};
