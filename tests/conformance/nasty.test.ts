/**
 * Points where formulas as typed lose accuracy, and points where an illegal rewrite would show.
 * The domain points must all hold. Tiers A and B belong to the recognisers: their counts are ratcheted here.
 */
import { describe, expect, it } from 'vitest';
import { scalarFunction } from '../support/compiler.ts';
import { readCorpus, tally } from '../support/corpora.ts';

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly var: string;
  readonly point: Readonly<Record<string, string>>;
  readonly f: string;
  readonly df: string | null;
  readonly rtol: number;
  readonly tier: 'A' | 'B' | 'D';
  readonly assume?: string;
  readonly note?: string;
}

const nasty = readCorpus<Case>('nasty.jsonl');
const domain = readCorpus<Case>('nasty_domain.jsonl');

/** How many points of each tier hold today; may only grow. */
const HELD = { A: 86, B: 3 } as const;

/** 0*log(x) is 0, as with every peer: the one point of the set where a finite value is allowed (numerics, 3.3). */
const ALLOWED: readonly string[] = ['dom-51'];

describe.skipIf(nasty === undefined)('nasty', () => {
  it.each(['A', 'B'] as const)('tier %s', (tier) => {
    const result = tally(`nasty tier ${tier}`, (nasty ?? []).filter((c) => c.tier === tier), check, 5);
    expect(result.passed).toBeGreaterThanOrEqual(HELD[tier]);
  });
});

describe.skipIf(domain === undefined)('nasty_domain', () => {
  it('no rewrite changes a domain', () => {
    const result = tally('nasty_domain', domain ?? [], check);
    expect(result.failures.map((f) => f.split(' ')[0])).toEqual(ALLOWED);
  });
});

function check(c: Case): string | undefined {
  const at = Object.fromEntries(Object.entries(c.point).map(([name, text]) => [name, Number(text)]));
  const got = scalarFunction(c.expr, c.var)(at);
  const where = `${c.id} ${c.expr} at ${JSON.stringify(c.point)}`;
  if (!agrees(got.value, c.f, c.rtol)) return `${where}: value ${got.value}, expected ${c.f}`;
  if (c.df !== null && !agrees(got.derivative, c.df, c.rtol)) return `${where}: derivative ${got.derivative}, expected ${c.df}`;
  return undefined;
}

/** `nan` means that no finite number may come out. */
function agrees(got: number, text: string, tolerance: number): boolean {
  if (text === 'nan') return !Number.isFinite(got);
  const want = text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
  if (!Number.isFinite(want)) return got === want;
  return Math.abs(got - want) <= tolerance * Math.abs(want);
}
