/**
 * What every operation of one argument gives at the special doubles is listed in special-values.txt, and right: against
 * decimals at finite points, and at infinity as what the largest doubles tend to.
 */
import { describe, expect, it } from 'vitest';
import { opNames, rowOf } from '../../src/ops/table.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { extendedOperation } from '../../src/verify/extended/operations.ts';
import type { PrimitiveRow } from '../../src/ops/schema.ts';

const MOST = Number.MAX_VALUE;
const LEAST = Number.MIN_VALUE;
const LISTED = [0, -0, 1, -1, Infinity, -Infinity, NaN, MOST, -MOST, LEAST, -LEAST];
/** Decimals have as many digits as the cancellation eats, which at the ends of the doubles are too many. */
const DECIDED = [0, 1, -1, 1e-100, -1e-100];
/** Without a limit at infinity. */
const PERIODIC = ['sin', 'cos', 'tan', 'sec', 'csc', 'cot', 'versin'];
/** Poles: -0 and 0 are sides of them, and a decimal has no sides. */
const POLES = ['digamma', 'trigamma', 'lnrelslope', 'lnrelcurve', 'log1prelcurve'];
/** Not a number in, a truth value out. */
const BOOLEAN = ['not'];

const unary = opNames().flatMap((name): (readonly [typeof name, PrimitiveRow])[] => {
  const row = rowOf(name);
  return row.kind === 'primitive' && row.args.length === 1 ? [[name, row]] : [];
});
const shown = (x: number): string => (Object.is(x, -0) ? '-0' : x === MOST ? 'largest' : x === -MOST ? '-largest' : x === LEAST ? 'smallest' : x === -LEAST ? '-smallest' : String(x));

it('are listed', async () => {
  const lines = unary.map(([name, row]) => `${name}: ${LISTED.map((x) => `${shown(x)} → ${shown(row.evaluate(x))}`).join(', ')}`);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('special-values.txt');
});

describe.each(unary)('%s', (name, row) => {
  const exact = extendedOperation(name);

  if (!POLES.includes(name)) it('is what decimals say', () => {
    const wrong = DECIDED.flatMap((x) => {
      const [found, expected] = [row.evaluate(x), exact?.(exactly(x)).toNumber() ?? NaN];
      // an argument that rounding put outside of a domain closed at 0 counts as the end
      if (!Number.isFinite(expected) && Math.abs(x) === 1e-100) return [];
      return Object.is(found, expected) || Math.abs(found - expected) <= 1e-13 * Math.abs(expected) + 1e-40 ? [] : [`${name}(${x}) = ${found}, exactly ${expected}`];
    });
    expect(wrong).toEqual([]);
  });

  if (!PERIODIC.includes(name)) it('has its limits at infinity', () => {
    const wrong = [1, -1].flatMap((sign) => {
      const [limit, near] = [row.evaluate(sign * Infinity), row.evaluate(sign * MOST)];
      const tends = Math.abs(limit) === Infinity ? limit * near > 0 : Number.isNaN(limit) ? Number.isNaN(near) : Math.abs(near - limit) <= 1e-13 * Math.abs(limit) + 1e-15;
      // gamma has other signs between any two poles
      return tends || (Number.isNaN(limit) && sign < 0) ? [] : [`${name}: ${limit} at infinity, ${near} before`];
    });
    expect(wrong).toEqual([]);
  });

  if (!BOOLEAN.includes(name)) it('keeps NaN', () => expect(row.evaluate(NaN)).toBeNaN());
});
