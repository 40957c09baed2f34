/** Every `check` line of every sample holds, but for the one that the article printed wrong. */
import { describe, expect, it } from 'vitest';
import { sameNormalForm } from '../../src/compile.ts';
import { decide } from '../../src/verify/claim.ts';
import { modelOf, samples } from '../support/samples.ts';

const WRONG_AS_PRINTED = 'samples/article/cross-entropy-as-printed.diff';

describe.each(samples.filter((s) => s.path !== WRONG_AS_PRINTED && /^check /m.test(s.text)))('$path', (sample) => {
  it('its checks hold', () => {
    const model = modelOf(sample);
    const verdicts = model.checks.map((claim) => ({ claim: claim.text, verdict: decide(model, claim, sameNormalForm(model)).kind }));
    expect(verdicts.length).toBe(sample.text.split('\n').filter((line) => line.startsWith('check ')).length);
    expect(verdicts.filter((v) => v.verdict !== 'proved' && v.verdict !== 'holds')).toEqual([]);
  });
});

it('the cross-entropy row as the article prints it gets a counterexample', () => {
  const sample = samples.find((s) => s.path === WRONG_AS_PRINTED);
  const model = modelOf(sample ?? { path: WRONG_AS_PRINTED, text: '' });
  expect(model.checks.map((claim) => decide(model, claim, sameNormalForm(model)).kind)).toEqual(['fails']);
});
