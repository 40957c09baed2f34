/** What loops keep of their steps for the way back, as the comments of the samples' modules say it: no more than the least. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, root } from '../support/sources.ts';

/** Numbers that each function keeps, in the order of the module. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  // the state before the step and the slope of tanh
  'basics/recurrence': ['2·T'],
  // these and the residual; 16 of both states
  'basics/checkpoints': ['3·T', '2·16'],
  // for two directions of the Hessian besides the gradient
  'models/12-sir': ['13·T'],
  'models/18-lotka-volterra': ['2·T×2 + 12·T', '24·T×2 + 88·T + 2·T×2×2'],
  // of three gates, the change and the cell the value and its slope; the output and the cell before, in the second also the output
  'models/13-lstm': ['12·T×H'],
  'gallery/lstm': ['13·T×H', 'T×H'],
  // two such layers with diagonal weights, what one hands to the next, and the scaled input
  'adbench/lstm': ['27·(T-1)×B'],
  // states that are matrices
  'structure/front': ['2·3×24'],
  // and for the products with seeds, which are many, also the state of the gradient's way back
  'structure/front-of-any-length': ['2·3×N', '3·3×N'],
};

describe('what loops keep for the way back', () => {
  it.each(Object.entries(KEPT))('%s', (sample, kept) => {
    expect(keptIn(`generated/${sample}.ts`)).toEqual(kept);
  });

  it('is listed for every sample that runs a recurrence backwards', () => {
    const recurrences = filesBelow('samples', '.diff').filter((path) => /^recur /m.test(readFileSync(join(root, path), 'utf8')));
    const keeping = recurrences.map((path) => path.replace(/^samples\/|\.diff$/g, '')).filter((sample) => keptIn(`generated/${sample}.ts`).length > 0);
    expect(keeping.filter((sample) => KEPT[sample] === undefined)).toEqual([]);
    expect(keeping.length).toBeGreaterThan(5);
  });
});

/** The sizes that the comments of a module's functions give. */
function keptIn(path: string): string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(/The loops keep .*: 8·\((.*)\) bytes\./g)].map((m) => m[1] ?? '');
}
