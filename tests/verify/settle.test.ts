/** Claims that doubles cannot decide. */
import { describe, expect, it } from 'vitest';
import { counterexampleText } from '../../src/answer/claims.ts';
import { readModel, sameNormalForm } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { decide, type Verdict } from '../../src/verify/claim.ts';
import { settle } from '../../src/verify/settle.ts';

function verdicts(text: string): { readonly doubles: Verdict; readonly exact: Verdict } {
  const bag = new Bag();
  const model = readModel({ name: 'model.diff', text }, {}, bag);
  const check = model?.checks[0];
  if (model === undefined || check === undefined) throw new Error(bag.diagnostics.map((d) => d.message).join('; '));
  const prove = sameNormalForm(model);
  return { doubles: decide(model, check, prove), exact: settle(model, check, prove) };
}

describe('claims', () => {
  it.each([
    ['off by one part in 10¹⁴', 'check d/dx sin(x) == cos(x) + cos(x)/10^14', 'holds', 'fails'],
    ['off by one part in 10²⁵', 'check d/dx sin(x) == cos(x) + cos(x)/10^25', 'holds', 'fails'],
    ['true although doubles cancel', 'check (sin(x) + 10^9)^2 - sin(x)^2 - 10^18 == 2*10^9*sin(x)', 'fails', 'holds'],
    ['true, and doubles say so', 'check sin(2*x) == 2*sin(x)*cos(x)', 'holds', 'holds'],
    ['wrong, and doubles say so', 'check sin(2*x) == 2*sin(x)', 'fails', 'fails'],
    ['defined where doubles overflow', 'check sinh(1000 + 2*x^2) == 2*sinh(500 + x^2)*cosh(500 + x^2)', 'undecided', 'holds'],
    ['an inequality that doubles cannot see', 'check cos(x)^2 + sin(x)^2 < 1 + 1/10^20', 'fails', 'holds'],
    ['nowhere defined', 'check ln(-1 - x^2) == 1', 'undecided', 'undecided'],
  ])('%s', (_, claim, doubles, exact) => {
    const found = verdicts(`param x: R\n${claim}`);
    expect([found.doubles.kind, found.exact.kind]).toEqual([doubles, exact]);
  });

  it('sides that look the same say how far apart they are', () => {
    const { exact } = verdicts('param x: R\ncheck d/dx sin(x) == cos(x) + cos(x)/10^20');
    expect(exact.kind === 'fails' ? counterexampleText(exact.counterexample) : '').toMatch(/apart by 1\.0e-20 relative/);
  });

  it('only points that meet the assumptions count', () => {
    expect(verdicts('param x: R\nassume x > 1 or x < -1\ncheck sqrt(x^2 - 1)^2 == x^2 - 1').exact.kind).not.toBe('fails');
    expect(verdicts('param x: R\nparam y: R\nassume x > y\ncheck abs(x - y) == x - y').exact).toMatchObject({ kind: 'holds' });
  });
});
