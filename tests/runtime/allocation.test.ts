/** First-order and leapfrog steps allocate no arrays and no objects: bytes by which the heap grows in a step, with room for all of them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/sources.ts';

/** A number that a function returns may be boxed by the engine (16 bytes each, up to nine a step were seen); an array of 11 numbers takes some 600. */
const BOXES = 256;

function bytesPerStep(method: string): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '--min-semi-space-size=64', '--max-semi-space-size=64', join(root, 'tests/runtime/allocation-program.ts'), method], { cwd: root, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return Number(stdout);
}

describe('first-order steps', () => {
  it('a planted allocation is found', () => {
    expect(bytesPerStep('planted')).toBeGreaterThan(1.5 * BOXES);
  });

  it.each(['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'adamw', 'amsgrad'])('%s allocates nothing', (rule) => {
    expect(bytesPerStep(rule)).toBeLessThanOrEqual(BOXES);
  });
});

describe('leapfrog steps', () => {
  it.each(['nuts', 'hmc'])('of %s allocate nothing', (method) => {
    expect(bytesPerStep(method)).toBeLessThanOrEqual(BOXES);
  });
});
