/** The operation table: one row for every scalar operation, assembled from the families beside this file. */
import { activations } from './activations.ts';
import { curvatures } from './curvatures.ts';
import { errorFunctions } from './error-functions.ts';
import { exponential } from './exponential.ts';
import { gammaFunctions } from './gamma.ts';
import { hyperbolic } from './hyperbolic.ts';
import { integrals } from './integrals.ts';
import { logic } from './logic.ts';
import { logistic } from './logistic.ts';
import { piecewise } from './piecewise.ts';
import { powers } from './powers.ts';
import type { Row } from './schema.ts';
import { ratios } from './ratios.ts';
import { stable } from './stable.ts';
import { trigonometric } from './trigonometric.ts';

/** The families in the order of the reference page. */
export const families = {
  'Powers and roots': powers,
  'Exponentials and logarithms': exponential,
  'Trigonometric functions': trigonometric,
  'Hyperbolic functions': hyperbolic,
  'Logistic functions': logistic,
  'Kinks and jumps': piecewise,
  'Comparisons and selection': logic,
  Activations: activations,
  'Error functions': errorFunctions,
  'Gamma functions': gammaFunctions,
  Integrals: integrals,
  'Stable forms': stable,
  'Quotients with a removable point': ratios,
  'Their second derivatives': curvatures,
} as const satisfies Record<string, Record<string, Row>>;

export const ops = {
  ...powers,
  ...exponential,
  ...trigonometric,
  ...hyperbolic,
  ...logistic,
  ...piecewise,
  ...logic,
  ...activations,
  ...errorFunctions,
  ...gammaFunctions,
  ...integrals,
  ...stable,
  ...ratios,
  ...curvatures,
} as const satisfies Record<string, Row>;

export type OpName = keyof typeof ops;

/** The row of an operation, with the general type: for code that asks the row and never the name. */
export function rowOf(name: OpName): Row {
  return ops[name];
}

/** What a companion is made with, see `PrimitiveRow`. */
export function madeWith(name: OpName): OpName | undefined {
  const row = rowOf(name);
  return row.kind === 'primitive' && row.madeWith !== undefined ? findOp(row.madeWith) : undefined;
}

/** All operations, family by family. */
export function opNames(): readonly OpName[] {
  return Object.keys(ops) as OpName[];
}

export function isOpName(spelling: string): spelling is OpName {
  return Object.hasOwn(ops, spelling);
}

/** About 150 entries, made in a third of a millisecond: cheaper than searching the rows on every name. */
const meanings: ReadonlyMap<string, OpName> = new Map(
  opNames().flatMap((name) => [name, ...(rowOf(name).aliases ?? [])].map((spelling): [string, OpName] => [spelling, name])),
);

/** The operation that a name in source text means: a canonical name or an alias. */
export function findOp(spelling: string): OpName | undefined {
  return meanings.get(spelling);
}

/** Spellings worth suggesting to someone: not those of stable forms, which nobody types. */
export function opSpellings(): readonly string[] {
  return opNames().flatMap((name) => (rowOf(name).reads === undefined ? [name, ...(rowOf(name).aliases ?? [])] : []));
}
