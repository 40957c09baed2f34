/**
 * 2,900 antiderivatives of the Rubi suite: their derivative is the integrand, to the tolerance of each point. As text it is
 * no longer than by the product rule without simplification; every tenth is printed, all of them with RUBI=all.
 */
import { describe, expect, it } from 'vitest';
import { Bag } from '../../src/diagnostics/bag.ts';
import { parseExpression } from '../../src/frontends/math/parse.ts';
import { gradient, parse } from '../../src/index.ts';
import { productRule } from '../support/product-rule.ts';
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
    expect(result.failures).toEqual([]);
  });

  it('is printed shorter than the rules of school have it', () => {
    const lengths: number[] = [];
    const result = tally('rubi printed', (cases ?? []).filter((_, k) => process.env['RUBI'] === 'all' || k % 10 === 0), (c) => {
      const text = gradient(parse(c.antiderivative), [c.variable])[c.variable]?.toString() ?? '';
      lengths.push(text.length);
      const statement = parseExpression({ name: c.id, text: c.antiderivative }, new Bag());
      const plain = statement.kind === 'expression' ? productRule(statement.value, c.variable) : '';
      return text.length <= plain.length ? undefined : `${c.id}: ${text} is longer than ${plain}`;
    });
    const median = lengths.toSorted((x, y) => x - y)[lengths.length >> 1] ?? Infinity;
    console.log(`rubi printed: median ${median} characters`);
    // four of them divide by one quotient in two ways
    expect(result.failures.length).toBeLessThanOrEqual(process.env['RUBI'] === 'all' ? 4 : 0);
    expect(median).toBeLessThanOrEqual(275);
  }, 600_000);
});
