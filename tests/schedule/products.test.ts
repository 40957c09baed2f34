/** Chains of matrix products run in the cheapest order when sizes are known. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/verify/random.ts';
import { emitted } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';

/** Multiplications and additions of the best order, by dynamic programming over the chain. */
function fewest(sizes: readonly number[]): number {
  const n = sizes.length - 1;
  const best = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const size = (k: number): number => sizes[k] ?? 1;
  for (let width = 1; width < n; width++) {
    for (let from = 0; from + width < n; from++) {
      const to = from + width;
      const costs = Array.from({ length: width }, (_, k) => (best[from]?.[from + k] ?? 0) + (best[from + k + 1]?.[to] ?? 0) + 2 * size(from) * size(from + k + 1) * size(to + 1));
      best[from]![to] = Math.min(...costs);
    }
  }
  return best[0]?.[n - 1] ?? 0;
}

const chains = [[2, 50, 3, 40, 1, 30, 2], [30, 35, 15, 5, 10, 20, 25], [5, 5, 5, 1], [40, 20, 30, 10, 30]];
const random = seededRandom(5);
for (let k = 0; k < 12; k++) chains.push(Array.from({ length: random.integer(4, 7) }, () => random.integer(1, 60)));

describe('products of matrices', () => {
  it.each(chains.map((sizes) => [sizes.join('×'), sizes] as const))('%s', (_, sizes) => {
    const names = sizes.slice(1).map((_unused, k) => `M${k + 1}`);
    const declared = names.map((name, k) => `${name}: R[${sizes[k] ?? 1}, ${sizes[k + 1] ?? 1}]`);
    const { plan } = emitted(`param ${declared.join(', ')}\nP = ${names.join('*')}\nderive value of P`);
    expect(operationsOf(plan, plan.functions[0]?.outputs ?? [], new Map())).toBeLessThanOrEqual(fewest(sizes));
  });
});
