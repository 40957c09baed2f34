/** Data that are declared symmetric: one product where two would be needed, and refused when they are not. */
import { describe, expect, it } from 'vitest';
import { emitted, type EmittedModule } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';

const model = (property: string): string => `dim n\ndata S: R[n, n]${property}\nparam x: R[n]\nf = x'*S*x\nderive value, gradient of f wrt x`;

describe('a symmetric matrix', () => {
  const module = emitted(model(' symmetric'));
  const call = (S: readonly number[]): { readonly returned: number | undefined; readonly out: Readonly<Record<string, ArrayLike<number>>> } => module.call('valueGradient', { n: 2 }, { S, x: [1, 2] });

  it('multiplies once', () => {
    expect(module.plan.functions[0]?.outputs.map((o) => o.node)).toHaveLength(2);
    const operations = ({ plan }: EmittedModule): number => operationsOf(plan, plan.functions[0]?.outputs ?? [], new Map([['n', 20]]));
    expect(operations(module)).toBeLessThan(0.6 * operations(emitted(model(''))));
    const { returned, out } = call([2, 1, 1, 3]);
    expect(returned).toBe(18);
    expect([...Array.from(out['x'] ?? [])]).toEqual([8, 14]);
  });

  it('is refused when it is not, and taken when it is up to rounding', () => {
    expect(() => call([2, 1, 5, 3])).toThrow(new RangeError('data.S[1, 0] is 5 and [0, 1] is 1, expected a symmetric matrix'));
    expect(call([2, 1, 1 + 2 ** -50, 3]).returned).toBeCloseTo(18, 12);
  });
});
