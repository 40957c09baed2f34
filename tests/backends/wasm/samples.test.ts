/** Every function of every sample as machine code: valid for the platform and for an independent tool, and with the values of the reference interpreter. */
import wabt from 'wabt';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../emitted/models.ts';
import { smallSizes } from '../../emitted/sample-functions.ts';
import { expectAsInterpreted, largerSizes } from '../../emitted/sample-run.ts';
import { filesBelow } from '../../support/sources.ts';
import { platform, watched } from './support.ts';

const KINDS = [['f64', 'one thread'], ['f32', 'one thread'], ['f64', 'threads']] as const;

describe.each(KINDS)('samples in %s for %s', (precision, threading) => {
  it.each(filesBelow('samples', '.diff'))('%s', async (path) => {
    const plan = planOf(path);
    expect(plan).toBeDefined();
    if (plan === undefined || plan.functions.length + plan.updates.length === 0) return;
    const { compiler, made } = watched(precision, threading);
    expectAsInterpreted(plan, largerSizes(plan, 0) ?? largerSizes(plan, 5) ?? smallSizes(plan), compiler, precision);
    const independent = await wabt();
    for (const native of made) {
      expect(platform.validate(native.bytes)).toBe(true);
      // wabt knows no shared memory: the same code for one thread
      const bytes = native.bytes.slice();
      if (native.ranges !== undefined) bytes[native.ranges.sharedAt] = 1;
      expect(platform.validate(bytes)).toBe(true);
      const read = independent.readWasm(bytes, {});
      expect(() => read.validate()).not.toThrow();
      read.destroy();
    }
  }, 60_000);
});
