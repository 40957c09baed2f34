/** 66 objectives as typed at matrixcalculus.org and GENO: value, gradient and Hessian-vector product. */
import { describe, expect, it } from 'vitest';
import { tensorProblem } from '../support/compiler.ts';
import { flatten, readCorpus, relativeDistance, tally } from '../support/corpora.ts';
import type { Nested } from '../support/corpora.ts';

interface Case {
  readonly name: string;
  readonly objective: string;
  readonly types: Readonly<Record<string, 'scalar' | 'vector' | 'matrix'>>;
  readonly params: Readonly<Record<string, Nested>>;
  readonly variables: Readonly<Record<string, Nested>>;
  readonly value: number;
  readonly gradient: Readonly<Record<string, Nested>>;
  readonly direction: Readonly<Record<string, Nested>>;
  readonly hvp: Readonly<Record<string, Nested>>;
}

const cases = readCorpus<Case>('geno.jsonl');

describe.skipIf(cases === undefined)('geno', () => {
  it('value and gradient to 1e-11', () => {
    const result = tally('geno value and gradient', cases ?? [], (c) => {
      const got = solve(c).valueAndGradient();
      if (relativeDistance([got.value], [c.value]) > 1e-11) return `${c.name}: value ${got.value}, expected ${c.value}`;
      return compare(c.name, got.gradient, c.gradient, 1e-11);
    });
    expect(result.failures).toEqual([]);
  });

  it('Hessian-vector products to 1e-11', () => {
    const result = tally('geno hvp', cases ?? [], (c) => compare(c.name, solve(c).hessianVector(c.direction), c.hvp, 1e-11));
    expect(result.failures).toEqual([]);
  });
});

const solve = (c: Case) => tensorProblem(c.objective, c.types, c.params, c.variables);

function compare(name: string, got: Readonly<Record<string, ArrayLike<number>>>, want: Readonly<Record<string, Nested>>, tolerance: number): string | undefined {
  for (const [variable, expected] of Object.entries(want)) {
    const distance = relativeDistance(got[variable] ?? [], flatten(expected));
    if (!(distance <= tolerance)) return `${name}: d/d${variable} is off by ${distance.toExponential(1)}`;
  }
  return undefined;
}
