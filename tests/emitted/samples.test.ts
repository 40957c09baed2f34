/** Every function of every sample, at small sizes and around the ends of blocks: emitted JavaScript against the reference interpreter, updates included. */
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../support/sources.ts';
import { planOf } from './models.ts';
import { smallSizes } from './sample-functions.ts';
import { expectAsInterpreted, largerSizes } from './sample-run.ts';

describe('samples', () => {
  it.each(filesBelow('samples', '.diff'))('%s', (path) => {
    const plan = planOf(path);
    expect(plan).toBeDefined();
    if (plan === undefined || plan.functions.length + plan.updates.length === 0) return;
    expectAsInterpreted(plan, smallSizes(plan));
    const larger = [2, 6].map((shift) => largerSizes(plan, shift)).find((sizes) => sizes !== undefined);
    if (larger !== undefined) expectAsInterpreted(plan, larger);
  });
});
