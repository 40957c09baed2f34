/** Every function of every sample as machine code: valid for the platform and for an independent tool, and with the values of the reference interpreter. */
import wabt from 'wabt';
import { describe, expect, it } from 'vitest';
import { evaluateDim } from '../../../src/ir/dim.ts';
import type { EmitPlan } from '../../../src/schedule/plan.ts';
import { planOf } from '../../emitted/models.ts';
import { expectAsInterpreted, smallSizes } from '../../emitted/sample-run.ts';
import { filesBelow } from '../../support/sources.ts';
import { platform, watched } from './support.ts';

/** Around the four and eight elements that go at once, primes, and one. */
const EXTENTS = [9, 17, 7, 8, 5, 16, 1, 13];

function largerSizes(plan: EmitPlan, shift: number): ReadonlyMap<string, number> | undefined {
  const sizes = new Map(plan.dims.map((d, k) => [d.name, d.value ?? Math.max(EXTENTS[(k + shift) % EXTENTS.length] ?? 1, d.atLeast)]));
  const elements = plan.functions.flatMap((f) => f.outputs).map((o) => plan.b.graph.shape(o.node).reduce((n, d) => n * evaluateDim(d, sizes), 1));
  // the interpreter is slow
  return plan.dims.every((d) => d.value !== undefined) || Math.max(0, ...elements) > 1200 ? undefined : sizes;
}

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
