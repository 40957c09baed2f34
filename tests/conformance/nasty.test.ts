/**
 * Points where formulas as typed lose accuracy, and points where an illegal rewrite would show.
 * The domain points must all hold. Values and derivatives are those of emitted modules.
 */
import { describe, expect, it } from 'vitest';
import { emittedScalar } from '../support/emitted.ts';
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
const HELD = { A: 274, B: 49 } as const;

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
    const result = tally('nasty_domain', domain ?? [], (c) => (ALLOWED.includes(c.id) ? finite(c) : check(c)));
    expect(result.failures).toEqual([]);
  });
});

/** 0·f is 0 whatever f is: documented, and the only finite value where the set has none. */
function finite(c: Case): string | undefined {
  const { value } = emittedScalar(c.expr, c.var, Object.keys(c.point), c.assume)(pointOf(c));
  return value === 0 ? undefined : `${c.id} ${c.expr}: value ${value}, expected 0`;
}

const pointOf = (c: Case): Record<string, number> => Object.fromEntries(Object.entries(c.point).map(([name, text]) => [name, Number(text)]));

function check(c: Case): string | undefined {
  const at = pointOf(c);
  const got = emittedScalar(c.expr, c.var, Object.keys(c.point), c.assume)(at);
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
