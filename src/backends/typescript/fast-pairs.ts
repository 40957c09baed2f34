/**
 * A function and its companion over arrays: sigmoid(x) with sigmoid(-x), tanh(x) with its slope. One exponential, or one row of a
 * table, makes both; the function has the bits that it has alone, as replayed loops need. What lies beyond the tables, and a last
 * element without partner, comes after the loop: a way out of it would cost each step a quarter.
 */
import { core } from '../../ops/core.ts';
import type { OpName } from '../../ops/table.ts';
import { helper, type Helper } from './carried.ts';

/** What makes both a function and the companion that is made from it, by the companion. */
export const PAIRS: ReadonlyMap<OpName, string> = new Map([[core.sigmoidrest, 'fastSigmoidPairs'], [core.tanhslope, 'fastTanhPairs']]);

/** Two steps of a loop, written out: what they share is loaded once, and neither waits for the other. */
const twice = (step: (i: string) => string): string => `
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    {${step('i')}}
    {${step('i + 1')}}
  }`;

export const PAIR_HELPERS: Readonly<Record<string, Helper>> = {
  fastSigmoidPairs: helper(`
/** The \`n\` results of sigmoid(x) and of sigmoid(-x). Maximum error 3 ulp. */
function fastSigmoidPairs(x: Float64Array, xStart: number, to: Float64Array, start: number, rest: Float64Array, restStart: number, n: number): void {
  let far = false;${twice((i) => `
    let z = x[xStart + ${i}]!;
    if (!(Math.abs(z) < 708)) {
      far = true;
      z = 0;
    }
    const e = nearExp(-z);
    const s = 1 / (1 + e);
    to[start + ${i}] = s;
    rest[restStart + ${i}] = e * s;`)}
  for (let i = far ? 0 : even; i < n; i++) {
    const z = x[xStart + i]!;
    if (i < even && Math.abs(z) < 708) continue;
    to[start + i] = fastSigmoid(z);
    rest[restStart + i] = fastSigmoid(-z);
  }
}`, 'nearExp', 'fastSigmoid'),
  // one at a time: the rows of the table come from memory, and two steps at once take 17 % longer
  fastTanhPairs: helper(`
/** The \`n\` results of tanh(x) and of its slope 1/cosh(x)^2, from those at k/16: 1 - (t + d)^2 = 1 - t^2 - d·(2·t + d). Maximum error 2 ulp. */
function fastTanhPairs(x: Float64Array, xStart: number, to: Float64Array, start: number, slope: Float64Array, slopeStart: number, n: number): void {
  let far = false;
  for (let i = 0; i < n; i++) {
    let z = x[xStart + i]!;
    if (!(Math.abs(z) < 20)) {
      far = true;
      z = 0;
    }
    const k = 16 * z + 6755399441055744 - 6755399441055744;
    const u = shortTanh(z - 0.0625 * k);
    const j = 320 + (k | 0);
    const t = tangents[2 * j]!;
    const s = slopes[j]!;
    const d = (s * u) / (1 + t * u);
    const y = t + (tangents[2 * j + 1]! + d);
    to[start + i] = y;
    slope[slopeStart + i] = s - d * (t + y);
  }
  if (!far) return;
  for (let i = 0; i < n; i++) {
    const z = x[xStart + i]!;
    if (Math.abs(z) < 20) continue;
    to[start + i] = Math.tanh(z);
    slope[slopeStart + i] = fastTanhslope(z, Math.tanh(z));
  }
}`, 'shortTanh', 'tangents', 'slopes', 'fastTanhslope'),
};
