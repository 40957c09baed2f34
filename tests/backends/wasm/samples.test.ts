/** Every function of every sample as machine code: valid, and with the values of the reference interpreter. */
import { describe, expect, it } from 'vitest';
import { planOf } from '../../emitted/models.ts';
import { expectAsInterpreted, smallSizes } from '../../emitted/sample-run.ts';
import { filesBelow } from '../../support/sources.ts';
import { platform, watched } from './support.ts';

describe('samples', () => {
  it.each(filesBelow('samples', '.diff'))('%s', (path) => {
    const plan = planOf(path);
    expect(plan).toBeDefined();
    if (plan === undefined || plan.functions.length + plan.updates.length === 0) return;
    const { compiler, made } = watched();
    expectAsInterpreted(plan, smallSizes(plan), compiler);
    for (const native of made) expect(platform.validate(native.bytes)).toBe(true);
  });
});
