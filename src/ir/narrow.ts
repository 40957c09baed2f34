/** Products over no more labels than their factors have. */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import type { Rational } from './rational.ts';

/** coef · Π factors for a user with axes `shape`: a node over the labels that the factors have, read at these labels. */
export function narrowProduct(b: Builder, coef: Rational, factors: readonly Operand[], shape: readonly Dim[]): Operand {
  const labels = labelsOf(factors);
  const local = factors.map((o) => ({ id: o.id, sub: o.sub.map((label) => labels.indexOf(label)) }));
  return { id: b.ein(coef, local, labels.map((label) => shape[label] ?? '1')), sub: labels };
}

/** Ascending. */
export const labelsOf = (operands: readonly Operand[]): number[] => [...new Set(operands.flatMap((o) => o.sub))].sort((x, y) => x - y);
