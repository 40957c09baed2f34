/** Sparse derivatives cost what their entries cost, at every size. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitted, type EmittedModule } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';
import { root } from '../support/sources.ts';

const sample = (path: string): EmittedModule => emitted(readFileSync(join(root, 'samples', path), 'utf8'));

function operations({ plan }: EmittedModule, name: string, sizes: Readonly<Record<string, number>>, what: 'value' | 'all'): number {
  const outputs = plan.functions.find((f) => f.name === name)?.outputs ?? [];
  return operationsOf(plan, what === 'all' ? outputs : outputs.filter((o) => o.quantity === 'value'), new Map(Object.entries(sizes)));
}

describe('operations', () => {
  it.each([['adbench/ba.diff', 'errors'], ['models/11-bundle-adjustment.diff', 'residuals']])('%s: residuals and Jacobian cost at most 5.5 times the residuals, whatever the number of cameras', (path, name) => {
    const module = sample(path);
    const few = operations(module, name, { C: 2, P: 5, O: 100 }, 'all');
    expect(few / operations(module, name, { C: 2, P: 5, O: 100 }, 'value')).toBeLessThanOrEqual(5.5);
    expect(operations(module, name, { C: 500, P: 5000, O: 100 }, 'all')).toBe(few);
  });

  it('the Hessian of Rosenbrock: 7 operations for each element', () => {
    const module = sample('models/08-rosenbrock.diff');
    for (const N of [2, 3, 100, 1000]) expect(operations(module, 'hess', { N }, 'all')).toBeLessThanOrEqual(7 * N);
  });

  it('masked factorisation: blocks of K×K, never (N·K)²', () => {
    const module = sample('structure/masked-factorisation.diff');
    const [N, M, K] = [100, 90, 5];
    expect(operations(module, 'hessianByRows', { N, M, K }, 'all')).toBeLessThanOrEqual(2 * N * M * K * K + 2 * K * K * (M + N));
  });
});
