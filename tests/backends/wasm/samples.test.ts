/** Every function of every sample as machine code: valid, and with the values of the reference interpreter. */
import { describe, expect, it } from 'vitest';
import { encodeModule } from '../../../src/backends/wasm/module.ts';
import type { NativeModule } from '../../../src/schedule/native.ts';
import { planOf } from '../../emitted/models.ts';
import { expectAsInterpreted, smallSizes } from '../../emitted/sample-run.ts';
import { filesBelow } from '../../support/sources.ts';

describe('samples', () => {
  it.each(filesBelow('samples', '.diff'))('%s', (path) => {
    const plan = planOf(path);
    expect(plan).toBeDefined();
    if (plan === undefined || plan.functions.length + plan.updates.length === 0) return;
    const made: NativeModule[] = [];
    const compiler = (requests: Parameters<typeof encodeModule>[0]): NativeModule => {
      const native = encodeModule(requests);
      made.push(native);
      return native;
    };
    expectAsInterpreted(plan, smallSizes(plan), compiler);
    for (const native of made) expect(WebAssembly.validate(native.bytes)).toBe(true);
  });
});
