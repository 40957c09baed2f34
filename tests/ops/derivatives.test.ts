/**
 * Every partial against differences of the value, to 1e-8 relative: the text goes through the product's parser and
 * elaborator, the slope is Richardson's extrapolation of central differences where that agrees with itself to 1e-9.
 */
import { describe, expect, it } from 'vitest';
import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { opNames, ops, rowOf, type OpName } from '../../src/ops/table.ts';
import type { PrimitiveRow } from '../../src/ops/schema.ts';
import { evaluateTemplate, pointsOf } from './sampling.ts';

interface Partial {
  readonly name: OpName;
  readonly row: PrimitiveRow;
  readonly arg: string;
  readonly text: string;
  readonly field: 'derivative' | 'againstConstant';
}

const partials: readonly Partial[] = opNames().flatMap((name) => {
  const row = rowOf(name);
  if (row.kind !== 'primitive') return [];
  return (['derivative', 'againstConstant'] as const).flatMap((field) =>
    row.args.flatMap((arg): Partial[] => {
      const text = row[field]?.[arg];
      return typeof text === 'string' ? [{ name, row, arg, text, field }] : [];
    }),
  );
});

/** Limit of central differences with steps h, h/2, h/4, h/8, each column cancelling one more even power of h. */
function richardson(f: (x: number) => number, x: number, h: number): number {
  let column = [1, 2, 4, 8].map((divisor) => {
    // the step that is really made
    const high = x + h / divisor;
    const low = x - h / divisor;
    return (f(high) - f(low)) / (high - low);
  });
  for (let power = 4; column.length > 1; power *= 4) {
    column = column.slice(1).map((finer, k) => (power * finer - (column[k] ?? Number.NaN)) / (power - 1));
  }
  return column[0] ?? Number.NaN;
}

/** The slope of f at x where two step sizes agree on nine digits; undefined near kinks, jumps and ends of domains. */
function slopeOf(f: (x: number) => number, x: number): number | undefined {
  let h = 0.1 * Math.max(Math.abs(x), 0.5);
  let coarse = richardson(f, x, h);
  for (let tries = 0; tries < 7; tries += 1) {
    h /= 2;
    const fine = richardson(f, x, h);
    if (Math.abs(fine - coarse) <= 1e-9 * Math.abs(fine)) return fine;
    coarse = fine;
  }
  return undefined;
}

describe('partials', () => {
  it('are given for every argument, or refused with a reason', () => {
    const missing = opNames().flatMap((name) => {
      const row = rowOf(name);
      if (row.kind !== 'primitive') return [];
      return row.args.filter((arg) => {
        const partial = row.derivative[arg];
        return typeof partial === 'object' ? partial.refused.length < 20 : partial === undefined || partial === '';
      });
    });
    expect(missing).toEqual([]);
  });

  it.each(partials)('$name: ∂/∂$arg = $text ($field)', ({ row, arg, text }) => {
    const checked = compare(row, arg, text);
    expect(checked.filter(({ right }) => !right)).toEqual([]);
    expect(checked.length).toBeGreaterThan(60);
  });

  it('a planted mistake is found', () => {
    const wrong = compare(ops.tanh, 'x', '1 - 1.0000001*y^2');
    expect(wrong.some(({ right }) => !right)).toBe(true);
  });
});

interface Comparison {
  readonly args: readonly number[];
  readonly stated: number;
  readonly slope: number;
  readonly right: boolean;
}

/** The formula beside the slope of the values, at every sampled point that has one. */
function compare(row: PrimitiveRow, arg: string, text: string): readonly Comparison[] {
  const names = [...row.args, 'y'];
  const template = formulaTemplate(text, names);
  const k = row.args.indexOf(arg);
  return pointsOf(row, 120).flatMap((args) => {
    const value = row.evaluate(...args);
    const slope = slopeOf((x) => row.evaluate(...args.map((a, i) => (i === k ? x : a))), args[k] ?? Number.NaN);
    if (slope === undefined) return [];
    const stated = evaluateTemplate(template, names, [...args, value]);
    // the second term: where the value saturates its differences are 0
    const right = Math.abs(stated - slope) <= 1e-8 * Math.abs(slope) + 1e-13 * Math.abs(value);
    return [{ args, stated, slope, right }];
  });
}
