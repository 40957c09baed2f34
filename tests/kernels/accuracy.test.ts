/**
 * Every kernel against mpmath: reference/NAME.json holds rows `[argument, …, value]` whose arguments are exact doubles and
 * whose value has 25 digits (mpmath 1.3.0 at 60 digits, seed 11; the ranges of the arguments cover each branch).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ops, isOpName } from '../../src/ops/table.ts';

/** The error that the kernel's comment promises: in units in the last place, relative, or relative with an absolute floor. */
type Bound = { readonly ulp: number } | { readonly relative: number; readonly absolute?: number };

const BOUNDS: Readonly<Record<string, Bound>> = {
  erf: { ulp: 1 }, erfc: { ulp: 3 }, erfcx: { ulp: 3 }, erfi: { relative: 5e-15 },
  gamma: { ulp: 5 }, lgamma: { ulp: 4 }, digamma: { ulp: 4 }, trigamma: { ulp: 4 }, polygamma: { ulp: 7 },
  beta: { ulp: 7 }, lbeta: { relative: 1e-15, absolute: 4e-15 },
  gammainc: { relative: 2e-14 }, expint: { relative: 2e-14 }, E1: { relative: 9e-15 }, Ei: { relative: 7e-15 }, li: { relative: 6e-14 },
  Si: { relative: 1e-15 }, Ci: { relative: 1e-14, absolute: 3e-16 }, Shi: { relative: 3e-15 }, Chi: { relative: 6e-15 },
  fresnelS: { relative: 2e-15 }, fresnelC: { relative: 2e-15 }, lambertw: { relative: 4e-15 },
  sinc: { ulp: 2 }, sphericalj: { relative: 0, absolute: 1e-15 },
  sigmoid: { ulp: 2 }, softplus: { ulp: 2 }, logit: { ulp: 3 }, log1mexp: { ulp: 2 }, logaddexp: { relative: 5e-16, absolute: 4e-15 },
  logcosh: { ulp: 3 }, hypot: { ulp: 2 }, asec: { ulp: 3 }, acsc: { ulp: 3 }, acoth: { ulp: 2 }, asech: { ulp: 3 },
};

function ulpOf(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -1022))) - 52);
}

function allowed(bound: Bound, value: number): number {
  return 'ulp' in bound ? bound.ulp * ulpOf(value) : bound.relative * Math.abs(value) + (bound.absolute ?? 0);
}

describe('kernels against mpmath', () => {
  const folder = join(import.meta.dirname, 'reference');

  it('every bound has its points', () => {
    expect(readdirSync(folder).map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(BOUNDS).sort());
  });

  it.each(Object.entries(BOUNDS))('%s', (name, bound) => {
    const rows = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as readonly (readonly (number | string)[])[];
    const row = isOpName(name) ? ops[name] : undefined;
    const misses = rows.flatMap((numbers) => {
      const args = numbers.slice(0, -1).map(Number);
      const exact = Number(numbers.at(-1));
      const value = row?.kind === 'primitive' ? row.evaluate(...args) : Number.NaN;
      return Math.abs(value - exact) <= allowed(bound, exact) ? [] : [`${name}(${args.join(', ')}) = ${value}, exactly ${exact}`];
    });
    expect(rows.length).toBeGreaterThanOrEqual(64);
    expect(misses).toEqual([]);
  });
});
