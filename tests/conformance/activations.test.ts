/** 24 PyTorch activations and losses: the derivative in the emitted module against the exact one at 16 points from -40 to 35. */
import { describe, expect, it } from 'vitest';
import { emittedScalar } from '../support/emitted.ts';
import { readCorpus, tally } from '../support/corpora.ts';

interface Case {
  readonly id: string;
  readonly input: string;
  readonly variable: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly points: readonly { readonly env: Readonly<Record<string, number>>; readonly d_exact: string }[];
}

/** The corpus has 37 decimals: gelu'(-21.5), which is -3.6e-100, is 0 there, and tanh'(-40) = 4*exp(-80) = 7.2194e-35 is 7.2165e-35. */
const BELOW_ITS_DIGITS = 1e-36;

const cases = readCorpus<Case>('activations.jsonl');

describe.skipIf(cases === undefined)('activations', () => {
  it('derivatives to 1e-9 of the exact ones', () => {
    const result = tally('activations', cases ?? [], (c) => {
      const f = emittedScalar(c.input, c.variable, [...new Set([c.variable, ...Object.keys(c.constants), ...c.points.flatMap((p) => Object.keys(p.env))])]);
      const wrong = c.points.flatMap(({ env, d_exact }) => {
        const got = f({ ...c.constants, ...env }).derivative;
        const want = Number(d_exact);
        if (Math.abs(got - want) <= Math.max(1e-9 * Math.abs(want), BELOW_ITS_DIGITS)) return [];
        return [`${c.id} at ${JSON.stringify(env)}: ${got}, exact ${want}`];
      });
      return wrong.length > 0 ? wrong.join('; ') : undefined;
    });
    expect(result.failures).toEqual([]);
  });
});
