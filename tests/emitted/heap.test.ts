/** No function of any sample keeps memory from call to call: bytes in use after a collection, before and after many calls. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import { filesBelow } from '../support/sources.ts';
import { planOf } from './models.ts';
import { callsOf, smallSizes } from './sample-functions.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** `npm run heap` makes 100,000 calls; the default keeps `npm test` short. */
const ASKED = process.env['HEAP_CALLS'];
const CALLS = Number(ASKED ?? 5000);
/** Where a call is long, fewer of them. */
const MILLISECONDS = ASKED === undefined ? 40 : Infinity;
/** A number kept at each call is more. */
const NOISE = 8 * CALLS;

function inUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** What is kept is kept in each round; what the engine compiles and remembers may fall into several, not into all. */
const MOST_ROUNDS = 10;

/** The least growth of a round; more rounds only until one shows no growth. */
function growth(call: () => unknown): number {
  let least = Infinity;
  for (let round = 0; round < MOST_ROUNDS && least > NOISE; round++) {
    const before = inUse();
    const end = performance.now() + MILLISECONDS;
    for (let k = 0; k < CALLS && performance.now() < end; k++) call();
    least = Math.min(least, inUse() - before);
  }
  return least;
}

const TARGETS = ['ts', 'wasm'] as const;

describe('memory in use', () => {
  it('grows where a call keeps something', () => {
    const kept: Float64Array[] = [];
    expect(growth(() => kept.push(new Float64Array(2)))).toBeGreaterThan(NOISE);
  });

  it.each(filesBelow('samples', '.diff').flatMap((path) => TARGETS.map((target) => [path, target] as const)))('%s in %s', (path, target) => {
    const plan = planOf(path);
    expect(plan).toBeDefined();
    if (plan === undefined || plan.functions.length + plan.updates.length === 0) return;
    const calls = [...callsOf(plan, smallSizes(plan), target === 'wasm' ? (requests) => encodeModule(requests) : undefined).values()];
    expect(growth(() => calls.forEach((call) => call()))).toBeLessThanOrEqual(NOISE);
  });
});
