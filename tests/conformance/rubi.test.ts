/** 2,900 antiderivatives of the Rubi suite: their derivative is the integrand, to the tolerance of each point. */
import { describe, expect, it } from 'vitest';
import { scalarFunction } from '../support/compiler.ts';
import { close, readCorpus, tally } from '../support/corpora.ts';

interface Case {
  readonly id: string;
  readonly antiderivative: string;
  readonly variable: string;
  readonly cls: 'elementary' | 'special1';
  readonly points: readonly { readonly env: Readonly<Record<string, number>>; readonly f: string; readonly tol: number }[];
}

const cases = readCorpus<Case>('rubi_dev.jsonl.gz');

describe.skipIf(cases === undefined)('rubi', () => {
  it.each(['elementary', 'special1'] as const)('%s', (cls) => {
    const result = tally(`rubi ${cls}`, (cases ?? []).filter((c) => c.cls === cls), (c) => {
      const derivative = scalarFunction(c.antiderivative, c.variable);
      for (const { env, f, tol } of c.points) {
        const got = derivative(env).derivative;
        if (!close(got, Number(f), tol)) return `${c.id}: ${got}, expected ${f} within ${tol} at ${JSON.stringify(env)}`;
      }
      return undefined;
    });
    expect(result.failures.map((f) => f.split(': ')[0])).toEqual([]);
  });
});
