/**
 * The extended operations against mpmath (tests/kernels/reference, 25 digits) and, all of them, against the rows'
 * own doubles; and the list of operations that have none.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOpName, opNames, rowOf } from '../../src/ops/table.ts';
import { exactly, R } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';
import { pointsOf } from '../ops/sampling.ts';
import { root } from '../support/sources.ts';

const folder = join(root, 'tests/kernels/reference');

describe('extended operations against mpmath', () => {
  it.each(readdirSync(folder).map((f) => f.replace('.json', '')))('%s', (name) => {
    const rows = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as readonly (readonly (number | string)[])[];
    const operation = isOpName(name) ? extendedOperation(name) : undefined;
    const misses = rows.flatMap((numbers) => {
      const args = numbers.slice(0, -1).map((x) => exactly(Number(x)));
      const exact = new R(numbers.at(-1) ?? 0);
      const value = operation?.(...args);
      // the reference has 25 digits
      const near = value !== undefined && value.minus(exact).abs().lte(exact.abs().times('2e-24'));
      return near ? [] : [`${name}(${args.map(String).join(', ')}) = ${value?.toString()}, exactly ${exact.toString()}`];
    });
    expect(misses).toEqual([]);
  });
});

describe('every primitive operation', () => {
  const primitives = opNames().flatMap((name) => {
    const row = rowOf(name);
    return row.kind === 'primitive' ? [{ name, row }] : [];
  });

  it('has an extended form, or stands in this list', () => {
    expect(primitives.map((p) => p.name).filter((name) => extendedOperation(name) === undefined)).toEqual([]);
  });

  it.each(primitives)('$name agrees with its doubles', ({ name, row }) => {
    const operation = extendedOperation(name);
    const misses = pointsOf(row, 40).flatMap((args) => {
      const double = row.evaluate(...args);
      const exact = operation?.(...args.map(exactly)).toNumber() ?? Number.NaN;
      const near = Object.is(double, exact) || Math.abs(double - exact) <= 1e-13 * Math.abs(exact) + 1e-15 || (Number.isNaN(double) && Number.isNaN(exact));
      return near ? [] : [`${name}(${args.join(', ')}) = ${double}, extended ${exact}`];
    });
    expect(misses).toEqual([]);
  });
});
