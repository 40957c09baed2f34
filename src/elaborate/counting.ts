/** What printing has to know of the indices of a text. */
import { constantDim, type Dim } from '../ir/dim.ts';
import type { Counting, IndexVariable } from '../print/counting.ts';
import type { Pass } from './pass.ts';

/** The index variables that were bound, each size with its own. One that begins at a size is named anew in answers. */
export function countingOf(pass: Pass): Counting {
  const indices = new Map<Dim, IndexVariable[]>();
  for (const { name, first, size } of pass.bound) {
    const begins = constantDim(first);
    if (size === undefined || begins === undefined) continue;
    const known = indices.get(size) ?? [];
    indices.set(size, known);
    if (!known.some((index) => index.name === name)) known.push({ name, first: begins });
  }
  return { base: pass.base, indices };
}
