/**
 * Where the root of a sum of squares has all its digits: not where squares overflow, nor where those that fall below
 * the normal numbers would be missed. Elsewhere all is multiplied by a power of two first, which rounds nothing.
 */

/** A smaller sum of squares may have lost digits. */
export const LEAST_SQUARES = 1e-290;
/** Lifts the smallest number's square, and its reciprocal lowers the largest's, to where squares have all their digits. */
export const SQUARES_SCALE = 2 ** 600;

/** √Σ x² over the whole range of doubles. */
export function norm(values: readonly number[]): number {
  const total = sumOfSquares(values, 1);
  if (total >= LEAST_SQUARES && total < Infinity) return Math.sqrt(total);
  const scale = total < 1 ? SQUARES_SCALE : 1 / SQUARES_SCALE;
  return Math.sqrt(sumOfSquares(values, scale)) / scale;
}

const sumOfSquares = (values: readonly number[], scale: number): number => values.reduce((sum, x) => sum + scale * x * (scale * x), 0);
