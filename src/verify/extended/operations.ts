/**
 * Every scalar operation in decimals, by the name of its row. What stands here has at least 30 correct digits
 * (`tests/verify/extended.test.ts`); a row without an entry is evaluated in doubles and named in the reports.
 */
import type { OpName } from '../../ops/table.ts';
import type { Operation } from './decimal.ts';
import { elementary } from './elementary.ts';
import { gammaFunctions } from './gamma.ts';
import { integrals } from './integrals.ts';
import { ratios } from './ratios.ts';
import { stable } from './stable.ts';

const operations: Readonly<Partial<Record<OpName, Operation>>> = { ...elementary, ...gammaFunctions, ...integrals, ...stable, ...ratios };

/** Undefined for an operation that only doubles have. */
export function extendedOperation(name: OpName): Operation | undefined {
  return operations[name];
}
