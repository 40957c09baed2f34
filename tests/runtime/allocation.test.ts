/** First-order and leapfrog steps allocate no arrays and no objects: counted in collections of a 1 MB young generation. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/sources.ts';

/** Collections during 100,000 steps. The engine boxes a few numbers (16 bytes each); one array of 11 numbers a step is some 200 bytes. */
function collections(rule: string): number {
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', '--max-semi-space-size=1', '--trace-gc', join(root, 'tests/runtime/allocation-program.ts'), rule], { cwd: root, encoding: 'utf8' });
  expect(status).toBe(0);
  const during = stdout.slice(stdout.indexOf('begin\n'), stdout.indexOf('end\n'));
  return during.match(/Scavenge|Mark-Compact/g)?.length ?? 0;
}

/** The fewest of some runs: on a busy machine code is optimised late and boxes more numbers until then. What allocates does so in each. */
function fewestCollections(rule: string): number {
  let fewest = Infinity;
  for (let run = 0; run < 4 && fewest > 12; run++) fewest = Math.min(fewest, collections(rule));
  return fewest;
}

describe('first-order steps', () => {
  it('a planted allocation is found', () => {
    expect(fewestCollections('planted')).toBeGreaterThan(15);
  });

  it.each(['sgd', 'momentum', 'adam', 'amsgrad'])('%s allocates nothing', (rule) => {
    expect(fewestCollections(rule)).toBeLessThanOrEqual(12);
  });
});

describe('leapfrog steps', () => {
  it.each(['nuts', 'hmc'])('of %s allocate nothing', (method) => {
    expect(fewestCollections(method)).toBeLessThanOrEqual(12);
  });
});
