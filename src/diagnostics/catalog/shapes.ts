/** Shapes and products. */
import type { Entry } from '../entry.ts';

export const shapeEntries = {
  'shape-mismatch': {
    severity: 'error',
    message: (a: { operation: string; left: string; right: string }) => `cannot ${a.operation} ${a.left} and ${a.right}`,
    hint: 'sizes fit when they are the same names or numbers',
    explanation: 'The shapes do not fit. Missing leading axes are added, sizes must be equal as symbols, and an axis of size 1 never stretches.',
    wrong: 'dim N, D\ndata x: R[N], y: R[D]\ns = sum(x + y)',
    right: 'dim N\ndata x: R[N], y: R[N]\ns = sum(x + y)',
  },
  'inner-sizes-differ': {
    severity: 'error',
    message: (a: { left: string; right: string; leftSize: string; rightSize: string }) =>
      `cannot multiply ${a.left} by ${a.right}: inner sizes ${a.leftSize} and ${a.rightSize} differ`,
    hint: 'the last size of the left factor must be the first size of the right one',
    explanation: 'A matrix product joins the last axis of the left factor with the first axis of the right one; both must have the same size.',
    wrong: 'dim N, D\ndata X: R[N, D], y: R[N]\nz = X*y',
    right: "dim N, D\ndata X: R[N, D], y: R[N]\nz = X'*y",
  },
  'ambiguous-product': {
    severity: 'error',
    message: (a: { left: string; right: string }) => `the product of ${a.left} and ${a.right} can be read several ways`,
    hint: "write `.*` (elementwise), `dot(x, y)` or `x' * y`",
    explanation: '`vector * vector` is elementwise in numpy, refused in linear algebra and an inner product to many readers. diffc does not guess.',
    wrong: 'dim N\ndata x: R[N], y: R[N]\ns = x*y',
    right: 'dim N\ndata x: R[N], y: R[N]\ns = dot(x, y)',
  },
  'ambiguous-broadcast': {
    severity: 'error',
    message: (a: { left: string; right: string }) => `adding an axis to combine ${a.left} and ${a.right} can be read two ways`,
    hint: 'write the indices: `z[i, j] = A[i, j] + b[j]`',
    explanation: 'Both axes of the larger operand have the size of the smaller one, so the missing axis could be either.',
    wrong: 'dim N\ndata A: R[N, N], b: R[N]\nz = A + b',
    right: 'dim N\ndata A: R[N, N], b: R[N]\nz[i, j] = A[i, j] + b[j]',
  },
  'matrix-division': {
    severity: 'error',
    message: (a: { left: string; right: string }) => `cannot divide ${a.left} by ${a.right}`,
    hint: 'write `./` (elementwise) or `solve(A, b)`',
    explanation: 'Division by a matrix is elementwise to some and a linear solve to others.',
    wrong: 'dim N\ndata A: R[N, N], B: R[N, N]\nC = A/B',
    right: 'dim N\ndata A: R[N, N], B: R[N, N]\nC = A ./ B',
  },
  'matrix-power': {
    severity: 'error',
    message: (a: { base: string }) => `the power of ${a.base} can be read two ways`,
    hint: 'write `.^` (elementwise), `A*A` for the square, or `inv(A)` for the inverse',
    explanation: 'The square of a matrix is A·A in algebra and elementwise in numpy.',
    wrong: 'dim N\ndata A: R[N, N]\nB = A^2',
    right: 'dim N\ndata A: R[N, N]\nB = A*A',
  },
  'bad-power': {
    severity: 'error',
    message: (a: { reason: string }) => `this power has no meaning: ${a.reason}`,
    explanation: 'An exponent is a scalar, or has the shape of its base; a function takes only a positive whole power, as in sin²(x).',
    examples: 'line',
    wrong: 'sin⁻¹(x)',
    right: 'asin(x)',
  },
  'expected-scalar': {
    severity: 'error',
    message: (a: { what: string; found: string }) => `${a.what} must be a scalar, but it is ${a.found}`,
    explanation: 'A single number is needed here.',
    wrong: 'data x: R[2]\nA = [x, x; x, x]',
    right: 'data x: R\nA = [x, 1; 1, x]',
  },
  'expected-shape': {
    severity: 'error',
    message: (a: { what: string; expected: string; found: string }) => `${a.what} must be ${a.expected}, but it is ${a.found}`,
    hint: (a: { what: string; expected: string; found: string }) => (a.found === 'a scalar' ? 'a vector is declared `param x: R[N]`, a matrix `param A: R[N, M]`' : undefined),
    explanation: 'The function or operation is defined for values of another rank only.',
    wrong: 'param x: R\ny = tr(x)',
    right: 'dim N\nparam X: R[N, N]\ny = tr(X)',
  },
  'not-square': {
    severity: 'error',
    message: (a: { name: string; found: string }) => `\`${a.name}\` needs a square matrix, but this is ${a.found}`,
    hint: 'both sizes must be the same: `R[N, N]`',
    explanation: 'Inverse, determinant, trace and Cholesky factor exist for square matrices only: both sizes must be the same symbol.',
    wrong: 'dim N, D\ndata A: R[N, D]\nd = det(A)',
    right: 'dim N\ndata A: R[N, N]\nd = det(A)',
  },
  'ragged-matrix': {
    severity: 'error',
    message: (a: { first: number; row: number; found: number }) =>
      `row ${a.row} has ${a.found === 1 ? 'one entry' : `${a.found} entries`}, but the first row has ${a.first}`,
    hint: 'give every row as many entries, with 0 where there is nothing',
    explanation: 'All rows of a matrix literal have the same number of entries.',
    wrong: 'A = [1, 2; 3]',
    right: 'A = [1, 2; 3, 4]',
  },
  'branches-differ': {
    severity: 'error',
    message: (a: { left: string; right: string }) => `the two cases differ in shape: ${a.left} and ${a.right}`,
    explanation: 'Both cases of a conditional must have one shape (a scalar fits any).',
    wrong: 'dim N, D\ndata x: R[N], y: R[D]\nz = if 1 > 0 then x else y',
    right: 'dim N\ndata x: R[N], y: R[N]\nz = if 1 > 0 then x else y',
  },
  'declared-shape-differs': {
    severity: 'error',
    message: (a: { name: string; declared: string; found: string }) =>
      `\`${a.name}\` is declared as ${a.declared}, but its value is ${a.found}`,
    explanation: 'The value given or returned does not have the declared type.',
    wrong: 'fn f(x: R[2]): R[2] { return x[1] }',
    right: 'fn f(x: R[2]): R { return x[1] }',
  },
} as const satisfies Record<string, Entry>;
