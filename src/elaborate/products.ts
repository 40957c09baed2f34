/** Products, quotients and powers by kind: what linear algebra means, and refusals where people disagree. */
import type { Fix } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import * as Q from '../ir/rational.ts';
import { commonShape, shapeLabels, type Placed } from './broadcast.ts';
import { textOf, type Pass } from './pass.ts';
import type { Scope } from './scope.ts';
import { describe, type Result, type Value } from './value.ts';

/** `*`, juxtaposition, a coefficient, or `@` */
export type ProductSign = '*' | '@';

/** Where a product was written. */
export interface ProductSite {
  readonly span: Span;
  /** the sign itself, for the fix */
  readonly opSpan: Span;
  readonly scope: Scope;
}

/** `X*w` with a vector X is possible, and to most people X is a matrix. */
const CAPITAL = /^\p{Lu}[\d_]*$/u;
const SMALL = /^\p{Ll}[\d_]*$/u;

export function product(pass: Pass, sign: ProductSign, a: Placed, b: Placed, site: ProductSite): Result {
  const { value: x } = a;
  const { value: y } = b;
  pass.wantsTensors ||= x.axes.length === 1 && y.axes.length < 2 && CAPITAL.test(textOf(a.span)) && SMALL.test(textOf(b.span));
  if (x.axes.length === 0) return { ...pass.algebra.multiply([x, y], y.axes), form: y.form };
  if (y.axes.length === 0) return { ...pass.algebra.multiply([x, y], x.axes), form: x.form };
  if (x.axes.length > 2 || y.axes.length > 2) return refuseRank(pass, a, b, site);
  if (x.axes.length === 1 && y.axes.length === 1) return vectorProduct(pass, sign, a, b, site);
  return matrixProduct(pass, sign, a, b, site);
}

function vectorProduct(pass: Pass, sign: ProductSign, a: Placed, b: Placed, site: ProductSite): Result {
  const { algebra } = pass;
  const { value: x } = a;
  const { value: y } = b;
  if (x.form === 'column' && y.form === 'row') {
    pass.oddities += 1;
    return algebra.contract(x, 'i', y, 'j', 'ij');
  }
  const isDot = (x.form === 'row' && y.form === 'column') || sign === '@';
  if (isDot) return pass.sizes.sameShape(x.axes, y.axes) ? algebra.contract(x, 'i', y, 'i', '') : refuseInner(pass, a, b, site.span);
  if (site.scope.reading.elementwise) return elementwiseProduct(pass, a, b, site.span);
  const fix: Fix = { span: site.opSpan, text: site.opSpan.start === site.opSpan.end ? ' .* ' : '.*' };
  return pass.report('ambiguous-product', site.span, { left: describe(x), right: describe(y) }, { labels: shapeLabels(a, b), fix });
}

function matrixProduct(pass: Pass, sign: ProductSign, a: Placed, b: Placed, site: ProductSite): Result {
  const { algebra, sizes } = pass;
  const { value: x } = a;
  const { value: y } = b;
  const inner = (left: number, right: number): boolean => sizes.same(x.axes[left] ?? '', y.axes[right] ?? '');
  if (x.axes.length === 2 && y.axes.length === 2) return inner(1, 0) ? algebra.contract(x, 'ij', y, 'jk', 'ik') : refuseInner(pass, a, b, site.span);
  if (x.axes.length === 2) {
    if (y.form === 'row') return refuseInner(pass, a, b, site.span);
    return inner(1, 0) ? algebra.contract(x, 'ij', y, 'j', 'i') : refuseInner(pass, a, b, site.span);
  }
  // a vector before a matrix: a row in mathematics; `@` reads it as one, as numpy does
  if (x.form === 'column' && sign === '*') return refuseInner(pass, a, b, site.span);
  if (!inner(0, 0)) return refuseInner(pass, a, b, site.span);
  return { ...algebra.contract(x, 'i', y, 'ij', 'j'), form: x.form };
}

function refuseInner(pass: Pass, a: Placed, b: Placed, span: Span): undefined {
  const { value: x } = a;
  const { value: y } = b;
  const leftSize = x.axes.length === 1 && x.form === 'column' && y.axes.length === 2 ? '1' : x.axes.at(-1) ?? '1';
  const rightSize = y.form === 'row' && y.axes.length === 1 ? '1' : y.axes[0] ?? '1';
  const repair = transposition(a, b);
  return pass.report('inner-sizes-differ', span, { left: describe(x), right: describe(y), leftSize, rightSize }, {
    labels: shapeLabels(a, b), ...repair,
  });
}

/** The transposition that makes the sizes fit. */
function transposition(a: Placed, b: Placed): { readonly hint: string; readonly fix?: Fix } | undefined {
  const { value: x } = a;
  const { value: y } = b;
  const prime = ({ span }: Placed, hint: string): { hint: string; fix?: Fix } =>
    /^[\p{L}_][\p{L}\p{Mn}\d_]*$/u.test(textOf(span)) ? { hint, fix: { span: { ...span, start: span.end }, text: "'" } } : { hint };
  if (x.axes.length === 2 && x.axes[0] === y.axes[0] && y.form === 'column') return prime(a, 'the sizes fit when the left factor is transposed');
  if (x.axes.length === 2 && y.axes.length === 2 && x.axes[1] === y.axes[1]) return prime(b, 'the sizes fit when the right factor is transposed');
  if (x.axes.length === 1 && x.axes[0] === y.axes[0] && x.form === 'column') return prime(a, 'the sizes fit when the vector is written as a row');
  if (x.axes.length === 2 && y.axes.length === 1 && y.form === 'row') return { hint: 'drop the prime of the vector' };
  if (x.axes.length === 1 && y.axes.length === 2 && x.form === 'column' && x.axes[0] === y.axes[1]) return { hint: `the sizes fit the other way round: \`${textOf(b.span)}*${textOf(a.span)}\`` };
  return undefined;
}

function refuseRank(pass: Pass, a: Placed, b: Placed, site: ProductSite): undefined {
  return pass.report('shape-mismatch', site.span, { operation: 'multiply', left: describe(a.value), right: describe(b.value) }, {
    labels: shapeLabels(a, b), hint: 'write the indices: `C[i, k] = sum[j] A[i, j]*B[j, k]`, or `.*` for the elementwise product',
  });
}

/** `.*` */
export function elementwiseProduct(pass: Pass, a: Placed, b: Placed, span: Span): Result {
  const shape = commonShape(pass, 'multiply', a, b, span);
  return shape && { ...pass.algebra.multiply([a.value, b.value], shape.axes), form: shape.form };
}

/** `./` */
export function elementwiseQuotient(pass: Pass, a: Placed, b: Placed, span: Span): Result {
  const shape = commonShape(pass, 'divide', a, b, span);
  if (shape !== undefined && pass.b.isZero(b.value.node)) pass.report('division-by-zero', span, { divisor: textOf(b.span) });
  // zero times anything is a structural zero; 0/0 is none
  if (shape !== undefined && pass.b.isZero(a.value.node) && pass.b.isZero(b.value.node)) {
    return pass.algebra.broadcast({ ...a.value, node: pass.b.double(Number.NaN), labels: [], axes: [] }, shape.axes);
  }
  return shape && { ...pass.algebra.multiply([a.value, pass.algebra.invert(b.value)], shape.axes), form: shape.form };
}

/** `/`: by a scalar, or elementwise by a vector. By a matrix it is refused. */
export function quotient(pass: Pass, a: Placed, b: Placed, span: Span): Result {
  if (b.value.axes.length >= 2) return pass.report('matrix-division', span, { left: describe(a.value), right: describe(b.value) }, { labels: shapeLabels(a, b) });
  return elementwiseQuotient(pass, a, b, span);
}

/** `^`: of a scalar or elementwise of a vector; of a matrix it is refused. */
export function power(pass: Pass, base: Placed, exponent: Placed, span: Span): Result {
  if (base.value.axes.length >= 2) {
    return pass.report('matrix-power', span, { base: describe(base.value) }, { labels: shapeLabels(base) });
  }
  if (exponent.value.axes.length > base.value.axes.length && base.value.axes.length > 0) {
    return pass.report('bad-power', span, { reason: `the exponent is ${describe(exponent.value)} and the base ${describe(base.value)}` });
  }
  return elementwisePower(pass, base, exponent, span);
}

/** `.^` and `**` */
export function elementwisePower(pass: Pass, base: Placed, exponent: Placed, span: Span): Result {
  const shape = commonShape(pass, 'raise to a power', base, exponent, span);
  if (shape === undefined) return undefined;
  const squared = squareOfNorm(pass, base.value, exponent.value);
  return squared ?? { ...pass.algebra.map('pow', [base.value, exponent.value], shape.axes), form: shape.form };
}

/** ‖x‖² is the sum of squares: no root is taken to be squared again. */
function squareOfNorm(pass: Pass, base: Value, exponent: Value): Result {
  const squared = pass.norms.get(base.node);
  const n = exponent.labels.length + exponent.axes.length === 0 ? pass.b.constantOf(exponent.node) : undefined;
  if (squared === undefined || n === undefined || !Q.isInteger(n) || n.num % 2n !== 0n || n.num <= 0n) return undefined;
  return pass.algebra.power({ ...base, node: squared }, Q.rational(n.num, 2n));
}
